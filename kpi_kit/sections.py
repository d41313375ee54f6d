"""The sections of a weekly report that stand beside its KPIs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kpi_kit import charts, page
from kpi_kit.answers import NONE
from kpi_kit.busy import busy
from kpi_kit.coming import coming, staffing
from kpi_kit.phrases import solved_how
from kpi_kit.shown import Shown, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from kpi_kit.beside import Beside
    from kpi_kit.standing import Scorecard, Standing


class Sections:
    """Causes, people, hours and money; each None where the source does not tell."""

    card: Scorecard
    # Of the review that has these sections: an answer and the chart that shows it.
    _told: Callable[..., Shown]

    @property
    def _beside(self) -> Beside | None:
        return self.card.beside

    def waits(self) -> Shown | None:
        """Return when customers wait: by weekday and hour, and by channel and hour."""
        frame = self.card.slices.get(key := page.parts.WEEK)
        if frame is None:
            return None
        standing = self.card["first_response_time"]
        told = page.headlines.waits(frame, standing)
        week = self._parted("heat", frame, standing, told, key)
        rows = page.channels.drawn(self.card)
        if rows is None:
            return week
        told, key = page.channels.told(self.card, rows), page.parts.CHANNELS
        more = self._parted("heat", rows, standing, told, key, per="channel")
        return shown(*week.parts, *more.parts)

    def unsolved(self) -> Shown | None:
        """Return what is not solved at the first contact: the share by issue type."""
        frame = self.card.slices.get(key := page.parts.TYPES)
        if frame is None:
            return None
        standing = self.card["first_contact_resolution"]
        told = page.headlines.unsolved(frame, standing, "issue type")
        note = page.behind.of_a_row(frame, standing, "issue_type")
        more = {"note": note, "by": "issue_type"}
        return self._parted("dots", frame, standing, told, key, **more)

    def causes(self) -> Shown | None:
        """Return why customers write: root causes of four weeks, or of the quarter."""
        found = self._beside and self._beside.causes
        if found is None:
            return None
        told = page.reasons.causes(found)
        before = page.reasons.BEFORE[self.card.every]
        cost = ""
        if self.card.every == "quarter":
            cost = page.quarter_money.avoidable(found, self.card)
        leads = page.parts.leads(page.parts.CAUSES, self.card)
        made = page.reasons.causes_table(found, before, leads)
        return shown(told, cost, made, page.parts.listed(page.parts.CAUSES, self.card))

    def ages(self) -> Shown | None:
        """Return how long open tickets have been open, and how many a shift left."""
        found = self._beside and self._beside.ages
        if not found or not found.n or self._is_unknown("backlog"):
            return None
        ends = page.reasons.at_cut_offs(self._beside.cut_offs)
        oldest = page.parts.oldest(self.card)
        when = page.behind.on_day(self.card, self.card.end)
        return shown(page.reasons.ages(found, oldest, when), ends)

    def _is_unknown(self, name: str) -> bool:
        return name in self.card and self.card[name].now.value is None

    def audit(self) -> Shown | None:
        """Return some tickets that were not solved at once, drawn by lot."""
        found = self._beside.drawn if self._beside else ()
        return (
            shown(page.reasons.drawn(found, solved_how(self.card))) if found else None
        )

    def sides(self) -> Shown | None:
        """Return vendor and client side by side, over the same four weeks."""
        told = page.people.sides(self._beside.sides, self.card) if self._beside else ""
        return shown(told) if told else None

    def voices(self) -> Shown | None:
        """Return what customers wrote with their ratings, without names."""
        found = self._beside
        if found is None or found.verbatims is None:
            return None
        asked = page.voices.asked(found.ratings) if found.ratings else ""
        told = page.voices.words(found.verbatims)
        waited = "" if found.waited is None else page.voices.waited(found.waited)
        return shown(told, asked, waited)

    def coaching(self) -> Shown | None:
        """Return which agents are far apart on tickets of one kind."""
        if not self._beside or not self._knows("handle_time_ticket"):
            return None
        gaps = self._beside.gaps
        told = page.people.coaching(gaps)
        told += page.people.within_limits(self._beside.kinds)
        if not gaps or not gaps[0].is_flagged:
            return shown(told)
        # Of the widest gap every agent is drawn, by the median that the table compares.
        standing = replace(
            self.card["handle_time_ticket"],
            statistic="median",
            target=None,
            baseline=None,
            band=None,
        )
        key = page.parts.AGENTS
        more = {"by": "agent", "leads": page.parts.leads(key, self.card)}
        made = page.pictures.picture("dots", gaps[0].frame, standing, self.card, **more)
        about = gaps[0].issue_type + (
            "" if gaps[0].team == NONE else f", {gaps[0].team}"
        )
        chart = charts.titled(made.chart, about, ["median work per ticket, by agent"])
        listed = page.parts.listed(key, self.card)
        return shown(told, chart, page.pictures.behind([made]), listed)

    def breaches(self) -> Shown | None:
        """Return the required checks that failed, and how many reviews there were."""
        if not self._beside or not self._knows("compliance_rate"):
            return None
        found = self._beside.breaches
        told = page.people.breaches(found, self.card["compliance_rate"])
        return shown(told, page.people.sampled(self.card))

    def paid_time(self) -> Shown | None:
        """Return how paid time was spent."""
        found = self._beside and self._beside.paid
        return shown(page.spending.paid(found)) if found is not None else None

    def coming(self) -> Shown | None:
        """Return what next week usually brings, and which hours just brought more."""
        found, beside = coming(self.card), self._beside
        if found is None:
            return None
        need = beside and staffing(found, beside.paid, beside.work)
        hours = page.coming.busy(busy(self.card), self.card)
        return shown(page.coming.coming(found, need), hours)

    def money(self) -> Shown | None:
        """Return what a solved ticket costs, month by month."""
        told = page.spending.money(self.card)
        return shown(told) if told else None

    def _knows(self, metric: str) -> bool:
        return metric in self.card and self.card[metric].state != "not_computable"

    def _parted(
        self,
        name: str,
        frame: pd.DataFrame,
        standing: Standing,
        told: str,
        key: tuple[str, ...],
        **more: Any,
    ) -> Shown:
        """Return an answer, its chart, and the tickets that the marks lead to."""
        more["leads"] = page.parts.leads(key, self.card)
        made = self._told(name, frame, standing, told, **more)
        return shown(*made.parts, page.parts.listed(key, self.card))
