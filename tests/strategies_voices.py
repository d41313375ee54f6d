"""Hypothesis strategies: surveys, quality reviews and costs beside small helpdesks.

The rows come from a seed that Hypothesis draws, so that each case has many of them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.oracle_time import DAY, midnight
from tests.strategies import BEGIN, FIRST_DAY, HOUR, STEPS, cases

if TYPE_CHECKING:
    from tests.strategies import Case

__all__ = ["VoiceCase", "questions", "voice_cases"]

# Between the ends lie whole ratings; None is the usual scale of the kind.
SCALES = ((1, 5), (1, 5), (0, 1), (1, 3), (1, 7), (0, 10), None, None, (5, 5))
KINDS = ("csat", "csat", "csat", "nps", "ces")
USUAL = {"csat": (1, 5), "nps": (0, 10), "ces": (1, 7)}
DIMS = ("channel", "issue_type", "team", "agent_id", "customer_id", "created_hour")
DIMS += ("solved_organization",)
COSTS = ("vendor_invoice", "vendor_invoice", "client_overhead", "in_house")
CURRENCIES = (("USD",), ("USD",), ("USD",), ("USD", None), ("USD", "EUR"), (None,))
# What a source may lack, by table; None is the whole table.
GAPS = (
    *(("surveys", None), ("qa_scores", None), ("costs", None)),
    *(("surveys", c) for c in ("offered_at", "answered_at", "score")),
    *(("qa_scores", c) for c in ("kind", "weight", "reviewed_at", "agent_id")),
    ("costs", "currency"),
)


@dataclass(frozen=True, kw_only=True)
class VoiceCase:
    """A helpdesk with surveys, reviews and costs, and the terms to count them by."""

    case: Case
    scale: tuple[int, int]
    positive_from: int | None
    currency: str | None
    go_live: date | None


@st.composite
def voice_cases(draw):
    """Draw a case; everything may be about tickets, about none, or unheard of."""
    case = draw(cases(whole_days=True, max_tickets=60))
    luck, contract = _luck(draw), case.contract
    last = FIRST_DAY + timedelta(days=luck.choice((8, 20, 27, 32, 45, 45)))
    tables = dict(case.tables)
    if luck.random() < 0.3:
        rated = (None, None, 1.0, 4.0, 5.0)
        tables["tickets"] = [
            t | {"csat": luck.choice(rated)} for t in tables["tickets"]
        ]
    ids = [ticket["ticket_id"] for ticket in tables["tickets"]]
    tables |= _spoken(luck, ids)
    gaps = {luck.choice(GAPS) for _ in range(luck.choice((0, 0, 1, 2)))}
    tables = {
        name: [{k: v for k, v in row.items() if (name, k) not in gaps} for row in rows]
        for name, rows in tables.items()
        if (name, None) not in gaps
    }
    return VoiceCase(
        case=replace(case, tables=tables, as_of=midnight(last, contract.time_zone)),
        scale=luck.choice(((1, 5), (1, 5), (1, 3), (0, 10))),
        positive_from=luck.choice((None, None, None, 1, 3, 4, 5, 6)),
        currency=luck.choice((None, "USD")),
        go_live=luck.choice((None, date(2026, 3, 16), date(2026, 4, 1))),
    )


def _spoken(luck, ids):
    several = luck.sample(SCALES, luck.choice((1, 1, 2, 3)))
    about = ids * 3 + [None, None, "unheard of"]
    currencies, dense = luck.choice(CURRENCIES), luck.choice((4, 12, 24))
    return {
        "surveys": [_survey(luck, about, several) for _ in range(luck.choice((9, 99)))],
        "qa_scores": [
            row for n in range(luck.choice((3, 45))) for row in _review(luck, ids, n)
        ],
        "costs": [_cost(luck, currencies) for _ in range(dense)],
    }


def _survey(luck, about, several):
    kind, scale = luck.choice(KINDS), luck.choice(several)
    if kind == "nps" and luck.random() < 0.7:
        scale = None
    low, high = scale or USUAL[kind]
    at = BEGIN + luck.randint(0, 45) * DAY + luck.choice(STEPS[:6])
    waited = luck.choice((60, HOUR, DAY, 6 * DAY, 7 * DAY, 20 * DAY))
    return {
        "kind": kind,
        "ticket_id": luck.choice(about),
        "customer_id": luck.choice(("k1", "k9", None)),
        "offered_at": luck.choice((at, at, at, None)),
        "answered_at": luck.choice((None, at + waited, at + waited)),
        "score": luck.choice(
            (None, *(float(luck.randint(low, high)) for _ in range(4)))
        ),
        "scale_low": None if scale is None else float(low),
        "scale_high": None if scale is None else float(high),
    }


def _review(luck, ids, number):
    """Return a review's rows: a criterion each, weights that may be missing or 0."""
    shared = {
        "review_id": str(number),
        "ticket_id": luck.choice([*ids, "unheard of"]),
        "reviewer_side": luck.choice(("client", "client", "client", "vendor")),
        "agent_id": luck.choice(("v1", "v2", None)),
        "reviewed_at": luck.choice((None, *[BEGIN + luck.randint(0, 40) * DAY] * 3)),
    }
    weights = luck.choice(((0.2, 0.5, 1.0, 0.0), (0.2, 0.8, None), (0.0,)))
    kinds = luck.choice(((None, "quality"), ("quality", "compliance")))
    for criterion in range(luck.randint(1, 4)):
        most = luck.choice((1, 5, 10, 10, 0))
        yield shared | {
            "criterion": str(criterion),
            "score": float(luck.choice((most, luck.randint(0, most)))),
            "max_score": float(most),
            "weight": luck.choice(weights),
            "kind": luck.choice(kinds),
        }


def _cost(luck, currencies):
    cents = luck.choice((0, 1, 999_99, 1_250_00, 7_000_00, -100_00, -2_000_00))
    return {
        "month": date(2026, luck.choice((2, 3, 3, 4)), luck.choice((1, 9))),
        "kind": luck.choice(COSTS),
        "amount": Decimal(cents) / 100,
        "currency": luck.choice(currencies),
    }


@st.composite
def questions(draw):
    """Draw start, end, every and by; often whole months, for which money is known."""
    luck = _luck(draw)
    if luck.random() < 0.5:
        start, end = date(2026, luck.choice((2, 3, 3)), 1), date(2026, 4, 1)
        every = luck.choice((None, "month"))
    else:
        start = FIRST_DAY + timedelta(days=luck.randint(-2, 12))
        end = start + timedelta(days=luck.randint(1, 60))
        every = luck.choice((None, "day", "week", "month", "quarter"))
    by = luck.choice(([], [], ["agent_id"], luck.sample(DIMS, 2)))
    return {"start": start, "end": end, "every": every, "by": tuple(by)}


def _luck(draw):
    return random.Random(draw(st.integers(2**20, 2**32)))  # noqa: S311 - no secret
