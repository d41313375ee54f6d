"""A folder of reports for tests: files as runs leave them, without running anything."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from nbformat.v4 import new_code_cell, new_notebook, new_output

from kpi_kit import mime
from kpi_kit.execution import to_bytes

if TYPE_CHECKING:
    from pathlib import Path


def put(
    out: Path, day: str, cadence: str = "daily_digest", slug: str = "ann", **mark: Any
) -> Path:
    """Put a report there; ``mark`` is what its last cell says besides."""
    known = {"slug": slug, "as_of": day, "vendor": slug.title(), "time_zone": "UTC"}
    data = {mime.DONE: {**known, "lacks": "", **mark}}
    _write(out, slug, f"{cadence}-{day}.ipynb", new_output("display_data", data=data))
    page = out / slug / f"{cadence}-{day}.html"
    page.write_text("<title>report</title>")
    return page


def fail(
    out: Path,
    day: str,
    cadence: str = "daily_digest",
    slug: str = "ann",
    why: str = "no",
) -> None:
    """Put what a run that failed leaves behind."""
    told = new_output("error", ename="TableError", evalue=why, traceback=[])
    _write(out, slug, f"{cadence}-{day}.failed.ipynb", told)


def _write(out: Path, slug: str, name: str, output: Any) -> None:
    date.fromisoformat(name.partition("-")[2][:10])  # a test's own mistake
    cells = [
        new_code_cell("1", id="first"),
        new_code_cell("2", outputs=[output], id="open"),
    ]
    notebook = new_notebook(cells=cells)
    path = out / slug / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(to_bytes(notebook))
