"""A number is held against its like, and every refusal says why."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from kpi_kit import metrics as _metrics  # noqa: F401 - fills the catalog
from kpi_kit.business_hours import always
from kpi_kit.catalog import METRICS, Benchmark, named
from kpi_kit.comparable import (
    STILL_CHANGING,
    band_for,
    band_text,
    bound_of,
    other_targets,
    promised,
    refusal,
    shown,
)
from kpi_kit.contract import Contract, Target

OPEN = (always("UTC"),)
FIRST, SOLVED, REOPENED = (
    named(name) for name in ("first_response_time", "resolution_time", "reopen_rate")
)


def target(metric, **given):
    """Return a target of at most 10 in the metric's unit."""
    return Target(metric=metric, at_most=Decimal(10), **given)


def cited(statistic="", clock="", segment="b2b_saas", low=1.0, high=2.0):
    """Return a benchmark of a duration."""
    source = {"source": "somebody", "verdict": "healthy"}
    kind = {"statistic": statistic, "clock": clock, "segment": segment}
    return Benchmark(low=low, high=high, **kind, **source)


@pytest.mark.parametrize(
    ("given", "schedules", "expected"),
    [
        pytest.param({}, OPEN, ("median", "business"), id="as-declared"),
        pytest.param({}, (), ("median", "calendar"), id="without-hours"),
        pytest.param({"clock": "calendar"}, OPEN, ("median", "calendar"), id="clock"),
        pytest.param({"statistic": "p90"}, OPEN, ("p90", "business"), id="statistic"),
    ],
)
def test_what_the_contract_promises_is_shown(given, schedules, expected):
    """Statistic and clock are the target's; what it leaves out is the default."""
    terms = Contract(schedules=schedules, targets=(target(FIRST.name, **given),))

    assert expected == shown(FIRST, terms)
    assert expected[0] == (promised(FIRST, terms).statistic or "median")


def test_without_a_target_the_median_is_shown():
    """In business hours where there are any; a share has no clock to choose."""
    assert ("median", "business") == shown(FIRST, Contract(schedules=OPEN))
    assert ("median", "calendar") == shown(FIRST, Contract())
    assert ("share", "") == shown(REOPENED, Contract(schedules=OPEN))


def test_a_second_target_of_another_kind_is_refused():
    """The first is shown; one on the mean, and one on another clock, say so."""
    others = ({"statistic": "mean"}, {"clock": "calendar"})
    targets = [target(FIRST.name, **given) for given in ({}, *others)]
    terms = Contract(schedules=OPEN, targets=(target(SOLVED.name), *targets))

    assert targets[0] == promised(FIRST, terms)
    assert (
        "not compared: another target is a mean, ours a median",
        "not compared: another target is in calendar time, ours in business hours",
    ) == other_targets(FIRST, terms)
    assert () == other_targets(REOPENED, terms)


@pytest.mark.parametrize(
    ("theirs", "text"),
    [
        pytest.param(("median", "business"), None, id="alike"),
        pytest.param(("mean", "business"), "the band is a mean, ours a median"),
        pytest.param(
            ("median", "calendar"),
            "the band is in calendar time, ours in business hours",
            id="clock",
        ),
        pytest.param(("median", ""), "clock unknown", id="no-clock"),
        pytest.param(("", "business"), "statistic unknown", id="no-statistic"),
        pytest.param(("", ""), "clock and statistic unknown", id="neither"),
    ],
)
def test_a_duration_is_compared_with_its_like(theirs, text):
    """Statistic and clock must both be known and both agree."""
    expected = text and f"not compared: {text}"

    assert expected == refusal("the band", theirs, ("median", "business"))


