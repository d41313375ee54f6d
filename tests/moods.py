"""Models of moods, as a user would bring them along."""

from __future__ import annotations


def by_length(texts):
    """Return a tenth per letter, up to 1; nothing of what is no word."""
    return [min(len(t), 10) / 10 if t.isalpha() else None for t in texts]


def too_few(texts):
    """Lose a text."""
    return [0.0 for _ in texts[1:]]


def too_happy(texts):
    """Return what is no mood."""
    return [1.5 for _ in texts]


def not_a_number(texts):
    """Return what is no number."""
    return [float("nan") for _ in texts]


def silent(texts):
    """Return nothing at all."""


def wordy(texts):
    """Return words."""
    return ["good" for _ in texts]


NO_FUNCTION = "good"
