"""Many vendors in one run: each its report, and none stops or meets another."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import termios
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from kpi_kit import vendors
from kpi_kit.engines import SHARED_BY
from kpi_kit.errors import ParameterError
from kpi_kit.nursery import nursery
from kpi_kit.sources.session import connect
from kpi_kit.vendors import run_each

NOTEBOOKS = Path(__file__).parent / "notebooks"


@pytest.fixture
def file_of(tmp_path):
    """Return how to write the parameters file of a vendor, with its contract."""
    (tmp_path / "notebooks").mkdir()
    shutil.copy(NOTEBOOKS / "vendors.ipynb", tmp_path / "notebooks")

    def write(vendor, *lines, slug=None):
        contract = tmp_path / f"{vendor}.contract.yaml"
        contract.write_text(f"vendor: {vendor}\nslug: {slug or vendor}\n")
        path = tmp_path / f"{vendor}.yaml"
        given = (f"contract: {contract}", f"slug: {slug or vendor}", *lines)
        path.write_text("\n".join(given))
        return path

    return write


def command(*words):
    """Return the command line that runs the fixture notebook for one day."""
    kit = (sys.executable, "-m", "kpi_kit", "run", "vendors")
    return [*kit, *map(str, words), "--as-of", "2026-11-15"]


def ran(folder, *words):
    """Run the fixture notebook; return exit code, output and errors."""
    done = subprocess.run(
        command(*words), cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def names(out):
    """Return the names of all files under a folder, with their own folder's."""
    return sorted(f"{p.parent.name}/{p.name}" for p in out.rglob("*") if p.is_file())


def test_each_file_makes_a_report_and_a_success_is_quiet(file_of, tmp_path):
    """Paths go to standard output, two a report; cron would mail whatever else."""
    files = [file_of(name) for name in ("ann", "bob", "cyd")]
    words = ("--parameters", *files[:2], "--parameters", files[2])
    code, told, errors = ran(tmp_path, *words)

    assert (0, "") == (code, errors)
    made = [
        f"reports/{name}/vendors-2026-11-15.{ending}"
        for name in ("ann", "bob", "cyd")
        for ending in ("ipynb", "html")
    ]
    assert sorted(made) == sorted(told.splitlines())
    listed = (tmp_path / "reports" / "index.html").read_text("utf-8")
    assert 3 == listed.count("To Sunday 15 November 2026")


def test_one_that_fails_stops_no_other(file_of, tmp_path):
    """Each failure is a line that names its file; the exit code is the worst one's.

    The second has a cell that fails (6), the third a parameter that nothing takes (2).
    """
    files = [file_of("ann"), file_of("bob", "fails: true"), file_of("cyd", "day: 1")]
    code, told, errors = ran(tmp_path, "--parameters", *files)

    assert 6 == code
    assert {"ann"} == {line.split("/")[1] for line in told.splitlines()}
    lines = sorted(errors.splitlines())
    assert 2 == len(lines)
    failed = f"Error: {files[1]}: notebooks/vendors.ipynb: cell work: AssertionError"
    assert lines[0].startswith(failed)
    unknown = f"Error: {files[2]}: line 3: the notebook takes no parameter"
    assert lines[1].startswith(unknown)


def test_a_terminal_sees_how_far_it_is(file_of, tmp_path):
    """One report shows its cells, of many it is told how many are done."""
    files = [file_of(name) for name in ("ann", "bob")]
    for given, shown in ((files[:1], "cell"), (files, "2 of 2")):
        ours, theirs = os.openpty()
        termios.tcsetwinsize(theirs, (24, 80))
        words = command("--parameters", *given)
        with subprocess.Popen(
            words, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=theirs
        ) as running:
            os.close(theirs)
            told = b"".join(_lines_of(ours))
        os.close(ours)

        assert (0, True) == (running.returncode, shown in told.decode())


def _lines_of(terminal):
    """Return what comes from a terminal until its other end is closed."""
    while True:
        try:
            text = os.read(terminal, 4096)
        except OSError:  # how Linux says so
            return
        if not text:
            return
        yield text


def test_words_without_their_option(tmp_path):
    """A second word is no second cadence; where files stand is told."""
    code, told, errors = ran(tmp_path, "bob.yaml")

    assert (2, "") == (code, told)
    assert "'bob.yaml' is one word too many. Files stand behind --par" in errors


def test_two_reports_of_one_name_are_refused(file_of, tmp_path):
    """The second would overwrite the first; nothing runs, not even the third."""
    files = [file_of("ann"), file_of("bob", slug="ann"), file_of("cyd")]
    given = {"as_of": "2026-11-15", "out": tmp_path / "out", "notebooks": NOTEBOOKS}

    with pytest.raises(ParameterError, match=r"ann\.yaml and .*bob\.yaml: both make"):
        list(run_each("vendors", files, **given))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("has_nursery", [True, False])
