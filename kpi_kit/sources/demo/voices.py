"""The words that the demo's customers leave with a rating."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kpi_kit.sources.demo import story
from kpi_kit.sources.demo.clockwork import END, HOUR
from kpi_kit.sources.demo.people import AGENTS

if TYPE_CHECKING:
    from kpi_kit.sources.demo.past import Past
    from kpi_kit.sources.demo.ratings import Asked

_WORDS = {
    "good": (
        "Quick and friendly, thank you.",
        "Solved with one answer. That is how it should be.",
        "Very helpful, I will order again.",
        "Clear answer, no fuss.",
        "Better than I expected.",
        "All good, thanks.",
    ),
    "bad": (
        "Not helpful at all.",
        "The problem is still there.",
        "I expected more from you.",
        "Nobody read what I wrote.",
        "I will buy elsewhere next time.",
    ),
    "passed": (
        "I was transferred twice and had to explain it all again.",
        "Transferred from one person to the next, each asked for my order number.",
        "Being transferred to another team cost me two days.",
        "Why am I transferred when the first person could have done it?",
    ),
    "slow": (
        "I waited far too long for one line.",
        "Waited for days, then got a standard text.",
        "I waited and waited. The answer was fine, but much too late.",
        "Had I not waited so long I would have given five stars.",
    ),
    "unclear": (
        "The answer was confusing.",
        "Confusing instructions, I still do not know which button you mean.",
        "Three mails, and each one more confusing than the last.",
        "I found the help page confusing, that is why I wrote to you.",
    ),
    "closed": (
        "You closed my ticket, but nothing was solved.",
        "Marked as solved without a solution.",
        "A standard text, and the ticket was closed at once.",
        "I had to open it again because nobody looked into it.",
    ),
    "curt": (
        "The answer was right, but the tone was rude.",
        "Correct and cold. I felt like a nuisance.",
        "Solved, but I do not want to be spoken to like that.",
    ),
}
_TAILS = (
    "",
    " Please call me at (212) 555-0147.",
    " My mobile is +1 646-555-0182.",
    " You can reach me at margaret.hollis@example.com.",
    " Write to j.okafor+orders@mail.example instead.",
    " Margaret Hollis",
    *(f" It was {agent.name} who wrote to me." for agent in AGENTS),
)
_HOSTILE = (
    "</script><script>document.title='open again'</script> Nobody answered me.",
    '=HYPERLINK("https://example.com/refund","Click here for my refund")',
)
_AGENT_TAIL = len(_TAILS) - len(AGENTS)
_BASES = [text for bank in _WORDS.values() for text in bank]
_TEXTS = [base + tail for base in _BASES for tail in _TAILS] + [*_HOSTILE]
_SIZES = np.array([len(bank) for bank in _WORDS.values()])
_GOOD, _BAD, *_REASONS = range(len(_WORDS))
_SAID_WHEN_GOOD, _SAID_WHEN_BAD = 0.22, 0.55
_SIGNED, _NAMED, _REASONLESS = 0.05, 0.05, 0.3
_SLOW = 16 * HOUR


def comments(
    past: Past, asked: Asked, luck: np.random.Generator
) -> tuple[np.ndarray, list[str]]:
    """Return the place of each survey's comment, -1 for none, and the texts."""
    count = asked.solve.size
    said = np.where(asked.is_good, _SAID_WHEN_GOOD, _SAID_WHEN_BAD)
    speaks = (asked.answered < END) & (luck.random(count) < said)
    kind = np.where(asked.is_good, _GOOD, _reason(past, asked, luck))
    first = np.cumsum(_SIZES) - _SIZES
    base = first[kind] + (luck.random(count) * _SIZES[kind]).astype("int64")
    drawn = luck.random(count)
    signed = 1 + (drawn / _SIGNED * (_AGENT_TAIL - 1)).astype("int64")
    named = _AGENT_TAIL + past.solves.agent[asked.solve]
    tail = np.select([drawn < _SIGNED, drawn < _SIGNED + _NAMED], [signed, named], 0)
    text = np.where(speaks, base * len(_TAILS) + tail, -1)
    # Among the last, so that the report of the last week shows them.
    spoken = np.flatnonzero(speaks)[-12:]
    for place, hostile in zip(spoken[::7], range(len(_HOSTILE)), strict=False):
        text[place] = len(_TEXTS) - len(_HOSTILE) + hostile
    return text, _TEXTS


def _reason(past: Past, asked: Asked, luck: np.random.Generator) -> np.ndarray:
    """Choose one of the reasons that a ticket gives to complain."""
    solves, plans = past.solves, past.plans
    ticket = solves.ticket[asked.solve]
    names = np.array([agent.name for agent in AGENTS])
    given = np.stack(
        [
            solves.passed[asked.solve] > 0,
            past.replied_at[ticket] - past.tickets.at[ticket] > _SLOW,
            plans.rounds[ticket] > 0,
            (solves.number[asked.solve] > 0) | plans.is_canned[ticket],
            names[solves.agent[asked.solve]] == story.CURT,
        ]
    )
    weight = np.vstack([np.full(ticket.size, _REASONLESS), given])
    chosen = (weight * luck.random(weight.shape)).argmax(axis=0)
    return np.array([_BAD, *_REASONS])[chosen]
