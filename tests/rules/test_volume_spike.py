"""volume_spike: 30 % above the usual, above every like day, and more than chance."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from kpi_kit.rules import findings
from tests.cards import by_day
from tests.rules.patterns import spiking


def kinds(**counts):
    """Return the daily volumes of issue types; the judged day is the last."""
    frames = [by_day(v).assign(issue_type=name) for name, v in counts.items()]
    return pd.concat(frames, ignore_index=True)


def test_positive():
    """200 tickets on a Sunday, after four Sundays of 100."""
    (finding,) = findings(spiking())

    assert ("200 tickets came in, usually 100", "alarm", "ticket_volume") == (
        finding.title,
        finding.state,
        finding.metric,
    )
    assert ("The 4 Sundays known before brought 100.",) == finding.facts
    assert "The client says what happened" in finding.ask


def test_no_issue_type_alone():
    """Of 100 more, three types bring a third each: none brings half of them."""
    types = [kinds(**{name: [30] * 28 + [63]}) for name in ("Login", "Fee", "Card")]
    (finding,) = findings(spiking(kinds=pd.concat(types, ignore_index=True)))

    assert "No single issue type brings half of what is more." == finding.facts[1]


def test_names_the_issue_type_that_brings_them():
    """Of 100 more, Login brings 70 and Payment 30."""
    types = kinds(Login=[50] * 28 + [120], Payment=[50] * 28 + [80])
    (finding,) = findings(spiking(kinds=types))

    assert "Login brings 70.0% of what is more." == finding.facts[1]
    assert finding.ask.startswith("Product says what changed there")


@pytest.mark.parametrize(
    ("came", "before", "fires"),
    [
        pytest.param(130, [100] * 28, True, id="30-percent"),
        pytest.param(129, [100] * 28, False, id="29-percent"),
        pytest.param(200, [100] * 7 + [200] + [100] * 20, False, id="as-once-before"),
        pytest.param(201, [100] * 7 + [200] + [100] * 20, True, id="above-every-one"),
        pytest.param(15, [10] * 28, False, id="five-more-are-chance"),
        pytest.param(200, [100] * 9, True, id="nine-days-known"),
        pytest.param(200, [0] * 5 + [100] * 3, False, id="three-days-known"),
        pytest.param(50, [100] * 28, False, id="negative"),
    ],
)
def test_borderline(came, before, fires):
    """The Sunday three weeks back had 200; a source's days count from its first one."""
    assert fires == bool(findings(spiking(came, before)))


def test_a_weekly_report_is_not_asked():
    """A week's volume is not a day's."""
    assert [] == findings(replace(spiking(), every="week"))
