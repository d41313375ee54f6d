"""What an analyst asks a review for: its KPIs, slices of them, the tickets behind."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from kpi_kit import catalog, page, terminal
from kpi_kit.costs import KINDS
from kpi_kit.errors import ParameterError
from kpi_kit.facts import DIMENSIONS, extra
from kpi_kit.known import kpis
from kpi_kit.periods import DAY, cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from kpi_kit.rules import Finding
    from kpi_kit.standing import Scorecard
    from kpi_kit.tables import Helpdesk

WEEK = timedelta(days=7)
MOST = 50


class Analysis:
    """The ways to go on from a review; names, columns and errors are the commands'."""

    card: Scorecard
    found: tuple[Finding, ...]
    helpdesk: Helpdesk

    def kpis(
        self,
        *names: str,
        every: str | None = None,
        by: Sequence[str] = (),
        start: date | str | None = None,
        end: date | str | None = None,
    ) -> pd.DataFrame:
        """Return KPIs as the command ``kpis`` does.

        Parameters
        ----------
        *names
            Which KPIs; none for all of the review.
        every
            ``day``, ``week`` or ``month``; None for the whole span as one period.
        by
            What to slice by: columns of the facts.
        start, end
            Local days, ``end`` exclusive.  Without them the period of the review, with
            ``every`` all the days that its lines go back.

        Returns
        -------
        pandas.DataFrame
            As :func:`kpi_kit.scorecard.scorecard`.
        """
        for name in names:
            _name("kpis", name)
        asked = [self.card[name].card.name for name in names]
        first, last = self._days(every, start, end)
        cut(first, last, every)
        return kpis(
            self.helpdesk,
            self.card.contract,
            start=first,
            end=last,
            as_of=self.card.as_of,
            every=every,
            by=by,
            metrics=asked or tuple(self.card.standings),
        )

    def by(
        self,
        *dimensions: str,
        kpis: Sequence[str] = (),
        every: str | None = None,
        start: date | str | None = None,
        end: date | str | None = None,
    ) -> pd.DataFrame:
        """Return the KPIs sliced by one column of the facts, or by several.

        Parameters
        ----------
        *dimensions
            ``channel``, ``team``, ``created_hour``, a column of your own ...
        kpis, every, start, end
            As :meth:`kpis`.
        """
        for dimension in dimensions:
            _name("by", dimension)
        names = (kpis,) if isinstance(kpis, str) else kpis
        return self.kpis(*names, by=dimensions, every=every, start=start, end=end)

    def tickets(  # noqa: PLR0913 - one for each thing that can be asked
        self,
        metric: str = "",
        *,
        missed: bool = False,
        week: date | str | None = None,
        start: date | str | None = None,
        end: date | str | None = None,
        limit: int | None = MOST,
        **having: Any,
    ) -> pd.DataFrame:
        """Return tickets with all their facts, and say how many there are.

        Parameters
        ----------
        metric
            Only the tickets that this KPI counts; what took longest comes first.  Else,
            and where a KPI takes no time, the newest.
        missed
            Only those on its worse side: over the contract's target, reopened, not
            solved at the first contact.
        week
            Any day of a week from Monday to Sunday.
        start, end
            Local days, ``end`` exclusive.  Without them or a week, the period that the
            review judges the KPI by.
        limit
            How many tickets, at most; None for all.
        **having
            What a column of the facts is: ``issue_type="Refund"``, a list of values,
            None for missing.

        Returns
        -------
        pandas.DataFrame
            The columns of the command ``facts``.
        """
        from kpi_kit.evidence import Wanted, worst  # noqa: PLC0415 - no report asks
        from kpi_kit.export import nullable  # noqa: PLC0415

        if limit is not None and (not isinstance(limit, int) or limit < 0):
            message = f"limit: {limit!r} is no number of tickets"
            raise ParameterError(f"{message}. Give one like 50, or None for all.")
        first, last = self._span(metric, week, start, end)
        found, total = worst(
            self.helpdesk,
            self.card.contract,
            Wanted(start=first, end=last, metric=metric, missed=missed, having=having),
            as_of=self.card.as_of,
            most=limit,
        )
        rest = "" if found.num_rows == total else "; limit=None gives all"
        shown = f"{found.num_rows:,} of {total:,}" if rest else f"{total:,}"
        print(f"{shown} tickets{rest}.")  # noqa: T201 - for who asked, beside the frame
        return found.to_pandas(types_mapper=nullable)

    def _days(
        self, every: str | None, start: date | str | None, end: date | str | None
    ) -> tuple[date, date]:
        card = self.card
        first = card.start
        if every is not None:
            known = card.standings.values()
            series = [s.series for s in known if s.card.kind not in KINDS]
            begun = [rows["period_start"].min() for rows in series if len(rows)]
            first = min([first, *begun])
        last = card.end if every is None else card.as_of + DAY
        return _day("start", start) or first, _day("end", end) or last

    def _span(
        self,
        metric: str,
        week: date | str | None,
        start: date | str | None,
        end: date | str | None,
    ) -> tuple[date | None, date | None]:
        if week is not None:
            if start or end:
                raise ParameterError(
                    "week: start or end is given too. Give one of them."
                )
            day = _day("week", week)
            monday = day - timedelta(days=day.weekday())
            return monday, monday + WEEK
        first, last = _day("start", start), _day("end", end)
        if first or last:
            if first and last:
                cut(first, last, None)
            return first, last
        if metric and catalog.named(metric).kind == "stock":
            return None, None
        judged = self.card[metric].now if metric in self.card else self.card
        return judged.start, judged.end

    def _repr_html_(self) -> str:
        return page.summary.summary(self.card, self.found, self._dimensions())

    def __repr__(self) -> str:
        text = page.summary.plain(self.card, self.found, self._dimensions())
        return "\n".join(terminal.printable(line) for line in text.splitlines())

    def _dimensions(self) -> list[str]:
        """Return what people slice by, as far as the source gives it."""
        given = [
            name for name in DIMENSIONS if f"tickets.{name}" in self.helpdesk.given
        ]
        return [*given, *extra(self.helpdesk), "created_weekday", "created_hour"]


def _name(where: str, given: Any) -> None:
    if not isinstance(given, str):
        message = f"{where}: {given!r} is no name"
        raise ParameterError(f"{message}. Give names one by one: {where}('a', 'b').")


def _day(name: str, given: date | str | None) -> date | None:
    if given is None or isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError):
        message = f"{name}: {given!r} is no day"
        raise ParameterError(f"{message}. Write it as 2026-11-15.") from None
