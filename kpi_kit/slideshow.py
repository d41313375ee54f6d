"""The slides of one executed notebook as one HTML file that needs nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbconvert.exporters import TemplateExporter
from nbconvert.utils.exceptions import ConversionException
from traitlets import default

from kpi_kit import mime
from kpi_kit.ending import ending
from kpi_kit.look import FONT, LIGHT, declarations
from kpi_kit.marks import mark
from kpi_kit.render import ReportExporter
from kpi_kit.self_contained import CONTROLS, drawing, scripts

if TYPE_CHECKING:
    from nbformat import NotebookNode

# Of a slide in pixels; what is on it is laid out for them and scaled to the window.
WIDE = 1280
MARGIN = 72


class DeckExporter(ReportExporter):
    """``jupyter nbconvert --to kpi-deck``: the slides, scripts under a nonce."""

    export_from_notebook = "KPI slides"

    @default("template_file")
    def _template_file_default(self) -> str:
        return "deck.html.j2"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".slides.html"

    def from_notebook_node(
        self,
        nb: NotebookNode,
        resources: dict[str, Any] | None = None,
        **kw: Any,
    ) -> tuple[str, dict[str, Any]]:
        """Return the slides of an executed notebook.

        Parameters
        ----------
        nb
            The notebook; one of its cells published slides.
        resources
            What nbconvert passes along.

        Raises
        ------
        ConversionException
            If there are none, or the notebook did not run to its end: nobody presents
            half a report.
        """
        given = {**(resources or {}), "deck": _deck(nb)}
        made, known = TemplateExporter.from_notebook_node(self, nb, given, **kw)
        return CONTROLS.sub("", made), known


def slides(notebook: NotebookNode) -> str | None:
    """Return an executed notebook's slides as one page; None where it has none.

    The same notebook gives the same bytes, as with :func:`kpi_kit.render.render`.
    """
    if _published(notebook) is None:
        return None
    return DeckExporter().from_notebook_node(notebook)[0]


def _published(notebook: NotebookNode) -> dict[str, Any] | None:
    """Return what ``review.deck()`` has left, the last where there are several."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    found = [output.get("data", {}).get(mime.DECK) for output in outputs]
    return next((deck for deck in reversed(found) if deck), None)


def _deck(nb: NotebookNode) -> dict[str, Any]:
    deck, cut_short = _published(nb), ending(nb)
    if cut_short is not None:
        message = f"{cut_short[0].removesuffix('.')}: {cut_short[1]}"
        raise ConversionException(f"{message}. Run it again before it is presented.")
    if deck is None:
        message = "This notebook has no slides"
        raise ConversionException(f"{message}. Add a cell with review.deck(), run it.")
    charts = any(slide.get("chart") for slide in deck["slides"])
    return {
        **deck,
        "scripts": scripts(nb, charts=charts),
        "light": declarations(LIGHT),
        "font": FONT,
        "drawing": drawing,
        "mark": mark,
        "inner": WIDE - 2 * MARGIN,
    }
