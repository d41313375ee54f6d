"""One run of one cadence: all that a notebook calls."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pandas as pd
from IPython.display import publish_display_data

from kpi_kit import catalog, charts, mime, page
from kpi_kit.analysis import Analysis
from kpi_kit.deck import Deck
from kpi_kit.freshness import BEGINS
from kpi_kit.growth import growth
from kpi_kit.headline import leading
from kpi_kit.mailed import Mailed
from kpi_kit.quarterly import Quarterly
from kpi_kit.rules import asked
from kpi_kit.sections import Sections
from kpi_kit.shown import Shown, shown
from kpi_kit.states import note_text

if TYPE_CHECKING:
    from datetime import date

    from kpi_kit.rules import Finding
    from kpi_kit.standing import Scorecard, Standing
    from kpi_kit.tables import Helpdesk

BY_HOUR = ("created_weekday", "created_hour")
# The charts over time that stand beside those of the tiles, as far as there is room.
BESIDE = (
    *("escalation_rate", "escalation_to_client_rate", "transfer_rate"),
    *("unanswered_tickets", "first_resolution_time"),
)
# What a small chart has room to name.
FEW = ("release", "launch", "holiday")
MOST_CHARTS = 8


@dataclass(frozen=True, kw_only=True, repr=False)
class Review(Analysis, Quarterly, Sections, Deck, Mailed):
    """Where a vendor's KPIs stand, and the ways a notebook shows it.

    ``card`` is the scorecard, ``found`` are the findings, what is most pressing first;
    ``marks`` are the annotations of the days, ``covered`` says where the facts come
    from.
    """

    card: Scorecard
    found: tuple[Finding, ...]
    helpdesk: Helpdesk
    marks: tuple[tuple[date, str, str], ...]
    covered: tuple[str, ...]

    @property
    def numbers(self) -> pd.DataFrame:
        """Return every KPI over time: scorecard rows, the KPIs in report order."""
        frames = [standing.series for standing in self.card.standings.values()]
        if self.card.engagement:
            frames += self.card.engagement.quarters.values()
        return pd.concat(frames, ignore_index=True)

    def masthead(self) -> Shown:
        """Return the head of the report: whose, which period, known until when."""
        look = {mime.STYLE: {}, "text/html": page.style.style(), "text/plain": ""}
        banner = page.masthead.stale(self.card, self.helpdesk.warnings)
        banner = banner or page.masthead.provisional(self.card)
        head = page.masthead.masthead(self.card, version("kpi-kit"), self._seal())
        return shown(look, banner, head)

    def sentences(self) -> Shown:
        """Return what the period comes to, in at most three sentences."""
        told = page.summary.told(self.card, self.found)
        return shown(page.sentences.sentences(told))

    def tiles(self) -> Shown:
        """Return the six numbers of a week, grouped."""
        return shown(page.tiles.tiles(self.card))

    def figures(self) -> Shown:
        """Return the numbers of a day."""
        return shown(page.day.figures(self.card))

    def decisions(self) -> Shown:
        """Return the findings: evidence, rival cause, who does what."""
        told = page.headlines.answer(
            page.findings.summary(self.found, len(asked(self.card)), self.card.every)
        )
        return shown(told, page.findings.findings(self.found, self.card))

    def alarms(self) -> Shown:
        """Return the findings of a day, or that there are none."""
        alarms = [finding for finding in self.found if finding.state == "alarm"]
        told = page.headlines.answer(page.day.alarm_line(len(alarms), self.card))
        return shown(told, page.findings.alarms(self.found, self.card))

    def trends(self) -> Shown:
        """Return the KPIs over time, small and side by side."""
        drawn, within = self._drawn(), self._within()
        marks = [mark for mark in self.marks if mark[2] in FEW]
        made = [self._trend(s, marks=marks) for s in drawn]
        titled = [
            page.pictures.placed(picture, s, self.card, page.pictures.note(s))
            for picture, s in zip(made, drawn, strict=True)
        ]
        return shown(
            page.headlines.better(self.card, drawn, within),
            page.legend.legend(self.card),
            *titled,
            page.pictures.behind(made),
            page.behind.behind(self.card),
        )

    def others(self) -> Shown | None:
        """Return the KPIs that are neither drawn nor shown as figures, as a table."""
        every_day = self.card.every == "day"
        drawn = {s.card.name for s in self._drawn()}
        elsewhere = set(page.day.SHOWN) if every_day else drawn
        once = {each.name for each in page.names.read_once(self.card)} - elsewhere
        rest = [self.card[name] for name in self.card.standings if name in once]
        return shown(page.tables.kpi_table(self.card, rest)) if rest else None

    def queue(self) -> Shown | None:
        """Return the open tickets by day; where a digest knows none, what came in."""
        name = "backlog" if self._has("backlog") else "ticket_volume"
        if not self._has(name) or (name != "backlog" and self.card.every != "day"):
            return None
        standing = self.card[name]
        frame, more = page.pictures.counted(self.card, self.found, name)
        grown = growth(self.card, self.card.as_of)
        told = page.headlines.queue(frame, standing, grown)
        more["leads"] = page.behind.leads(name, frame, self.card)
        return self._told("area", frame, standing, told, **more)

    def escalated(self) -> Shown | None:
        """Return the newest escalated tickets."""
        names = ("escalation_to_client_rate", "escalation_rate")
        standing = next((self.card[n] for n in names if self._has(n)), None)
        if standing is None:
            return None
        tickets = self.card.escalated
        told = page.headlines.escalated(standing, len(tickets), self.card)
        return shown(told, page.tables.escalated_table(tickets))

    def waiting(self) -> Shown:
        """Return the open tickets that wait longest for a person."""
        return shown(page.day.waiting(self.card))

    def draw(self, name: str, metric: str) -> Shown | None:
        """Return any chart of one KPI; None where the KPI has no such numbers.

        Parameters
        ----------
        name
            The chart: a function of ``kpi_kit.charts``.
        metric
            The KPI, by its name.
        """
        frame = self._frame(charts.named(name).of, catalog.named(metric).name)
        if frame is None:
            return None
        standing = self.card[metric]
        made = self._picture(name, frame, standing, by="issue_type")
        if frame["value"].isna().all():
            return shown(page.headlines.nothing(standing, self.card))
        titled = page.pictures.placed(made, standing, self.card)
        return shown(titled, page.pictures.behind([made]))

    def made(self) -> Shown:
        """Return how the numbers were made: definitions, rows read, rows rejected.

        A day, which is one screen, has the tickets behind its numbers here.
        """
        cards = page.names.read_once(self.card)
        desk = self.helpdesk
        rows = page.tables.accounting_table(desk.accounting)
        rejected = page.tables.quarantine_table(desk.rules, desk.quarantine)
        told = page.tables.notes((*self.covered, *self._holes(), *desk.warnings))
        means = page.definitions.definition_list(cards)
        both = (
            f'<div class="beside"><div>{rows}</div>\n<div>{rejected}{told}</div></div>'
        )
        decided = page.definitions.decisions_table(cards)
        own = page.behind.behind(self.card) if self.card.every == "day" else ""
        return shown(means, own, decided, both)

    def footer(self) -> Shown:
        """Return the last lines of the report."""
        rejected = int(self.helpdesk.accounting["quarantined"].sum())
        return shown(page.masthead.footer(self.card, rejected))

    def done(self) -> None:
        """Mark the report as complete; the last cell of every notebook."""
        may_lack = self.helpdesk.may_lack
        mark = {
            **page.summary.mark(self.card, self.found),
            "numbers": self._hash(),
            "lacks": "" if may_lack else page.masthead.lacks(self.card),
        }
        publish_display_data({mime.DONE: mark, "text/plain": "The report is complete."})

    def _holes(self) -> list[str]:
        """Return why days long before the report's own are missing, once each."""
        missing = self.card.fresh.missing
        told = {why for day, why in missing.items() if day not in self.card.lacking}
        texts = (note_text(why) for why in sorted(told) if not why.startswith(BEGINS))
        return [f"{text[:1].upper()}{text[1:]}." for text in texts]

    def _hash(self) -> str:
        return sha256(self.numbers.to_csv(index=False).encode()).hexdigest()

    def _seal(self) -> str:
        first = self._hash()[:8]
        return f"{first[:4]} {first[4:]}"

    def _has(self, metric: str) -> bool:
        return metric in self.card and self.card[metric].state != "not_computable"

    def _drawn(self) -> list[Standing]:
        """Return the KPIs drawn over time: the tiles', the contract's, then others."""
        promised = [s.card.name for s in self.card.standings.values() if s.target]
        names = [*(s.card.name for s in leading(self.card)), *promised, "ticket_volume"]
        first, rest = (
            [self.card[name] for name in dict.fromkeys(some) if self._has(name)]
            for some in (names, [name for name in BESIDE if name not in names])
        )
        return [*first, *self._within(), *rest][:MOST_CHARTS]

    def _within(self) -> list[Standing]:
        """Return the shares that kept a target, of the durations that have one."""
        return [
            page.pictures.within(self.card[name], rows)
            for name, rows in self.card.within.items()
        ]

    def _frame(self, of: str, metric: str) -> pd.DataFrame | None:
        frames = {
            "daily": self.card.daily.get(metric),
            "cells": self.card.slices.get((metric, *BY_HOUR)),
            "slices": self.card.slices.get((metric, "issue_type")),
        }
        if of in frames:
            return frames[of]
        return self.card[metric].series if metric in self.card else None

    def _picture(
        self, name: str, frame: pd.DataFrame, standing: Standing, **more: Any
    ) -> page.pictures.Picture:
        options = {"marks": self.marks, **more}
        return page.pictures.picture(name, frame, standing, self.card, **options)

    def _trend(self, standing: Standing, **more: Any) -> page.pictures.Picture:
        rows = standing.series
        more["leads"] = page.behind.leads(standing.card.name, rows, self.card)
        return self._picture("trend", rows, standing, **more)

    def _told(
        self,
        name: str,
        frame: pd.DataFrame,
        standing: Standing,
        told: str,
        *,
        note: str = "",
        **more: Any,
    ) -> Shown:
        """Return an answer, the chart that shows it, and the numbers behind."""
        if frame["value"].isna().all():
            return shown(told)
        made = self._picture(name, frame, standing, **more)
        return shown(told, made.chart, page.pictures.behind([made], note))
