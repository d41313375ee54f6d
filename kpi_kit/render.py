"""One executed notebook as one HTML file that needs nothing else."""

from __future__ import annotations

import re
from html import escape, unescape
from itertools import groupby
from typing import TYPE_CHECKING, Any

from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from traitlets import default
from traitlets.config import Config

from kpi_kit import mime
from kpi_kit.ending import ending
from kpi_kit.look import DARK, FONT, LIGHT, declarations
from kpi_kit.marks import banner
from kpi_kit.self_contained import CONTROLS, TEMPLATE, css_text, drawing, scripts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbformat import NotebookNode

HIDDEN = {
    *("parameters", "injected-parameters", "remove-cell"),
    "deck",  # the slides, which have a file of their own
    "digest",  # what a mail says
    "papermill-error-cell-tag",  # markup; the banner says it
}
AGAIN = "Mend it and run the report again; until then, use the last complete one."


class ReportExporter(HTMLExporter):
    """``jupyter nbconvert --to kpi-html``: the report's page, scripts under a nonce."""

    export_from_notebook = "KPI report"

    @default("template_paths")
    def _template_paths(self, prune: bool = True, root_dirs: Any = None) -> list[str]:  # noqa: ARG002, FBT001, FBT002 - the inherited signature
        # Nothing but the package: nbconvert would look into the working directory
        # first, where any file of the right name would take the report over.
        return [str(TEMPLATE)]

    @property
    def default_config(self) -> Config:
        """Return nbconvert's settings with the cells that no reader sees removed."""
        settings = Config(
            TagRemovePreprocessor={"enabled": True, "remove_cell_tags": HIDDEN},
            # Not before and after each of ten steps that change nothing.
            Exporter={"optimistic_validation": True},
        )
        inherited = super().default_config.copy()
        inherited.merge(settings)
        return inherited

    def from_notebook_node(
        self,
        nb: NotebookNode,
        resources: dict[str, Any] | None = None,
        **kw: Any,
    ) -> tuple[str, dict[str, Any]]:
        """Return the page of an executed notebook.

        Parameters
        ----------
        nb
            The notebook; its outputs are trusted no further than the page's policy.
        resources
            What nbconvert passes along.
        """
        visible = [c for c in nb.cells if not HIDDEN & set(c.metadata.get("tags", []))]
        given = {**(resources or {}), "page": _page(nb, visible)}
        # Past HTMLExporter, which would parse the page again to mend its own template.
        made, known = TemplateExporter.from_notebook_node(self, nb, given, **kw)
        return CONTROLS.sub("", made), known


def render(notebook: NotebookNode) -> str:
    """Return an executed notebook as one self-contained page.

    The same notebook gives the same bytes: nothing comes from the clock, the folder or
    the environment.
    """
    return ReportExporter().from_notebook_node(notebook)[0]


def _page(nb: NotebookNode, cells: Iterable[NotebookNode]) -> dict[str, Any]:
    head, sections = _parts(cells)
    blocks = [*head, *(block for s in sections for block in s["blocks"])]
    charts = any('<figure class="chart"' in block for block in blocks)
    title = _title(nb, blocks)
    cut_short = ending(nb)
    if cut_short is not None:
        head, title = _worst(head, *cut_short), f"Incomplete · {title}"
    first = [s for s in sections if "lead" in s["tags"]]
    return {
        "head": head,
        # Four halves or more fill two columns, each as far as it goes.
        "lead": [first] if _all_half(first) else _rows(first),
        "rows": _rows([s for s in sections if s not in first]),
        "links": [s for s in sections if s not in first and s["question"]],
        "title": title,
        "foot": css_text(_foot(head) or title),
        "light": declarations(LIGHT),
        "dark": declarations(DARK),
        "font": FONT,
        **scripts(nb, charts=charts),
    }


def _all_half(sections: list[dict[str, Any]]) -> bool:
    return bool(sections) and all("half" in section["tags"] for section in sections)


def _worst(head: list[str], first: str, why: str) -> list[str]:
    """Return the head under one banner: that this is no whole report."""
    rest = [block for block in head if not block.startswith('<div class="banner ')]
    return [banner("misses", first, f"{why}. {AGAIN}"), *rest]


