"""Helpdesks whose reports the browser opens: ordinary, almost empty, and hostile."""

from __future__ import annotations

import csv
from pathlib import Path
from zlib import crc32

import pytest
import yaml

from kpi_kit.tables import TABLES, Type

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "parameters" / "sample"
CORPUS = ROOT.parent / "shared" / "trust" / "bad"
AS_OF = "2026-11-13"  # a Friday within the sample
QUIET_SINCE = "2026-11-01"
RUNS = "document.documentElement.dataset.pwn=1"
PAYLOADS = (
    f"<script>{RUNS}</script>",
    f"</script></title></style></svg></table><script>{RUNS}</script>",
    f"\"'><img src=x onerror={RUNS}>",
    f"<svg onload={RUNS}></svg>",
    "<img src=http://127.0.0.1:9/pixel.gif>",
    '<link rel=preconnect href=http://127.0.0.1:9><base href="http://127.0.0.1:9/">',
    f"[pay](javascript:{RUNS}) ![x](http://127.0.0.1:9/p.png)",
    "'] || alert(1) || datum['",
    "{signal: \"event.view.setTimeout('alert(1)')\"}",
    "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    "\x1b[2J\x1b]0;pwn\x07 $$\\href{javascript:alert(1)}{x}$$",
)


def poisoned(text: str) -> str:
    """Return a text with a payload behind it, the same one for the same text.

    Ids stay keys: what was equal or different before still is.
    """
    return f"{text} {PAYLOADS[crc32(text.encode()) % len(PAYLOADS)]}" if text else text


def usual(_folder: Path) -> dict[str, str]:
    """Return what the project ships as its sample."""
    return {"location": str(SAMPLE), "contract": str(SAMPLE / "contract.yaml")}


def empty_week(folder: Path) -> dict[str, str]:
    """Write a sample that ends two weeks before the report."""
    return _thinned(folder, [])


def one_ticket_week(folder: Path) -> dict[str, str]:
    """Write the same with one ticket, opened on the report's own day."""
    ticket = {"ticket_id": "S-9", "created_at": f"{AS_OF}T15:00:00Z", "status": "open"}
    return _thinned(folder, [ticket])


def hostile(folder: Path) -> dict[str, str]:
    """Write a sample whose every text, and whose contract's, tries to run."""
    tables = {path.stem: _read(path) for path in SAMPLE.glob("*.csv")}
    for ticket in tables["tickets"]:
        ticket |= {"url": f"javascript:{RUNS}", "comment": "Thanks", "tier": "1"}
        ticket |= {"root_cause": "Unknown", "product": "Shoes"}
    agents = {ticket["agent_id"]: ticket["team"] for ticket in tables["tickets"]}
    tables["agents"] = [
        {"agent_id": name, "name": f"Ann {name}", "team": team}
        for name, team in agents.items()
        if name
    ]
    for name, rows in tables.items():
        _write(folder / f"{name}.csv", [_poison(row, name) for row in rows])
    contract = yaml.safe_load((SAMPLE / "contract.yaml").read_text("utf-8"))
    contract |= {"vendor": "".join(PAYLOADS[1:3]), "slug": "hostile"}
    path = folder / "contract.yaml"
    path.write_text(yaml.safe_dump(contract, sort_keys=False), "utf-8")
    return {"location": str(folder), "contract": str(path)}


def corpus(folder: Path) -> dict[str, str]:
    """Write the corpus of hostile files as one flat file, its name hostile too."""
    if not CORPUS.is_dir():
        pytest.skip("the corpus of hostile files lies beside the project, not in it")
    rows = [
        {**row, "ticket_id": f"{number}-{row['ticket_id']}"}
        for number, path in enumerate(sorted(CORPUS.glob("s_*.csv")))
        for row in _read(path)
    ]
    path = folder / f"<img src=x onerror={RUNS}>.csv"
    _write(path, rows)
    return {"location": str(path), "contract": ""}


HELPDESKS = {
    made.__name__: made
    for made in (usual, empty_week, one_ticket_week, hostile, corpus)
}


def _thinned(folder: Path, more: list[dict[str, str]]) -> dict[str, str]:
    tickets = _read(SAMPLE / "tickets.csv")
    kept = [row for row in tickets if row["created_at"] < QUIET_SINCE] + more
    ids = {row["ticket_id"] for row in kept}
    _write(folder / "tickets.csv", kept)
    for name in ("messages", "events"):
        rows = _read(SAMPLE / f"{name}.csv")
        kept = [row for row in rows if row["ticket_id"] in ids]
        _write(folder / f"{name}.csv", kept)
    return {"location": str(folder), "contract": str(SAMPLE / "contract.yaml")}


def _poison(row: dict[str, str], table: str) -> dict[str, str]:
    if row.get("field") == "status":
        return row | {"ticket_id": poisoned(row["ticket_id"])}
    return {
        name: poisoned(text) if _is_free(table, name) else text
        for name, text in row.items()
    }


def _is_free(table: str, name: str) -> bool:
    """Return whether a column takes any text at all."""
    column = TABLES[table].column(name)
    is_text = column is None or (column.type is Type.TEXT and not column.values)
    return is_text and name not in ("field", "url")


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    names = dict.fromkeys(name for row in rows for name in row)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
