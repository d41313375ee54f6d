"""Measure the kit beside hand-written SQL and pandas: ``make bench SIZE=1M``.

Says first what disk it needs, makes the data once, does not time sides that disagree on
the numbers, then prints each ratio with its aim: the median of the rounds, the lowest
and the highest.  Kit and SQL are compared in processor seconds, kit and pandas by the
clock.  The exit code is 1 when an aim is missed.

The kit looks each file through before it counts.  What it takes is compared without
that, with the same checks done by the other side too, and, which has no aim, with it
on the kit's side alone.
"""

from __future__ import annotations

import os
import pickle
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
DEFAULT = "1M"
ROUNDS_ALONE = 3
LARGE = 10_000_000
GIGABYTE = 1e9


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the report: a figure per round, and what it should be."""

    label: str
    figures: list[float]
    detail: str = ""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def median(self) -> float:
        """Return the middle round."""
        return statistics.median(self.figures)

    @property
    def is_met(self) -> bool:
        """Return whether the middle round keeps to the aim, if there is one."""
        above = self.at_least is not None and self.median < self.at_least
        below = self.at_most is not None and self.median > self.at_most
        return not above and not below

    @property
    def text(self) -> str:
        """Return the row as it is printed."""
        aim = "at most" if self.at_most is not None else "at least"
        bound = self.at_most if self.at_most is not None else self.at_least
        verdict = "" if bound is None else f"{aim} {bound:g}"
        if not self.is_met:
            verdict += ", missed"
        spread = f"{min(self.figures):7.2f} {self.median:7.2f} {max(self.figures):7.2f}"
        return f"{self.label:<38} {spread}  {verdict:<21} {self.detail}".rstrip()


def main(text: str) -> int:
    """Measure at the size that ``text`` names.

    Returns
    -------
    int
        0 when every aim is met, else 1.
    """
    from bench.generate import make, read_size  # noqa: PLC0415 - after _restart

    size = read_size(text)
    small = size // 10 if size >= LARGE else None
    for each in filter(None, (small, size)):
        make(each)
    first = {name: _alone(name, size) for name in ("sql", "kit", "pandas", "arrow")}
    _check(first, "sql")
    _check(
        {name: _alone(name, size) for name in ("review_sql", "review")}, "review_sql"
    )
    counted = [_alone(f"checks_{by}", size)["numbers"] for by in ("sql", "pandas")]
    if not counted[0].equals(counted[1]):
        sys.exit(f"SQL counts {counted[0]}, pandas {counted[1]}: nothing timed.")
    together = _child("together", str(size))
    alone = [_round(size, small, number) for number in range(ROUNDS_ALONE)]
    is_large = size >= LARGE
    lines = [
        *_beside_sql(together, is_large=is_large),
        *_beside_pandas(alone, is_large=is_large),
    ]
    if small:
        lines.append(_growth(alone))
    sql = first["sql"]["peak"] / GIGABYTE
    print(f"\n{size:,} tickets; SQL by hand peaks at {sql:.2f} GB")
    print(f"{'':<38} {'lowest':>7} {'median':>7} {'highest':>7}  aim")
    print("\n".join(line.text for line in lines))
    return 0 if all(line.is_met for line in lines) else 1


def _alone(name: str, size: int) -> dict:
    found = _child("side", name, str(size))
    print(
        f"  {name} at {size:,}: {found['seconds']:.1f} s, "
        f"{found['processor']:.1f} s of processors, {found['peak'] / GIGABYTE:.2f} GB",
        flush=True,
    )
    return found


def _round(size: int, small: int | None, number: int) -> dict[str, dict]:
    named = ("kit", "pandas", "checks_pandas", "arrow")
    sides = {name: (name, size) for name in named}
    if small:
        sides["small"] = ("kit", small)
    names = list(sides)[:: 1 if number % 2 == 0 else -1]
    return {name: _alone(*sides[name]) for name in names}


def _child(module: str, *arguments: str) -> dict:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        result = Path(folder) / "result.pickle"
        command = [sys.executable, "-m", f"bench.{module}", *arguments, str(result)]
        subprocess.run(command, cwd=ROOT, check=True)
        return pickle.loads(result.read_bytes())  # noqa: S301 - our child wrote it


def _check(found: dict[str, dict], by_hand: str) -> None:
    from bench import agree  # noqa: PLC0415 - after _restart

    yardstick = found[by_hand]["numbers"]
    for name in found.keys() - {by_hand}:
        wrong = agree.differences(yardstick, found[name]["numbers"])
        if len(wrong):
            print(wrong.head(20).to_string(), file=sys.stderr)
            sys.exit(
                f"{name} and {by_hand} differ in {len(wrong):,} numbers: nothing timed."
            )
    print(f"  every side comes to the same {len(yardstick):,} numbers", flush=True)


def _ratios(rounds: list[dict[str, float]], over: str, under: str) -> dict:
    middle = [
        statistics.median(each[name] for each in rounds) for name in (over, under)
    ]
    return {
        "figures": [each[over] / each[under] for each in rounds],
        "detail": f"{middle[0]:.2f} against {middle[1]:.2f}",
    }


def _beside_sql(
    together: dict[str, list[dict[str, float]]], *, is_large: bool
) -> list[Line]:
    of_review = 1.5 if is_large else None
    whole, review = together["included"], together["reviewed"]
    # A review of few tickets is mostly the writing of its questions.
    lines = [
        Line(label=f"{label}: kit / SQL", at_most=aim, **_ratios(rounds, "kit", "sql"))
        for label, rounds, aim in (
            ("from stored facts", together["stored"], 1.5),
            ("facts included", _less_checks(whole, "kit", "sql"), 1.5),
            ("checks included too", whole, 1.5),
            ("all of a review", _less_checks(review, "kit", "sql"), of_review),
            ("the same, checks too", review, of_review),
        )
    ]
    doors = _ratios(whole, "kit_checks", "sql_checks")
    beside = _ratios(_less_checks(whole, "sql"), "kit", "sql")
    return [
        *lines,
        Line(label="the checks alone: kit / SQL", **doors),
        Line(label="kit with checks / SQL without", **beside),
    ]


def _less_checks(rounds: list[dict[str, float]], *sides: str) -> list[dict[str, float]]:
    return [
        {**each, **{side: each[side] - each[f"{side}_checks"] for side in sides}}
        for each in rounds
    ]


def _beside_pandas(alone: list[dict[str, dict]], *, is_large: bool) -> list[Line]:
    seconds = [{n: f["seconds"] for n, f in each.items()} for each in alone]
    worked = [{n: f["processor"] for n, f in each.items()} for each in alone]
    peaks = [{n: f["peak"] / GIGABYTE for n, f in each.items()} for each in alone]
    bare = [
        each | {"kit": r["kit"]["seconds"] - r["kit"]["door"]}
        for each, r in zip(seconds, alone, strict=True)
    ]
    both = [
        each | {"pandas": each["pandas"] + each["checks_pandas"]} for each in seconds
    ]
    faster, leaner, peak = (2, 0.75, 4) if is_large else (None, None, None)
    return [
        Line(
            label="Parquet to numbers, s: pandas / kit",
            at_least=faster,
            **_ratios(bare, "pandas", "kit"),
        ),
        Line(
            label="checks included too, s: pandas / kit",
            at_least=faster,
            **_ratios(both, "pandas", "kit"),
        ),
        Line(
            label="s: pandas without / kit with checks",
            **_ratios(seconds, "pandas", "kit"),
        ),
        Line(
            label="the same in processor s: pandas / kit",
            **_ratios(worked, "pandas", "kit"),
        ),
        Line(
            label="peak memory, GB: kit / pandas",
            at_most=leaner,
            **_ratios(peaks, "kit", "pandas"),
        ),
        Line(
            label="peak memory of the kit, GB",
            figures=[each["kit"] for each in peaks],
            at_most=peak,
        ),
        Line(label="s: Arrow and numpy / kit", **_ratios(seconds, "arrow", "kit")),
        Line(label="GB: kit / Arrow and numpy", **_ratios(peaks, "kit", "arrow")),
    ]


def _growth(alone: list[dict[str, dict]]) -> Line:
    seconds = [{n: f["seconds"] for n, f in each.items()} for each in alone]
    ratios = _ratios(seconds, "kit", "small")
    return Line(label="kit, s: at SIZE / at a tenth", at_most=12, **ratios)


def _restart() -> None:
    """Start again with compiled bytecode: without it imports are twice as slow."""
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "bench.run", *sys.argv[1:]]
    os.chdir(ROOT)
    os.execve(sys.executable, command, environment)  # noqa: S606 - our own command


if __name__ == "__main__":
    # As a script, `python bench/run.py`, the folder above is not on the path.
    if "PYTHONDONTWRITEBYTECODE" in os.environ or not __spec__:
        _restart()
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else DEFAULT))
