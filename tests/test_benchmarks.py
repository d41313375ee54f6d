"""Cited numbers: each stands on a card as its article gives it, and none is made up."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from kpi_kit import metrics as _metrics  # noqa: F401 - fills the catalog
from kpi_kit.catalog import METRICS

FCR = "first_contact_resolution"
# What the articles print, as they print it: KPI, who it is about, from, to.
CITED = {
    ("first_response_time", "b2b_saas", "4 h", "8 h"),
    ("first_response_time", "ecommerce", "1 h", "2 h"),
    ("first_response_time", "email", "", "2 h"),
    ("first_response_time", "email", "", "1 h"),
    ("first_response_time", "chat", "", "1 min"),
    ("first_response_time", "social", "", "1 h"),
    ("average_speed_of_answer", "phone", "", "2 min"),
    ("resolution_time", "b2b_saas", "28 h", "28 h"),
    ("resolution_time", "routine", "", "24 h"),
    ("resolution_time", "escalated", "48 h", "72 h"),
    ("handle_time_ticket", "b2b_saas", "15 min", "35 min"),
    ("handle_time_contact", "phone", "4 min", "6 min"),
    ("handle_time_contact", "technical", "8 min", "12 min"),
    (FCR, "b2b_saas", "65 %", "75 %"),
    (FCR, "ecommerce", "65 %", "75 %"),
    (FCR, "all", "", "60 %"),
    (FCR, "all", "80 %", ""),
    (FCR, "all", "70 %", "75 %"),
    (FCR, "all", "", "65 %"),
    (FCR, "all", "65 %", ""),
    (FCR, "all", "70 %", "80 %"),
    ("csat", "b2b_saas", "85 %", "90 %"),
    ("csat", "technical", "85 %", "90 %"),
    ("csat", "ecommerce", "90 %", "95 %"),
    ("csat", "b2c", "90 %", "95 %"),
    ("csat", "email", "85 %", "88 %"),
    ("csat", "all", "", "80 %"),
    ("csat", "all", "90 %", ""),
    ("csat", "all", "80 %", "89 %"),
    ("csat", "all", "", "75 %"),
    ("csat", "all", "85 %", ""),
    ("csat_response_rate", "email", "15 %", "25 %"),
    ("csat_response_rate", "all", "", "15 %"),
    ("reopen_rate", "technical", "7.3 %", "7.3 %"),
    ("reopen_rate", "all", "10 %", ""),
    ("reopen_rate", "all", "", "8 %"),
    ("escalation_rate", "all", "10 %", "15 %"),
    ("escalation_to_client_rate", "all", "10 %", "15 %"),
    ("cost_per_resolution", "ecommerce", "8", "15"),
    ("cost_per_resolution_loaded", "ecommerce", "25", "45"),
    ("utilization", "all", "", "65 %"),
    ("utilization", "all", "70 %", "80 %"),
    ("utilization", "all", "85 %", ""),
    ("occupancy", "all", "80 %", "85 %"),
    ("occupancy", "all", "85 %", ""),
    ("qa_score", "all", "90 %", ""),
    ("nps", "all", "50", ""),
    ("nps", "all", "30", "49"),
    ("nps", "all", "", "20"),
    ("nps", "all", "", "0"),
    ("ces", "all", "5.5", ""),
    ("ces", "all", "", "5"),
    ("service_level", "all", "80 %", ""),
}
# Changes and moments that no band of the KPI's own unit can hold.
IN_WORDS = {
    "ticket_volume": ["30 % or more above"],
    "backlog": ["10 to 15 % over three days", "zero or near zero", "two weeks"],
    "cost_per_resolution": ["15 to 25 % from month one to six"],
}
YEARS = {
    "Zendesk": "Zendesk 2025 CX Benchmark, as cited",
    "HDI": "HDI 2024",
    "ICMI": "ICMI 2024 Contact Center Benchmark, as cited",
    "Gallup": "Gallup 2024 Workplace Burnout Report, as cited",
    "unattributed": "unattributed, as cited",
}
SCALES = {"%": 0.01, "h": 60, "min": 1, "": 1}


def number(text):
    """Return what a card holds for a printed number."""
    value, _, unit = text.partition(" ")
    return round(float(value) * SCALES[unit], 9) if text else None


def on_cards():
    """Return every number of the cards; the readings of one KPI share theirs."""
    return {
        (name, band.segment, band.low, band.high)
        for name, card in METRICS.items()
        for band in card.benchmarks
        if {band.low, band.high} != {None} and not name.startswith(f"{FCR}_")
    }


def test_every_cited_number_is_on_its_card_and_no_other():
    """Nobody is held to a number that nobody printed, and none is lost."""
    cited = {(name, who, number(a), number(b)) for name, who, a, b in CITED}

    assert cited == on_cards()


@pytest.mark.parametrize("name", IN_WORDS)
def test_what_is_no_band_is_said_in_words(name):
    """A change against the own past stands on the card as a sentence."""
    said = [b.verdict for b in METRICS[name].benchmarks if b.low is b.high is None]

    assert len(IN_WORDS[name]) == len(said)
    assert [] == [words for words in IN_WORDS[name] if words not in " | ".join(said)]


@pytest.mark.parametrize("card", METRICS.values(), ids=METRICS)
def test_every_source_has_its_year_and_is_second_hand(card):
    """A reader can tell a report of a year from an article's own word."""
    for band in card.benchmarks:
        first = re.match(r"\w+", band.source)[0]

        assert band.source.startswith(YEARS[first])
        assert "as cited" in band.source


@pytest.mark.parametrize("card", METRICS.values(), ids=METRICS)
def test_a_card_without_numbers_says_so(card):
    """Silence is no verdict: what no article bands is printed as unbanded."""
    assert card.benchmarks or card.unbanded


@pytest.mark.parametrize(
    ("name", "gaps"),
    [
        ("csat", ["75 to 80 %"]),
        (FCR, ["60 to 65 %", "65 to 70 %", "75 to 80 %"]),
        ("nps", ["20 to 30", "49 to 50", "exactly 50"]),
        ("ces", ["5.0 to 5.5"]),
        ("utilization", ["65 to 70 %", "80 to 85 %"]),
        ("reopen_rate", ["7.3 to 10 %"]),
    ],
)
def test_gaps_between_bands_are_printed(name, gaps):
    """A number between two verdicts gets none."""
    said = " ".join(METRICS[name].unbanded)

    assert [] == [gap for gap in gaps if gap not in said]


def test_conflicting_citations_stand_side_by_side():
    """Two articles name one report for two numbers: both are there, and it is said."""
    card = METRICS["csat"]
    zendesk = [b for b in card.benchmarks if b.source.startswith("Zendesk")]

    assert {(0.85, 0.90), (0.90, 0.95), (0.85, 0.88)} == {
        (band.low, band.high) for band in zendesk
    }
    assert any("same Zendesk report" in text for text in card.unbanded)
    places = [card.benchmarks.index(band) for band in zendesk]
    assert all(after - before == 1 for before, after in pairwise(places))
