"""What a report hands to its mail: one output that no reader of the page sees."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from kpi_kit import mime, page
from kpi_kit.expectation import usually
from kpi_kit.look import LIGHT
from kpi_kit.shown import Shown, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from kpi_kit.page.pictures import Picture
    from kpi_kit.rules import Finding
    from kpi_kit.standing import Scorecard, Standing
    from kpi_kit.tables import Helpdesk

# What a day's chart shows: the first of them that is known.
DRAWN = ("backlog", "first_response_time", "ticket_volume")
COUNTED = ("count", "stock")
# Of the chart, in pixels: what a mail leaves of a phone, where words keep their size.
WIDE, HIGH = 312, 200


class Mailed:
    """The digest of a report: the words of its mail, and the picture in it."""

    card: Scorecard
    found: tuple[Finding, ...]
    helpdesk: Helpdesk
    _seal: Callable[[], str]
    _picture: Callable[..., Picture]

    def digest(self) -> Shown:
        """Return all that a mail of this report says; the page leaves it out."""
        notice = page.masthead.notice(self.card, self.helpdesk.warnings)
        until = page.masthead.known(self.card, version("kpi-kit"), self._seal())
        known = (*until, page.masthead.following(self.card))
        told = page.summary.told(self.card, self.found)
        drawn = self._drawn_in_mail()
        charts = [] if drawn is None else [self._mailed_chart(drawn)]
        said = page.letter.letter(
            self.card, self.found, told, notice, charts, known=known
        )
        return shown({mime.DIGEST: said, "text/plain": f"A mail: {said['subject']}"})

    def _drawn_in_mail(self) -> Standing | None:
        """Return the KPI of the one chart: of a day its queue, else the worst line."""
        if self.card.every == "day":
            listed = [self.card[name] for name in DRAWN if name in self.card]
        else:
            listed = page.letter.most_pressing(self.card)
        known = ((s, self.card.until_its_end(s.series)) for s in listed)
        return next((s for s, rows in known if rows["value"].notna().any()), None)

    def _mailed_chart(self, standing: Standing) -> dict[str, Any]:
        name = standing.card.name
        is_counted = standing.card.kind in COUNTED and name in self.card.daily
        if is_counted:
            frame, more = page.pictures.counted(self.card, self.found, name)
            usual = usually(self.card, name)
            more = {**more, "usual": None if usual is None else usual.usual}
        else:
            frame, more = standing.series, {}
        frame = self.card.until_its_end(frame)
        kind = "area" if is_counted else "trend"
        chart = self._picture(kind, frame, standing, **more | {"height": HIGH}).chart
        spec = chart.properties(width=WIDE).to_dict()
        spec["config"]["background"] = LIGHT["paper"]
        return page.letter.charted(standing, self.card, frame, spec)
