"""growing_backlog: over 10 % in three days, and whether arrivals or hands are why."""

from __future__ import annotations

import pytest

from kpi_kit.rules import findings
from tests.rules.patterns import growing, volumes


def test_positive_with_a_new_category():
    """540 came instead of 300 and 440 were done: arrivals; Login brings 262 of 272."""
    kinds = volumes(Login=[150] * 8 + [412], Payment=[90] * 8 + [100])
    (finding,) = findings(growing(came=180, kinds=kinds))

    assert (
        "Open tickets grew by 20.0% in three days, and Login brings them",
        "alarm",
        "backlog",
    ) == (finding.title, finding.state, finding.metric)
    assert (
        "Open at the end of Thu 12 Nov: 500, of Sun 15 Nov: 600; more on each day.",
        "The same weekdays usually bring 0.0%.",
        "In three days 540 came in, usually 300, and 440 were done, usually 300.",
    ) == finding.facts
    assert "Login brought 412 tickets in the week, usually 150." == finding.speaks_for
    assert finding.speaks_against is None
    assert finding.ask.startswith("Product says what changed in Login")


def test_capacity():
    """As many came as ever, 200 instead of 300 were done: hands are missing."""
    (finding,) = findings(growing())

    assert (
        "Open tickets grew by 20.0% in three days: fewer were solved than usual"
    ) == finding.title
    assert "who was missing on these days" in finding.ask
    assert "back to 500" in finding.ask
    assert (None, None) == (finding.speaks_for, finding.speaks_against)


@pytest.mark.parametrize(
    ("came", "usual", "title", "against"),
    [
        pytest.param(145, 100, "more came in", None, id="arrivals"),
        pytest.param(400 / 3, 100, "more came in", None, id="all-of-it"),
        pytest.param(120, 100, "more came in", "hands may be missing", id="both"),
        pytest.param(110, 100, "fewer were solved", "not hands alone", id="both-too"),
    ],
)
def test_the_larger_part_names_the_cause(came, usual, title, against):
    """The other part, where there is one, speaks against.

    100 more are open: of 135 more arrivals 35 were done, of 100 more none; 60 more came
    and 40 fewer were done; 30 more and 70 fewer.
    """
    (finding,) = findings(growing(came=came, usual=usual))

    assert title in finding.title
    assert (against is None) == (finding.speaks_against is None)
    assert against is None or against in finding.speaks_against


@pytest.mark.parametrize(
    "kinds",
    [
        pytest.param(volumes(Login=[150] * 8 + [194]), id="29-percent-is-no-spike"),
        pytest.param(
            volumes(Login=[50] * 8 + [150], Pay=[50] * 8 + [99], Gift=[50] * 8 + [102]),
            id="less-than-half-of-the-rise",
        ),
        pytest.param(None, id="no-types"),
    ],
)
def test_no_category_is_blamed(kinds):
    """Arrivals are why, and no single type brings them."""
    (finding,) = findings(growing(came=180, kinds=kinds))

    assert finding.title.endswith("more came in than usual")
    assert finding.ask.startswith("The client says what brought the tickets")


@pytest.mark.parametrize(
    ("last", "state"),
    [
        pytest.param((500, 520, 540, 550), None, id="borderline-10-percent"),
        pytest.param((500, 520, 540, 551), "close", id="over-10-percent"),
        pytest.param((500, 520, 540, 575), "close", id="borderline-15-percent"),
        pytest.param((500, 520, 540, 576), "alarm", id="over-15-percent"),
        pytest.param((500, 600, 600, 650), None, id="a-day-without-a-rise"),
        pytest.param((600, 560, 540, 500), None, id="negative"),
        pytest.param((20, 23, 26, 29), None, id="nine-tickets"),
    ],
)
def test_negative_and_borderline(last, state):
    """Every day up, over 10 % in all, ten tickets at least."""
    found = findings(growing(last, came=40, usual=40))

    assert state == (found[0].state if found else None)


def test_without_earlier_weeks_nothing_is_said():
    """Two weeks of days: it grew, and nobody knows what is usual."""
    card = growing()
    for name, daily in card.daily.items():
        card.daily[name] = daily.tail(14).reset_index(drop=True)

    assert [] == findings(card)
