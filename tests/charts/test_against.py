"""The gate and the price line: whole, escaped, and each mark where its number is."""

from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest
import vl_convert

from kpi_kit import charts
from kpi_kit.charts.gate import gate, placed
from kpi_kit.charts.prices import prices, wedge
from kpi_kit.look import LIGHT

HOSTILE = "</script><script>alert(1)</script>\"'`${1}"
NAN = float("nan")


@pytest.fixture(autouse=True)
def _report_look():
    charts.use_report_renderer()


def row(before, value, low, high, *, better="higher", state="misses", **more):
    """Return one KPI against its baseline."""
    texts = dict.fromkeys(("name", "kind", "from_to", "words", "n_text"), HOSTILE)
    numbers = {"before": before, "value": value, "low": low, "high": high}
    none = {"before_low": NAN, "before_high": NAN}
    return {**texts, **numbers, **none, "better": better, "state": state, **more}


def drawn(*rows):
    """Return the gate's specification."""
    return gate(pd.DataFrame(rows), now="days 61 to 90", what="told").to_dict()


def test_better_lies_right_of_worse():
    """Less time and a higher share are better; the same fall of a share is worse."""
    told = placed(
        pd.DataFrame(
            [
                row(200, 150, 140, 160, better="lower"),
                row(0.6, 0.7, 0.68, 0.72),
                row(0.7, 0.6, 0.58, 0.62),
            ]
        )
    )

    assert [True, True, False] == list(told["x"] > told["then"])
    assert all(told["low"] < told["x"])
    assert all(told["x"] < told["high"])
    assert told[["x", "then", "low", "high"]].stack().between(0, 1).all()  # noqa: PD013 - all in one


def test_a_bar_takes_no_more_than_its_part():
    """However unsure a number is, its row shows where it lies."""
    wide = placed(pd.DataFrame([row(0.5, 0.51, 0.31, 0.71)])).iloc[0]
    bare = placed(pd.DataFrame([row(5.0, 6.0, NAN, NAN)])).iloc[0]
    same = placed(pd.DataFrame([row(1.0, 1.0, NAN, NAN)])).iloc[0]

    assert 0.4 == pytest.approx(wide["high"] - wide["low"])
    assert bare["x"] > bare["then"]
    assert (0.5, 0.5) == (same["x"], same["then"])


def test_the_gate_survives_the_page():
    """Valid, as a picture, and what comes from data stays text."""
    spec = drawn(row(0.7, 0.6, 0.58, 0.62), row(5.0, 6.0, NAN, NAN, state="no_target"))
    svg = vl_convert.vegalite_to_svg({**spec, "width": 500})

    assert json.loads(json.dumps(spec, allow_nan=False)) == spec
    assert "alert(1)" in svg
    assert "<script>" not in svg
    assert LIGHT["misses"] in svg
    assert "before go-live" in svg
    assert 144 == spec["usermeta"]["narrow"]["height"]


def months(*values, line="Contract"):
    """Return the prices of months on end, from April on."""
    return pd.DataFrame(
        {
            "line": line,
            "number": range(1, len(values) + 1),
            "start": [date(2026, 3 + n, 1) for n in range(1, len(values) + 1)],
            "value": values,
            "month": HOSTILE,
            "text": HOSTILE,
            "n_text": "9",
        }
    )


def test_the_price_line_survives_the_page():
    """A month that nobody knows breaks the line; month six is there from the start."""
    both = pd.concat([months(20.0, NAN, 18.0), months(25, 24, 23, line="All costs")])
    spec = prices(both, unit="USD", falls=(0.15, 0.25), what="told").to_dict()
    svg = vl_convert.vegalite_to_svg({**spec, "width": 500})

    assert [1, 6] == spec["encoding"]["x"]["scale"]["domain"]
    assert "<script>" not in svg
    assert all(word in svg for word in ("Apr, month 1", "month 6", "All costs: 23.00"))
    assert "cited: −15% to −25%" in svg


def test_no_month_one_no_promise():
    """What is cited begins with the first month's price."""
    later = months(NAN, 19.0)
    spec = prices(later, unit="USD", falls=(0.15, 0.25), what="told").to_dict()

    assert wedge(later, (0.15, 0.25)).empty
    assert "cited" not in json.dumps(spec)
