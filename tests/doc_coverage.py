"""What is asked of a report, and where it is done: read, held to the code, laid out."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import yaml

from kpi_kit.catalog import METRICS
from kpi_kit.contract import KEYS
from tests.doc_tables import possible_slices, table

TESTS = Path(__file__).parent
ROOT = TESTS.parent
ASKED = yaml.safe_load((TESTS / "coverage.yaml").read_text(encoding="utf-8"))
SECTIONS, FAMILIES = ASKED.pop("sections"), ASKED.pop("families")


def coverage():
    """Return the table: what is asked, by what it is done, tested and shown."""
    heads = ("asked", "what", "done by", "held by", "shown in")
    return table(heads, *(_row(name, one) for name, one in ASKED.items()))


def _row(name, one):
    notes = [f"*{word}: {one[word]}*" for word in ("refused", "open") if word in one]
    return (
        name,
        "<br>".join([one["asks"], *notes]),
        "<br>".join(f"`{thing}`" for thing in one["does"]),
        _link(one["test"]),
        "<br>".join(SECTIONS[section] for section in one["shows"]) or _elsewhere(one),
    )


def _elsewhere(one):
    """Return where to look for what no section of a report shows."""
    if any(thing.startswith("by: ") for thing in one["does"]):
        return "`kpis --by`"
    return "`explain`" if METRICS.keys() & one["does"] else "–"


def _link(test):
    path, _, name = test.partition("::")
    return f"[{name.replace('_', ' ')}](../tests/{path})"


def faults():
    """Return what the list names that is not there."""
    found = []
    for name, one in ASKED.items():
        found += [f"{name}: {thing}" for thing in one["does"] if not _exists(thing)]
        path, _, test = one["test"].partition("::")
        of_oracle = path.startswith("test_oracle")  # it says nothing about the kit
        if of_oracle or f"test_{test}" not in _tests(TESTS / path):
            found.append(f"{name}: {one['test']}")
        for section in one["shows"]:
            cadence, _, heading = SECTIONS[section].partition(": ")
            if heading not in {"", *_headings(cadence)}:
                found.append(f"{name}: {SECTIONS[section]}")
    return found


def _exists(thing):
    kind, _, name = thing.partition(": ")
    known = {"contract": KEYS, "by": possible_slices()}
    if name:
        return name in known[kind]
    return thing in METRICS or ("/" in thing and (ROOT / thing).is_file())


def _tests(path):
    if not path.is_file():
        return set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def _headings(cadence):
    text = (ROOT / "notebooks" / f"{cadence}.ipynb").read_text(encoding="utf-8")
    cells = [c for c in json.loads(text)["cells"] if c["cell_type"] == "markdown"]
    return {"".join(cell["source"]).strip("# \n").splitlines()[0] for cell in cells}
