"""Damaged exports: each ends as its manifest says, in one line, soon and small."""

from __future__ import annotations

import os
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


@pytest.mark.parametrize(
    "bad", named(each for each in BAD if each.category in {"resource", "parquet"})
)
def test_no_file_takes_long_or_much(bad):
    """A command of its own: seconds, half a gigabyte, and never a traceback.

    The bounds are loose, because other tests run beside.
    """
    options = OPTIONS.get(bad.path.name, {}).items()
    given = [text for pair in options for text in ("--option", "=".join(pair))]
    command = [sys.executable, "-m", "kpi_kit", "check", "--location", str(bad.path)]
    begun = time.monotonic()
    with subprocess.Popen(
        [*command, *given], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)

    assert (2 if bad.outcome == "ERROR" else 0) == process.returncode
    assert "Traceback" not in said
    if bad.outcome == "ERROR":
        assert 1 == said.count("\n")
    assert used.ru_maxrss < 500_000
    assert time.monotonic() - begun < 30
