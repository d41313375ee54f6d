"""The law of the notebooks: questions and one call each, stored without outputs."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest

from kpi_kit.errors import UnknownNameError
from kpi_kit.parameters import declared, read_parameters
from kpi_kit.review import Review
from kpi_kit.run import cadences, run
from kpi_kit.yaml_file import read_yaml

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CADENCES = [path for path in NOTEBOOKS if path.stem in cadences(ROOT / "notebooks")]
EXPLORE = ROOT / "notebooks" / "explore.ipynb"
ALLOWED = (
    *(ast.Expr, ast.Call, ast.Attribute, ast.Name, ast.Load),
    *(ast.Constant, ast.keyword, ast.List, ast.Tuple),
)


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    """Return the path of each notebook of the project."""
    return request.param


@pytest.fixture
def cells(path):
    """Return the cells of a notebook."""
    return nbformat.read(path, as_version=4).cells


def code(cells):
    """Return the code cells."""
    return [cell for cell in cells if cell.cell_type == "code"]


def breaks_law(source):
    """Return why a cell may not stand in a notebook, None where it may."""
    tree = ast.parse(source)
    if len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
        return "holds more or other than one expression"
    if len(source.splitlines()) > 3:
        return "is longer than three lines"
    switches = [k.value for k in ast.walk(tree.body[0]) if isinstance(k, ast.keyword)]
    for node in ast.walk(tree.body[0]):
        if getattr(node, "value", None) is True and node in switches:
            continue  # missed=True is a word
        if not isinstance(node, ALLOWED):
            return f"holds {type(node).__name__}"
        if isinstance(node, ast.Constant) and not isinstance(node.value, str):
            return f"holds {node.value!r}, which belongs into the parameters"
        if isinstance(node, ast.Name) and node.id != "review":
            return f"calls {node.id}"
    return None


def test_parameters_come_first(path, cells):
    """Typed literals, each on a line with a comment that papermill prints as help."""
    first = code(cells)[0]

    assert ["parameters"] == first.metadata.tags
    assert "as_of" in declared(path)
    for name in declared(path):
        assert re.search(rf"^{name}: [^\n]*(#|\[$)", first.source, flags=re.MULTILINE)


def test_then_the_review_is_opened(cells):
    """The second cell imports one name and makes one review from the parameters."""
    imported, opened = ast.parse(code(cells)[1].source).body

    assert "from kpi_kit import open_review" == ast.unparse(imported)
    assert ast.unparse(opened).startswith("review = open_review(")


def test_every_other_cell_is_one_call(cells):
    """No logic, no numbers, no pandas: a call on the review with names."""
    broken = {c.id: breaks_law(c.source) for c in code(cells)[2:]}

    assert {} == {cell: why for cell, why in broken.items() if why}


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ('review.draw("trend", "csat")', None),
        ("review.kpis()", None),
        ("x = review.kpis()", "other than one expression"),
        ("review.kpis(); review.done()", "more or other"),
        ('review.tickets("csat", missed=True)', None),
        ('review.tickets("csat", True)', "holds True"),
        ("review.kpis().head(5)", "holds 5"),
        ("[k for k in review]", "ListComp"),
        ("review.days - review", "BinOp"),
        ("print(review)", "calls print"),
        ('review.frame["csat"]', "Subscript"),
        ("(lambda: review)()", "Lambda"),
    ],
)
def test_the_law_itself(source, why):
    """The walk over a cell's syntax tree lets calls through and nothing else."""
    found = breaks_law(source)

    assert (found is None) if why is None else (why in found)


def test_every_call_is_one_of_the_review(cells):
    """A cell calls what the review has; a mistyped name is seen without a run."""
    calls = {cell.source.partition("(")[0] for cell in code(cells)[2:]} - {"review"}

    assert [] == [c for c in calls if not hasattr(Review, c.removeprefix("review."))]


@pytest.mark.parametrize("path", CADENCES, ids=lambda path: path.stem, indirect=True)
def test_the_last_cell_is_the_mark(cells):
    """A notebook that was cut short cannot pass for a report."""
    assert "review.done()" == cells[-1].source


def test_what_explores_is_no_cadence():
    """Nobody is sent a notebook that analysts try things in; run does not know it."""
    assert EXPLORE in NOTEBOOKS
    assert EXPLORE not in CADENCES
    with pytest.raises(UnknownNameError, match="no notebook called 'explore'"):
        run("explore", notebooks=ROOT / "notebooks")


def test_markdown_asks(cells):
    """A heading is a question: no sentence that a number could contradict."""
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]

    assert [] == [text for text in texts if not re.fullmatch(r"## [^\n.]+", text)]


def test_stored_without_outputs(path, cells):
    """A difference between two versions shows what was changed, not what was run."""
    stored = nbformat.read(path, as_version=4)

    assert [] == [c.id for c in code(cells) if c.outputs or c.execution_count]
    assert {"kernelspec", "title"} == set(stored.metadata) - {"kpi_kit"}
    assert "python" == stored.metadata.kernelspec.language
    assert "papermill" not in path.read_text("utf-8")


def test_cell_ids_are_words(cells):
    """A difference names the cell."""
    ids = [cell.id for cell in cells]

    assert [] == [name for name in ids if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", CADENCES, ids=lambda path: path.stem, indirect=True)
def test_the_parameters_file_fits(path):
    """Each cadence has a file of the same stem, which gives what the notebook takes."""
    file = ROOT / "parameters" / f"{path.stem}.yaml"
    takes = declared(path)

    assert set(takes) == set(read_yaml(file))
    own = {name: parameter.default for name, parameter in takes.items()}
    assert own == read_parameters(file, takes)
