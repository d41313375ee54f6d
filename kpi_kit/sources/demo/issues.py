"""What the tickets of the demo helpdesk are about, and whose they are then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SIGN_IN = "Sign-in after release 4.2"


@dataclass(frozen=True, kw_only=True)
class Issue:
    """One issue type.

    ``share`` is its part of the ordinary tickets, ``pace`` how long an answer takes
    beside the average, ``ease`` what it adds to the chance that one answer is enough.
    ``team`` answers it first, ``owner`` is the client's team for what that cannot do.
    """

    share: float
    team: str = "Frontline"
    owner: str = "Engineering"
    pace: float = 1.0
    ease: float = 0.0
    causes: tuple[str, ...] = ()


_DECLARED = {
    "Order status": Issue(
        share=0.23,
        owner="Logistics",
        pace=0.85,
        ease=0.08,
        causes=("Late dispatch", "Missing confirmation", "Stock error"),
    ),
    "Delivery problem": Issue(
        share=0.16,
        owner="Logistics",
        pace=1.05,
        ease=-0.02,
        causes=("Carrier lost it", "Damaged in transit", "Wrong address"),
    ),
    "Returns and refunds": Issue(
        share=0.17,
        team="Returns desk",
        owner="Finance",
        pace=1.05,
        ease=-0.02,
        causes=("Wrong size", "Label unreadable", "Refund not booked"),
    ),
    "Product question": Issue(
        share=0.11,
        pace=0.95,
        ease=0.03,
        causes=("Missing on product page", "Care instructions", "Compatibility"),
    ),
    "Payment": Issue(
        share=0.09,
        owner="Finance",
        pace=1.1,
        ease=-0.05,
        causes=("Charged twice", "Card refused", "Discount code"),
    ),
    "Login and account": Issue(
        share=0.12,
        ease=-0.04,
        causes=("Password link expired", "Two accounts", "Address change"),
    ),
    "Gift cards": Issue(
        share=0.04,
        owner="Finance",
        causes=("Not delivered", "Balance wrong"),
    ),
    "Warranty": Issue(
        share=0.08,
        team="Returns desk",
        owner="Logistics",
        pace=1.1,
        ease=-0.03,
        causes=("Material fault", "Wear and tear", "Battery"),
    ),
    SIGN_IN: Issue(
        share=0.0,
        pace=1.1,
        ease=-0.32,
        causes=("Sign-in code not sent", "Session ends at once", "Account not found"),
    ),
}
ISSUES = tuple(_DECLARED)
CAUSES = tuple(cause for issue in _DECLARED.values() for cause in issue.causes)
UNTAGGED = 0.11


def column(name: str) -> np.ndarray:
    """Return one property of every issue type, in the order of `ISSUES`."""
    return np.array([getattr(issue, name) for issue in _DECLARED.values()])


def causes(issue: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """Return a root cause per ticket, as its place in `CAUSES`; -1 is untagged."""
    counts = np.array([len(known.causes) for known in _DECLARED.values()])
    first = np.cumsum(counts) - counts
    skewed = (luck - UNTAGGED) / (1 - UNTAGGED)
    chosen = first[issue] + (skewed.clip(0) ** 1.5 * counts[issue]).astype("int64")
    return np.where(luck < UNTAGGED, -1, chosen)
