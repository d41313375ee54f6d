"""The floors: what a module may import, read from its syntax tree."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "kpi_kit"

# A module imports from its own floor or below.  A new module names its floor here.
FLOORS = {
    "errors": 0,
    "files": 0,
    "intervals": 0,
    "units": 0,
    "states": 0,
    "periods": 0,
    "plurals": 0,
    "look": 0,
    "marks": 0,
    "mime": 0,
    "amounts": 0,
    "engines": 0,
    "worked": 4,
    "yaml_file": 0,
    "yaml_loader": 0,
    "opening_hours": 0,
    "business_hours": 0,
    "schedules": 0,
    "shifts": 0,
    "zones": 0,
    "signals": 0,
    "slugs": 0,
    "mood": 0,
    "catalog": 1,
    "tables": 1,
    "whence": 1,
    "sources": 2,
    "facts": 2,
    "records": 2,
    "metrics": 3,
    "charts": 3,
    "ages": 4,
    "agent_gap": 4,
    "alarms": 4,
    "annotations": 4,
    "answers": 4,
    "asked": 4,
    "costs": 4,
    "counted": 4,
    "arrivals": 4,
    "attention": 4,
    "behind": 4,
    "parts": 4,
    "beside": 4,
    "causes": 4,
    "bias": 4,
    "heard": 4,
    "ratings": 4,
    "redaction": 0,
    "verbatims": 4,
    "change": 4,
    "busy": 4,
    "coming": 4,
    "comparable": 4,
    "engagement": 4,
    "escalated": 4,
    "balance": 4,
    "gate": 4,
    "prices": 4,
    "contract": 4,
    "counting": 4,
    "goals": 4,
    "came": 4,
    "completeness": 4,
    "coverage": 4,
    "cut_offs": 4,
    "dimensions": 4,
    "expectation": 4,
    "freshness": 4,
    "grid": 4,
    "growth": 4,
    "headline": 4,
    "held": 4,
    "known": 4,
    "lot": 4,
    "meant": 4,
    "mailed": 6,
    "outlier": 4,
    "paid_time": 4,
    "parameters": 4,
    "phrases": 4,
    "plan": 4,
    "pooled": 4,
    "scorecard": 4,
    "settled": 4,
    "standing": 4,
    "standings": 4,
    "survival": 4,
    "tallies": 4,
    "strangers": 4,
    "targets": 4,
    "teams": 4,
    "verdict": 4,
    "credits": 5,
    "audit": 5,
    "calibration": 5,
    "forecast": 5,
    "rules": 5,
    "unexplained": 5,
    "analysis": 6,
    "evidence": 6,
    "export": 6,
    "page": 6,
    "terminal": 6,
    "card_text": 6,
    "templates": 6,
    "preload": 6,
    "review": 6,
    "quarterly": 6,
    "sections": 6,
    "reviews": 6,
    "shown": 6,
    "run": 7,
    "reports": 7,
    "index": 7,
    "due": 7,
    "watch": 7,
    "nursery": 7,
    "vendors": 7,
    "kernel": 7,
    "rejected": 5,
    "execution": 7,
    "ending": 7,
    "render": 7,
    "self_contained": 7,
    "slideshow": 7,
    "printing": 7,
    "publishing": 7,
    "deck": 6,
    "mail": 7,
    "inputs": 7,
    "reference": 7,
    "declarations": 7,
    "__main__": 7,
    "figures": 7,
    "cadences": 7,
    "addresses": 0,
    "delivery": 4,
    "sending": 7,
    "__init__": 7,  # hands out open_review, and nothing in the package imports it
}

# Outside packages that only these modules may import.
ALONE = {
    "ibis": {
        "business_hours",
        "tables",
        "sources",
        "facts",
        "metrics",
        "ages",
        "attention",
        "behind",
        "meant",
        "parts",
        "beside",
        "causes",
        "coverage",
        "cut_offs",
        "dimensions",
        "survival",
        "scorecard",
        "records",
        "tallies",
        "review",
    },
    "duckdb": {"sources"},
    "pyspark": {"sources"},
    "sqlglot": {"sources"},
    "altair": {"charts", "page"},
    "vl_convert": {"charts", "page", "self_contained", "mail"},
    "css_inline": {"mail"},
    "papermill": {"execution"},
    "jupyter_client": {"kernel"},
    "nbclient": {"run"},
    "nbconvert": {"render", "slideshow"},
    "jinja2": {"render", "page", "mail"},
    "smtplib": {"mail"},
    "click": {
        "__main__",
        "cadences",
        "figures",
        "inputs",
        "reference",
        "sending",
        "watch",
    },
    "argparse": set(),  # click reads the command line
}

# Delivery takes parameters in and an executed notebook out; rules see a scorecard.
_NUMBERS = {"catalog", "tables", "facts", "metrics", "scorecard", "rules", "review"}
NEVER = {
    "run": _NUMBERS - {"catalog", "metrics"},  # its contract's slug; those name metrics
    "render": _NUMBERS,
    "slideshow": _NUMBERS,
    "publishing": _NUMBERS,
    "mail": _NUMBERS,
    "rules": {"tables", "sources", "facts"},
    "page": {"sources", "facts"},
}


class _Imports(ast.NodeVisitor):
    """Collect what a module imports, at any depth, but not for type checkers."""

    def __init__(self, package: tuple[str, ...]) -> None:
        self.package = package
        self.found: list[tuple[str, ...]] = []

    def visit_If(self, node):
        if "TYPE_CHECKING" not in ast.unparse(node.test):
            self.generic_visit(node)
        for other in node.orelse:
            self.visit(other)

    def visit_Attribute(self, node):
        if ast.unparse(node) in {"ibis.duckdb", "ibis.pyspark"}:
            self.found.append((node.attr,))
        self.generic_visit(node)

    def visit_Import(self, node):
        self.found += [tuple(name.name.split(".")) for name in node.names]

    def visit_ImportFrom(self, node):
        above = self.package[: len(self.package) + 1 - node.level] if node.level else ()
        start = (*above, *(node.module or "").split("."))
        start = tuple(part for part in start if part)
        self.found += [(*start, name.name) for name in node.names]


def imports_of(source: str, package: tuple[str, ...] = ("kpi_kit",)) -> list:
    """Return each import of ``source`` as its dotted parts, relative ones resolved."""
    visitor = _Imports(package)
    visitor.visit(ast.parse(source))
    return visitor.found


def faults_of(name: str, imported: list) -> list[str]:
    """Return what is wrong with the module ``name`` of the package importing these."""
    faults = []
    for first, *rest in imported:
        if first in ALONE and name not in ALONE[first]:
            faults.append(f"{name} imports {first}; only {sorted(ALONE[first])} may")
        if first != "kpi_kit":
            continue
        below = rest[0] if rest and _is_a_module(rest[0]) else "__init__"
        if below not in FLOORS:
            faults.append(f"{name} imports {below}, which names no floor")
        elif FLOORS[below] > FLOORS[name]:
            faults.append(
                f"{name} (floor {FLOORS[name]}) imports {'.'.join(('kpi_kit', *rest))} "
                f"(floor {FLOORS[below]})"
            )
        if below != name and FLOORS.get(below) == FLOORS[name] and _is_a_leaf(rest):
            faults.append(
                f"{name} imports a leaf of {below}, a folder on its own floor"
            )
        if below in NEVER.get(name, ()):
            faults.append(f"{name} imports {below}, of which it knows nothing")
    return faults


def _is_a_module(name: str) -> bool:
    path = PACKAGE / name
    return name in FLOORS or path.is_dir() or path.with_suffix(".py").is_file()


def _is_a_leaf(rest: list[str]) -> bool:
    return len(rest) > 1 and PACKAGE.joinpath(*rest[:2]).with_suffix(".py").is_file()


def modules() -> list[Path]:
    """Return every module of the package, relative to it."""
    return sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))


def top(path: Path) -> str:
    """Return the name a module goes by in the table: its folder's, or its own."""
    return path.parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules(), ids=str)
