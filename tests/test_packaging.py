"""What is declared, what is locked and what is imported agree."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt")


def declared():
    """Return the requirements of a report run, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needs = map(Requirement, project["project"]["dependencies"])
    return {canonicalize_name(need.name): need for need in needs}


def locked(name):
    """Return the version that a lock file gives each package."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    found = [re.match(r"([a-z0-9.-]+)==([^ ]+)", line) for line in lines]
    return {match[1]: match[2] for match in found if match}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_keeps_to_what_is_declared(lock):
    """Each declared package is locked at a version within its bounds."""
    versions = locked(lock)
    outside = [
        str(need)
        for name, need in declared().items()
        if not need.specifier.contains(Version(versions[name]))
    ]

    assert [] == outside


def test_the_tests_run_on_what_reports_run_on():
    """No package of a report run has another version in the development lock."""
    report, development = map(locked, LOCKS)

    assert report == {name: development.get(name) for name in report}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_hashes_and_no_place(lock):
    """Every package has hashes; where to fetch it is the reader's own business."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9.-]+==)", text)[1:]

    assert len(locked(lock)) == len(entries)
    assert [] == [entry[:40] for entry in entries if "--hash=sha256:" not in entry]
    assert not re.search(r"https?://|file:|--index-url|--find-links", text)


def imported():
    """Return each outside package that the kit imports, and where from."""
    for path in (ROOT / "kpi_kit").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [name.name for name in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            else:
                continue
            for name in {name.partition(".")[0] for name in names}:
                if name not in sys.stdlib_module_names and name != "kpi_kit":
                    yield name, path.relative_to(ROOT)


def test_what_is_imported_is_declared():
    """Nothing works only because another package happens to bring it."""
    owners = packages_distributions()
    known = {*declared(), "pyspark", "vadersentiment"}  # extras
    strangers = {
        f"{path} imports {name}"
        for name, path in imported()
        if not known & {canonicalize_name(owner) for owner in owners.get(name, [])}
    }

    assert set() == strangers
