"""What the commands print for people: tables, cards, row accounting."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd

from kpi_kit.card_text import needs_text
from kpi_kit.units import interval_text, value_text
from kpi_kit.whence import counted_in, origins

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kpi_kit.known import Known
    from kpi_kit.tables import Helpdesk

CONTROL = {c: repr(chr(c))[1:-1] for c in (*range(32), *range(127, 160))}
TO_THE_RIGHT = {"value", "95 % interval", "n", "read", "accepted", "quarantined"}
TO_THE_RIGHT |= {"duplicates", "line", "row", "rows"}
MINUTE = "%Y-%m-%d %H:%M"
REASONS = 20  # the newest ones that are printed
SHOWN = 40  # characters of what stood in a bad field


def printable(value: object) -> str:
    r"""Return a text without the control characters that would steer a terminal.

    Examples
    --------
    >>> printable("red\x1b[31m")
    'red\\x1b[31m'
    """
    return str(value).translate(CONTROL)


def table_text(frame: pd.DataFrame) -> str:
    """Return a frame as aligned text; numbers stand at the right.

    Examples
    --------
    >>> print(table_text(pd.DataFrame({"name": ["a", "bb"], "n": ["10", "9"]})))
    name   n
    a     10
    bb     9
    """
    cells = frame.astype(str).map(printable)
    columns = []
    for name in cells:
        texts = [name, *cells[name]]
        width = max(len(text) for text in texts)
        right = name in TO_THE_RIGHT
        columns.append([t.rjust(width) if right else t.ljust(width) for t in texts])
    return "\n".join("  ".join(row).rstrip() for row in zip(*columns, strict=True))


def kpi_text(frame: pd.DataFrame, by: Sequence[str]) -> str:
    """Return the rows of a scorecard as a table, what is not computable below it.

    Parameters
    ----------
    frame
        What :func:`kpi_kit.scorecard.scorecard` returns.
    by
        Its dimensions.
    """
    lacking = frame[frame["status"] == "not_computable"]
    shown = frame[frame["status"] != "not_computable"].reset_index(drop=True)
    parts = [table_text(_readable(shown, by))] if len(shown) else []
    said = lacking.drop_duplicates("metric")[["metric", "note"]]
    if len(said):
        lines = [f"  {metric}: {note}" for metric, note in said.itertuples(index=False)]
        parts.append("\n".join(["Not computable:", *lines]))
    return "\n\n".join(parts) or "No rows."


def _readable(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    numbers = frame[["value", "low", "high", "unit", "clock"]]
    read = [
        (
            value_text(value, unit, days=clock != "business"),
            interval_text(low, high, unit, days=clock != "business"),
        )
        for value, low, high, unit, clock in numbers.itertuples(index=False)
    ]
    metric = frame["metric"]
    made = pd.DataFrame(
        {
            "metric": metric.where(metric.ne(metric.shift()), ""),
            "statistic": frame["statistic"],
            "clock": frame["clock"],
            "from": frame["period_start"],
            "to": frame["period_end"],
            **{name: frame[name] for name in by},
            "value": [value for value, _ in read],
            "95 % interval": [interval for _, interval in read],
            "n": frame["n"].map("{:,}".format),
            "status": frame["status"],
            "note": frame["note"],
        }
    )
    if frame[["period_start", "period_end"]].drop_duplicates().shape[0] == 1:
        made = made.drop(columns=["from", "to"])
    return made


def accounting_text(helpdesk: Helpdesk) -> str:
    """Return what became of each file's rows, which rules took some, and which rows."""
    parts = [table_text(helpdesk.accounting.rename(columns={"rows_read": "read"}))]
    if len(helpdesk.quarantine):
        parts.append(f"Quarantined, by rule:\n{table_text(helpdesk.rules)}")
        bad = _short(helpdesk.quarantine)
        bad = bad.rename(columns={"line": counted_in(bad["file"])})
        parts.append(f"Quarantined:\n{table_text(bad)}")
    if helpdesk.extra:
        others = printable(", ".join(helpdesk.extra))
        parts.append(f"Other columns of the tickets, to slice by: {others}.")
    return "\n\n".join(parts)


def _short(quarantine: pd.DataFrame) -> pd.DataFrame:
    texts = quarantine["text"].astype(str).str[:SHOWN].map(printable)
    return quarantine.assign(text=texts)


def computable_text(lacking: Mapping[str, Sequence[Sequence[str]]]) -> str:
    """Return how many KPIs the data can give, what the others need, and where from."""
    lines = [f"  {name}: needs {needs_text(n)}" for name, n in lacking.items() if n]
    parts = [f"{len(lacking) - len(lines)} of {len(lacking)} KPIs can be computed."]
    if lines:
        found = origins(need for needs in lacking.values() for need in needs)
        places = [f"  {what}: {place}" for what, place in found.items()]
        parts += ["Not computable:", *lines, "Usually from:", *places]
    return "\n".join(parts)


def known_text(known: Known) -> str:
    """Return from when to when the data goes, and which days look missing."""
    rows = [
        {"column": name, "first": f"{a:{MINUTE}}", "newest": f"{b:{MINUTE}}"}
        for name, (a, b) in known.spans.items()
    ]
    if known.written is not None:
        newest = f"{known.written:{MINUTE}}"
        rows.append({"column": "(file written)", "first": "", "newest": newest})
    parts = [f"Data as of the end of {known.as_of}, in {known.time_zone}:"]
    parts += [table_text(pd.DataFrame(rows))] if rows else []
    reasons = [
        f"  {why} ({len(days):,} day{'s' if len(days) > 1 else ''})"
        for why, days in known.reasons.items()
    ]
    if len(reasons) > REASONS:
        earlier = len(reasons) - REASONS
        reasons = [
            f"  {earlier} earlier ones; --format json has all",
            *reasons[-REASONS:],
        ]
    parts += (
        ["Days that look missing:", *reasons] if reasons else ["No day looks missing."]
    )
    return "\n".join(parts)


def accounting_json(helpdesk: Helpdesk, notes: Sequence[str], known: Known) -> str:
    """Return what became of each file's rows, the quarantined ones, what to know."""
    accounts = {
        "files": helpdesk.accounting.to_dict("records"),
        "rules": [] if helpdesk.rules is None else helpdesk.rules.to_dict("records"),
        "quarantine": _short(helpdesk.quarantine).to_dict("records"),
        "warnings": [*helpdesk.warnings, *known.warnings],
        "notes": list(notes),
        "data": _known(known),
    }
    return json.dumps(accounts, ensure_ascii=False, default=str)


def _known(known: Known) -> dict[str, Any]:
    missing = sorted(known.fresh.missing.items())
    return {
        "as_of": known.as_of,
        "time_zone": known.time_zone,
        "first": {name: first.isoformat() for name, (first, _) in known.spans.items()},
        "newest": {name: last.isoformat() for name, (_, last) in known.spans.items()},
        "written": known.written and known.written.isoformat(timespec="seconds"),
        "missing": [{"day": day, "why": why} for day, why in missing],
    }
