"""A run gives a whole report or none, and says in one line which cell and why."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import chdir
from datetime import date, timedelta
from pathlib import Path

import nbformat
import pytest
from jupyter_core.utils import run_sync

from kpi_kit import errors
from kpi_kit.errors import (
    ComputationError,
    EnvironmentFault,
    ParameterError,
    StaleError,
    TableError,
    UnknownNameError,
)
from kpi_kit.kernel import kernel
from kpi_kit.nursery import nursery
from kpi_kit.rejected import BESIDE, NAME
from kpi_kit.run import cadences, run

NOTEBOOKS = Path(__file__).parent / "notebooks"
ROOT = Path(__file__).parents[1]


@pytest.fixture
def out(tmp_path):
    """Return an empty folder for reports."""
    return tmp_path / "reports"


def attempt(cadence, out, **given):
    """Run a fixture notebook for one fixed day."""
    given.setdefault("as_of", "2026-11-15")
    return run(cadence, out=out, notebooks=NOTEBOOKS, **given)


def names(out):
    """Return the names of all files under a folder."""
    return sorted(path.name for path in out.rglob("*") if path.is_file())


def test_writes_the_notebook_and_its_page(out):
    """The names carry slug, cadence and day; nothing else is left behind."""
    notebook, page = attempt("good", out)

    assert out / "vendor" / "good-2026-11-15.ipynb" == notebook
    assert ["good-2026-11-15.html", "good-2026-11-15.ipynb"] == names(out)
    assert "<title>Good report · A &amp; B</title>" in page.read_text("utf-8")


def test_data_that_ends_early_is_told_by_the_exit_code(out):
    """The demo ends on 15 November: the report of the 17th is made, and is no success.

    Who declares that the source may lack a part gets the same page, with its banner.
    """
    with pytest.raises(StaleError) as raised:
        run("daily_digest", out=out, as_of="2026-11-17")
    page = out / "brightline" / "daily_digest-2026-11-17.html"

    assert 5 == raised.value.exit_code
    told = "Data ends Sun 15 Nov, 23:54. 2 days are missing."
    assert str(raised.value).startswith(f"{page}: {told}")
    assert told in page.read_text("utf-8")
    options = {"allow_partial": True}
    allowed = {"overrides": {"options": options}, "as_of": "2026-11-17"}
    assert run("daily_digest", out=out, **allowed)[1] == page
    assert told in page.read_text("utf-8")


def test_two_runs_give_the_same_bytes(out):
    """The page holds nothing of clock, folder, environment or hash seed."""
    first = attempt("good", out)[1].read_bytes()
    code = (
        "from kpi_kit.run import run; run('good', as_of='2026-11-15', "
        f"out={str(out / 'again')!r}, notebooks={str(NOTEBOOKS)!r})"
    )
    env = dict(os.environ, PYTHONHASHSEED="7", TZ="Pacific/Kiritimati", LC_ALL="C")
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )

    assert first == next((out / "again").rglob("*.html")).read_bytes()
    assert ("", "") == (done.stdout, done.stderr)


def test_secrets_of_the_environment_stay_there(out, monkeypatch):
    """Neither output holds a value of the environment, or the project's folder."""
    monkeypatch.setenv("HELPDESK_TOKEN", "canary-4711")
    made = "".join(path.read_text("utf-8") for path in attempt("good", out))

    assert "canary-4711" not in made
    assert str(NOTEBOOKS) not in made
    assert str(out) not in made


def test_values_reach_the_notebook(out):
    """Text from a command line becomes the type that the notebook declares."""
    overrides = {"days": "007", "deep": "true", "kpis": '["nps", "ces"]', "share": "1"}
    notebook, _ = attempt("good", out, overrides=overrides)
    cells = nbformat.read(notebook, as_version=4).cells
    given = next(c for c in cells if "injected-parameters" in c.metadata["tags"])

    assert {
        "as_of": "2026-11-15",
        "days": 7,
        "deep": True,
        "kpis": ["nps", "ces"],
        "share": 1.0,
    } == _assigned(given.source)


