"""The same numbers in vectorised pandas, as an expert writes them.

Columns are pruned and rows filtered while reading, repeated words arrive as categories,
tickets become row numbers once per table so that every groupby is over whole numbers,
and opening hours are an array indexed by quarter hour.

``Way.PANDAS`` finds row numbers by merge, repeats by merge_asof and order statistics by
sort_values.  ``Way.ARROW`` leaves pandas where numpy and Arrow are faster: index_in,
searchsorted, one sort of ``group << 28 | seconds``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.generate import FIRST, LAST, TIME_ZONE
from bench.office import local_day, opening_hours
from bench.pandas_truths import Way, judged

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Rows = Callable[[pa.Table], np.ndarray]

DONE = ("solved", "closed", "deleted")


def facts(folder: Path, way: Way) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return per-ticket facts, and the later changes of the backlog.

    Parameters
    ----------
    folder
        Where the Parquet files lie.
    way
        Pandas proper, or Arrow and numpy wherever faster.

    Returns
    -------
    tuple of pd.DataFrame
        One row per ticket that counts; one row per change from done to open (+1) and
        back (-1) after a ticket was done first.
    """
    tickets, ids = _tickets(folder)
    rows = partial(_by_merge if way is Way.PANDAS else _by_arrow, ids)
    changes = _status_changes(folder, rows)
    _solves(tickets, changes)
    _moves(tickets, folder, rows)
    _talk(tickets, changes, folder, rows)
    return judged(tickets, way), _later(tickets, changes)


def _read(path: Path, words: list[str], others: list[str], **rows: object) -> pa.Table:
    columns = [*words, *others]
    return pq.read_table(path, columns=columns, read_dictionary=words, **rows)


def _seconds(column: pa.ChunkedArray) -> np.ndarray:
    return column.cast(pa.int64()).to_numpy() // 1_000_000


def _tickets(folder: Path) -> tuple[pd.DataFrame, pa.ChunkedArray]:
    table = _read(
        folder / "tickets.parquet",
        ["channel", "issue_type", "agent_id", "team"],
        ["ticket_id", "created_at", "customer_id", "tier"],
        filters=pc.field("status") != "deleted",
    )
    customer = table["customer_id"].combine_chunks().dictionary_encode().indices
    tickets = table.drop_columns(["ticket_id", "customer_id"]).to_pandas()
    tickets["created_at"] = _seconds(table["created_at"])
    tickets["customer"] = customer.to_numpy()
    agents = pd.read_parquet(folder / "agents.parquet")
    vendors = agents[agents.organization != "client"]
    tickets["was_with_vendor"] = tickets.agent_id.isin(vendors.agent_id)
    tickets["was_with_vendor"] |= tickets.team.isin(vendors.team)
    tickets["was_assigned"] = tickets.pop("agent_id").notna()
    return tickets.drop(columns="team"), table["ticket_id"]


def _by_merge(ids: pa.ChunkedArray, table: pa.Table) -> np.ndarray:
    wanted = table.select(["ticket_id"]).to_pandas()
    tickets = pd.DataFrame({"ticket_id": ids.to_pandas(), "row": np.arange(len(ids))})
    found = wanted.merge(tickets, on="ticket_id", how="left")
    return found["row"].fillna(-1).to_numpy(np.int64)


def _by_arrow(ids: pa.ChunkedArray, table: pa.Table) -> np.ndarray:
    return pc.index_in(table["ticket_id"], value_set=ids).fill_null(-1).to_numpy()


def _with_row(table: pa.Table, rows: Rows, instant: str) -> pd.DataFrame:
    row = rows(table)
    at = _seconds(table[instant])
    frame = table.drop_columns(["ticket_id", instant]).to_pandas()
    frame["row"], frame["at"] = row, at
    return frame[(row >= 0) & (at < LAST)]


def _status_changes(folder: Path, rows: Rows) -> pd.DataFrame:
    table = _read(
        folder / "events.parquet",
        ["old_value", "new_value", "actor_role"],
        ["ticket_id", "occurred_at"],
        filters=pc.field("field") == "status",
    )
    changes = _with_row(table, rows, "occurred_at")
    was_done, is_done = changes.old_value.isin(DONE), changes.new_value.isin(DONE)
    changes["ends"] = is_done & ~was_done
    changes["reopens"] = was_done & ~is_done & (changes.old_value != "deleted")
    return changes


def _fill(tickets: pd.DataFrame, rows: pd.DataFrame, **aims: tuple[str, str]) -> None:
    found = rows.groupby("row").agg(**aims)
    for name in aims:
        tickets[name] = found[name].reindex(tickets.index)


def _solves(tickets: pd.DataFrame, changes: pd.DataFrame) -> None:
    span = {"first_solved_at": ("at", "min"), "last_solved_at": ("at", "max")}
    _fill(tickets, changes[changes.new_value == "closed"], **span)
    closed = tickets[list(span)]
    _fill(tickets, changes[changes.new_value == "solved"], **span)
    for name in span:
        tickets[name] = tickets[name].fillna(closed[name])
    ended, reopened = changes[changes.ends], changes[changes.reopens]
    _fill(tickets, ended, first_done_at=("at", "min"), last_done_at=("at", "max"))
    _fill(tickets, reopened, last_reopened_at=("at", "max"))
    later = tickets.last_reopened_at > tickets.pop("last_done_at")
    tickets["is_open"] = later | tickets.first_done_at.isna()


