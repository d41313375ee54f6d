"""Where the seconds of one report run go.

The run's own process is timed at its seams: kernel, cells and page.  What the kernel
does in its cells is sampled in a second process that runs the same cells: every few
milliseconds, the innermost module of the kit that is at work.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import FrameType, ModuleType

    from kpi_kit.nursery import Nursery

ROOT = Path(__file__).parent.parent
KIT = str(ROOT / "kpi_kit") + "/"
OFTEN = 0.002  # seconds between two samples
DEMO = {
    "source": "demo",
    "location": "20000",
    "contract": "parameters/demo/contract.yaml",
    "as_of": "2026-11-15",
}
CELLS = "cells of the notebook"
PARTS = {
    "sources": "source",
    "facts": "facts",
    "business_hours": "facts",
    "scorecard": "scorecard",
    "tallies": "scorecard",
    "metrics": "scorecard",
    "charts": "charts",
}


def parts(cadence: str, folder: str) -> dict[str, float]:
    """Return the seconds of each part of one run, in their order, then of its cells."""
    begun = time.time()
    whole = _child("run", cadence, folder)
    ended = time.time()
    seams = [begun, *whole, ended]
    names = (
        "imports, kernel start, parameters",
        "papermill, the kit in the kernel meanwhile",
        CELLS,
        "notebook read back",
        "page",
        "files, kernel shutdown, exit",
    )
    found = {
        name: after - before
        for name, (before, after) in zip(names, pairwise(seams), strict=True)
    }
    inside = _child("cells", cadence, folder)
    return found | {f"  of the cells: {name}": spent for name, spent in inside.items()}


def _child(kind: str, cadence: str, folder: str) -> Any:
    result = Path(folder) / f"{kind}.pickle"
    command = [sys.executable, "-m", "bench.parts", kind, cadence, folder, result]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return pickle.loads(result.read_bytes())  # noqa: S301 - our child wrote it


def _run(cadence: str, folder: str) -> list[float]:
    """Run a cadence; return when papermill, cells and page began and ended."""
    # Their import is part of what is timed.
    from kpi_kit.nursery import nursery  # noqa: PLC0415

    with nursery() as parent:
        from kpi_kit import run  # noqa: PLC0415

        return _timed(run, parent, cadence, folder)


def _timed(run: ModuleType, parent: Nursery | None, *given: str) -> list[float]:
    cadence, folder = given
    seams: list[float] = []
    execute = run.executed

    def executed(*given: Any) -> Any:
        seams.append(time.time())
        answer = execute(*given)
        times = [cell.metadata.get("papermill", {}) for cell in answer.notebook.cells]
        ran = [each for each in times if each.get("duration")]
        seams.append(_instant(ran[0]["start_time"]))
        seams.append(_instant(ran[-1]["end_time"]))
        _time_the_page(seams)
        return answer

    run.executed = executed
    run.run(cadence, overrides=DEMO, out=folder, nursery=parent)
    return seams


def _time_the_page(seams: list[float]) -> None:
    from kpi_kit import render  # noqa: PLC0415 - loaded by the run meanwhile

    make = render.render

    def made(notebook: Any) -> str:
        seams.append(time.time())
        page = make(notebook)
        seams.append(time.time())
        return page

    render.render = made


def _instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _cells(cadence: str, _folder: str) -> dict[str, float]:
    """Run the cells of a notebook here; return the seconds of each part of the kit."""
    from kpi_kit import reviews  # noqa: F401, PLC0415 - a kernel loads it as it boots

    seen: Counter[str] = Counter()
    is_done = threading.Event()
    sampler = threading.Thread(
        target=_sample, args=(threading.main_thread().ident, seen, is_done)
    )
    begun = time.perf_counter()
    sampler.start()
    run_cells(cadence, DEMO)
    spent = time.perf_counter() - begun
    is_done.set()
    sampler.join()
    each = spent / seen.total()
    return {name: count * each for name, count in seen.most_common()}


def run_cells(cadence: str, given: dict[str, str]) -> None:
    """Run the cells of a notebook in this process."""
    notebook = json.loads((ROOT / "notebooks" / f"{cadence}.ipynb").read_text("utf-8"))
    namespace: dict[str, Any] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), namespace)  # noqa: S102 - our own notebook
            if "parameters" in cell["metadata"].get("tags", ()):
                namespace |= given


def _sample(thread: int, seen: Counter[str], is_done: threading.Event) -> None:
    while not is_done.wait(OFTEN):
        seen[_part(sys._current_frames()[thread])] += 1  # noqa: SLF001 - no other way


def _part(frame: FrameType | None) -> str:
    """Return the part at work; an import is nobody's but its own."""
    found = "the rest"
    while frame is not None:
        file = frame.f_code.co_filename
        if file == "<frozen importlib._bootstrap>":
            return "imports"
        if found == "the rest" and file.startswith(KIT):
            name = file.removeprefix(KIT).partition("/")[0].removesuffix(".py")
            found = PARTS.get(name, found)
        frame = frame.f_back
    return found


if __name__ == "__main__":
    work = {"run": _run, "cells": _cells}[sys.argv[1]]
    Path(sys.argv[4]).write_bytes(pickle.dumps(work(*sys.argv[2:4])))