def test_each_vendor_has_a_process_of_its_own(
    file_of, tmp_path, monkeypatch, has_nursery
):
    """Whether it is forked or started anew; two at once share what the machine has."""
    if not has_nursery:
        monkeypatch.delattr(os, "pidfd_open", raising=False)
    noted = [tmp_path / f"{name}.note" for name in ("ann", "bob", "cyd")]
    files = [file_of(note.stem, f"note: {note}") for note in noted]
    given = {"as_of": "2026-11-15", "out": tmp_path / "out", "notebooks": NOTEBOOKS}
    outcomes = list(run_each("vendors", files, at_once=2, **given))

    assert [None] * 3 == [outcome.error for outcome in outcomes]
    told = [note.read_text().split() for note in noted]
    assert 3 == len({pid for pid, _ in told})
    assert {"2"} == {share for _, share in told}


def test_a_nursery_that_died_is_told_of_each(file_of, tmp_path, monkeypatch):
    """Of what it was asked and never read nothing is left to fail at the end."""

    @contextmanager
    def dead():
        with nursery() as parent:
            if parent is None:
                pytest.skip("kernels are not forked here")
            parent._process.kill()  # noqa: SLF001 - as the system does
            parent._process.wait()  # noqa: SLF001 - ditto
            yield parent

    monkeypatch.setattr(vendors, "nursery", dead)
    files = [file_of("ann"), file_of("bob")]
    given = {"as_of": "2026-11-15", "out": tmp_path / "out", "notebooks": NOTEBOOKS}

    outcomes = list(run_each("vendors", files, **given))
    assert [7, 7] == [outcome.error.exit_code for outcome in outcomes]
    assert all("Free memory" in str(outcome.error) for outcome in outcomes)


def test_a_signal_ends_all_of_them(file_of, tmp_path):
    """Two work and one waits its turn: no kernel, file or report is left behind."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    noted = [tmp_path / f"{name}.note" for name in ("ann", "bob", "cyd")]
    files = [file_of(note.stem, f"note: {note}", "seconds: 600") for note in noted]
    words = command("--parameters", *files, "--jobs", "2")
    env = dict(os.environ, TMPDIR=str(scratch))
    with subprocess.Popen(
        words, cwd=tmp_path, env=env, stderr=subprocess.PIPE
    ) as running:
        _wait_for(lambda: sum(n.exists() and n.read_text() > "" for n in noted) == 2)
        running.send_signal(signal.SIGTERM)
        _, told = running.communicate(timeout=30)

    assert (128 + signal.SIGTERM, b"") == (running.returncode, told)
    assert [] == list(scratch.iterdir())
    assert not (tmp_path / "reports").exists()
    for note in noted:
        assert not (note.exists() and _lives(int(note.read_text().split()[0])))


def test_a_run_that_is_killed_leaves_no_kernel(file_of, tmp_path):
    """Nobody can clear up then: each kernel sees that its parent has gone."""
    noted = [tmp_path / f"{name}.note" for name in ("ann", "bob")]
    files = [file_of(note.stem, f"note: {note}", "seconds: 600") for note in noted]
    words = command("--parameters", *files, "--jobs", "2")
    with subprocess.Popen(words, cwd=tmp_path) as running:
        _wait_for(lambda: all(note.exists() and note.read_text() for note in noted))
        running.kill()

    pids = [int(note.read_text().split()[0]) for note in noted]
    _wait_for(lambda: not any(map(_lives, pids)))


def _wait_for(happened):
    end = time.monotonic() + 90
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)


def _lives(pid):
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_the_engine_leaves_the_others_their_part(monkeypatch):
    """Each of two takes half of the memory and half of the threads, at least one."""
    asked = "select current_setting('threads'), current_setting('memory_limit')"
    cores, memory = connect("duckdb").con.execute(asked).fetchone()
    monkeypatch.setenv(SHARED_BY, "2")
    part, share = connect("duckdb").con.execute(asked).fetchone()

    assert max(1, cores // 2) == part
    half = float(memory.split()[0]) / 2
    assert pytest.approx(half, abs=0.1) == float(share.split()[0])


def test_a_kernel_each_core_is_the_default(file_of, monkeypatch, tmp_path):
    """Not more than there are files, though."""
    taken = []
    monkeypatch.setattr(vendors, "_run", lambda _, n, *__: taken.append(n) or ())
    monkeypatch.setattr(vendors, "cores", lambda: 3)
    files = [file_of(name) for name in ("ann", "bob", "cyd", "dan")]
    given = {"as_of": "2026-11-15", "out": tmp_path / "out", "notebooks": NOTEBOOKS}
    for count in (2, 4):
        assert [] == list(run_each("vendors", files[:count], **given))

    assert [2, 3] == taken