def _assigned(source):
    found = {}
    exec(source, found)  # noqa: S102 - what papermill wrote into this test's notebook
    return {name: value for name, value in found.items() if name != "__builtins__"}


def test_dates_of_a_file_become_text(out, tmp_path):
    """A bare YAML date is the day it says, not a time stamp that papermill refuses."""
    file = tmp_path / "p.yaml"
    file.write_text("as_of: 2026-11-14\ndays: 5\n")
    notebook, _ = attempt("good", out, parameters_file=file, as_of=None)

    assert "good-2026-11-14.ipynb" == notebook.name


def test_as_of_goes_before_the_file(out, tmp_path):
    """A rerun of an old day needs no other file."""
    file = tmp_path / "p.yaml"
    file.write_text("as_of: 2026-11-14\n")
    notebook, _ = attempt("good", out, parameters_file=file)

    assert "good-2026-11-15.ipynb" == notebook.name


def test_without_a_day_it_is_yesterday(out):
    """The notebook's own day is for reading it by hand; a schedule means yesterday."""
    notebook, _ = attempt("good", out, as_of=None)
    text = notebook.name.removeprefix("good-").removesuffix(".ipynb")

    assert abs(date.fromisoformat(text) - (date.today() - timedelta(days=1))) <= (  # noqa: DTZ011 - either side of UTC
        timedelta(days=1)
    )


def test_the_contract_names_the_folder(out, tmp_path):
    """Reports of two vendors never meet; the notebook must agree whose report it is."""
    contract = tmp_path / "contract.yaml"
    contract.write_text("vendor: Bright & Line\n")

    with pytest.raises(ComputationError, match="does not mark this report"):
        attempt("good", out, overrides={"contract": str(contract)})

    assert ["bright-line"] == [path.name for path in out.iterdir()]


def test_no_link_leads_a_report_out_of_its_folder(out, tmp_path):
    """A vendor's folder that points elsewhere is refused; `out` itself may be one."""
    contract = tmp_path / "contract.yaml"
    contract.write_text("vendor: Acme\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    out.mkdir()
    (out / "acme").symlink_to(elsewhere)

    with pytest.raises(ParameterError, match="acme: is a link that leads out of"):
        attempt("good", out, overrides={"contract": str(contract)})
    assert [] == list(elsewhere.iterdir())


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        pytest.param("dais", 7, r"called 'dais'\. Did you mean 'days'", id="unknown"),
        pytest.param("x=1;y", 7, "called 'x=1;y'", id="code-in-a-name"),
        pytest.param("days", "7x", "days: '7x' is not a whole number", id="no-number"),
        pytest.param("days", 7.5, "7.5 is not a whole number", id="not-whole"),
        pytest.param("days", True, "True is not a whole number", id="a-switch"),
        pytest.param("share", "nan", "'nan' is not a number", id="not-finite"),
        pytest.param("deep", 1, "1 is not true or false", id="no-switch"),
        pytest.param("kpis", "csat", "'csat' is not a list", id="no-list"),
        pytest.param("contract", 5, "5 is not text", id="no-text"),
        pytest.param("contract", "no.yaml", "no.yaml", id="no-contract"),
    ],
)
def test_wrong_parameters_never_run_a_cell(out, name, value, why):
    """The line names the parameter, the value and what would do."""
    with pytest.raises(ParameterError, match=why) as raised:
        attempt("good", out, overrides={name: value})

    assert 2 == raised.value.exit_code
    assert "\n" not in str(raised.value)
    assert not out.exists()


@pytest.mark.parametrize("day", ["2999-01-01", "yesterday", "2026-02-30"])
def test_wrong_days(out, day):
    """A day that is none, or that nobody knows yet, is told at once."""
    with pytest.raises(ParameterError, match="as_of"):
        attempt("good", out, as_of=day)


