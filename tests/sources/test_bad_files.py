"""Damaged exports: each ends as its manifest says, in one line, soon and small."""

from __future__ import annotations

import re
import subprocess
import sys
import time

import pytest

from tests.bad_files import FOLDER, OPTIONS, bad_files, is_right, taken

BAD = bad_files()
if not BAD:
    pytest.skip(f"{FOLDER} is missing", allow_module_level=True)


def named(files):
    """Return the files as parameters, by name."""
    return [pytest.param(each, id=each.path.name) for each in files]


@pytest.mark.parametrize("bad", named(BAD))
def test_a_damaged_export_ends_as_it_must(bad):
    """Outcome and counts are the manifest's; what is said is one line with the file."""
    found = taken(bad)

    wanted = (bad.outcome, (bad.read, bad.accepted, bad.quarantined))
    assert is_right(bad, found), f"{found}, not {wanted}"
    for text in found.said:
        assert text.startswith(f"{bad.path.name}: ")
        assert "\n" not in text
    if bad.outcome in {"ERROR", "WARN"}:
        assert found.said


# What a child reports of itself: what its parent held when it began counts for a
# child's peak as the parent sees it.
MEASURED = """
import atexit, pathlib, runpy
peak = pathlib.Path("/proc/self/status")
atexit.register(lambda: print(peak.read_text()))
runpy.run_module("kpi_kit", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize(
    "bad", named(each for each in BAD if each.category in {"resource", "parquet"})
)
def test_no_file_takes_long_or_much(bad):
    """A command of its own: seconds, half a gigabyte, and never a traceback.

    The bounds are loose, because other tests run beside.
    """
    options = OPTIONS.get(bad.path.name, {}).items()
    given = [text for pair in options for text in ("--option", "=".join(pair))]
    command = [sys.executable, "-c", MEASURED, "check", "--location", str(bad.path)]
    begun = time.monotonic()
    done = subprocess.run(
        [*command, *given], capture_output=True, text=True, check=False
    )
    peak = int(re.findall(r"VmHWM:\s+(\d+) kB", done.stdout)[-1])

    assert (2 if bad.outcome == "ERROR" else 0) == done.returncode
    assert "Traceback" not in done.stderr
    if bad.outcome == "ERROR":
        assert 1 == done.stderr.count("\n")
    assert peak < 500_000
    assert time.monotonic() - begun < 30
