"""A page is printed whole by a Chromium that is here, or one line says why not."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kpi_kit import printing
from kpi_kit.errors import EnvironmentFault
from kpi_kit.printing import (
    NAMES,
    VARIABLE,
    find_chromium,
    pages_of,
    print_pages,
)
from kpi_kit.render import render
from tests.test_render import a_notebook

ROOT = Path(__file__).parents[1]


@pytest.fixture
def chromium():
    """Return the Chromium of the machine."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        why = "no chromium here: apt-get install chromium"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)
    return found


@pytest.fixture
def page(tmp_path):
    """Return the path of a page with two charts."""
    path = tmp_path / "weekly_review-2026-11-15.html"
    path.write_text(render(a_notebook("a", "b", charts=2)), "utf-8")
    return path


def program(folder, name, script):
    """Write a program that stands for a browser; return its path."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_is_found_by_its_usual_names(tmp_path, monkeypatch):
    """Of two that are installed, Chromium goes before Edge."""
    for name in ("msedge", "chromium-browser"):
        program(tmp_path, name, "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)

    assert str(tmp_path / "chromium-browser") == find_chromium()


def test_the_variable_names_another(tmp_path, monkeypatch):
    """Who has several says which; an option of the command goes before it."""
    mine, other = (program(tmp_path, name, "exit 0") for name in ("mine", "other"))
    monkeypatch.setenv(VARIABLE, str(mine))

    assert str(mine) == find_chromium()
    assert str(other) == find_chromium(str(other))


@pytest.mark.parametrize(
    ("named", "told"),
    [
        (None, r"^PDF: no Chromium, Chrome or Edge is installed here\. Install one"),
        ("nobody", r"^PDF: 'nobody' is no program here\. Give KPI_KIT_CHROMIUM"),
    ],
)
def test_says_that_there_is_none(tmp_path, monkeypatch, named, told):
    """One line with what to do, and the exit code of a machine that lacks something."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)

    with pytest.raises(EnvironmentFault, match=told) as raised:
        find_chromium(named)

    assert 7 == raised.value.exit_code


def test_prints_beside_the_page(page, chromium):
    """A tagged PDF that says nothing of when and where it was made."""
    (made,) = print_pages([page], chromium)
    content = made.read_bytes()

    assert page.with_suffix(".pdf") == made
    assert content.startswith(b"%PDF-")
    assert b"/MarkInfo" in content
    assert b"/StructTreeRoot" in content
    assert b"/CreationDate" not in content
    assert {made, page} == set(page.parent.iterdir())


def test_leaves_nothing_where_temporary_files_lie(page, chromium, monkeypatch):
    """Chromium makes a folder of its own there, and takes it away when it is closed."""
    with TemporaryDirectory() as folder:  # of a short path: a socket lies in it
        monkeypatch.setenv("TMPDIR", folder)
        print_pages([page], chromium)

        assert [] == list(Path(folder).iterdir())


def test_two_printings_give_the_same_bytes(page, chromium):
    """Neither the clock nor the browser's own counting leaves a trace."""
    first = print_pages([page], chromium)[0].read_bytes()

    assert first == print_pages([page], chromium)[0].read_bytes()


def test_what_is_blanked_keeps_its_length():
    """The places of a PDF's parts are counted in bytes; names keep their order."""
    given = b"/CreationDate (D:20261125193312+00'00') (node00000061) (node00000009)"
    blank = printing._timeless(given)  # noqa: SLF001 - no other door without a browser

    assert len(given) == len(blank)
    assert b"(node00000001) (node00000000)" == blank.lstrip()


def test_a_chart_that_is_not_drawn_is_no_pdf(page, chromium):
    """A gap in a document that is sent on would be seen by somebody else."""
    text = page.read_text("utf-8")
    broken, count = re.subn('"mark":"text"', '"mark":{"type":7}', text)
    assert 2 == count
    page.write_text(broken, "utf-8")
    before = page.with_suffix(".pdf")
    before.write_bytes(b"an earlier one")

    with pytest.raises(EnvironmentFault, match=r"2 of its charts could not be drawn"):
        print_pages([page], chromium)

    assert b"an earlier one" == before.read_bytes()


