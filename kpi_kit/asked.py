"""What is asked: which KPIs, over which days, cut and sliced how; and what lacks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kpi_kit import costs, tallies
from kpi_kit import metrics as _metrics  # noqa: F401 - importing declares the cards
from kpi_kit.answers import Question, targets_of
from kpi_kit.catalog import METRICS, Card, named
from kpi_kit.dimensions import sliceable
from kpi_kit.periods import cut
from kpi_kit.records import sliced_by, unclear_ratings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from kpi_kit.contract import Contract
    from kpi_kit.tables import Helpdesk


def question(  # noqa: PLR0913 - one for each thing that can be asked
    helpdesk: Helpdesk,
    contract: Contract,
    *,
    start: date,
    end: date,
    as_of: date,
    every: str | None = None,
    by: Sequence[str] = (),
    metrics: Iterable[str] | None = None,
) -> Question:
    """Put what is asked into words the kit knows.

    The parameters are those of :func:`kpi_kit.scorecard.scorecard`.
    """
    return Question(
        cards=tuple(
            costs.in_currency(effective(named(name), contract), helpdesk, contract)
            for name in dict.fromkeys(METRICS if metrics is None else metrics)
        ),
        periods=cut(start, end, every),
        every=every,
        by=sliceable(helpdesk, contract, by),
        as_of=as_of,
    )


def effective(card: Card, contract: Contract) -> Card:
    """Return a card as the contract reads it: first contact resolution has readings."""
    if card.name != "first_contact_resolution":
        return card
    variant = named(f"{card.name}_{contract.first_contact_resolution}")
    return replace(
        card, needs=variant.needs, measure=variant.measure, awaited=variant.awaited
    )


def given(helpdesk: Helpdesk, contract: Contract) -> frozenset[str]:
    """Return what source and contract bring, for the cards' needs."""
    brought = {
        "contract.tiers": contract.tiers,
        "contract.organizations": contract.organizations,
        "contract.sentiment": contract.sentiment,
    }
    return helpdesk.given | {"tickets"} | {name for name, has in brought.items() if has}


def refusals(
    helpdesk: Helpdesk, contract: Contract, question: Question
) -> dict[str, str]:
    """Return why KPIs cannot be computed, by their names; only those that cannot."""
    known = given(helpdesk, contract)
    found = {}
    for card in question.cards:
        lacks = card.missing(known)
        cut_by = [n for n in question.by if not _sliced_by(card, n, helpdesk)]
        unclear = costs.refusal(card, helpdesk, contract)
        if card.name == "csat" and not lacks:
            unclear = unclear_ratings(helpdesk, contract)
        if lacks:
            found[card.name] = f"needs {'; '.join(lacks)}"
        elif cut_by:
            found[card.name] = f"is not known by {' or '.join(cut_by)}"
        elif unclear:
            found[card.name] = unclear
    return found


def _sliced_by(card: Card, name: str, helpdesk: Helpdesk) -> bool:
    return card.kind not in costs.KINDS and sliced_by(card.of, name, helpdesk.extra)


def without(question: Question, names: Collection[str]) -> Question:
    """Return the question without some of its KPIs."""
    cards = tuple(card for card in question.cards if card.name not in names)
    return replace(question, cards=cards)


def tallied(question: Question, contract: Contract) -> list[tuple[str, str]]:
    """Return the kinds of rows, and the local days, that the KPIs are counted by."""
    found = [
        (card.of, tallies.DATES[card.dated_by])
        for card in question.cards
        if card.kind != "stock"
    ]
    if any(targets_of(card, contract) for card in question.cards):
        found.append(("tickets", "created_on"))
    return list(dict.fromkeys(found))
