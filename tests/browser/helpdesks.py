"""Helpdesks whose reports the browser opens: ordinary, almost empty, and hostile.

Each is a function that writes into a folder and returns the parameters of a run.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import yaml

from kpi_kit.sources.demo import write_demo
from kpi_kit.tables import TABLES, Type

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
CONTRACT = ROOT / "parameters" / "demo" / "contract.yaml"
CORPUS = ROOT.parent / "shared" / "trust" / "bad"
AS_OF = "2026-11-15"  # a Sunday: the demo's last day, and the end of a week
FEW = 3000  # tickets of the demo, enough for every KPI to be judged
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
ADDRESSES = (
    f"javascript:{RUNS}",
    f" JaVaScRiPt:{RUNS}",
    f"java\tscript:{RUNS}",
    f"data:text/html,<script>{RUNS}</script>",
    "//127.0.0.1:9/ticket",
    f'https://desk.test/1" onfocus="{RUNS}" autofocus="',
)


def poisoned(text: str) -> str:
    """Return a text with a payload behind it, the same one for the same text.

    Ids stay keys: what was equal or different before still is.
    """
    return f"{text} {PAYLOADS[crc32(text.encode()) % len(PAYLOADS)]}"


def usual(_folder: Path) -> dict[str, object]:
    """Take the demo helpdesk as it is."""
    return {"source": "demo", "location": "20000", "contract": str(CONTRACT)}


def empty_week(folder: Path) -> dict[str, object]:
    """Write a demo without a ticket in its last two weeks."""
    return _thinned(folder, _early)


def one_ticket_week(folder: Path) -> dict[str, object]:
    """Write the same with the one ticket that was opened last."""
    return _thinned(folder, lambda rows: pd.concat([_early(rows), rows.tail(1)]))


def no_ticket(folder: Path) -> dict[str, object]:
    """Write a demo in which nobody has ever asked anything."""
    given = _thinned(folder, lambda rows: rows.head(0))
    return given | {"options": {"allow_empty": True}}


def hostile(folder: Path) -> dict[str, object]:
    """Write a demo whose every free text, and whose contract's, tries to run."""
    write_demo(folder, FEW)
    for path in folder.glob("*.parquet"):
        frame = pd.read_parquet(path)
        for name in (name for name in frame if _is_free(path.stem, name)):
            bad = frame[name].astype(object).map(poisoned, na_action="ignore")
            if name in ("old_value", "new_value"):
                bad = bad.mask(frame["field"] == "status", frame[name])
            frame[name] = bad
        if path.stem == "tickets":
            frame["url"] = [ADDRESSES[n % len(ADDRESSES)] for n in frame.index]
        frame.to_parquet(path, index=False)
    terms = yaml.safe_load(CONTRACT.read_text("utf-8"))
    terms |= {"vendor": "".join(PAYLOADS[1:3]), "slug": "hostile"}
    terms["schedules_by"] = {"team": {poisoned("Night desk"): "nights"}}
    contract = folder / "contract.yaml"
    contract.write_text(yaml.safe_dump(terms, sort_keys=False), "utf-8")
    # Ids with a control character in them are none: their rows are quarantined.
    given = {"source": "files", "location": str(folder), "contract": str(contract)}
    return given | {"options": {"quarantine_limit": 0.9}}


def corpus(folder: Path) -> dict[str, object]:
    """Write the corpus of hostile files as one flat file with a hostile name."""
    if not CORPUS.is_dir():
        pytest.skip("the corpus of hostile files lies beside the project, not in it")
    rows = []
    for number, path in enumerate(sorted(CORPUS.glob("s_*.csv"))):
        # From the 2nd, 3rd and 4th of the month to the last days of the report.
        late = re.sub(
            r"11-0(\d)", lambda day: f"11-{int(day[1]) + 11}", path.read_text("utf-8")
        )
        rows += [
            row | {"ticket_id": f"{number}-{row['ticket_id']}"}
            for row in csv.DictReader(late.splitlines(keepends=True))
        ]
    location = folder / f"<img src=x onerror={RUNS}>.csv"
    with location.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    partial = {"options": {"allow_partial": True}}
    return {"source": "files", "location": str(location), "contract": ""} | partial


HELPDESKS = {
    made.__name__: made
    for made in (usual, empty_week, one_ticket_week, no_ticket, hostile, corpus)
}


def _early(tickets: pd.DataFrame) -> pd.DataFrame:
    return tickets[tickets["created_at"] < "2026-11-02"]


def _thinned(
    folder: Path, choose: Callable[[pd.DataFrame], pd.DataFrame]
) -> dict[str, object]:
    write_demo(folder, FEW)
    tickets = pd.read_parquet(folder / "tickets.parquet").sort_values("created_at")
    ids = pa.array(choose(tickets)["ticket_id"], pa.string())
    is_kept = pc.field("ticket_id").isin(ids)
    for name in ("tickets", "messages", "events"):
        path = folder / f"{name}.parquet"
        pq.write_table(pq.read_table(path, filters=is_kept), path)
    return {
        "source": "files",
        "location": str(folder),
        "contract": str(CONTRACT),
        "options": {"allow_partial": True},
    }


def _is_free(table: str, name: str) -> bool:
    """Return whether a column takes any text at all."""
    column = TABLES[table].column(name)
    if column is None or column.type is not Type.TEXT:
        return column is None
    return not column.values and name not in ("field", "organization", "kind")  # noqa: PD011 - not pandas'
