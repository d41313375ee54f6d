"""Measure a weekly review of many tickets: ``make bench-weekly SIZE=10M``.

Prints what the whole run takes, then the seconds that its cells spend inside the engine
and outside of it.  The cells run once more in this process for that, and every few
milliseconds it is looked where they are: inside, when the innermost line of Python is
one that waits for the engine.
"""

from __future__ import annotations

import linecache
import os
import re
import resource
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import FrameType

ROOT = Path(__file__).parent.parent
CADENCE = "weekly_review"
OFTEN = 0.005  # seconds between two looks
DUCKDB = "/ibis/backends/duckdb/"
SOURCES = str(ROOT / "kpi_kit" / "sources")
WAITS = re.compile(r"\.(execute|sql|raw_sql|fetch\w*|arrow|to_arrow\w*|read_next\w*)\(")


def main(text: str) -> int:
    """Measure at the size that ``text`` names; return the exit code."""
    from bench.generate import AS_OF, make, read_size  # noqa: PLC0415 - after _restart

    size = read_size(text)
    given = {
        "source": "files",
        "location": str(make(size)),
        "contract": str(ROOT / "bench" / "contract.yaml"),
        "as_of": AS_OF.isoformat(),
    }
    whole = _whole(given)
    seen = _cells(given)
    print(f"\n{CADENCE}, {size:,} tickets")
    print(f"  {'the whole run, s':<40} {whole:7.1f}")
    for name in ("inside the engine", "outside of it"):
        print(f"  {f'its cells, {name}, s':<40} {seen[name]:7.1f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"  {'peak memory of its cells, GB':<40} {peak:7.2f}")
    return 0


def _whole(given: dict[str, str]) -> float:
    """Return the seconds of a run, as a scheduler calls it."""
    words = [text for pair in given.items() for text in ("-p", *pair)]
    with TemporaryDirectory(prefix="bench-") as out:
        kit = [sys.executable, "-m", "kpi_kit", "run", CADENCE, "--out", out]
        begun = time.perf_counter()
        subprocess.run([*kit, *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - begun


def _cells(given: dict[str, str]) -> dict[str, float]:
    """Run the cells here; return the seconds inside and outside the engine."""
    from bench.parts import run_cells  # noqa: PLC0415 - after _restart

    seen: Counter[str] = Counter()
    is_done = threading.Event()
    looked_at = threading.main_thread().ident
    looking = threading.Thread(target=_look, args=(looked_at, seen, is_done))
    begun = time.perf_counter()
    looking.start()
    run_cells(CADENCE, given)
    spent = time.perf_counter() - begun
    is_done.set()
    looking.join()
    return {name: spent * count / seen.total() for name, count in seen.items()}


def _look(thread: int, seen: Counter[str], is_done: threading.Event) -> None:
    while not is_done.wait(OFTEN):
        inside = _is_inside(sys._current_frames()[thread])  # noqa: SLF001 - no other way
        seen["inside the engine" if inside else "outside of it"] += 1


def _is_inside(frame: FrameType) -> bool:
    """Return whether the innermost line waits for the engine."""
    file = frame.f_code.co_filename
    if DUCKDB not in file and not file.startswith(SOURCES):
        return False
    # A call over several lines is where it begins or on a line of its arguments.
    lines = (linecache.getline(file, frame.f_lineno - back) for back in range(4))
    return any(WAITS.search(line) for line in lines)


def _restart(words: list[Any]) -> None:
    """Start again with compiled bytecode and with the folder above on the path."""
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    os.chdir(ROOT)
    command = [sys.executable, "-m", "bench.weekly", *words]
    os.execve(sys.executable, command, environment)  # noqa: S606 - our own command


if __name__ == "__main__":
    if "PYTHONDONTWRITEBYTECODE" in os.environ or not __spec__:
        _restart(sys.argv[1:])
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "1M"))
