"""The sections of a quarterly deep dive: the engagement as a whole, and its money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpi_kit import page
from kpi_kit.gate import month_three, this_quarter
from kpi_kit.shown import Shown, shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from kpi_kit.gate import Against
    from kpi_kit.standing import Scorecard, Standing

# What a chart of months has room to name.
MARKED = ("release", "launch")
QUARTER = "the quarter"


class Quarterly:
    """Months, quarters and the gate; each None where the report knows none."""

    card: Scorecard
    marks: tuple[tuple[date, str, str], ...]

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
        drawn = self._drawn()
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
        )

    def _against(self, found: Sequence[Against], told: str, now: str) -> Shown:
        made = page.gate.gate(found, self.card, now)
        if made is None:
            return shown(told)
        behind = page.pictures.behind([made])
        return shown(told, made.chart, page.gate.refused(found, self.card), behind)

    def _drawn(self) -> list[Standing]:
        raise NotImplementedError

    def _picture(self, *of: Any, **more: Any) -> page.pictures.Picture:
        raise NotImplementedError