def test_all_pages_or_none(page, chromium, tmp_path):
    """The second loses its charts: the first is not printed either."""
    lost = tmp_path / "lost.html"
    text = page.read_text("utf-8").replace('"mark":"text"', '"mark":{"type":7}')
    lost.write_text(text, "utf-8")

    with pytest.raises(EnvironmentFault, match=r"lost\.html: 2 of its charts"):
        print_pages([page, lost], chromium)

    assert not page.with_suffix(".pdf").exists()


def test_a_browser_that_falls_silent_is_told(page, tmp_path):
    """What it said last is the reason, without its own time and place."""
    said = "echo '[12:0:ERROR:zygote.cc(90)] No usable sandbox!' >&2; exit 1"
    silent = program(tmp_path, "chromium", said)

    with pytest.raises(
        EnvironmentFault, match=r"ended without printing it: No usable sandbox!"
    ):
        print_pages([page], str(silent))


def test_a_browser_that_hangs_is_ended(page, tmp_path, monkeypatch):
    """Within the time that a page may take, with all its children."""
    monkeypatch.setattr(printing, "LONGEST", 0.5)
    hung = program(tmp_path, "chromium", "sleep 60 & echo $! > $0.pid; wait")

    with pytest.raises(EnvironmentFault, match=r"did not print it within 0\.5 s"):
        print_pages([page], str(hung))

    child = Path("/proc", (tmp_path / "chromium.pid").read_text().strip(), "stat")
    # It is killed, and a busy machine takes a while to end it; alone it sleeps 60 s.
    until = time.monotonic() + 20
    while is_running(child) and time.monotonic() < until:
        time.sleep(0.05)

    assert not is_running(child)


def is_running(file):
    """Return whether a process is there and no zombie."""
    try:
        return " Z " not in file.read_text()
    except OSError:
        return False


@pytest.mark.parametrize(("user", "is_free"), [(0, True), (1000, False)])
def test_only_root_gives_up_the_sandbox(page, tmp_path, monkeypatch, user, is_free):
    """Chromium does not start in its sandbox as root; for all others it stays."""
    asked = program(tmp_path, "chromium", 'echo "$@" > $0.asked')
    monkeypatch.setattr(os, "geteuid", lambda: user)

    with pytest.raises(EnvironmentFault):
        print_pages([page], str(asked))

    given = (tmp_path / "chromium.asked").read_text()

    assert is_free == ("--no-sandbox" in given)
    assert "--proxy-server=http://127.0.0.1:9" in given


def commanded(*arguments, **env):
    """Run the command line without a browser in reach; return what came of it."""
    return subprocess.run(
        [sys.executable, "-m", "kpi_kit", *arguments],
        env={"PATH": "/nowhere", "HOME": os.environ.get("HOME", "/"), **env},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["pdf", "{page}"], 7, "Error: PDF: no Chromium, Chrome or Edge is installed"),
        (["pdf", "{page}", "--chromium", "x"], 7, "Error: PDF: 'x' is no program here"),
        (["pdf", "{out}/none.html"], 2, "Error: {out}/none.html: is no page of a"),
        (["pdf", "{out}"], 2, "Error: {out}: is no page of a report"),
        (["pdf"], 2, "Error: Missing argument 'REPORT...'."),
        (
            ["run", "daily_digest", "--pdf", "--out", "{out}/reports"],
            7,
            "Error: PDF: no Chromium, Chrome or Edge is installed",
        ),
    ],
)
def test_the_command_says_in_one_line_why_not(page, tmp_path, arguments, code, told):
    """Before anything is run or written: a night's run is not made for nothing."""
    given = {"page": page, "out": tmp_path}
    done = commanded(*(text.format(**given) for text in arguments))

    assert code == done.returncode
    assert done.stderr.startswith(told.format(**given))
    assert 1 == len(done.stderr.splitlines())
    assert "" == done.stdout
    assert [page] == list(tmp_path.iterdir())


def test_a_notebook_names_its_pages(page):
    """What a run wrote beside it: page and slides, or the page alone."""
    notebook = page.with_suffix(".ipynb")
    notebook.write_text("{}", "utf-8")

    assert [page] == pages_of(notebook)

    slides = page.with_suffix(".slides.html")
    slides.write_text("", "utf-8")

    assert [page, slides] == pages_of(notebook)
    assert [slides] == pages_of(slides)
