"""Run the cells of a notebook: all that knows papermill."""

from __future__ import annotations

import logging
import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import nbformat

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from nbformat import NotebookNode
    from papermill.engines import NotebookExecutionManager

    from kpi_kit.kernel import Kernel


@contextmanager
def _without(name: str) -> Iterator[None]:
    """Let an import find that a module is not installed, which it takes well."""
    is_new = name not in sys.modules
    if is_new:
        sys.modules[name] = None  # type: ignore[assignment] - how Python marks it
    try:
        yield
    finally:
        if is_new:
            del sys.modules[name]


# papermill would load pyarrow and numpy, 0.2 s, to open notebooks in HDFS.
with _without("pyarrow.fs"):
    import papermill
    from papermill.engines import NBClientEngine, papermill_engines
    from papermill.exceptions import PapermillExecutionError

# papermill logs what it also raises; the caller prints one line of it.
logging.getLogger("papermill").addHandler(logging.NullHandler())
LONGEST_CELL = 3600  # seconds; a hung query must not hold up the next night's run


class WrittenOnce(NBClientEngine):
    """Papermill's own engine, which writes the notebook anew twice for every cell."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, **given: Any
    ) -> None:
        """Run the cells; what they came to is written when they are done."""
        path, nb_man.output_path = nb_man.output_path, None
        try:
            super().execute_managed_notebook(nb_man, kernel_name, **given)
        finally:
            nb_man.output_path = path


papermill_engines.register("written-once", WrittenOnce)


def execute(
    notebook: Path, values: Mapping[str, Any], kernel: Kernel, folder: Path
) -> tuple[NotebookNode, Exception | None]:
    """Return a notebook as far as it came, and what stopped it.

    Parameters
    ----------
    notebook
        Stays as it is.
    values
        Its parameters, checked.
    kernel
        Runs the cells.
    folder
        A folder to work in.
    """
    given, result = folder / "given.ipynb", folder / "result.ipynb"
    shutil.copyfile(notebook, given)
    stopped = None
    try:
        papermill.execute_notebook(
            given,
            result,
            values,
            engine_name="written-once",
            progress_bar=sys.stderr.isatty(),
            execution_timeout=LONGEST_CELL,
            km=kernel,
        )
    except (PapermillExecutionError, RuntimeError, TimeoutError) as error:
        stopped = error
    return nbformat.read(result, as_version=4), stopped


def to_bytes(notebook: NotebookNode) -> bytes:
    """Return a notebook as its file holds it."""
    return (nbformat.writes(notebook) + "\n").encode()
