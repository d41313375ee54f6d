"""Days that are not all there: lost hours, a lost channel, half the pages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from kpi_kit.catalog import measures
from kpi_kit.completeness import lacking
from kpi_kit.contract import Contract, read_contract
from kpi_kit.expectation import holidays
from kpi_kit.freshness import arrived
from kpi_kit.sources import open_helpdesk
from tests.cards import DAY, MONDAY, SUNDAY, WEEK

HERE = Path(__file__).parents[1]
DATA = HERE.parent / "shared" / "data"
TELLS = "data incomplete, "
# Each day: 30 mails over ten hours from 8 on, and 20 chats at noon.
USUAL = [(hour, "email", 3) for hour in range(8, 18)] + [(12, "chat", 20)]
FRAME = ("created_on", "created_hour", "channel", "count")


def came(*last, weeks=8, usual=USUAL, day=SUNDAY):
    """Return what came each day of so many weeks, and on the last one."""
    days = [day - number * DAY for number in range(7 * weeks, 0, -1)]
    rows = [(each, *some) for each in days for some in usual]
    rows += [(day, *some) for some in last]
    return pd.DataFrame(rows, columns=FRAME)


def told(*last, closed=(), said=(), **given):
    """Return what the last Sunday lacks."""
    frame = came(*last, **given)
    found = lacking(frame, SUNDAY, judged=SUNDAY, closed=closed, said=said)
    return found.get(SUNDAY, "").removeprefix(TELLS)


def mails(count, hours=range(8, 18)):
    """Return so many mails in each of some hours."""
    return [(hour, "email", count) for hour in hours]


CHATS = (12, "chat", 20)


@pytest.mark.parametrize(
    ("last", "text"),
    [
        pytest.param(USUAL, "", id="as-ever"),
        pytest.param(
            [*mails(1), (12, "chat", 15)],
            "25 tickets on 2026-11-15, usually 50",
            id="every-other-page",
        ),
        pytest.param([*mails(2), (12, "chat", 12)], "", id="a-calm-day"),
        pytest.param(
            [(hour, "email", 5) for hour in range(8, 18)],
            "no chat on 2026-11-15, usually 20",
            id="no-chat",
        ),
        pytest.param(
            [*mails(3, range(8, 14)), CHATS],
            "none after 14:00 on 2026-11-15, usually 12",
            id="cut-at-two",
        ),
        pytest.param([*mails(3, range(8, 15)), CHATS], "", id="nine-may-fail-to-come"),
        pytest.param(
            [*mails(3, (8, 9, 13, 14, 15, 16, 17)), (13, "chat", 20)],
            "none from 10:00 to 13:00 on 2026-11-15, usually 29",
            id="three-hours-in-between",
        ),
        pytest.param(
            [*mails(3, range(12, 18)), CHATS],
            "none from 0:00 to 12:00 on 2026-11-15, usually 12",
            id="begun-at-noon",
        ),
        pytest.param([], "no tickets on 2026-11-15", id="nothing"),
    ],
)
def test_what_a_day_lacks(last, text):
    """Held against eight Sundays of 50 tickets over two channels."""
    assert text == told(*last)


def test_a_calm_hour_of_a_calm_day_is_no_loss():
    """A holiday that nobody named: a tenth of all came, and none in hours of twelve.

    That it has too few, is told of the last weeks and not of long ago.
    """
    calm = [(8, "email", 1), (12, "chat", 3), (17, "email", 1)]
    again = came(*USUAL, weeks=9)
    again = again[again["created_on"] != SUNDAY - WEEK]
    rows = [(SUNDAY - WEEK, *some) for some in calm]
    frame = pd.concat([again, pd.DataFrame(rows, columns=FRAME)])

    few = "5 tickets on 2026-11-15, usually 50"
    assert few == told(*calm)
    assert {} == lacking(frame, SUNDAY, judged=SUNDAY)


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        pytest.param("America/New_York", "", id="the-clocks-go-forward"),
        pytest.param(
            "UTC", "none from 2:00 to 3:00 on 2026-03-08, usually 12", id="no"
        ),
    ],
)
def test_an_hour_that_is_not_there_is_no_loss(zone, text):
    """Twelve an hour all night; on 8 March the clocks go from 2 to 3 in New York."""
    usual = [(hour, "email", 12) for hour in range(24)]
    day = date(2026, 3, 8)
    frame = came(*usual[:2], *usual[3:], usual=usual, day=day)
    found = lacking(frame, day, judged=day, zone=zone)

    assert ({day: TELLS + text} if text else {}) == found


def test_three_weeks_are_no_measure():
    """Half of what three Sundays brought: nothing is said; of four, it is."""
    assert "" == told(*mails(1), (12, "chat", 10), weeks=3)
    assert told(*mails(1), (12, "chat", 10), weeks=4)


def test_a_day_off_is_like_no_other():
    """Neither the day itself nor one that it is held against."""
    few = (*mails(1), (12, "chat", 1))
    assert "" == told(*few, closed={SUNDAY})
    before = {SUNDAY - number * WEEK for number in range(1, 6)}
    assert "" == told(*few, closed=before)


def test_days_that_differ_by_themselves_are_no_measure():
    """Sundays of 20 to 80: one of 25 is no surprise; after those of 100 it is not."""
    counts = (20, 80, 25, 75, 30, 70, 22, 78)
    before = [(SUNDAY - n * WEEK, 12, "email", count) for n, count in enumerate(counts)]
    for last, high, lacks in ((25, 0, False), (25, 80, True)):
        rows = [(day, hour, how, count or high) for day, hour, how, count in before[1:]]
        rows = [(d, h, c, max(high, n)) for d, h, c, n in rows]
        frame = pd.DataFrame([*rows, (SUNDAY, 12, "email", last)], columns=FRAME)

        assert lacks is (SUNDAY in lacking(frame, SUNDAY, judged=SUNDAY))


def test_a_week_lacks_what_no_day_of_it_does():
    """Nine of 50 fail each day, which one in ten does; 63 of a week's 350 do not."""
    less = [*mails(3, range(8, 15)), CHATS]
    days = [SUNDAY - n * DAY for n in range(6, -1, -1)]
    rows = [(day, *some) for day in days for some in less]
    before = came(day=MONDAY)
    frame = pd.concat([before, pd.DataFrame(rows, columns=FRAME)])
    why = "287 tickets from 2026-11-09 to 2026-11-15, usually 350"

    found = lacking(frame, SUNDAY, judged=MONDAY)

    assert dict.fromkeys(days, TELLS + why) == found
    assert {} == lacking(frame, SUNDAY - DAY, judged=MONDAY)  # a week not over yet


