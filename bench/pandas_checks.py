"""What the kit's door counts in the Parquet files, in pandas: see best_checks.sql."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pathlib import Path

PLAIN_KEY = r"([A-Za-z][!-*,-/:-~]*)?[0-9][!-*,-~]*"
PLAIN_ID = r"[!-~]([ -~]*[!-~])?"
STATUSES = ("new", "open", "pending", "hold", "solved", "closed", "deleted")
ROLES = ("customer", "agent", "bot", "system")


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Columns of one file: ``keys`` in order, the first tells a row; ``at`` is a time.

    ``words`` has those of a list; ``of_status`` names the one that is a status only
    where ``field`` says so.
    """

    keys: tuple[str, ...]
    ids: tuple[str, ...]
    at: str
    words: dict[str, tuple[str, ...]]
    of_status: str | None = None


FILES = {
    "tickets": Checked(
        keys=("ticket_id",),
        ids=("customer_id", "agent_id"),
        at="created_at",
        words={"status": STATUSES},
    ),
    "messages": Checked(
        keys=("message_id", "ticket_id"),
        ids=("author_id",),
        at="sent_at",
        words={"author_role": ROLES},
    ),
    "events": Checked(
        keys=("event_id", "ticket_id"),
        ids=("actor_id",),
        at="occurred_at",
        words={"actor_role": ROLES},
        of_status="new_value",
    ),
}


def checks(folder: Path) -> pd.DataFrame:
    """Count rows, keys, gaps, odd ids and strange words of each file."""
    return pd.DataFrame(
        [{"table": name} | _counted(folder, name, file) for name, file in FILES.items()]
    )


def _counted(folder: Path, name: str, file: Checked) -> dict[str, object]:
    words = [*file.words, *(["field", file.of_status] if file.of_status else [])]
    columns = [*file.keys, *file.ids, file.at, *words]
    path = folder / f"{name}.parquet"
    rows = pq.read_table(path, columns=columns, read_dictionary=words).to_pandas()
    strange = sum(_strange(rows[word], known) for word, known in file.words.items())
    if file.of_status:
        statuses = rows.loc[rows["field"] == "status", file.of_status]
        strange += _strange(statuses, STATUSES)
    odd = sum(_odd(rows[key], PLAIN_KEY) for key in file.keys)
    odd += sum(_odd(rows[who], PLAIN_ID) for who in file.ids)
    return {
        "rows_read": len(rows),
        "keys": rows[file.keys[0]].nunique(),
        "lacking": int(rows[[*file.keys, file.at]].isna().any(axis=1).sum()),
        "odd": odd,
        "strange": strange,
        "first_at": rows[file.at].min(),
        "last_at": rows[file.at].max(),
    }


def _odd(ids: pd.Series, plain: str) -> int:
    return int((~ids.dropna().str.fullmatch(plain)).sum())


def _strange(words: pd.Series, known: tuple[str, ...]) -> int:
    return int((~words.dropna().isin(known)).sum())