@pytest.mark.parametrize(
    ("bands", "found", "texts"),
    [
        pytest.param([cited("median", "business")], 0, [], id="alike"),
        pytest.param(
            [cited("mean", "business"), cited("median", "business", low=5, high=9)],
            1,
            ["the band is a mean, ours a median (1 min to 2 min, somebody)"],
            id="the-one-that-fits",
        ),
        pytest.param(
            [cited("median", "")], None, ["clock unknown (1 min to 2 min, somebody)"]
        ),
        pytest.param(
            [cited("median", "business", segment="ecommerce")],
            None,
            ["bands of another segment (ecommerce)"],
            id="another-segment",
        ),
        pytest.param(
            [cited("median", "business", segment="all")], 0, [], id="everybody"
        ),
        pytest.param(
            [
                cited("median", "business", segment="all", low=7),
                cited("median", "business"),
            ],
            1,
            [],
            id="ours-before-everybody",
        ),
        pytest.param(
            [cited("median", "business"), cited("median", "business", high=3)],
            None,
            ["the cited bands contradict each other"],
            id="two-that-differ",
        ),
        pytest.param([cited("median", "business", low=None)], None, [], id="one-bound"),
    ],
)
def test_a_band_is_one_of_the_same_kind(bands, found, texts):
    """Segment, statistic and clock agree, or the band is refused in words."""
    card = replace(FIRST, benchmarks=tuple(bands))
    terms = Contract(schedules=OPEN, segment="b2b_saas")
    expected = None if found is None else bands[found]

    assert (expected, tuple(f"not compared: {text}" for text in texts)) == band_for(
        card, terms
    )


def test_without_a_segment_only_everybodys_bands_are_ours():
    """The contract names no segment: a band of some business is not ours."""
    card = replace(FIRST, benchmarks=(cited("median", "calendar"),))
    text = "not compared: the contract names no segment (b2b_saas)"

    assert (None, (text,)) == band_for(card, Contract())


def test_a_share_has_no_clock_to_differ_in():
    """A cited median of shares is a middle helpdesk's share: ours may stand beside."""
    band, _ = band_for(REOPENED, Contract(segment="technical"))

    assert (0.073, 0.073) == (band.low, band.high)


@pytest.mark.parametrize("card", METRICS.values(), ids=METRICS)
@pytest.mark.parametrize("segment", ["b2b_saas", "ecommerce", "technical", None])
def test_no_cited_band_of_another_kind_gets_through(card, segment):
    """Whatever the cards cite: a band given is of ours or everybody's kind."""
    terms = Contract(schedules=OPEN, segment=segment)
    band, texts = band_for(card, terms)

    assert all(text.startswith("not compared: ") for text in texts)
    if band is not None:
        assert band.segment in {segment, "all"}
        if card.kind == "duration":
            assert shown(card, terms) == (band.statistic, band.clock)


def test_bands_and_bounds_in_words():
    """One value is said once, a share's unit too; a target has one bound."""
    assert "28 h" == band_text(cited(low=1680, high=1680), "minutes")
    assert "10 to 15%" == band_text(cited(low=0.10, high=0.15), "share")
    assert 10.0 == bound_of(target(FIRST.name))
    assert 0.65 == bound_of(Target(metric="csat", at_least=Decimal("0.65")))


def test_what_goes_on_changing_is_a_metric():
    """The names in it are those of the catalog."""
    assert METRICS.keys() >= STILL_CHANGING.keys()


def test_a_share_may_be_called_one():
    """A contract that writes out the only statistic there is means the same."""
    line = target(REOPENED.name, statistic="share")

    assert line == promised(REOPENED, Contract(targets=(line,)))
    assert (
        promised(FIRST, Contract(targets=(target(FIRST.name, statistic="share"),)))
        is None
    )


@pytest.mark.parametrize(
    ("unit", "texts"),
    [
        ("USD", ()),
        ("EUR", ("not compared: the band is in USD, ours in EUR",)),
        ("money", ("not compared: the band is in USD, ours in money",)),
    ],
)
def test_money_is_held_against_its_own_currency(unit, texts):
    """8 to 15 dollars are no 8 to 15 euros, nor of a currency that nobody names."""
    card = replace(named("cost_per_resolution"), unit=unit)
    band, refused = band_for(card, Contract(segment="ecommerce"))

    assert (not texts, texts) == (band is not None, refused)