def without_chat(days, a_day=2, weeks=20):
    """Return 20 weeks, without chats in the last days; two came each day until then."""
    usual = [*mails(3), (12, "chat", a_day)]
    frame = came(*usual, usual=usual, weeks=weeks)
    gone = (frame["channel"] == "chat") & (frame["created_on"] > SUNDAY - days * DAY)
    return frame[~gone]


@pytest.mark.parametrize(
    ("days", "tells"),
    [
        pytest.param(5, False, id="ten-may-fail-to-come"),
        pytest.param(6, True, id="twelve-do-not"),
        pytest.param(56, True, id="eight-weeks"),
        pytest.param(57, False, id="it-must-be-meant"),
    ],
)
def test_a_channel_falls_silent(days, tells):
    """Since when is told until the data has lived without it for eight weeks."""
    since = SUNDAY - (days - 1) * DAY
    why = f"{TELLS}no chat since {since}, usually 14 a week"
    gone = [since + n * DAY for n in range(days)] if tells else []

    assert dict.fromkeys(gone, why) == lacking(
        without_chat(days), SUNDAY, judged=SUNDAY - 13 * DAY
    )


@pytest.mark.parametrize(
    ("said", "tells"),
    [
        pytest.param([(-16, "Chat closed for good")], False, id="a-week-before"),
        pytest.param([(0, "we closed CHAT")], False, id="on-the-last-day"),
        pytest.param([(-17, "Chat closed")], True, id="long-before"),
        pytest.param([(-1, "Chats are gone")], True, id="another-word"),
    ],
)
def test_a_text_explains_a_silence(said, tells):
    """Ten days without a chat; the mails alone are no less than they were."""
    said = [(SUNDAY + n * DAY, text) for n, text in said]
    found = lacking(without_chat(10), SUNDAY, judged=SUNDAY - 13 * DAY, said=said)

    assert tells is bool(found)


