"""Pictures of reports to look at: ``make screenshots ARGS="reports/a/b.html"``.

Writes each page of each report as PNG: on a desktop, on a phone, both in the dark, and
the sheets that a printer would give.  Without ARGS it takes all of ``reports/``.  Of a
mail, a file that ends ``.eml``, it takes what a mail program would show.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from shutil import rmtree

from tests.browser.chromium import LOOKS, Chromium, chromium
from tests.browser.letters import page_of

FOLDER = Path("build", "screenshots")
NOTED = "() => document.documentElement.classList.add('noted')"
SHEETS = ("pdftoppm", "-png", "-r", "96", "-")


def main(given: list[str]) -> int:
    """Take the pictures and print where each report's are.

    Returns
    -------
    int
        0, or 2 when there is no report.
    """
    pages = [Path(name) for name in given] or sorted(Path("reports").rglob("*.html"))
    if missing := [str(page) for page in pages if not page.is_file()]:
        return _stop(f"{missing[0]}: no such file. Give the path of a report's page.")
    if not pages:
        return _stop("reports: holds no page. Make one with 'make report'.")
    with chromium() as browser:
        for page in pages:
            folder = FOLDER / page.resolve().parent.name / page.stem
            rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            shown = page_of(page, folder) if page.suffix == ".eml" else page
            _take(browser, shown.resolve(), folder)
            print(folder)  # noqa: T201 - its result
    return 0


def _take(browser: Chromium, page: Path, folder: Path) -> None:
    if page.name.endswith(".slides.html"):
        _print(browser, page, folder / "slide")
        _print(browser, page, folder / "notes", before=NOTED)
        return
    for look in LOOKS:
        folder.joinpath(f"{look}.png").write_bytes(browser.shoot(page, look))
    _print(browser, page, folder / "print")


def _print(browser: Chromium, page: Path, name: Path, **given: str) -> None:
    pdf = browser.print(page, **given)
    name.with_suffix(".pdf").write_bytes(pdf)
    subprocess.run([*SHEETS, name], input=pdf, check=True)


def _stop(why: str) -> int:
    print(why, file=sys.stderr)  # noqa: T201 - a mistake of the user's
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