def _moves(tickets: pd.DataFrame, folder: Path, rows: Rows) -> None:
    table = _read(
        folder / "events.parquet",
        ["field", "old_value", "new_value"],
        ["ticket_id", "occurred_at"],
        filters=pc.field("field") != "status",
    )
    moves = _with_row(table, rows, "occurred_at")
    to_agent = (moves.field == "agent") & moves.new_value.notna()
    tickets["was_assigned"] |= _any(tickets, moves[to_agent])
    passed = moves[to_agent & moves.old_value.notna()]
    differ = passed.old_value.astype("str") != passed.new_value.astype("str")
    tickets["is_transferred"] = _any(tickets, passed[differ])
    _sides(tickets, folder, moves)
    _tiers(tickets, moves[moves.field == "tier"].sort_values("at", kind="stable"))


def _sides(tickets: pd.DataFrame, folder: Path, moves: pd.DataFrame) -> None:
    moves = moves[moves.field.isin(["agent", "team"])]
    agents = pd.read_parquet(folder / "agents.parquet")
    is_client = agents.organization == "client"
    clients, vendors = agents[is_client], agents[~is_client]
    clients, vendors = ({*side.agent_id, *side.team} for side in (clients, vendors))
    gave, took = moves.old_value.isin(vendors), moves.new_value.isin(vendors)
    tickets["was_with_vendor"] |= _any(tickets, moves[gave | took])
    to_client = moves[gave & moves.new_value.isin(clients)]
    tickets["went_to_client"] = _any(tickets, to_client)


def _tiers(tickets: pd.DataFrame, steps: pd.DataFrame) -> None:
    old = steps.old_value.astype("str").astype("int8")
    new = steps.new_value.astype("str").astype("int8")
    tickets["rose"] = _any(tickets, steps[new > old])
    _fill(tickets, steps.assign(old=old), first_tier=("old", "first"))
    tickets["first_tier"] = tickets.first_tier.fillna(tickets.pop("tier"))


def _any(tickets: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    truth = np.zeros(len(tickets), dtype=bool)
    truth[rows.row] = True
    return truth


def _talk(
    tickets: pd.DataFrame, changes: pd.DataFrame, folder: Path, rows: Rows
) -> None:
    table = _read(
        folder / "messages.parquet",
        ["author_role"],
        ["ticket_id", "sent_at", "is_public", "is_automatic", "author_id"],
    )
    author = table["author_id"]
    messages = _with_row(table.drop_columns("author_id"), rows, "sent_at")
    del table
    messages["is_public"] = messages.is_public.ne(other=False)
    _opening(tickets, messages[messages.is_public])
    _reopenings(tickets, changes[changes.reopens], messages)
    by_agent = messages.author_role == "agent"
    replies = messages[
        by_agent
        & messages.is_public
        & messages.is_automatic.ne(other=True)
        & (messages["at"] >= tickets.created_at.to_numpy()[messages.row])
    ]
    del messages
    kept = np.zeros(len(author), dtype=bool)
    kept[replies.index] = True
    agent = author.filter(pa.array(kept)).combine_chunks().dictionary_encode().indices
    _fill(
        tickets,
        replies.assign(agent=agent.to_numpy()),
        first_reply_at=("at", "min"),
        reply_count=("at", "size"),
        lowest=("agent", "min"),
        highest=("agent", "max"),
    )
    tickets["one_agent"] = tickets.pop("lowest") == tickets.pop("highest")


def _opening(tickets: pd.DataFrame, public: pd.DataFrame) -> None:
    opening = public.loc[public.groupby("row")["at"].idxmin()]
    early = opening["at"] <= tickets.created_at.to_numpy()[opening.row]
    by_agent = opening[early & (opening.author_role == "agent")]
    tickets["is_agent_opened"] = _any(tickets, by_agent)
    written = public[public.author_role == "customer"]
    _fill(tickets, written, customer_at=("at", "max"))


def _reopenings(
    tickets: pd.DataFrame, reopenings: pd.DataFrame, messages: pd.DataFrame
) -> None:
    by_rule = reopenings[reopenings.actor_role.fillna("system") == "system"]
    near = messages[messages.author_role == "customer"]
    near = near[near.row.isin(by_rule.row)]
    both = by_rule[["row", "at"]].merge(near[["row", "at"]], on="row")
    both = both[both.at_y.between(both.at_x - 300, both.at_x)]
    back = both[["row", "at_x"]].set_axis(["row", "at"], axis=1)
    by_customer = reopenings[reopenings.actor_role == "customer"][["row", "at"]]
    _fill(tickets, pd.concat([by_customer, back]), reopened_at=("at", "min"))


def _later(tickets: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    first = tickets.first_done_at.to_numpy()[changes.row]
    later = changes[(changes.ends | changes.reopens) & (changes["at"] > first)]
    slices = tickets[["channel", "issue_type"]].iloc[later.row].reset_index(drop=True)
    hours = opening_hours(FIRST, LAST, TIME_ZONE)
    sign = np.where(later.ends, -1, 1)
    day = local_day(later["at"].to_numpy(float), hours)
    return slices.assign(changed_on=day, change=sign)
