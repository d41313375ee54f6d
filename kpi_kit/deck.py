"""The slides of a report: what a quarterly review is presented with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit import mime, page
from kpi_kit.gate import month_three, this_quarter
from kpi_kit.headline import leading
from kpi_kit.shown import Shown, shown
from kpi_kit.units import period_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import altair as alt

    from kpi_kit.page.slides import Slide
    from kpi_kit.rules import Finding
    from kpi_kit.standing import Scorecard, Standing

# In this order; a KPI that cannot be computed has no slide.
PRESENTED = (
    *("first_response_time", "first_contact_resolution", "csat", "backlog"),
    *("cost_per_resolution", "nps"),
)
LOADED = "cost_per_resolution_loaded"  # what in-house months can be compared with
TENURES = {"long-term", "new"}


class Deck:
    """One message on each slide, in the order of the report."""

    card: Scorecard
    found: tuple[Finding, ...]
    marks: tuple[tuple[date, str, str], ...]

    def deck(self) -> Shown:
        """Return the slides, for the deck alone; a reader of the page sees nothing."""
        made = [each for each in self._slides() if each is not None]
        card = self.card
        days = period_text(card.start, card.end)
        whose = f"{card.contract.vendor} · {page.masthead.CADENCES[card.every]}, {days}"
        deck = {"title": whose, "slides": made}
        return shown({mime.DECK: deck, "text/plain": f"{len(made)} slides"})

    def _slides(self) -> Iterator[Slide | None]:
        card, slides, decided = self.card, page.slides, page.decided
        told = page.summary.told(card, self.found)
        yield slides.opening(told, card)
        yield from self._held()
        for standing in self._presented():
            yield self._of_tenures(standing) or self._of_kpi(standing)
        if card.beside is not None:
            before = page.reasons.BEFORE[card.every]
            yield slides.root_causes(card.beside.causes, before)
        for place, finding in enumerate(decided.to_decide(self.found), 1):
            yield decided.decision(finding, card, place)
        yield decided.closing(self._presented(), card)

    def _held(self) -> Iterator[Slide | None]:
        """Return how the KPIs stand against the days before go-live."""
        card, compared = self.card, page.compared
        if card.engagement is None:
            yield compared.scorecard(self._leading(), card)
            return
        three, now = month_three(card), this_quarter(card)
        yield compared.against(three, card, "days 61 to 90", "By month three")
        yield compared.against(now, card, "the quarter", "In the quarter")

    def _leading(self) -> list[Standing]:
        """Return the KPIs of the scorecard: those of the report's first rows."""
        promised = [s for s in self.card.standings.values() if s.target is not None]
        both = (*promised, *leading(self.card))
        return list({s.card.name: s for s in both}.values())

    def _presented(self) -> list[Standing]:
        known = [self.card[name] for name in PRESENTED if name in self.card]
        return [s for s in known if s.now.value is not None]

    def _of_kpi(self, standing: Standing) -> Slide | None:
        chart, card, told = self._drawn_large(standing), self.card, ""
        if chart is None:
            return None
        if standing.card.kind == "price" and LOADED in card:
            told = page.spending.in_house(card[LOADED])
        return page.slides.kpi(standing, card, chart, self.found, told)

    def _of_tenures(self, standing: Standing) -> Slide | None:
        """Return who would recommend, by tenure; None where that cannot be told."""
        recommended = page.recommended
        rows = recommended.judged(self.card) if standing.card.name == "nps" else None
        by = recommended.BY
        if rows is None or not TENURES <= set(rows.loc[rows["status"] == "ok", by]):
            return None
        chart = page.pictures.picture(
            *("dots", recommended.named(rows), recommended.alone(standing), self.card),
            by=by,
        ).chart
        return page.slides.tenures(rows, standing, self.card, chart)

    def _drawn_large(self, standing: Standing) -> alt.TopLevelMixin | None:
        """Return a KPI over time as a slide shows it; None where nothing is known."""
        card, name, frame = self.card, "trend", standing.series
        if standing.card.kind == "price" and card.engagement is not None:
            made = page.quarter_money.course(card)
            return made.chart if made is not None else None
        if standing.card.name in card.daily and standing.card.kind == "stock":
            name, frame = "area", card.daily[standing.card.name]
        frame = card.until_its_end(frame)
        if frame["value"].isna().all():
            return None
        marks = page.course.marked(self.marks, card)
        options = {"marks": marks, "height": page.slides.TALL}
        return page.pictures.picture(name, frame, standing, card, **options).chart
