"""What customers write: which messages count, and what is said of the others."""

from __future__ import annotations

from importlib import import_module

import pytest

from kpi_kit import catalog
from kpi_kit.contract import Contract, read_contract
from kpi_kit.errors import ParameterError
from kpi_kit.scorecard import scorecard
from kpi_kit.standings import standings
from tests.canonical import helpdesk
from tests.desks import DAY, MONDAY, at

TUESDAY = MONDAY + DAY
MODEL = "tests.moods:by_length"
TICKETS = [
    {"ticket_id": "t1", "created_at": at(MONDAY, 9), "channel": "email"},
    {"ticket_id": "t2", "created_at": at(MONDAY, 9), "channel": "chat"},
    {"ticket_id": "t3", "created_at": at(MONDAY, 9), "status": "deleted"},
]


def message(number, text, ticket="t1", day=TUESDAY, role="customer", **more):
    """Return a message of noon."""
    made = {"message_id": f"m{number}", "ticket_id": ticket, "sent_at": at(day, 12)}
    return made | {"author_role": role, "body": text} | more


# Moods by length: 3, 3 and 8 tenths count by e-mail, 5 tenths by chat.  Every other
# message is longer than all of these: it would show in the average.
MESSAGES = (
    message(1, "abc"),
    message(2, " abc\n"),
    message(3, "abcdefgh"),
    message(4, "12345"),
    message(5, "   "),
    message(6, None),
    message(7, "abcde", "t2", is_public=True, is_automatic=False),
    message(8, "abcdefghij", role="agent"),
    message(9, "abcdefghij", is_public=False),
    message(10, "abcdefghij", is_automatic=True),
    message(11, "abcdefghij", "t3"),
    message(12, "abcdefghij", day=TUESDAY + DAY),
    message(13, "abcdefghij", day=MONDAY),
)


def asked(engine, model=MODEL, **more):
    """Return the mood of Tuesday's messages."""
    desk = helpdesk(engine, {"tickets": TICKETS, "messages": [*MESSAGES]})
    days = {"start": TUESDAY, "end": TUESDAY + DAY, "as_of": TUESDAY}
    terms = Contract(sentiment=model)
    return scorecard(desk, terms, **days, metrics=["sentiment"], **more)


def test_whose_words_count(engine):
    """Public messages that customers wrote by the last day, on tickets that count.

    Two of the seven have no text and of one the model knows nothing: that is no mood
    of 0, which would make the average 0.38 or 0.27.
    """
    (found,) = asked(engine).to_dict("records")

    assert (0.475, 4, "too_few") == (
        round(found["value"], 9),
        found["n"],
        found["status"],
    )
    assert (
        "fewer than 30; 4 of 7 messages have a score, 5 a text; indicative"
        == found["note"]
    )


def test_by_channel(engine):
    """A message belongs where its ticket does."""
    found = asked(engine, by=["channel"]).set_index("channel")

    assert {"chat": 0.5, "email": pytest.approx(14 / 30)} == dict(found["value"])
    assert "3 of 6 messages have a score, 4 a text" in found.loc["email", "note"]


def test_each_text_is_judged_once(engine, monkeypatch):
    """A text that was sent twice is read once, and batches change nothing."""
    seen = []

    def judge(texts):
        seen.append(texts)
        return [0.5 for _ in texts]

    words = import_module("kpi_kit.records.words")  # the package holds its function
    monkeypatch.setattr(words, "scorer", lambda _: judge)
    monkeypatch.setattr(words, "BATCH", 2)
    found = asked(engine)

    texts = [text for batch in seen for text in batch]
    assert sorted({*texts}) == sorted(texts)
    assert {"abc", "abcdefgh", "12345", "abcde"} <= {*texts}
    assert 5 == found.n[0]


def test_off_unless_named(engine):
    """Nobody's messages are judged without a word in the contract."""
    (found,) = asked(engine, model=None).to_dict("records")

    assert ("not_computable", "needs contract.sentiment") == (
        found["status"],
        found["note"],
    )


def test_a_report_says_how_much_it_is_worth(engine):
    """What it speaks for stands where other KPIs have their state."""
    days = [MONDAY - 7 * DAY, MONDAY]
    said = [message(f"{d}-{n}", "abcd", day=d) for d in days for n in range(40)]
    tickets = [TICKETS[0] | {"created_at": at(days[0], 9)}]
    desk = helpdesk(engine, {"tickets": tickets, "messages": said})
    asked = {"start": days[0], "as_of": MONDAY + 6 * DAY, "every": "week"}
    found = standings(desk, Contract(sentiment=MODEL), **asked, metrics=["sentiment"])
    mood = found["sentiment"]

    assert (0.4, 40, None, None) == (mood.now.value, mood.now.n, mood.band, mood.target)
    assert (
        "no verdict: 40 of 40 messages have a score, 40 a text; indicative"
    ) == mood.state_text
    assert mood.change is None or mood.change.is_better is None


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{metric: sentiment, at_least: 0.1}", "a mood guessed from words is"),
        ("{metric: referral_rate, at_least: 10 %}", "no article defines it"),
    ],
)
def test_mood_is_no_verdict(tmp_path, line, why):
    """A contract can promise none, nor what nobody has defined."""
    path = tmp_path / "c.yaml"
    path.write_text(f"targets: [{line}]\n", encoding="utf-8")
    with pytest.raises(ParameterError, match="cannot be promised") as refused:
        read_contract(path, known_metrics=catalog.measures())

    assert f"targets[0].metric: {line[9:].split(',')[0]} cannot" in str(refused.value)
    assert why in str(refused.value)
