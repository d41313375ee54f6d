"""The seven marks: word, shape and color say the same thing."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from kpi_kit.marks import MARKS, mark

SEVEN = ["meets", "misses", "close", "too_few", "not_mature", "not_computable"]


def test_there_are_seven():
    """One for each state; an alarm is drawn as what it is, something missed."""
    assert {*SEVEN, "no_target", "alarm"} == set(MARKS)
    assert MARKS["misses"] is MARKS["alarm"]


def test_no_two_are_told_apart_by_color_alone():
    """Printed in gray each shape is its own: outline, sign or dashes differ."""
    shapes = {
        (MARKS[name].outline, MARKS[name].sign, MARKS[name].dashed)
        for name in (*SEVEN, "no_target")
    }

    assert 7 == len(shapes)


@pytest.mark.parametrize("state", sorted(MARKS))
def test_is_a_picture(state):
    """Well formed, hidden where a word stands beside it, named where none does."""
    hidden, named = (ET.fromstring(mark(state, text)) for text in ("", 'a "b" <c>'))  # noqa: S314 - our own

    assert ("true", None) == (hidden.get("aria-hidden"), hidden.get("role"))
    assert ('a "b" <c>', "img") == (named.get("aria-label"), named.get("role"))
