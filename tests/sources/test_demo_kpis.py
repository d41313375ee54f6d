"""The demo helpdesk's KPIs: lifelike where it is calm, its troubles in sight."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from kpi_kit.asked import question
from kpi_kit.catalog import measures
from kpi_kit.contract import read_contract
from kpi_kit.evidence import evidence
from kpi_kit.rules import findings
from kpi_kit.scorecard import scorecard, scorecards
from kpi_kit.sources import open_helpdesk
from kpi_kit.standings import standings

TICKETS = "20000"
FIRST_DAY, GO_LIVE = date(2026, 2, 14), date(2026, 3, 16)
RELEASE, LAST_DAY = date(2026, 10, 27), date(2026, 11, 15)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
MONDAYS = [date(2026, 2, 16) + WEEK * number for number in range(39)]
START = (GO_LIVE, date(2026, 4, 20))
HOLDING = (date(2026, 5, 4), date(2026, 6, 1))
CLOSING = (date(2026, 7, 13), date(2026, 8, 10))
RETURNS = (date(2026, 8, 24), date(2026, 9, 21))
SIGN_IN = "Sign-in after release 4.2"
CONTRACT = Path(__file__).parents[2] / "parameters" / "demo" / "contract.yaml"
METRICS = (
    "first_response_time",
    "resolution_time",
    "first_contact_resolution_one_reply",
    "first_contact_resolution_one_touch",
    "reopen_rate",
    "escalation_rate",
    "escalation_to_client_rate",
    "ticket_volume",
    "backlog",
)


@pytest.fixture(scope="module")
def contract():
    """The contract that comes with the demo."""
    return read_contract(CONTRACT, known_metrics=measures())


@pytest.fixture(scope="module")
def helpdesk():
    """The demo helpdesk as it is without a word about seeds."""
    return open_helpdesk("demo", TICKETS)


@pytest.fixture(scope="module")
def facts(helpdesk, contract):
    """Every fact of every ticket at the end of the story."""
    found = evidence(helpdesk, contract, as_of=LAST_DAY)
    return pa.Table.from_batches(found.batches, found.schema).to_pandas()


@pytest.fixture(scope="module")
def cards(helpdesk, contract):
    """The KPIs by week, by day, of the baseline, by team and by issue type."""
    whole = {"start": FIRST_DAY, "end": LAST_DAY + DAY, "as_of": LAST_DAY}
    weeks = whole | {"start": MONDAYS[0], "every": "week"}
    baseline = whole | {"end": GO_LIVE, "metrics": METRICS}
    by_issue = ("ticket_volume", "first_contact_resolution_one_reply")
    asked = {
        "week": weeks | {"metrics": METRICS},
        "day": whole | {"every": "day", "metrics": ["backlog", "ticket_volume"]},
        "baseline": baseline,
        "team": weeks | {"metrics": ["first_response_time"], "by": ["team"]},
        "issue": weeks | {"metrics": by_issue, "by": ["issue_type"]},
    }
    questions = [question(helpdesk, contract, **each) for each in asked.values()]
    answers = scorecards(helpdesk, contract, questions)
    return dict(zip(asked, answers, strict=True))


def series(frame, metric, statistic=None, clock=""):
    """Return the rows of one number, by the day their period starts."""
    kept = (frame["metric"] == metric) & (frame["clock"] == clock)
    if statistic:
        kept &= frame["statistic"] == statistic
    return frame[kept & frame["value"].notna()].set_index("period_start")


def first_response(frame):
    """Return the median first response in business minutes."""
    return series(frame, "first_response_time", "median", "business")


def resolution_hours(frame):
    """Return the median resolution in hours."""
    found = series(frame, "resolution_time", "median", "calendar")
    return found["value"] / 60


def within(found, span):
    """Say for each row whether its period starts in a span."""
    return (found.index >= span[0]) & (found.index < span[1])


def calm(found):
    """Return the weeks of the vendor with nothing planted in them."""
    troubled = sum(within(found, span) for span in (START, HOLDING, CLOSING, RETURNS))
    vendor = (found.index >= date(2026, 4, 27)) & (found.index < date(2026, 10, 26))
    return found[vendor & (troubled == 0)]


def pooled(found):
    """Return the share over several periods together."""
    return (found["value"] * found["n"]).sum() / found["n"].sum()


def found_in(values, span, until=LAST_DAY):
    """Split a series into the weeks of a span and the others before ``until``."""
    values = values[values.index < until]
    inside = within(values, span)
    return values[inside], values[~inside]


def test_the_day_has_two_humps(facts):
    """On weekdays most comes in late in the morning and again in the afternoon."""
    weekday = facts[facts.created_weekday <= 5]
    hours = weekday.groupby("created_hour").size()

    assert hours.loc[9:11].min() > hours.loc[12] < hours.loc[14:16].min()
    assert hours.loc[20:].max() < hours.loc[9:17].min()
    assert 0.04 > hours.loc[0:6].sum() / hours.sum()


def test_the_week_has_a_quiet_end(facts):
    """Most comes early in the week; a weekend's day brings under half a weekday's."""
    days = facts.groupby("created_weekday").size()

    assert {1, 2} == set(days.nlargest(2).index)
    assert days.loc[6:].max() < days.loc[:5].min() / 2


def test_volume_grows_gently(cards):
    """A quarter more in nine months, without the tickets that the release brings."""
    found = series(cards["issue"], "ticket_volume")
    weeks = (
        found.loc[found["issue_type"] != SIGN_IN].groupby("period_start").value.sum()
    )
    first, last = weeks.iloc[:8].mean(), weeks.iloc[-8:].mean()

    assert 1.1 < last / first < 1.3


@pytest.mark.parametrize(
    ("column", "least", "most"),
    [
        pytest.param("first_response_business_minutes", 1.8, 3.5, id="first-response"),
        pytest.param("resolution_calendar_minutes", 3, 6, id="resolution"),
    ],
)
def test_waiting_times_are_skewed(facts, column, least, most):
    """A few tickets take several times as long, and pull the mean above the median."""
    minutes = facts.loc[facts.channel.isin(["email", "web"]), column].dropna()

    assert least < minutes.quantile(0.9) / minutes.median() < most
    assert minutes.mean() > 1.1 * minutes.median()


def test_first_responses_are_about_lognormal(facts):
    """On a scale of factors the upper half is about as wide as the lower."""
    outside = ~facts.created_on.between(*HOLDING)
    minutes = facts.loc[
        facts.channel.isin(["email", "web"]) & outside,
        "first_response_business_minutes",
    ]
    low, middle, high = np.log(minutes.dropna().quantile([0.1, 0.5, 0.9]))

    assert 0.8 < (high - middle) / (middle - low) < 1.5


def test_clocks_change_in_the_baseline_and_in_the_autumn(facts):
    """The hour that the clocks skip is empty, and both days have tickets."""
    changed = facts[facts.created_on.isin([date(2026, 3, 8), date(2026, 11, 1)])]

    assert 2 == changed.created_on.nunique()
    assert changed[
        (changed.created_on == date(2026, 3, 8)) & (changed.created_hour == 2)
    ].empty


def test_holidays_are_quiet(cards):
    """Fewer tickets than on the same weekday before and after."""
    came = series(cards["day"], "ticket_volume")["value"]
    holidays = [date(2026, 5, 25), date(2026, 6, 19), date(2026, 9, 7)]

    for day in holidays:
        assert came[day] < 0.75 * min(came[day - WEEK], came[day + WEEK]), day


BANDS = [
    pytest.param("reopen_rate", 0.05, 0.09, id="reopened"),
    pytest.param("escalation_rate", 0.08, 0.14, id="escalated"),
    pytest.param("first_contact_resolution_one_touch", 0.60, 0.75, id="one-touch"),
]


@pytest.mark.parametrize(("metric", "low", "high"), BANDS)
def test_calm_weeks_lie_within_the_cited_bands(cards, metric, low, high):
    """Together they do, and no single week surely does not."""
    weeks = calm(series(cards["week"], metric))

    assert 14 == len(weeks)
    assert low < pooled(weeks) < high
    assert (weeks["low"] <= high).all()
    assert (weeks["high"] >= low).all()


def test_the_baseline_is_slower_and_better(cards):
    """In-house answers took longer; more were enough and fewer were handed on."""
    baseline = cards["baseline"]
    early = cards["week"][cards["week"]["period_start"] < START[1]]
    early = early[early["period_start"] >= START[0]]
    late = calm(first_response(cards["week"]))

    assert first_response(baseline).low.item() > late["high"].tail(5).max()
    for metric, better in (
        ("first_contact_resolution_one_reply", np.greater),
        ("escalation_rate", np.less),
        ("reopen_rate", np.less),
    ):
        before = series(baseline, metric)["value"].item()
        assert better(before, series(early, metric)["value"]).all(), metric


def test_the_start_of_the_vendor_shows_in_escalations(cards):
    """Over 13 % go to the client in five weeks, under 12 % until the release."""
    weeks = series(cards["week"], "escalation_to_client_rate")["value"]
    inside, outside = found_in(weeks, START, until=date(2026, 10, 26))

    assert 5 == len(inside)
    assert inside.min() > 0.13
    assert outside.max() < 0.12


def test_holding_replies_show_in_first_responses_and_resolutions(cards):
    """Answers come in a third of the time, solutions take a third longer."""
    inside, outside = found_in(first_response(cards["week"])["value"], HOLDING)
    slow, usual = found_in(resolution_hours(cards["week"]), HOLDING)
    settled = usual[(usual.index >= START[1]) & (usual.index < RELEASE)]

    assert 4 == len(inside)
    assert inside.max() < 90
    assert outside.min() > 180
    assert slow.min() > settled.max()
    assert slow.mean() > 1.3 * settled.mean()


def test_premature_closing_shows_in_reopenings_and_resolutions(cards):
    """Over 11 % are reopened and resolutions are fast; in no other weeks."""
    inside, outside = found_in(series(cards["week"], "reopen_rate")["value"], CLOSING)
    fast, usual = found_in(resolution_hours(cards["week"]), CLOSING)

    assert 4 == len(inside)
    assert inside.min() > 0.11
    assert outside.max() < 0.095
    assert fast.max() < 20
    assert usual.min() > 22


def test_the_overloaded_team_shows_in_its_own_first_responses(cards):
    """The Returns desk takes over eight hours, before and after under six."""
    teams = first_response(cards["team"])
    desk = teams.loc[teams["team"] == "Returns desk", "value"]
    others = teams.loc[teams["team"] == "Frontline", "value"]
    inside, outside = found_in(desk, RETURNS)

    assert 4 == len(inside)
    assert inside.min() > 480
    assert outside.max() < 360
    assert found_in(others, RETURNS)[0].max() < 240


@pytest.mark.parametrize(
    ("since", "until", "least", "most"),
    [
        pytest.param(FIRST_DAY, GO_LIVE, 0.8, 1.2, id="in-house-they-do-not"),
        pytest.param(GO_LIVE, LAST_DAY, 1.7, 2.6, id="with-the-vendor-twice-as-long"),
    ],
)
def test_monday_mornings_wait(facts, since, until, least, most):
    """Tickets of Monday 9 to 12, beside those of all other hours."""
    days = facts[(facts.created_on >= since) & (facts.created_on < until)]
    minutes = days["first_response_business_minutes"]
    peak = (days.created_weekday == 1) & days.created_hour.between(9, 11)

    assert least < minutes[peak].median() / minutes[~peak].median() < most


def test_the_release_brings_a_new_category(cards, facts):
    """It grows week by week, and one reply seldom solves it."""
    new = facts[facts.issue_type == SIGN_IN]
    volume = series(cards["issue"], "ticket_volume")
    volume = volume.loc[volume["issue_type"] == SIGN_IN, "value"].tail(3)
    solved = series(cards["issue"], "first_contact_resolution_one_reply")
    solved = solved[solved["issue_type"] == SIGN_IN]

    assert 8 == facts[facts.created_on < RELEASE].issue_type.nunique()
    assert new.created_on.min() >= RELEASE
    assert 30 < volume.iloc[0] < volume.iloc[1] < volume.iloc[2]
    assert pooled(solved) < 0.5


def test_the_backlog_jams_at_the_end(cards):
    """Friday to Sunday it rises day by day by over 10 %, in no other open week.

    The office is closed from the third of July, a Friday, to the fifth.
    """
    opened = series(cards["day"], "backlog")["value"]
    sundays = [monday - DAY for monday in MONDAYS[2:]] + [LAST_DAY]

    def has_risen(sunday):
        days = [opened[sunday - DAY * number] for number in range(3, -1, -1)]
        return min(np.diff(days)) > 0 and days[-1] > 1.1 * days[0]

    risen = [sunday for sunday in sundays if has_risen(sunday)]

    assert [date(2026, 7, 5), LAST_DAY] == risen
    assert opened[LAST_DAY] > 1.5 * opened[opened.index < date(2026, 11, 2)].max()


def test_the_last_week_makes_a_review(cards):
    """What the weekly review of 9 to 15 November says, and how sure it is of it."""
    first = first_response(cards["week"]).loc[MONDAYS[-1]]
    reply = series(cards["week"], "first_contact_resolution_one_reply")
    reopened = series(cards["week"], "reopen_rate")
    handed = series(cards["week"], "escalation_to_client_rate")["value"]
    opened = series(cards["day"], "backlog")["value"]

    assert 250 < first["value"] < 270
    assert first["low"] > 240
    assert 0.59 < reply.loc[MONDAYS[-2], "value"] < 0.62
    assert reply.loc[MONDAYS[-2], "high"] < 0.65
    assert 0.05 < reopened.loc[MONDAYS[-2], "value"] < 0.065
    assert reopened.loc[MONDAYS[-2], "high"] < 0.08
    assert 0.135 < handed[MONDAYS[-1]] < 0.155
    assert 1.15 < opened[LAST_DAY] / opened[LAST_DAY - 3 * DAY] < 1.2


@pytest.mark.parametrize(
    ("as_of", "rules"),
    [
        pytest.param(
            date(2026, 4, 12),
            {"few_first_contacts", "many_escalations"},
            id="start-of-the-vendor",
        ),
        pytest.param(
            date(2026, 5, 31),
            {"few_first_contacts", "holding_replies"},
            id="holding-replies",
        ),
        pytest.param(date(2026, 8, 2), {"early_closing"}, id="premature-closing"),
        pytest.param(date(2026, 10, 25), set(), id="a-calm-week"),
        pytest.param(
            LAST_DAY,
            {
                "few_first_contacts",
                "growing_backlog",
                "late_at_peak_hours",
                "many_escalations",
            },
            id="the-last-week",
        ),
    ],
)
def test_the_rules_see_what_is_planted(helpdesk, contract, as_of, rules):
    """Each week's review finds the troubles of that week and no others."""
    card = standings(
        helpdesk,
        contract,
        start=as_of - 12 * WEEK,
        as_of=as_of,
        every="week",
        metrics=[*METRICS, "first_contact_resolution"],
    )

    assert rules == {finding.rule for finding in findings(card)}


def test_another_seed_tells_the_same_story(contract):
    """The troubles are planted, not found by luck in one seed."""
    other = open_helpdesk("demo", f"{TICKETS}:1")
    found = scorecard(
        other,
        contract,
        start=MONDAYS[0],
        end=LAST_DAY + DAY,
        as_of=LAST_DAY,
        every="week",
        metrics=["first_response_time", "reopen_rate", "backlog"],
    )
    held, _ = found_in(first_response(found)["value"], HOLDING)
    closed, usual = found_in(series(found, "reopen_rate")["value"], CLOSING)
    opened = series(found, "backlog")["value"]

    assert held.max() < 90
    assert closed.mean() > 1.5 * usual.mean()
    assert opened.iloc[-1] > 1.4 * opened.iloc[:-2].max()
