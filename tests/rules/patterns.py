"""For each rule a card that it fires on, built from parts that the tests vary."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd

from kpi_kit.business_hours import always
from kpi_kit.contract import Contract, Target
from kpi_kit.intervals import wilson
from tests.cards import (
    MONDAY,
    SUNDAY,
    WEEK,
    by_day,
    reading,
    rows,
    scorecard,
    standing,
)

OPEN = (always("UTC"),)
TARGETS = (
    Target(metric="first_response_time", at_most=Decimal(240), weight=Decimal("0.4")),
    Target(metric="resolution_time", at_most=Decimal(1440), weight=Decimal("0.6")),
)
TERMS = Contract(schedules=OPEN, targets=TARGETS)
PLAIN = Contract(schedules=OPEN)


def share(true, n, start=MONDAY):
    """Return the reading of a share."""
    low, high = wilson(np.array([true / n]), np.array([n]))
    return reading(true / n, float(low[0]), float(high[0]), n=n, start=start)


def shares(counts, **columns):
    """Return the slices of a share: how many were true, of how many."""
    true, n = (np.array(part) for part in zip(*counts, strict=True))
    low, high = wilson(true / n, n)
    return rows(list(zip(true / n, low, high, n, strict=True)), **columns)


def volumes(**kinds):
    """Return the weekly volumes of issue types, the judged week last."""
    parts = [
        rows(v, start=MONDAY - (len(v) - 1) * WEEK).assign(issue_type=name)
        for name, v in kinds.items()
    ]
    return pd.concat(parts, ignore_index=True)


def holding(first=(120, 110, 130), solved=(1800, 1700, 1900), *more, **given):
    """Replies in two hours of an agreed four, solutions in 30 of an agreed 24."""
    contract = given.get("contract", TERMS)
    before = given.get("baseline", {})
    return scorecard(
        *(
            standing(name, reading(*now, n=300), contract, baseline=before.get(name))
            for name, now in (
                ("first_response_time", first),
                ("resolution_time", solved),
            )
        ),
        *more,
        contract=contract,
    )


def contacts(true=550, n=1000, by=None, *more, **given):
    """Solved at the first contact: 55 %, surely under 60 %."""
    slices = {("first_contact_resolution", "issue_type"): by} if by is not None else {}
    solved = standing("first_contact_resolution", share(true, n), **given)
    return scorecard(solved, *more, slices=slices)


HOURS = {
    # hour: median, its bounds, tickets
    9: (400, 380, 420, 300),
    10: (300, 280, 320, 300),
    11: (200, 180, 220, 100),
    14: (150, 140, 160, 100),
    16: (230, 220, 239, 100),
}


def peaks(hours=None, cells=None, contract=TERMS, **varied):
    """Four hours are kept but at 9 and 10, which bring two thirds of the tickets."""
    hours = {**(hours or HOURS), **{int(k[1:]): v for k, v in varied.items()}}
    slices = {
        ("first_response_time", "created_hour"): rows(
            list(hours.values()), created_hour=list(hours)
        )
    }
    if cells is not None:
        slices["first_response_time", "created_weekday", "created_hour"] = cells
    first = standing("first_response_time", reading(250, 242, 258, n=225), contract)
    return scorecard(first, slices=slices, contract=contract)


def growing(last=(500, 530, 560, 600), came=100, usual=100, kinds=None):
    """Open tickets rise from 500 to 600 in three days, after eight level weeks."""
    opened = [500] * (56 + 3 - len(last) + 1) + [*last]
    volume = [usual] * (len(opened) - 3) + [came] * 3
    daily = {"backlog": by_day(opened), "ticket_volume": by_day(volume)}
    slices = {} if kinds is None else {("ticket_volume", "issue_type"): kinds}
    counts = (("backlog", last[-1]), ("ticket_volume", 7 * came))
    now = [standing(name, reading(value)) for name, value in counts]
    return scorecard(*now, daily=daily, slices=slices)


def escalated(true=200, n=1000, by=None, name="escalation_to_client_rate", **given):
    """Handed to the client: 20 %, surely over 15 %."""
    slices = {(name, "issue_type"): by} if by is not None else {}
    slices |= given.pop("slices", {})
    return scorecard(standing(name, share(true, n), **given), slices=slices)


def spiking(came=200, before=(100,) * 28, kinds=None):
    """Twice the usual on one Sunday, after four level weeks."""
    daily = {"ticket_volume": by_day([*before, came])}
    slices = {} if kinds is None else {("ticket_volume", "issue_type"): kinds}
    now = standing("ticket_volume", reading(came, start=SUNDAY, days=1))
    return scorecard(now, daily=daily, slices=slices, every="day")


def breached(failed=1, n=7, **given):
    """One of seven required checks failed."""
    return scorecard(standing("compliance_rate", share(n - failed, n), **given))


FIRING = {
    "compliance_breach": breached,
    "holding_replies": holding,
    "few_first_contacts": contacts,
    "late_at_peak_hours": peaks,
    "growing_backlog": growing,
    "many_escalations": escalated,
    "volume_spike": spiking,
}