def test_unknown_cadence(out):
    """A mistyped cadence names its neighbor, and no path reaches past the folder."""
    with pytest.raises(UnknownNameError, match="Did you mean 'good'"):
        attempt("goood", out)
    with pytest.raises(UnknownNameError):
        attempt("../notebooks/good", out)


def test_parameters_are_typed_literals(out):
    """A parameters cell that computes cannot be checked before a run."""
    with pytest.raises(
        ParameterError, match=r"'as_of = today\(\)' is no typed literal"
    ):
        attempt("untyped", out)


@pytest.mark.parametrize(
    ("cadence", "why"),
    [
        ("failing", "cell speed: IndexError: list index out of range"),
        ("exits", "cell early: SystemExit: 0"),
        ("killed", "cell memory: Kernel died"),
        ("unmarked", "cell last: it does not mark this report as complete"),
    ],
)
def test_a_notebook_cut_short_is_no_report(out, cadence, why):
    """Whatever papermill says, only the mark of the last cell counts."""
    with pytest.raises(ComputationError, match=why) as raised:
        attempt(cadence, out)

    assert 6 == raised.value.exit_code
    assert "\n" not in str(raised.value)
    assert [f"{cadence}-2026-11-15.failed.ipynb"] == names(out)


@pytest.mark.parametrize(
    ("kind", "code"), [("TableError", 2), ("StaleError", 5), ("EnvironmentFault", 7)]
)
def test_an_error_of_the_kit_keeps_its_code(out, kind, code):
    """What the notebook knows better than the runner passes through, in one line."""
    with pytest.raises(getattr(errors, kind)) as raised:
        attempt("mistaken", out, overrides={"kind": kind})
    kept = out / "vendor" / "mistaken-2026-11-15.failed.ipynb"

    assert code == raised.value.exit_code
    assert f"cell open: tickets.csv: line 3: no date. See {kept}." == (
        str(raised.value).removeprefix(f"{NOTEBOOKS / 'mistaken.ipynb'}: ")
    )
    assert kept.exists()


@pytest.fixture
def waiting(out, tmp_path):
    """Return how to start a run that waits, where it notes its kernel, and its files.

    The kernel makes a temporary folder of its own, as DuckDB does to spill.
    """
    scratch, note = tmp_path / "tmp", tmp_path / "note"
    scratch.mkdir()

    def start(seconds=600):
        given = {"note": str(note), "seconds": seconds}
        code = (
            # The tests themselves may run under nohup, which a child inherits.
            "import signal; signal.signal(signal.SIGHUP, signal.SIG_DFL); "
            "from kpi_kit.run import run; run('waiting', as_of='2026-11-15', "
            f"out={str(out)!r}, notebooks={str(NOTEBOOKS)!r}, overrides={given!r})"
        )
        command = [sys.executable, "-c", code]
        env = dict(os.environ, TMPDIR=str(scratch))
        return subprocess.Popen(command, env=env, stderr=subprocess.PIPE)

    return start, note, scratch


def test_a_run_takes_the_files_of_its_kernel_away(waiting, out):
    """A kernel that is killed cannot do it; a month of reports would fill the disk."""
    start, note, scratch = waiting
    with start(seconds=0) as running:
        _, told = running.communicate(timeout=60)

    assert (0, b"") == (running.returncode, told)
    assert ["waiting-2026-11-15.html", "waiting-2026-11-15.ipynb"] == names(out)
    assert [] == list(scratch.iterdir())
    assert not _lives(note)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("moment", ["booting", "working"])
