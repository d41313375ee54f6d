"""First response by channel and hour: what one average over all of them hides."""

from __future__ import annotations

from decimal import Decimal
from html import unescape

import duckdb
import pytest

from kpi_kit import page
from kpi_kit.contract import Contract, Target
from kpi_kit.sources import demo, open_helpdesk
from kpi_kit.standings import standings
from tests.cards import reading, rows, scorecard, standing
from tests.sources.demo_rows import DAY, LAST_DAY, WEEK, ZONE

KEY = ("first_response_time", "channel", "created_hour")
HOSTILE = "<img src=x onerror=alert(1)>"
LIMIT = Contract(
    targets=(Target(metric="first_response_time", at_most=Decimal(240)),),
)
MAIL = [
    ("mail", 9, (200.0, 190.0, 220.0, 90)),
    ("mail", 10, (400.0, 250.0, 500.0, 40)),
]
# Slowest is where nobody can tell.
WEB = [("web", 10, (999.0, 900.0, 1100.0, 9))]
CHAT = [
    ("chat", 9, (300.0, 280.0, 320.0, 25)),
    ("chat", 10, (10.0, 9.0, 11.0, 20)),
]
CELLS = [*MAIL, *WEB, *CHAT]


def card(cells=CELLS, contract=LIMIT):
    """Return the card of a first response by channel and hour."""
    channels, hours, values = zip(*cells, strict=True)
    frame = rows([*values], channel=[*channels], created_hour=[*hours])
    first = standing("first_response_time", reading(258, 246, 271), contract)
    return scorecard(first, contract=contract, slices={KEY: frame})


def said(found):
    """Return the sentence over the picture."""
    html = page.channels.told(found, page.channels.drawn(found))
    return html.replace("\u00a0", " ")


def test_the_worst_channel_and_hour():
    """Mail at 10 with 40 tickets; the nine of the web are too few to name."""
    assert "Longest by channel: Mail from 10 to 11 with 6 h 40 min" in said(card())
    assert "min, clearly over 4 h." in said(card())
    assert "with 6 h 40 min. " in said(card(contract=Contract()))


def test_what_may_be_chance_misses_nothing():
    """An interval that begins on the limit is not over it."""
    found = card([("a", 9, (300.0, 240.0, 320.0, 25)), ("b", 9, (10.0, 9.0, 11.0, 25))])

    assert "No channel lies clearly over 4 h at any hour." in said(found)


def test_a_mean_has_no_interval():
    """It is over its limit or is not; of 241 and 240 minutes the first is."""
    cells = [("a", 9, (240.0, None, None, 25)), ("b", 9, (10.0, None, None, 25))]

    assert "No channel lies over 4 h at any hour." in said(card(cells))
    cells[0] = ("a", 9, (241.0, None, None, 25))
    assert "A from 09 to 10 with 4 h 01 min, over 4 h." in said(card(cells))


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param([*MAIL, *WEB], id="one-has-nine"),
        pytest.param([*MAIL, ("(none)", *CHAT[0][1:])], id="one-has-a-name"),
        pytest.param([*MAIL, ("chat", 12, CHAT[0][2])], id="never-at-one-hour"),
        pytest.param(MAIL, id="one"),
    ],
)
def test_one_channel_shows_nothing(cells):
    """The row of the hours would be told twice."""
    assert page.channels.drawn(card(cells)) is None


def test_hours_of_one_channel_are_left_out():
    """From the first hour that two have to the last; what lies between stays."""
    alone = [("mail", hour, (500.0, 490.0, 510.0, 50)) for hour in (3, 8, 11, 13)]
    both = [
        (channel, hour, (100.0, 90.0, 110.0, 50))
        for channel in ("mail", "chat")
        for hour in (9, 12)
    ]
    found = page.channels.drawn(card([*alone, *both]))

    assert {9, 11, 12} == set(found["created_hour"])
    assert 5 == len(found)


def test_the_channels_with_most_tickets_in_an_hour_are_shown():
    """Six of nine, and it is said; one with more tickets has no hour to tell by."""
    cells = [(f"c{n}", 9, (100.0 + n, 90.0, 300.0, 10 + n)) for n in range(8)]
    cells += [("spread", hour, (9.0, 8.0, 10.0, 9)) for hour in range(9, 18)]
    found = card(cells)

    assert [f"c{n}" for n in range(2, 8)] == list(page.channels.drawn(found)["channel"])
    assert "Shown are the 6 of 9 channels with most tickets in an hour." in said(found)
    assert "Shown" not in said(card([*MAIL, *CHAT]))


def test_a_channels_name_is_no_markup():
    """Whoever wrote it."""
    found = card(
        [(HOSTILE, *cell[1:]) if cell[0] == "mail" else cell for cell in CELLS]
    )

    assert HOSTILE not in said(found)
    assert HOSTILE in unescape(said(found))


PLAIN = """
    with replies as (
        select ticket_id, min(sent_at) as sent_at
        from read_parquet($messages)
        where author_role = 'agent' and is_public and not is_automatic
        group by ticket_id
    ), cells as (
        select channel, hour(timezone($zone, created_at)) as hour,
            date_diff('second', created_at, sent_at) / 60 as minutes
        from read_parquet($tickets) left join replies using (ticket_id)
        where merged_into is null and opened_by <> 'agent'
            and cast(timezone($zone, created_at) as date) between $first and $last
    )
    select channel, hour, quantile_cont(minutes, 0.5), count(minutes)
    from cells where (channel, hour) in (('email', 10), ('web', 15))
    group by channel, hour order by channel
"""


def test_two_cells_counted_again_from_the_files():
    """Four weeks in New York, opened by no agent: the median until an agent's words.

    Without business hours the clock is the calendar's.
    """
    folder = demo.folder_of("20000")
    asked = {name: f"{folder / name}.parquet" for name in ("tickets", "messages")}
    asked |= {"zone": ZONE, "first": LAST_DAY - 4 * WEEK + DAY, "last": LAST_DAY}
    with duckdb.connect() as connection:
        plain = connection.execute(PLAIN, asked).fetchall()
    found = standings(
        open_helpdesk("demo", "20000"),
        Contract(time_zone=ZONE),
        start=LAST_DAY - 90 * DAY,
        as_of=LAST_DAY,
        every="week",
        metrics=["first_response_time"],
    )
    cells = found.slices[KEY].set_index(["channel", "created_hour"])

    assert [("email", 10), ("web", 15)] == [row[:2] for row in plain]
    assert min(count for *_, count in plain) > 30
    for channel, hour, value, count in plain:
        cell = cells.loc[(channel, hour)]
        assert (round(value, 6), count) == (round(cell["value"], 6), cell["n"])
