"""The command line ends as a shell expects it to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kpi_kit import metrics as _metrics  # noqa: F401 - fills the catalog
from kpi_kit.catalog import METRICS

HERE = Path(__file__).parents[1]
CADENCES = ("daily_digest", "quarterly_deep_dive", "weekly_review")
KIT = f"{sys.executable} -m kpi_kit"
FACTS = f"{KIT} facts --location parameters/sample --as-of 2026-11-15"


def shell(command):
    """Run a command line; return its exit code, output and errors."""
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],  # noqa: S607 - any bash will do
        capture_output=True,
        check=False,
        cwd=HERE,
        text=True,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_reader_that_goes_is_no_fault():
    """`| head` takes what it wants, and the command ends quietly."""
    code, out, err = shell(f"{FACTS} | head -1")

    assert (0, "", 1) == (code, err, out.count("\n"))
    assert out.startswith("ticket_id,created_at")


def test_a_full_disk_is_named():
    """A redirection that cannot be written says so in one line."""
    code, _, err = shell(f"{KIT} explain > /dev/full")

    assert (7, "Error: standard output: No space left on device.\n") == (code, err)


def test_every_card_is_explained():
    """Without a name all KPIs come, one after the other, in one terminal's width."""
    code, out, err = shell(f"{KIT} explain")

    assert (0, "") == (code, err)
    heads = [line.partition(":")[0] for line in out.splitlines() if line[:1].strip()]
    assert list(METRICS) == heads
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize("asked", ["", "--help"])
def test_help(asked):
    """Without a command, the help is what is wanted."""
    code, out, err = shell(f"{KIT} {asked}")

    assert (0, "") == (code, err)
    assert out.startswith("Usage: kpi-kit")
    assert out.count("\n") > 10


def test_no_tickets_still_have_a_header():
    """A pipe that finds no ticket finds the columns; JSON is an empty array."""
    never = f"{FACTS} --from 2001-01-01 --to 2001-02-01"
    code, out, _ = shell(never)

    assert (0, 1) == (code, out.count("\n"))
    assert out.startswith("ticket_id,created_at")
    assert "[]\n" == shell(f"{never} --format json")[1]


def test_days_the_wrong_way_round_are_refused():
    """A span without a day is a mistake, as it is for `kpis`."""
    code, _, err = shell(f"{FACTS} --from 2026-11-02 --to 2026-11-02")

    assert 2 == code
    assert "holds no day" in err


def test_a_copy_of_a_parameters_file_is_known(tmp_path):
    """The keys tell what a file is, under any name and from any folder.

    Where several cadences take the same ones, all are named.
    """
    original = HERE / "parameters" / "weekly_review.yaml"
    copy = tmp_path / "mine.yaml"
    copy.write_bytes(original.read_bytes())
    contract = HERE / "parameters" / "sample" / "contract.yaml"
    named = tmp_path / "weekly_review.yaml"
    named.write_bytes(contract.read_bytes())

    for folder in (HERE, tmp_path):
        kit = f"cd {folder} && PYTHONPATH={HERE} {KIT} check"
        for file, told in (
            (original, "weekly_review.ipynb"),
            (copy, " or ".join(f"{name}.ipynb" for name in CADENCES)),
        ):
            code, out, _ = shell(f"{kit} {file}")
            assert 0 == code
            assert f"parameters of {told}, nothing to mend" in out
        for file in (contract, named):
            assert "contract with" in shell(f"{kit} {file}")[1]


def test_a_misspelt_parameter_is_told_as_one(tmp_path):
    """One wrong name does not make parameters a contract."""
    file = tmp_path / "weekly_review.yaml"
    file.write_text("dais: 7\n", encoding="utf-8")
    code, _, err = shell(f"{KIT} check {file}")

    assert 2 == code
    assert "Did you mean 'days'?" in err


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("--mapping parameters/mappings/sumo", "source files reads no SQL"),
        (
            "--option column_map=a=b --option column_map=c=d",
            "--option column_map: is given 2 times. Give it once, pairs as a=b,c=d.",
        ),
    ],
)
def test_what_would_be_ignored_is_refused(given, expected):
    """Nothing that is given is passed over in silence."""
    code, _, err = shell(f"{KIT} check --location parameters/sample {given}")

    assert 2 == code
    assert expected in err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends without a signal")
def test_a_command_that_is_stopped_leaves_no_copy(tmp_path):
    """What it copied to read is the user's data, and goes with it."""
    command = [sys.executable, "-m", "kpi_kit", "kpis", "--source", "demo"]
    command += ["--location", "20000", "--from", "2026-03-01", "--to", "2026-11-01"]
    running = subprocess.Popen(
        [*command, "--every", "day", "--by", "agent_id,team"],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(600):
        if list(tmp_path.glob("kpi_kit-*/*/tickets.parquet")):
            break
        time.sleep(0.05)
    running.terminate()

    assert 128 + signal.SIGTERM == running.wait(timeout=60)
    assert [] == list(tmp_path.glob("kpi_kit-*"))