def test_a_signal_leaves_nothing_behind(waiting, out, number, moment):
    """A timeout or a closed terminal ends the kernel too, and takes its files away.

    Nothing is printed: neither papermill nor nbclient has anything to add.
    """
    start, note, scratch = waiting
    seen = {"booting": scratch.iterdir, "working": lambda: note.exists() * "y"}
    with start() as running:
        _wait_for(lambda: any(seen[moment]()))
        running.send_signal(number)
        _, told = running.communicate(timeout=30)

    assert (128 + number, b"") == (running.returncode, told)
    assert [] == list(scratch.iterdir())
    assert not out.exists()
    assert not _lives(note)


def _wait_for(happened):
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.01)


def _lives(note):
    """Whether the kernel that wrote down who it is still runs."""
    if not note.exists() or not note.read_text():
        return False
    try:
        os.kill(int(note.read_text()), 0)
    except ProcessLookupError:
        return False
    return True


def test_nohup_is_kept():
    """A signal that is ignored stays so, and the default is back after the run."""
    code = (
        "import signal; from kpi_kit.signals import stopped_in_order as s\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "with s(): print(signal.getsignal(signal.SIGHUP) is signal.SIG_IGN)\n"
        "print(signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert "True\nTrue\n" == done.stdout


def test_the_kit_is_loaded_while_the_kernel_boots(out, tmp_path):
    """The first cell finds what it will import; plain papermill imports it itself.

    It looks for garbage, but not each time that a small query has left some.
    """
    notebook = json.loads((NOTEBOOKS / "good.ipynb").read_text("utf-8"))
    first = "import gc, sys\n\nassert 'kpi_kit.reviews' in sys.modules\n"
    first += "assert gc.isenabled() and gc.get_threshold()[0] > 100_000\n"
    notebook["cells"][1]["source"].insert(0, first)
    (tmp_path / "good.ipynb").write_text(json.dumps(notebook))

    run("good", as_of="2026-11-15", out=out, notebooks=tmp_path)

    assert ["good-2026-11-15.html", "good-2026-11-15.ipynb"] == names(out)


def test_a_report_from_a_nursery_is_the_same(out, tmp_path):
    """The kernel forks from what is loaded by then, without what only debugging needs.

    Its working directory, as a file of the name of a library would, takes no part.
    """
    notebook = json.loads((NOTEBOOKS / "good.ipynb").read_text("utf-8"))
    first = "import sys\n\nassert sys.modules.get('debugpy', 0) is None\n"
    notebook["cells"][1]["source"].insert(0, first)
    (tmp_path / "good.ipynb").write_text(json.dumps(notebook))
    (tmp_path / "holidays.py").write_text("raise SystemExit\n")
    given = {"as_of": "2026-11-15", "notebooks": tmp_path}
    with chdir(tmp_path), nursery() as parent:
        if parent is None:
            pytest.skip("kernels are not forked here")
        _, page = run("good", out=out, nursery=parent, **given)
    _, anew = attempt("good", tmp_path / "anew")

    assert anew.read_bytes() == page.read_bytes()


def test_a_kernel_that_ends_before_it_is_ready(tmp_path):
    """Nobody waits an hour for its answer."""
    with kernel("python3", tmp_path) as started:
        started.kill()
        client = started.client()
        client.start_channels()

        with pytest.raises(RuntimeError, match="died before it was ready"):
            run_sync(client.wait_for_ready)(timeout=60)


def test_a_kernel_that_is_not_here(out, tmp_path):
    """A notebook saved elsewhere, in an environment of its own name."""
    notebook = json.loads((NOTEBOOKS / "good.ipynb").read_text("utf-8"))
    notebook["metadata"]["kernelspec"]["name"] = "gone"
    (tmp_path / "good.ipynb").write_text(json.dumps(notebook))

    with pytest.raises(EnvironmentFault, match="none called 'gone' here"):
        run("good", as_of="2026-11-15", out=out, notebooks=tmp_path)


def test_the_last_good_report_stays(out, tmp_path):
    """A failed rerun leaves both files as they were; a good one clears its trace."""
    good, flaky = NOTEBOOKS / "good.ipynb", tmp_path / "n" / "good.ipynb"
    flaky.parent.mkdir()
    before = [path.read_bytes() for path in attempt("good", out)]
    broken = json.loads(good.read_text("utf-8"))
    broken["cells"][1]["source"] = ["1 / 0"]
    flaky.write_text(json.dumps(broken))
    with pytest.raises(ComputationError):
        run("good", as_of="2026-11-15", out=out, notebooks=flaky.parent)

    assert "good-2026-11-15.failed.ipynb" in names(out)
    kept = [out / "vendor" / f"good-2026-11-15.{end}" for end in ("ipynb", "html")]
    assert before == [path.read_bytes() for path in kept]

    attempt("good", out)

    assert ["good-2026-11-15.html", "good-2026-11-15.ipynb"] == names(out)


def test_a_run_that_stops_leaves_its_quarantine(out, tmp_path):
    """Under a name of its own, which the error tells; a good run clears its trace."""
    stopping = json.loads((NOTEBOOKS / "good.ipynb").read_text("utf-8"))
    stopping["cells"][1]["source"] = [
        "import os, pathlib\n",
        "from kpi_kit.errors import TableError\n",
        f"rows = pathlib.Path(os.environ[{BESIDE!r}], {NAME!r})\n",
        "rows.write_bytes(b'rows')\n",
        "raise TableError('too many')",
    ]
    (tmp_path / "good.ipynb").write_text(json.dumps(stopping))
    with pytest.raises(TableError) as caught:
        run("good", as_of="2026-11-15", out=out, notebooks=tmp_path)

    kept = out / "vendor" / f"good-2026-11-15.failed.{NAME}"
    assert str(caught.value).endswith(f" The quarantined rows: {kept}.")
    assert b"rows" == kept.read_bytes()

    attempt("good", out)

    assert ["good-2026-11-15.html", "good-2026-11-15.ipynb"] == names(out)


def test_a_disk_that_refuses_is_told(out):
    """What cannot be written names the file, and no half of a report appears."""
    out.parent.joinpath("reports").write_text("a file where the folder should be")

    with pytest.raises(EnvironmentFault, match=r"good-2026-11-15\.\w+: .*cannot be"):
        attempt("good", out)


def test_the_runner_imports_only_what_it_uses():
    """Engine, charts and scipy belong to the kernel; here they would cost seconds."""
    code = "import sys, kpi_kit.run; print([m for m in sys.modules])"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    for heavy in ("ibis", "pandas", "altair", "scipy", "nbconvert", "jupyterlab"):
        assert f"'{heavy}'" not in done.stdout


def test_papermill_is_loaded_without_what_only_hdfs_needs():
    """It costs 0.2 s; whoever imports pyarrow's file systems afterwards has them."""
    code = (
        "import sys, kpi_kit.execution\n"
        "print('numpy' in sys.modules, 'pyarrow.fs' in sys.modules)\n"
        "import pyarrow.fs; print(pyarrow.fs.LocalFileSystem.__name__)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert "False False\nLocalFileSystem\n" == done.stdout


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """Return every shipped cadence's page, made on the demo helpdesk by one command."""
    out = tmp_path_factory.mktemp("demo") / "reports"
    command = [sys.executable, "-m", "kpi_kit", "demo", "--out", str(out)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (0, "") == (done.returncode, done.stderr)
    first, *paths = done.stdout.splitlines()
    assert f"{out / 'demo-helpdesk'}: 20,000 tickets" == first
    slides = [path for path in paths if path.endswith(".slides.html")]
    pages = [Path(p) for p in paths if p.endswith(".html") and p not in slides]
    assert (2 * len(pages) + 1, 1) == (len(paths), len(slides))
    return {page.stem.partition("-")[0]: page.read_text("utf-8") for page in pages}


def test_the_demo_runs_every_cadence(shipped):
    """What ships runs as it ships; each report names its period."""
    assert cadences(ROOT / "notebooks") == sorted(shipped)
    assert "<h1>Week of 9 to 15 November 2026</h1>" in shipped["weekly_review"]
    assert "<h1>Friday 13 November 2026</h1>" in shipped["daily_digest"]
    quarter = "<h1>Third quarter, 1 July to 30 September 2026</h1>"
    assert quarter in shipped["quarterly_deep_dive"]


def test_the_weekly_review_answers_every_question(shipped):
    """Three sentences, six tiles, findings, eight small charts and five large ones."""
    text = shipped["weekly_review"]
    questions = [part.partition("<")[0] for part in text.split("<h2>")[1:]]

    first = text[text.index('class="sentences"') : text.index('class="tiles"')]
    assert 3 == first.count("<li>")
    assert 6 == text.count('class="tile"')
    assert 3 <= text.count('<article class="finding')
    assert 13 == text.count('<figure class="chart"')
    assert [
        "What needs a decision",
        "Is it getting better?",
        "The other KPIs",
        "When do customers wait?",
        "What is not solved at once?",
        "Is the backlog under control?",
        "What was escalated?",
        "Why do customers write?",
        "Who solves it?",
        "What do customers say?",
        "Who needs coaching?",
        "Were the rules kept?",
        "How is paid time spent?",
        "What does a solved ticket cost?",
        "What will next week bring?",
        "How were these numbers made?",
    ] == questions


def test_the_quarterly_deep_dive_answers_every_question(shipped):
    """Two gates, eight small charts, the price line, two of NPS, and the backlog."""
    text = shipped["quarterly_deep_dive"]
    questions = [part.partition("<")[0] for part in text.split("<h2>")[1:]]

    first = text[text.index('class="sentences"') : text.index('class="tiles"')]
    assert 3 == first.count("<li>")
    assert 6 == text.count('class="tile"')
    assert 3 == text.count('<article class="finding')
    assert 14 == text.count('<figure class="chart"')
    assert len(text) < 1_000_000
    assert [
        "What to decide next quarter?",
        "Was it better by month three?",
        "Is it better now?",
        "How did each KPI go over the whole engagement?",
        "What did a solved ticket cost?",
        "Would customers recommend us?",
        "Who recommends us?",
        "Does it serve the goal?",
        "The other KPIs",
        "Is the backlog under control?",
        "What was escalated?",
        "Why do customers write?",
        "Who solves it?",
        "Were the rules kept?",
        "How were these numbers made?",
    ] == questions


def test_the_digest_names_ten_tickets(shipped):
    """One screen: four numbers, the alarms, ten tickets, one chart."""
    text = shipped["daily_digest"]
    waiting = text[text.index('id="waiting"') : text.index('id="queue"')]

    assert 4 == text.count('class="figure"')
    assert 10 == waiting.count('<th scope="row">')
    assert 1 == text.count('<figure class="chart"')


def test_links_of_a_page_stay_in_it(shipped):
    """Every place that a page links to is in it, and no place is there twice."""
    for text in shipped.values():
        places = [part.partition('"')[0] for part in text.split(' id="')[1:]]
        links = {part.partition('"')[0] for part in text.split('href="#')[1:]}

        assert links <= set(places)
        assert len(places) == len(set(places))


def test_nothing_a_reader_sees_is_code(shipped):
    """No column's name, no NaN, no None; files are called as they are called.

    But for the commands, folded away, that give more than a page can hold.
    """
    for text in shipped.values():
        unseen = r"<(script|style|code).*?</\1>|<[^>]*>"
        seen = re.sub(unseen, " ", text, flags=re.DOTALL)
        seen = re.sub(r"\w+\.parquet", " ", seen)

        assert [] == re.findall(r"\b(?:nan|NaN|None|NaT)\b", seen)
        assert [] == re.findall(r"\b[a-z]+_[a-z_]+\b", seen)
