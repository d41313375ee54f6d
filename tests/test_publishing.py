"""What a run leaves: notebook, page and slides, all or none, and no older neighbor."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from nbformat.v4 import new_notebook

from kpi_kit import files, printing, publishing
from kpi_kit.errors import ComputationError, EnvironmentFault
from kpi_kit.run import Job, Ran
from tests.test_render import a_notebook
from tests.test_slideshow import a_deck, a_slide, chart

NAME = "quarterly-2026-11-15"


def ran(out, notebook, stopped=None):
    """Return what a run of a notebook came to."""
    job = Job(
        notebook=Path("quarterly.ipynb"),
        values={},
        slug="acme",
        as_of=date(2026, 11, 15),
        out=out,
    )
    return Ran(job=job, notebook=notebook, stopped=stopped, rejected=None)


def names(out):
    """Return what lies in the report's folder, without the report's own name."""
    return sorted(path.name.removeprefix(NAME) for path in (out / "acme").iterdir())


def test_slides_lie_beside_the_page(tmp_path):
    """They are told in this order; the page holds nothing of them."""
    made = publishing.published(ran(tmp_path, a_deck(a_slide("Only on a slide."))))

    assert [".ipynb", ".html", ".slides.html"] == [
        path.name.removeprefix(NAME) for path in made
    ]
    assert "Only on a slide." in made[2].read_text("utf-8")
    assert "Only on a slide." not in made[1].read_text("utf-8")


def test_slides_of_an_earlier_run_go(tmp_path):
    """A notebook that has none any more must not lie beside numbers of before."""
    publishing.published(ran(tmp_path, a_deck(a_slide())))
    for name in (f"{NAME}.pdf", f"{NAME}.slides.pdf"):
        (tmp_path / "acme" / name).write_bytes(b"of an earlier run")
    without = a_deck()
    del without.cells[1]
    publishing.published(ran(tmp_path, without))

    assert [".html", ".ipynb"] == names(tmp_path)


def test_all_or_none(tmp_path, monkeypatch):
    """A disk that refuses the slides leaves the last report as it was, all of it."""
    made = publishing.published(ran(tmp_path, a_deck(a_slide("Old."))))
    before = [path.read_bytes() for path in made]
    write = files._write_beside  # noqa: SLF001 - where a full disk is met

    def refuse(path, *given):
        if path.name.endswith(".slides.html"):
            raise EnvironmentFault(f"{path}: no room. Free the disk.")
        return write(path, *given)

    monkeypatch.setattr(files, "_write_beside", refuse)
    with pytest.raises(EnvironmentFault, match=r"no room"):
        publishing.published(ran(tmp_path, a_deck(a_slide("New."))))

    assert before == [path.read_bytes() for path in made]
    assert [".html", ".ipynb", ".slides.html"] == names(tmp_path)


def test_page_and_slides_are_printed(tmp_path, monkeypatch):
    """With a browser each page has its PDF; without one nothing is looked for."""
    asked = []

    def print_pages(pages, chromium):
        asked.append(chromium)
        return [page.with_suffix(".pdf") for page in pages]

    monkeypatch.setattr(printing, "print_pages", print_pages)
    done = ran(tmp_path, a_deck(chart("a")))
    made = publishing.published(done, "/usr/bin/chromium")

    assert [".pdf", ".slides.pdf"] == [p.name.removeprefix(NAME) for p in made[3:]]
    assert 3 == len(publishing.published(ran(tmp_path, a_deck(chart("a")))))
    assert ["/usr/bin/chromium"] == asked


def test_a_report_that_cannot_be_printed_is_there(tmp_path, monkeypatch):
    """The fault is told, the report stays, and no older PDF beside it."""

    def print_pages(pages, chromium):
        raise EnvironmentFault(f"{pages[0]}: {chromium} did not print it. Try again.")

    monkeypatch.setattr(printing, "print_pages", print_pages)
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / f"{NAME}.pdf").write_bytes(b"of an earlier run")
    with pytest.raises(EnvironmentFault, match=r"did not print it"):
        publishing.published(ran(tmp_path, a_deck(a_slide())), "chromium")

    assert [".html", ".ipynb", ".slides.html"] == names(tmp_path)


def test_a_run_that_failed_leaves_no_slides(tmp_path):
    """What came of it is kept under a name that nobody presents."""
    broken = a_deck(a_slide(), done=None)
    with pytest.raises(ComputationError, match=r"does not mark this report"):
        publishing.published(ran(tmp_path, broken))

    assert [".failed.ipynb"] == names(tmp_path)


def test_most_reports_have_no_slides(tmp_path):
    """Notebook and page, as ever."""
    done = a_deck()
    notebook = new_notebook(cells=[*a_notebook("a").cells[:-1], done.cells[-1]])

    assert 2 == len(publishing.published(ran(tmp_path, notebook)))
