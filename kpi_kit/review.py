"""One run of one cadence: all that a notebook calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from IPython.display import HTML, publish_display_data

from kpi_kit import catalog, charts, mime, page
from kpi_kit import metrics as _metrics  # noqa: F401 - fills the catalog
from kpi_kit.contract import Contract, read_contract
from kpi_kit.coverage import coverage
from kpi_kit.errors import ParameterError
from kpi_kit.files import found
from kpi_kit.periods import last_known_day, midnight
from kpi_kit.scorecard import question, scorecards
from kpi_kit.sources import open_helpdesk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import altair as alt
    import pandas as pd

    from kpi_kit.contract import Target
    from kpi_kit.tables import Helpdesk

# A target on the share within it is met or missed, but it is no line in a duration.
SHOWN = (None, "median", "mean", "p90")


@dataclass(frozen=True, kw_only=True)
class Review:
    """The KPIs of one vendor over some days, and the ways a notebook shows them.

    ``whole`` holds one row per KPI, statistic and clock; ``weekly`` one per week too;
    ``covered`` says where the facts come from.
    """

    helpdesk: Helpdesk
    contract: Contract
    cards: tuple[catalog.Card, ...]
    start: date
    end: date
    as_of: date
    whole: pd.DataFrame
    weekly: pd.DataFrame
    covered: tuple[str, ...] = ()

    def title(self) -> HTML:
        """Return the head of the report."""
        contract = self.contract
        days = (self.start, self.end, self.as_of)
        return HTML(page.heading(contract.vendor, *days, contract.time_zone))

    def kpis(self) -> HTML:
        """Return the table of the KPIs over the whole period."""
        return HTML(page.kpi_table(self._headline(self.whole), self.cards))

    def draw(self, name: str, metric: str) -> alt.TopLevelMixin | HTML | None:
        """Return a chart of one KPI, or one sentence where there is nothing to draw.

        None where the KPI is not among the review's: the report leaves its section out.

        Parameters
        ----------
        name
            The chart: a function of ``kpi_kit.charts``.
        metric
            The KPI, by its name.
        """
        card = catalog.named(metric)
        rows = self._headline(self.weekly[self.weekly["metric"] == metric])
        if rows.empty:
            return None
        if rows["value"].isna().all():
            return HTML(page.nothing(rows, card))
        chart = charts.named(name).draw(rows, metric=card, target=self._bound(metric))
        chart = charts.titled(chart, *page.chart_title(rows, card))
        # Altair shows a chart that it cannot write as no output at all; this raises.
        chart.to_dict()
        return chart

    def accounting(self) -> HTML:
        """Return what became of every row of the helpdesk's data."""
        rows = page.accounting_table(self.helpdesk.accounting)
        return HTML(rows + page.notes((*self.covered, *self.helpdesk.warnings)))

    def definitions(self) -> HTML:
        """Return what each KPI of the review means."""
        return HTML(page.definition_list(self.cards))

    def done(self) -> None:
        """Mark the review as complete; the last cell of every notebook."""
        numbers = self.whole.to_csv(index=False) + self.weekly.to_csv(index=False)
        mark = {
            "slug": self.contract.slug,
            "as_of": self.as_of.isoformat(),
            "numbers": sha256(numbers.encode()).hexdigest(),
        }
        publish_display_data({mime.DONE: mark, "text/plain": "The report is complete."})

    def _headline(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return of each duration the one statistic and clock that a reader is shown.

        That is what the contract promises, else the median in business hours.
        """
        kept = frame["unit"] != "minutes"
        for card in self.cards:
            statistic, clock = self._shown(card.name)
            right = (frame["statistic"] == statistic) & (frame["clock"] == clock)
            kept |= (frame["metric"] == card.name) & right
        within = (frame["statistic"] == "share") & (frame["clock"] != "")
        return frame[kept & ~within]

    def _shown(self, metric: str) -> tuple[str, str]:
        clock = "business" if self.contract.schedules else "calendar"
        target = self._target(metric)
        if target is None:
            return "median", clock
        return target.statistic or "median", target.clock or clock

    def _target(self, metric: str) -> Target | None:
        for target in self.contract.targets:
            promised = target.statistic in SHOWN or not _is_duration(metric)
            if target.metric == metric and promised:
                return target
        return None

    def _bound(self, metric: str) -> float | None:
        target = self._target(metric)
        if target is None:
            return None
        return float(target.at_least if target.at_most is None else target.at_most)


def open_review(  # noqa: PLR0913, PLR0917 - one for each parameter of a notebook
    source: str,
    location: str,
    mapping: str = "",
    contract: str = "",
    as_of: str = "",
    days: int = 90,
    *,
    kpis: Sequence[str] = (),
    options: Mapping[str, str] | None = None,
    engine: str = "duckdb",
) -> Review:
    """Read a helpdesk and work out its KPIs.

    Parameters
    ----------
    source
        How the data is read: a module of ``kpi_kit.sources``.
    location
        What it opens: a folder, a file, a database.
    mapping
        Folder of SQL files for ``source="sql"``; empty for none.
    contract
        The vendor contract; empty for none.
    as_of
        Last day of the review, ``YYYY-MM-DD``; everything up to its end is known.
    days
        Length of the review.
    kpis
        Names of the KPIs, in report order; empty for all of the catalog.
    options
        How the source is to be read.
    engine
        Where the numbers are computed.

    Raises
    ------
    ParameterError, TableError, UnknownNameError
        One line that says where, what is wrong and what to do.
    """
    charts.use_report_renderer()
    # A name that is no metric is told before the data is read.
    cards = tuple(catalog.named(name) for name in kpis or catalog.METRICS)
    units = catalog.units()
    terms = read_contract(
        found(contract) or Path(contract) if contract else None,
        known_metrics=units,
        units=units,
    )
    last = last_known_day(_day(as_of), terms.time_zone)
    if days < 1:
        raise ParameterError(f"days: {days} is no length. Give at least 1.")
    end = last + timedelta(days=1)
    start = end - timedelta(days=days)
    helpdesk = open_helpdesk(
        source,
        str(found(location) or location),
        mapping=str(found(mapping) or mapping) if mapping else None,
        options=dict(options or {}),
        engine=engine,
        as_of=last,
    )
    return _review(helpdesk, terms, cards, start=start, end=end, as_of=last)


def _review(
    helpdesk: Helpdesk,
    contract: Contract,
    cards: tuple[catalog.Card, ...],
    **days: date,
) -> Review:
    names = [card.name for card in cards]
    whole, weekly = (
        question(helpdesk, contract, every=every, metrics=names, **days)
        for every in (None, "week")
    )
    whole, weekly = scorecards(helpdesk, contract, [whole, weekly])
    return Review(
        helpdesk=helpdesk,
        contract=contract,
        cards=cards,
        whole=whole,
        weekly=weekly,
        covered=coverage(helpdesk, midnight(days["end"], contract.time_zone)),
        **days,
    )


def _is_duration(metric: str) -> bool:
    return catalog.named(metric).kind == "duration"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"as_of: {text!r} is no day"
        raise ParameterError(f"{message}. Write it as 2026-11-15.") from None