def test_a_module_stands_on_its_floor(path):
    """No module imports from above, or what only another may import."""
    assert top(path) in FLOORS, f"{top(path)} names no floor in {Path(__file__).name}"

    source = (PACKAGE / path).read_text(encoding="utf-8")
    package = ("kpi_kit", *path.parts[:-1])

    assert [] == faults_of(top(path), imports_of(source, package))


BANNED = {"utils", "helpers", "core", "common", "base", "manager"} | {
    "engine",
    "services",
    "misc",
}


@pytest.mark.parametrize("path", modules(), ids=str)
def test_a_module_is_named_for_its_thing(path):
    """A name that fits everything says nothing."""
    assert not BANNED & {part.removesuffix(".py") for part in path.parts}


@pytest.mark.parametrize(
    ("name", "source", "fault"),
    [
        pytest.param("facts", "import ibis", False, id="its-own"),
        pytest.param("contract", "import ibis", True, id="only-others-may"),
        pytest.param(
            "contract", "import ibis.expr.types as ir", True, id="a-part-of-it"
        ),
        pytest.param("contract", "from ibis import _", True, id="a-name-of-it"),
        pytest.param("contract", "def f():\n    import ibis", True, id="when-called"),
        pytest.param(
            "contract",
            "if TYPE_CHECKING:\n    import ibis\n    from kpi_kit.run import x",
            False,
            id="for-type-checkers",
        ),
        pytest.param(
            "contract",
            "if not DONE:\n    pass\nelse:\n    import ibis",
            True,
            id="in-an-else",
        ),
        pytest.param("units", "from kpi_kit.catalog import Card", True, id="above"),
        pytest.param("units", "from kpi_kit import catalog", True, id="above-by-name"),
        pytest.param("units", "import kpi_kit.catalog", True, id="above-dotted"),
        pytest.param("units", "from . import catalog", True, id="above-relative"),
        pytest.param("units", "from .catalog import Card", True, id="above-relative-2"),
        pytest.param(
            "units", "from kpi_kit import open_review", True, id="the-package"
        ),
        pytest.param("units", "import kpi_kit", True, id="the-package-whole"),
        pytest.param("page", "from kpi_kit import charts, units", False, id="below"),
        pytest.param("facts", "import kpi_kit.sources", False, id="a-folder-beside"),
        pytest.param("facts", "from kpi_kit.sources import session", True, id="a-leaf"),
        pytest.param("run", "from kpi_kit import facts", True, id="delivery-of-kpis"),
        pytest.param(
            "metrics", "import ibis\nibis.duckdb.connect()", True, id="engine"
        ),
        pytest.param("scorecard", "from kpi_kit.contract import x", False, id="level"),
        pytest.param("units", "import unitsy.catalog", False, id="a-stranger"),
    ],
)
def test_the_check_itself(name, source, fault):
    """Every way to write an import is read, and none is read that is not one."""
    assert fault == bool(faults_of(name, imports_of(source)))