def _parts(cells: Iterable[NotebookNode]) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the blocks before the first question, and one section per question."""
    head: list[str] = []
    sections: list[dict[str, Any]] = []
    for cell in cells:
        if cell.cell_type == "markdown":
            blocks = [_markdown(cell.source)]
            heading = re.search(r"^## +(.+)$", cell.source, flags=re.MULTILINE)
            if heading:
                tags = cell.metadata.get("tags", [])
                named = {"id": cell.id, "question": heading[1].strip(), "tags": tags}
                sections.append({**named, "blocks": [], "answers": []})
        else:
            blocks = _shown(cell.get("outputs", []))
            if sections:
                sections[-1]["answers"] += ["".join(blocks)]
        (sections[-1]["blocks"] if sections else head).extend(blocks)
    # A question about a KPI that is not in the report is not asked.
    return head, [s for s in sections if any(s["answers"]) or not s["answers"]]


def _rows(sections: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return the sections by rows: two neighbors that are tagged half share one."""
    rows: list[list[dict[str, Any]]] = []
    for section in sections:
        beside = rows[-1] if rows else []
        half = "half" in section["tags"]
        if half and len(beside) == 1 and "half" in beside[0]["tags"]:
            beside.append(section)
        else:
            rows.append([section])
    return rows


def _markdown(source: str) -> str:
    # Escaped like everything else: a notebook's Markdown holds questions, no markup.
    plain = IPythonRenderer(escape=True, exclude_anchor_links=True)
    return MarkdownWithMath(renderer=plain).render(source)


def _shown(outputs: Iterable[NotebookNode]) -> list[str]:
    """Return a cell's outputs; charts that follow one another share a grid."""
    blocks: list[str] = []
    # The style is for JupyterLab; the page has its own.
    seen = [output for output in outputs if mime.STYLE not in output.get("data", {})]
    for is_chart, run in groupby(seen, lambda o: mime.CHART in o.get("data", {})):
        made = [_block(output) for output in run]
        if is_chart and len(made) > 1:
            made = ['<div class="multiples">', *made, "</div>"]
        blocks += made
    return blocks


def _block(output: NotebookNode) -> str:
    if output.output_type == "stream":
        # What a library warns about is for the log, not for the reader.
        shown = output.text if output.name == "stdout" else ""
        return f"<pre>{escape(shown)}</pre>" if shown else ""
    data = output.get("data", {})
    if mime.CHART in data:
        return _figure(data[mime.CHART])
    if "text/html" in data:
        return _joined(data["text/html"])
    if "image/png" in data:
        return f'<img alt="" src="data:image/png;base64,{escape(data["image/png"])}">'
    if set(data) == {"text/plain"}:
        return f"<pre>{escape(_joined(data['text/plain']))}</pre>"
    return ""


def _figure(spec: dict[str, Any]) -> str:
    meta = spec.get("usermeta", {})
    place = f' id="{escape(meta["id"])}"' if "id" in meta else ""
    below = f'<p class="note">{escape(meta["note"])}</p>' if meta.get("note") else ""
    return (
        f'<figure class="chart"{place}>{_title_text(spec.get("title"))}'
        f"{drawing(spec)}{below}{_links(meta.get('links', []))}</figure>"
    )


def _links(links: Iterable[tuple[str, str]]) -> str:
    """Return where a chart leads to in its page."""
    told = " · ".join(f'<a href="#{escape(p)}">{escape(text)}</a>' for text, p in links)
    return f'<p class="links">{told}</p>' if told else ""


def _title_text(title: str | dict[str, Any] | None) -> str:
    """Return a chart's title as text of the page, which wraps and can be read out."""
    given = title if isinstance(title, dict) else {"text": title or ""}
    texts = given.get("text", ""), given.get("subtitle", "")
    first, rest = (" ".join([t] if isinstance(t, str) else t) for t in texts)
    if not first:
        return ""
    return f"<figcaption><b>{escape(first)}</b>{escape(rest)}</figcaption>"


def _title(nb: NotebookNode, blocks: Iterable[str]) -> str:
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", "\n".join(blocks), flags=re.DOTALL)
    found = unescape(re.sub(r"<[^>]*>", "", heading[1])) if heading else ""
    texts = (nb.metadata.get("title", ""), found)
    return " · ".join(text for text in texts if text) or "Report"


def _foot(head: Iterable[str]) -> str:
    """Return what stands at the foot of every printed page: whose, when, the seal."""
    found = re.search(r'data-foot="([^"]*)"', "".join(head))
    return unescape(found[1]) if found else ""


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)
