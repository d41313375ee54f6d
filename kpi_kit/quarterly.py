"""The sections of a quarterly deep dive: the engagement as a whole, and its money."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kpi_kit import charts, page
from kpi_kit.gate import month_three, this_quarter
from kpi_kit.shown import Shown, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from kpi_kit.gate import Against
    from kpi_kit.standing import Scorecard, Standing

# What may explain that customers recommend less.
EXPLAINING = ("release", "launch", "staffing", "other")
QUARTER = "the quarter"


class Quarterly:
    """Months, quarters and the gate; each None where the report knows none."""

    card: Scorecard
    marks: tuple[tuple[date, str, str], ...]
    # Of the review that has these sections: which KPIs it draws, and how.
    _drawn: Callable[[], list[Standing]]
    _picture: Callable[..., page.pictures.Picture]

    def gate(self) -> Shown | None:
        """Return days 61 to 90 since go-live against the days before it."""
        if self.card.engagement is None:
            return None
        told = page.gate.by_month_three(self.card)
        return self._against(month_three(self.card), told, "days 61 to 90")

    def now(self) -> Shown | None:
        """Return the judged quarter against the days before go-live."""
        if self.card.engagement is None:
            return None
        found = this_quarter(self.card)
        told = page.gate.in_the_quarter(found, self.card)
        return self._against(found, told, QUARTER)

    def course(self) -> Shown:
        """Return the KPIs over the whole engagement, small and side by side."""
        cut = [self._until_the_end(standing) for standing in self._drawn()]
        drawn = [s for s in cut if s.series["value"].notna().any()]
        marks = page.course.marked(self.marks, self.card)
        made = [self._picture("trend", s.series, s, marks=marks) for s in drawn]
        titled = [
            page.pictures.placed(picture, s, self.card, page.pictures.note(s))
            for picture, s in zip(made, drawn, strict=True)
        ]
        return shown(
            page.course.course(self.card, drawn),
            page.legend.legend(self.card),
            *titled,
            page.pictures.behind(made),
            page.behind.behind(self.card),
        )

    def _until_the_end(self, standing: Standing) -> Standing:
        return replace(standing, series=self.card.until_its_end(standing.series))

    def prices(self) -> Shown | None:
        """Return what a solved ticket cost: by month, and what money bought."""
        told = page.quarter_money.money(self.card)
        made = page.quarter_money.course(self.card)
        if not told or made is None:
            return self._unknown("cost_per_resolution", told)
        title = "Cost per solved ticket, by the vendor's months"
        unit = page.quarter_money.currency(self.card)
        chart = charts.titled(made.chart, title, [f"in {unit}, whole months"])
        return shown(told, chart, page.pictures.behind([made]))

    def recommended(self) -> Shown | None:
        """Return quarter on quarter who would recommend, and what happened then."""
        if self.card.engagement is None or "nps" not in self.card:
            return None
        standing, frame = self.card["nps"], self.card.engagement.quarters["nps"]
        told = page.recommended.quarters(standing)
        frame = frame[frame["n"] > 0].reset_index(drop=True)
        if len(frame) < 2:
            return shown(told)
        marks = [m for m in self.marks if m[2] in EXPLAINING]
        made = self._picture("trend", frame, standing, marks=marks)
        return shown(told, made.chart, page.pictures.behind([made]))

    def tenures(self) -> Shown | None:
        """Return who would recommend by how long they have been customers."""
        rows = page.recommended.judged(self.card)
        if rows is None:
            known = "nps" in self.card and self.card["nps"].state != "not_computable"
            return shown(page.recommended.NO_TENURE) if known else None
        standing = page.recommended.alone(self.card["nps"])
        told = page.recommended.by_tenure(rows, standing)
        if rows.empty:
            return shown(told)
        named = page.recommended.named(rows)
        made = self._picture("dots", named, standing, by=page.recommended.BY)
        before = page.recommended.earlier(self.card)
        return shown(told, made.chart, before, page.pictures.behind([made]))

    def backlog(self) -> Shown | None:
        """Return the open tickets by day, from the quarter's first to its last."""
        if "backlog" not in self.card or "backlog" not in self.card.daily:
            return None
        standing, frame = self.card["backlog"], self.card.daily["backlog"]
        frame = self.card.until_its_end(frame)
        frame = frame[frame["period_start"] >= self.card.start].reset_index(drop=True)
        if frame.empty:
            return None
        told = page.quarter.backlog(standing, frame)
        if frame["value"].isna().all():
            return shown(told)
        leads = page.behind.leads("backlog", frame, self.card)
        made = self._picture("area", frame, standing, leads=leads)
        return shown(told, made.chart, page.pictures.behind([made]))

    def balance(self) -> Shown | None:
        """Return the balanced scorecard, by the goal of the contract."""
        told = page.balance.scorecard(self.card)
        return shown(told) if told else None

    def _unknown(self, metric: str, told: str) -> Shown | None:
        """Return what is known of a KPI that has no chart; else what it needs."""
        if told:
            return shown(told)
        if metric not in self.card:
            return None
        return shown(page.headlines.nothing(self.card[metric], self.card))

    def _against(self, found: Sequence[Against], told: str, now: str) -> Shown:
        made = page.gate.gate(found, self.card, now, linked=True)
        if made is None:
            return shown(told)
        behind = page.pictures.behind([made])
        return shown(told, made.chart, page.gate.refused(found, self.card), behind)
