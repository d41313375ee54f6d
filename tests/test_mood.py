"""Who judges moods: what a contract may name, and what a model may answer."""

from __future__ import annotations

import sys

import pytest

from kpi_kit.errors import ParameterError
from kpi_kit.mood import read_sentiment, scorer, scores

WHERE = "c.yaml: sentiment"


@pytest.mark.parametrize("name", ["vader", "tests.moods:by_length"])
def test_what_may_be_named(name):
    """The extra, or a function of the user's own."""
    assert name == read_sentiment(name, WHERE)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Vader", "'Vader' names no function. Write vader or package.module:function."),
        ("a:b:c", "'a:b:c' names no function. Write vader or package.module:function."),
        ("os:system", "'os:system' is Python's own and scores no texts."),
        ("__main__:score", "'__main__:score' is Python's own and scores no texts."),
        ("builtins:len", "'builtins:len' is Python's own and scores no texts."),
        ("nowhere.x:y", "nowhere.x:y needs the package nowhere. Install it where the"),
    ],
)
def test_what_may_not_be_named(name, message):
    """A slip of the pen, a function that would run the texts, a package not there."""
    with pytest.raises(ParameterError) as refused:
        read_sentiment(name, WHERE)

    assert str(refused.value).startswith(f"{WHERE}: {message}")


def test_without_the_extra(monkeypatch):
    """One line says what to install."""
    monkeypatch.setattr("kpi_kit.mood.find_spec", lambda _: None)
    with pytest.raises(ParameterError) as refused:
        read_sentiment("vader", WHERE)

    assert (
        f"{WHERE}: vader needs the package vaderSentiment. Install it where the kit "
        "is: pip install vaderSentiment."
    ) == str(refused.value)


@pytest.mark.parametrize(
    "name", ["tests.moods:missing", "tests.nowhere:by_length", "kpi_kit.run.x:y"]
)
def test_a_function_that_is_not_there(name):
    """The package is installed, what is named is not in it."""
    with pytest.raises(ParameterError, match=r"cannot be loaded .* Mend the name"):
        scorer(name)


def test_a_name_that_is_no_function():
    """What cannot be called judges nothing."""
    with pytest.raises(ParameterError, match="NO_FUNCTION is no function"):
        scorer("tests.moods:NO_FUNCTION")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("too_few", "returned 1 numbers for 2 texts"),
        ("too_happy", "returned 1.5. It must return a number from -1 to 1, or None"),
        ("not_a_number", "returned nan. It must"),
        ("silent", "returned None. It must"),
        ("wordy", "returned ['good', 'good']. It must"),
    ],
)
def test_what_a_model_may_not_answer(name, message):
    """One mood of -1 to 1 for each text, and nothing else, reaches a number."""
    model = f"tests.moods:{name}"
    with pytest.raises(ParameterError, match="contract: sentiment") as refused:
        scores(model, scorer(model), ["good", "bad"])

    assert message in str(refused.value)


def test_a_model_that_fails():
    """The model is the user's own: one line names it and what it raised."""
    with pytest.raises(ParameterError) as refused:
        scores("moods:sour", lambda texts: texts[1], ["a"])

    told = "moods:sour failed with IndexError('list index out of range'). Mend the "
    assert f"contract: sentiment: {told}name, or the module." == str(refused.value)


def test_the_word_list():
    """A text with none of its words has no score; the words' order of size stands.

    As the word list has them: 'Still waiting for a reply.' is no mood to it, irony is a
    compliment, and a name may be a kind word.
    """
    texts = ["I hate this", "not good", "thanks, great", "Still waiting for a reply."]
    texts += ["👍", "Ich bin sehr unzufrieden"]
    texts += ["Great, broken again, thanks a lot", "@united you cancelled my flight"]
    found = scores("vader", scorer("vader"), texts)
    hate, bad, great, *unknown, irony, united = found

    assert hate < bad < 0 < great
    assert [None] * 3 == unknown
    assert min(irony, united) > 0


def test_nothing_is_loaded_that_nobody_asks_for():
    """Reading a contract loads no model."""
    for module in [name for name in sys.modules if name.startswith("vaderSentiment")]:
        del sys.modules[module]
    read_sentiment("vader", WHERE)

    assert "vaderSentiment.vaderSentiment" not in sys.modules
