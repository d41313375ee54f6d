"""The examples for schedulers can be run, and what they call exists."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from contextlib import nullcontext
from datetime import date
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest
import yaml

from kpi_kit.__main__ import cli
from kpi_kit.parameters import declared
from kpi_kit.run import cadences

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "scheduling"
KIT = "/opt/kpi-kit"
SH, ACTIONS = ("sh", "-c"), ("bash", "-e", "-c")
# Notes by which name it was called, and each word that it was given.
STAND_IN = """#!/bin/sh
printf '%s\\0' "${0##*/}" "$@" >> "$TOLD"
printf '\\0' >> "$TOLD"
"""
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def text_of(name):
    """Return an example."""
    return (EXAMPLES / name).read_text("utf-8")


def cron_jobs():
    """Return the schedule and the command of each line of the crontab."""
    known = {}
    for line in text_of("crontab").splitlines():
        named = re.fullmatch(r"(\w+)=(.*)", line)
        if named:
            known[named[1]] = named[2]
        elif line and not line.startswith("#"):
            *when, user, command = line.split(None, 6)
            assert "reports" == user
            yield when, command.replace("$KIT", known["KIT"])


def unit(name):
    """Return a systemd unit."""
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read_string(text_of(name))
    return parser


def tasks(name, monkeypatch):
    """Return what a DAG gives its operators, without Airflow."""
    made = []

    class Operator:
        def __init__(self, **given):
            made.append(given)

        def __rshift__(self, other):
            return other

    stand_ins = {
        "airflow.sdk": {"DAG": lambda **_: nullcontext()},
        "airflow.providers.standard.operators.bash": {"BashOperator": Operator},
        "airflow.providers.papermill.operators.papermill": {
            "PapermillOperator": Operator
        },
    }
    for module, names in stand_ins.items():
        parts = module.split(".")
        for count in range(1, len(parts) + 1):
            path = ".".join(parts[:count])
            monkeypatch.setitem(sys.modules, path, ModuleType(path))
        vars(sys.modules[module]).update(names)
    exec(compile(text_of(name), name, "exec"), {})  # noqa: S102 - our own example
    return made


def workflow():
    """Return the GitHub workflow, and the commands of its steps."""
    read = yaml.safe_load(text_of("github-actions.yaml"))
    steps = read["jobs"]["report"]["steps"]
    return read, [step["run"] for step in steps if "run" in step]


def windows_task():
    """Return the task, and its command as a shell would have it."""
    task = ET.fromstring(text_of("windows-task.xml"))  # noqa: S314 - our own example
    parts = [task.find(f".//{TASK}{tag}").text for tag in ("Command", "Arguments")]
    return task, " ".join(parts).replace("\\", "/").replace(".exe", "")


def parsed(words):
    """Parse what a command is given, and run nothing; return its values."""
    with cli.make_context("kpi-kit", [*words]) as context:
        name, command, rest = cli.resolve_command(context, [*words])
        return name, command.make_context(name, rest, parent=context).params


def commands(monkeypatch):
    """Return every command line of all examples, after the shell that gets it."""
    yield from ((SH, command) for _, command in cron_jobs())
    yield SH, unit("kpi-kit-daily.service")["Service"]["ExecStart"]
    for name in ("airflow_command.py", "airflow_papermill.py"):
        for given in tasks(name, monkeypatch):
            if "bash_command" in given:
                filled = re.sub(r"\{\{.*?\}\}", "2026-11-15", given["bash_command"])
                yield ("bash", "-c"), filled
    yield from ((ACTIONS, command) for command in workflow()[1])
    yield SH, windows_task()[1].replace("C:/kpi-kit/.venv/Scripts", f"{KIT}/.venv/bin")
    page = (ROOT / "docs" / "scheduling.md").read_text("utf-8")
    for block in re.findall(r"^```sh\n(.*?)^```$", page, re.DOTALL | re.MULTILINE):
        yield from ((SH, command) for command in block.splitlines())


@pytest.fixture
def called(tmp_path):
    """A function that runs a command line where it would stand, with stand-ins.

    It returns what the stand-ins were called as and given, in order.
    """
    if shutil.which("flock") is None:
        pytest.skip("flock is not here")
    home, told = tmp_path / KIT.lstrip("/"), tmp_path / "told"
    programs = home / ".venv" / "bin"
    for folder in (programs, tmp_path / "var/log/kpi-kit", tmp_path / "tmp"):
        folder.mkdir(parents=True)
    for name in ("kpi-kit", "make", "papermill", "jupyter"):
        (programs / name).write_text(STAND_IN)
        (programs / name).chmod(0o755)
    known = {"PATH": f"{programs}:{os.environ['PATH']}", "TOLD": str(told)}

    def run(shell, command, **variables):
        told.write_bytes(b"")
        here = re.sub(r"(?<![\w.])/(opt|var/log|tmp)/", rf"{tmp_path}/\1/", command)
        done = subprocess.run(
            [*shell, here],
            cwd=home,
            env=known | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (0, "") == (done.returncode, done.stderr)
        calls = told.read_text("utf-8").split("\0\0")[:-1]
        return [call.split("\0") for call in calls]

    return run


def test_what_the_examples_call_exists(monkeypatch, called):
    """Each command takes what its shell gives it, and each cadence has its notebook."""
    calls = [call for given in commands(monkeypatch) for call in called(*given)]
    runs = [parsed(words) for name, *words in calls if name == "kpi-kit"]

    assert 11 == len(runs)
    assert {"run", "status"} == {name for name, _ in runs}
    named = [given["cadence"] for _, given in runs if given["cadence"]]
    assert set(named) <= set(cadences(ROOT / "notebooks"))
    files = [[*given["files"], *given["more"]] for _, given in runs if given["files"]]
    assert [["acme", "brightline"]] * 6 == [[Path(f).stem for f in f] for f in files]
    others = [call for call in calls if call[0] != "kpi-kit"]
    assert ["jupyter", "make"] == sorted(name for name, *_ in others)
    assert ["make", "setup"] in others
    assert re.search("^setup:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


def test_the_crontab_is_one():
    """Five fields in their bounds; a percent sign would end the command."""
    jobs = list(cron_jobs())

    assert 4 == len(jobs)
    for when, command in jobs:
        for field, (low, high) in zip(when, FIELDS, strict=True):
            parts = [p for part in field.split(",") for p in part.split("-")]
            assert field == "*" or all(low <= int(part) <= high for part in parts)
        assert "%" not in command


def test_the_units_fit_together(tmp_path):
    """The timer starts the service of its name; systemd itself agrees, where it is."""
    service, timer = unit("kpi-kit-daily.service"), unit("kpi-kit-daily.timer")

    assert "oneshot" == service["Service"]["Type"]
    assert service["Service"]["WorkingDirectory"] == "/opt/kpi-kit"
    assert "timers.target" == timer["Install"]["WantedBy"]
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here")
    kit = str(Path(sys.executable).parent / "kpi-kit")
    for name in ("kpi-kit-daily.service", "kpi-kit-daily.timer"):
        here = text_of(name).replace("/opt/kpi-kit/.venv/bin/kpi-kit", kit)
        (tmp_path / name).write_text(here.replace("User=reports\n", ""))
    units = [str(path) for path in tmp_path.iterdir()]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],  # noqa: S607 - wherever it is
        capture_output=True,
        text=True,
        check=False,
    )
    told = [line for line in done.stderr.splitlines() if "kpi-kit-daily" in line]
    assert (0, []) == (done.returncode, told)


def test_a_dag_asks_for_the_day_before(monkeypatch):
    """The kit's own command has a fixed day, which papermill's operator gives too."""
    (task,) = tasks("airflow_command.py", monkeypatch)
    execute, page = tasks("airflow_papermill.py", monkeypatch)

    day = "{{ macros.ds_add(ds, -1) }}"
    assert task["bash_command"].endswith(f"--as-of {day}")
    assert day == execute["parameters"]["as_of"]
    notebook = ROOT / "notebooks" / Path(execute["input_nb"]).name
    assert set(execute["parameters"]) <= set(declared(notebook))
    assert page["bash_command"].endswith(execute["output_nb"])


def test_the_workflow_runs_what_was_typed_as_no_code(called):
    """What a person types reaches the kit as one word, whatever it says."""
    read, runs = workflow()
    typed = "2026-11-15; touch typed $(touch typed)"

    assert {"schedule", "workflow_dispatch"} == set(read[True])  # YAML's word "on"
    assert all("${{" not in run for run in runs)
    words = ["kpi-kit", "run", "daily_digest"]
    assert [words] == called(ACTIONS, runs[-1], AS_OF="")
    assert [[*words, "--as-of", typed]] == called(ACTIONS, runs[-1], AS_OF=typed)


def test_the_windows_task_has_its_parts_in_order():
    """Task Scheduler refuses one whose parts stand in another order."""
    task, command = windows_task()

    parts = ["RegistrationInfo", "Triggers", "Settings", "Actions"]
    assert parts == [part.tag.removeprefix(TASK) for part in task]
    assert command.startswith("C:/kpi-kit/.venv/Scripts/kpi-kit run daily_digest")


def test_the_two_commands_that_everybody_knows(called):
    """A shell runs them; notebook, parameters and exporter are there."""
    run, page = called(SH, text_of("papermill.sh"))

    assert ["papermill", "jupyter"] == [run[0], page[0]]
    name, day = run[run.index("-r") + 1 :]
    assert "as_of" == name
    assert "as_of" in declared(ROOT / run[1])
    assert run[2] == page[-1] == f"reports/daily_digest-{date.fromisoformat(day)}.ipynb"
    assert (ROOT / run[run.index("-f") + 1]).is_file()
    exporters = {each.name for each in entry_points(group="nbconvert.exporters")}
    assert page[page.index("--to") + 1] in exporters


def test_every_example_is_shown():
    """What lies in the folder is found from its page."""
    page = (ROOT / "docs" / "scheduling.md").read_text("utf-8")

    names = sorted(path.name for path in EXAMPLES.iterdir() if path.is_file())
    assert [] == [name for name in names if f"(scheduling/{name})" not in page]