def test_a_channel_that_was_closed_takes_no_other_with_it():
    """Two of five tickets were chats: without them no day and no week has too few."""
    frame, judged = without_chat(10, a_day=20), SUNDAY - 13 * DAY

    assert {} == lacking(frame, SUNDAY, judged=judged, said=[(SUNDAY, "no chat")])
    assert 10 == len(lacking(frame, SUNDAY, judged=judged))


def test_a_burst_is_no_channel():
    """A campaign of one week, 20 a day, leaves nothing behind that could be missed."""
    campaign = [SUNDAY - n * DAY for n in range(20, 27)]
    rows = [(day, 12, "social", 20) for day in campaign]
    frame = pd.concat([came(*USUAL, weeks=12), pd.DataFrame(rows, columns=FRAME)])

    assert {} == lacking(frame, SUNDAY, judged=SUNDAY)


def test_a_channel_that_came_back_lacks_its_days():
    """Chats failed to come on three days a month ago."""
    frame = came(*USUAL, weeks=16)
    lost = [SUNDAY - n * DAY for n in (30, 29, 28)]
    gone = (frame["channel"] == "chat") & frame["created_on"].isin(lost)
    why = f"{TELLS}no chat from 2026-10-16 to 2026-10-18, usually 60"

    assert dict.fromkeys(lost, why) == lacking(frame[~gone], SUNDAY, judged=SUNDAY)


def alarms(helpdesk, contract, first, last):
    """Return what is told in the report of any day: all of it would be false."""
    zone = contract.time_zone
    frame = arrived(helpdesk, zone, first, last)
    begun = frame[frame["created_on"] > frame["created_on"].min()]
    closed, found = holidays(contract), {}
    for number in range((last - first).days + 1):
        as_of = first + number * DAY
        known = begun[begun["created_on"] >= as_of - 21 * WEEK]
        judged = as_of - 13 * DAY
        found |= lacking(known, as_of, judged=judged, closed=closed, zone=zone)
    return found


@pytest.mark.parametrize(("size", "seed"), [(20_000, 4), (3_000, 5)])
def test_the_demo_lacks_nothing(size, seed):
    """In none of the reports of its 275 days, holidays, summer and night desk alike."""
    terms = HERE / "parameters" / "demo" / "contract.yaml"
    contract = read_contract(terms, known_metrics=measures())
    desk = open_helpdesk("demo", f"{size}:{seed}")

    assert {} == alarms(desk, contract, date(2026, 2, 14), date(2026, 11, 15))


@pytest.mark.skipif(not DATA.is_dir(), reason="the real data lies beside the project")
@pytest.mark.parametrize(
    ("name", "where", "zone", "first", "last", "days"),
    [
        pytest.param(
            "sumo_daily",
            "sumo_daily",
            "America/Los_Angeles",
            date(2025, 11, 2),
            date(2025, 11, 23),
            [],
            id="a-forum",
        ),
        pytest.param(
            "incident_event_log",
            "",
            "UTC",
            date(2016, 2, 29),
            date(2016, 5, 31),
            [date(2016, 4, 21)],  # a holiday in Brazil: 43 incidents and not 359
            id="an-incident-desk",
        ),
    ],
)
def test_real_days_lack_nothing(name, where, zone, first, last, days):
    """What is told of real helpdesks are days off that no contract names."""
    mapping = str(HERE / "parameters" / "mappings" / name)
    desk = open_helpdesk("sql", str(DATA / where), mapping=mapping)

    assert days == sorted(alarms(desk, Contract(time_zone=zone), first, last))
