"""Measure a whole report of the demo beside an empty notebook: ``make bench-daily``.

The empty notebook only imports pandas and Altair; the ``papermill`` command runs it and
``jupyter nbconvert`` makes it a page, as most people's schedulers do.  Beside one
report, one command makes those of many vendors.  The sides take turns, each round
another one first; the first round only warms the disk.  Prints the ratios with their
aims, then where the seconds of one run go.  The exit code is 1 when an aim is missed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
CADENCE = "daily_digest"
ROUNDS = 5
AT_MOST = 0.6
FURTHER = 5  # vendors besides the first
AT_MOST_FURTHER = 0.25
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def main(cadence: str) -> int:
    """Measure a cadence on the demo.

    Returns
    -------
    int
        0 when the aim is met, else 1.
    """
    from bench.parts import DEMO, parts  # noqa: PLC0415 - after _restart
    from bench.run import Line  # noqa: PLC0415

    given = [text for pair in DEMO.items() for text in ("-p", *pair)]

    with TemporaryDirectory(prefix="bench-") as folder:
        command = [str(BIN / "kpi-kit"), "run", cadence, "--out", folder, *given]
        many = [*command[:3], "--out", folder, *_vendors(folder)]
        sides = {"kit": [command], "floor": _floor(folder), "kit, many": [many]}
        rounds = [_round(sides, number) for number in range(1 + ROUNDS)][1:]
        lines = [Line(label=f"{n}, s", figures=[r[n] for r in rounds]) for n in sides]
        ratios = [each["kit"] / each["floor"] for each in rounds]
        label = f"{cadence} / an empty notebook"
        lines.append(Line(label=label, figures=ratios, at_most=AT_MOST))
        further = [
            (each["kit, many"] - each["kit"]) / FURTHER / each["floor"]
            for each in rounds
        ]
        label = "each further vendor / the same"
        lines.append(Line(label=label, figures=further, at_most=AT_MOST_FURTHER))
        print(f"{'':<38} {'lowest':>7} {'median':>7} {'highest':>7}  aim")
        print("\n".join(line.text for line in lines), flush=True)
        found = parts(cadence, folder)
    print("\nOne run, s")
    print("\n".join(f"  {name:<48} {spent:7.2f}" for name, spent in found.items()))
    return 0 if all(line.is_met for line in lines[-2:]) else 1


def _vendors(folder: str) -> list[str]:
    """Write a parameters file for each of many vendors; return how they are given."""
    from bench.parts import DEMO  # noqa: PLC0415 - after _restart

    words = ["--parameters"]
    terms = Path(ROOT, DEMO["contract"]).read_text("utf-8")
    for number in range(1 + FURTHER):
        contract, file = (Path(folder, f"{number}{end}") for end in (".terms", ".yaml"))
        named = re.sub(r"(?m)^vendor:.*$", f"vendor: Vendor {number}", terms)
        contract.write_text(re.sub(r"(?m)^slug:.*$", "", named))
        given = {**DEMO, "contract": str(contract)}
        file.write_text("".join(f'{name}: "{each}"\n' for name, each in given.items()))
        words.append(str(file))
    return words


def _floor(folder: str) -> list[list[str]]:
    given, done = (str(Path(folder, name)) for name in ("given.ipynb", "done.ipynb"))
    cell = new_code_cell("import altair\nimport pandas")
    nbformat.write(new_notebook(cells=[cell], metadata={"kernelspec": KERNEL}), given)
    return [
        [str(BIN / "papermill"), given, done],
        [str(BIN / "jupyter"), "nbconvert", "--to", "html", done],
    ]


def _round(sides: dict[str, list[list[str]]], number: int) -> dict[str, float]:
    first = number % len(sides)
    order = [*sides][first:] + [*sides][:first]
    return {name: _seconds(sides[name]) for name in order}


def _seconds(commands: list[list[str]]) -> float:
    begun = time.perf_counter()
    for command in commands:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(command)}: {done.stderr.decode()}")
    return time.perf_counter() - begun


def _restart() -> None:
    """Start again with compiled bytecode and with the folder above on the path."""
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    os.chdir(ROOT)
    command = [sys.executable, "-m", "bench.daily", *sys.argv[1:]]
    os.execve(sys.executable, command, environment)  # noqa: S606 - our own command


if __name__ == "__main__":
    if "PYTHONDONTWRITEBYTECODE" in os.environ or not __spec__:
        _restart()
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else CADENCE))
