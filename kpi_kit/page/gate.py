"""Is it better than before the vendor: by month three, and in the judged quarter."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from kpi_kit.charts.gate import gate as draw
from kpi_kit.gate import NO_INTERVAL, month_three
from kpi_kit.page import behind, names
from kpi_kit.page.headlines import answer
from kpi_kit.page.names import prose
from kpi_kit.page.pictures import Picture
from kpi_kit.page.tables import Cell, folded, table
from kpi_kit.phrases import changed
from kpi_kit.units import MISSING, MONTHS, count_text, period_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from kpi_kit.charts.leads import Lead
    from kpi_kit.gate import Against
    from kpi_kit.standing import Reading, Scorecard, Standing

MOST = 8
JUDGED = ("meets", "misses", "close")
WORDS = {
    "close": "too close to call",
    "too_few": "too few to tell",
    "no_target": "not judged: no interval",
}


class Counted(NamedTuple):
    """How many KPIs are surely better, surely worse, and not told apart."""

    better: int
    worse: int
    close: int

    @property
    def n(self) -> int:
        """Return how many can be judged."""
        return sum(self)


def counted(found: Sequence[Against]) -> Counted:
    """Count the KPIs by where they stand against the baseline."""
    states = [each.state for each in found]
    return Counted(*(states.count(state) for state in JUDGED))


def gate(
    found: Sequence[Against], card: Scorecard, now: str, *, linked: bool = False
) -> Picture | None:
    """Draw the KPIs that are told first; None where none has both numbers.

    Parameters
    ----------
    found
        All KPIs, in the order in which they are told.
    card
        Gives the reading of first contact resolution.
    now
        What is held against the baseline: ``days 61 to 90``.
    linked
        Whether a KPI leads to its tickets; a slide has no such place.
    """
    told = [each for each in found if each.change is not None]
    if not told:
        return None
    rows = pd.DataFrame([_row(each, card) for each in told])
    many = counted(found)
    what = (
        f"KPIs of {now} against the 30 days before go-live: {many.better} better, "
        f"{many.worse} worse, {many.close} too close to call."
    )
    leads = _leads(told[:MOST], card) if linked else {}
    chart = draw(rows[:MOST], now=now, what=what, leads=leads)
    return Picture(chart, _behind(rows, now, leads))


def _row(each: Against, card: Scorecard) -> dict[str, object]:
    standing, before, now = each.standing, each.before, each.now
    bounds = {"before_low": before.low, "before_high": before.high}
    bounds |= {"low": now.low, "high": now.high}
    then, value = (names.value(standing, reading) for reading in (before, now))
    return {
        "name": names.called(standing, card),
        "kind": names.kind(standing, "quarter"),
        "better": standing.card.better,
        "before": before.value,
        "value": now.value,
        **{name: nan if bound is None else bound for name, bound in bounds.items()},
        "from_to": f"{then} \u2192 {value}",
        "words": words(each),
        "n_text": f"{count_text(before.n)}, {count_text(now.n)}",
        "state": each.state,
        "then_text": _doubted(standing, before),
        "now_text": _doubted(standing, now),
    }


def words(each: Against) -> str:
    """Return how a KPI moved, as far as that is sure: ``52 min faster``."""
    if each.state in WORDS and each.why in {"", NO_INTERVAL}:
        return WORDS[each.state]
    return changed(each.change)


def _doubted(standing: Standing, reading: Reading) -> str:
    told = names.interval(standing, reading)
    value = names.value(standing, reading)
    return value if told == MISSING else f"{value} ({told})"


def _leads(told: Sequence[Against], card: Scorecard) -> dict[str, Lead]:
    """Return by its name where a KPI leads, if its tickets are named of these days."""
    found = {}
    for each in told:
        days = [(each.now.start, each.now.end)]
        rows = pd.DataFrame(days, columns=["period_start", "period_end"])
        for lead in behind.leads(each.standing.card.name, rows, card).values():
            found[names.called(each.standing, card)] = lead
    return found


def _behind(rows: pd.DataFrame, now: str, leads: Mapping[str, Lead]) -> str:
    heads = ("KPI", "Before", now.capitalize(), "n before, now", "Change")
    texts = rows[["name", "then_text", "now_text", "n_text", "words", "state"]]
    cells = [
        (*row[:2], _now(row, leads), row[3], Cell(row[4], state=row[5]))
        for row in texts.itertuples(index=False, name=None)
    ]
    return table("Against the days before go-live", heads, cells, {*heads[1:4]})


def _now(row: Sequence[str], leads: Mapping[str, Lead]) -> Cell:
    return Cell(row[2], to=leads[row[0]].place if row[0] in leads else "")


def by_month_three(card: Scorecard) -> str:
    """Say whether the vendor had reached the baseline by month three."""
    days = card.engagement and card.engagement.month_three
    if not days:
        live = card.contract.go_live
        told = "The contract names no go-live: there is nothing to compare with."
        if live is not None:
            told = f"The vendor goes live on {_day(live)}: nothing can be told yet."
        return answer(told)
    span = f"days 61 to 90, {period_text(days.start, days.end)}"
    if days.end > card.as_of:
        over = _day(days.end)
        return answer(f"It can be told from {over} on: month three is {span}.")
    return _told(month_three(card), f"In {span},", card)


def in_the_quarter(found: Sequence[Against], card: Scorecard) -> str:
    """Say whether it is better than before the vendor in the judged quarter."""
    return _told(found, f"From {period_text(card.start, card.end)},", card)


def _told(found: Sequence[Against], when: str, card: Scorecard) -> str:
    many = counted(found)
    before = _before(found)
    if not many.n:
        return answer(f"{when} no KPI can be held against the days before go-live.")
    verb = "was" if many.better == 1 else "were"
    first = (
        f"{when} {many.better} of {kpis(many.n)} {verb} "
        f"surely better than before, {many.worse} worse, {many.close} too close to "
        "call."
    )
    worse = [named(each, card) for each in found if each.state == "misses"][:3]
    which = f"Worse: {', '.join(worse)}{_more(many.worse - len(worse))}." * bool(worse)
    return answer(first, which, before)


def kpis(count: int) -> str:
    """Return how many KPIs there are.

    Examples
    --------
    >>> kpis(1), kpis(15)
    ('1 KPI', '15 KPIs')
    """
    return f"{count} KPI{'' if count == 1 else 's'}"


def _more(count: int) -> str:
    return f" and {count} more" if count > 0 else ""


def named(each: Against, card: Scorecard) -> str:
    """Return a KPI and how it moved: ``first response (52 min faster)``."""
    called = names.called(each.standing, card)
    return f"{names.within(called)} ({words(each)})"


def _before(found: Sequence[Against]) -> str:
    """Return which days the baseline is of."""
    days = next((e.before for e in found if e.before is not None), None)
    return f"Before: {period_text(days.start, days.end)}." if days else ""


def refused(found: Sequence[Against], card: Scorecard) -> str:
    """Say which KPIs are not held against the baseline, and why."""
    reasons: dict[str, list[str]] = {}
    for each in found:
        if each.change is None:
            called = names.called(each.standing, card)
            reasons.setdefault(each.why, []).append(called)
    count = sum(len(those) for those in reasons.values())
    items = "".join(
        f"<li>{prose(f'{why[:1].upper()}{why[1:]}')} ({prose(', '.join(those))}).</li>"
        for why, those in reasons.items()
    )
    verb = "is" if count == 1 else "are"
    title = f"{kpis(count)} that {verb} not held against the baseline: why"
    return folded(title, f'<ul class="note">{items}</ul>') if items else ""


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
