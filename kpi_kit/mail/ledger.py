"""Who was mailed which report: the ledger that keeps a mail from going out twice."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

# After this long a process on another machine, which cannot be asked, counts as gone.
LEASE = 900.0
PATIENCE = 30.0  # seconds for the others to finish their one write
DIED = "the process that sent it ended before the server answered"
VERSION = 1
_TABLE = """
CREATE TABLE IF NOT EXISTS deliveries (
    slug TEXT NOT NULL, cadence TEXT NOT NULL, as_of TEXT NOT NULL,
    revision TEXT NOT NULL, recipient TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (
        state IN ('pending', 'sending', 'accepted', 'refused', 'unknown')),
    reason TEXT NOT NULL DEFAULT '', changed_at TEXT NOT NULL,
    owner TEXT, owned_until REAL,
    UNIQUE (slug, cadence, as_of, revision, recipient))
"""
_FORGET = """
DELETE FROM deliveries
WHERE slug = :slug AND cadence = :cadence AND as_of = :as_of
  AND state IN ('pending', 'refused') AND is_gone(owner, owned_until)
  AND (revision != :revision
       OR recipient NOT IN (SELECT value FROM json_each(:listed)))
"""
_REPORT = "slug = :slug AND cadence = :cadence AND as_of = :as_of"
_SENT = "state IN ('sending', 'accepted', 'unknown')"
_ROW = f"{_REPORT} AND revision = :revision AND recipient = :recipient"


@dataclass(frozen=True, kw_only=True)
class Key:
    """Which report: whose, which cadence, of which day, with which numbers."""

    slug: str
    cadence: str
    as_of: str
    revision: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What became of one report for one recipient, why, and who is at it."""

    key: Key
    recipient: str
    state: str
    reason: str
    owner: str | None

    @property
    def is_held(self) -> bool:
        """Whether a process that lives is at it."""
        return self.owner is not None


def is_gone(owner: str | None, owned_until: float | None) -> bool:
    """Return whether no process that lives has a row; one elsewhere may, for a while.

    Notes
    -----
    A wrong answer costs nothing but a word: who still lives finds its row taken away
    before it ends a mail, and what it was sending is called unknown until it answers.
    """
    if owner is None or owned_until is None or owned_until < time():
        return True
    host, number, _ = owner.split()
    if host != socket.gethostname() or os.name != "posix":
        return False
    with suppress(PermissionError):  # it lives, and is somebody else's
        try:
            os.kill(int(number), 0)  # asks only; on Windows it would stop the process
        except ProcessLookupError:
            return True
    return False


class Ledger:
    """The rows of one folder of reports; every change is one transaction.

    A row is ``pending`` until its mail is about to be ended, ``sending`` until the
    server has answered to that end, then ``accepted``, ``refused`` or ``unknown``.

    Notes
    -----
    SQLite's write-ahead log is not used: it fails on folders that hosts share.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.me = f"{socket.gethostname()} {os.getpid()} {uuid4().hex}"
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # it holds addresses
        self._connection = sqlite3.connect(
            path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.create_function("is_gone", 2, is_gone)

    def is_whole(self) -> bool:
        """Whether SQLite can read all of it; from here on each write is on the disk."""
        try:
            self._connection.execute("PRAGMA synchronous = EXTRA")
            told = self._connection.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            return False
        return told == "ok"

    @property
    def is_new(self) -> bool:
        """Whether nothing was ever written to it: the file was missing, or emptied."""
        return self._connection.execute("PRAGMA user_version").fetchone()[0] != VERSION

    def begin(self) -> None:
        """Make its table, once."""
        with self._whole():
            self._connection.execute(_TABLE)
            self._connection.execute(f"PRAGMA user_version = {VERSION}")

    def knows(self, key: Key) -> bool:
        """Return whether a report was ever taken up, with these numbers or others."""
        return bool(self._select(_REPORT, **vars(key)))

    def numbered(self, key: Key) -> Key:
        """Return the key of a report, another where other numbers came between.

        Numbers that were corrected and then put right again are mailed once more.
        """
        sent = self._select(f"{_REPORT} AND {_SENT}", **vars(key))
        names = list(dict.fromkeys(entry.key.revision for entry in sent))
        same = [name for name in names if name.partition(".")[0] == key.revision]
        if not same:
            return key
        if names[-1] == same[-1]:
            return replace(key, revision=same[-1])
        return replace(key, revision=f"{key.revision}.{len(same) + 1}")

    def take_up(
        self, key: Key, recipients: Sequence[str], listed: Sequence[str]
    ) -> None:
        """Let a report wait for recipients, and nobody for numbers before it.

        What waits for others than the listed or was refused by them, or is of an
        earlier revision, is with nobody and is forgotten.
        """
        with self._whole():
            given = vars(key) | {"listed": json.dumps(listed)}
            self._connection.execute(_FORGET, given)
            for recipient in recipients:
                self._insert(key, recipient=recipient, state="pending", reason="")

    def doubt(self, key: Key, recipients: Sequence[str], reason: str) -> None:
        """Note that nobody knows whether these have a report, where no row tells."""
        with self._whole():
            for recipient in recipients:
                self._insert(key, recipient=recipient, state="unknown", reason=reason)

    def claim(self, key: Key, recipient: str) -> bool:
        """Take a row that waits or was refused, unless a process that lives has it."""
        return self._change(
            "state = 'pending', owner = :me, owned_until = :until",
            "state IN ('pending', 'refused') AND is_gone(owner, owned_until)",
            key=key,
            recipient=recipient,
            until=time() + LEASE,
        )

    def hand_over(self, key: Key, recipient: str) -> bool:
        """Note that a mail is about to be ended; False where the row was taken away."""
        return self._change(
            "state = 'sending'",
            "state = 'pending' AND owner = :me",
            key=key,
            recipient=recipient,
        )

    def settle(self, key: Key, recipient: str, state: str, reason: str = "") -> None:
        """Note what became of a mail, and let go of it."""
        self._change(
            "state = :state, reason = :reason, owner = NULL, owned_until = NULL",
            "owner = :me",
            key=key,
            recipient=recipient,
            state=state,
            reason=reason,
        )

    def decide(self, key: Key, state: str) -> None:
        """Give a state to what nobody knows the fate of: somebody has asked."""
        where = f"{_REPORT} AND revision = :revision AND state = 'unknown'"
        to = "state = :state, owner = NULL, owned_until = NULL"
        self._update(to, where, {**vars(key), "state": state})

    def lay_open(self, key: Key | None = None) -> list[Entry]:
        """Call unknown what died processes were sending of one report or all; list it.

        Should such a process live after all, its own word still counts.
        """
        dead = "state = 'sending' AND is_gone(owner, owned_until)"
        where, given = (f"{dead} AND {_REPORT}", vars(key)) if key else (dead, {})
        with self._whole():
            found = self._select(where, **given)
            self._update(f"state = 'unknown', reason = '{DIED}'", where, given)
        return found

    def entries(self, key: Key) -> dict[str, Entry]:
        """Return the rows of a report with these numbers, by recipient."""
        found = self._select(f"{_REPORT} AND revision = :revision", **vars(key))
        return {entry.recipient: entry for entry in found}

    def had_another(self, key: Key, recipient: str) -> bool:
        """Return whether somebody may have this report with other numbers."""
        where = f"{_REPORT} AND recipient = :recipient AND revision != :revision"
        given = {**vars(key), "recipient": recipient}
        return bool(self._select(f"{where} AND {_SENT}", **given))

    def waiting(self) -> dict[Key, list[str]]:
        """Return which reports wait for whom, the oldest first."""
        found: dict[Key, list[str]] = {}
        for entry in self._select("state = 'pending'"):
            if not entry.is_held:
                found.setdefault(entry.key, []).append(entry.recipient)
        order = sorted(found, key=lambda key: (key.as_of, key.slug, key.cadence))
        return {key: found[key] for key in order}

    def everything(self) -> list[Entry]:
        """Return all rows."""
        return self._select("TRUE")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _select(self, where: str, **values: str) -> list[Entry]:
        query = f"SELECT * FROM deliveries WHERE {where} ORDER BY rowid"  # noqa: S608 - our own conditions; values are bound
        return [_entry(row) for row in self._connection.execute(query, values)]

    def _insert(self, key: Key, **given: str) -> None:
        self._connection.execute(
            "INSERT OR IGNORE INTO deliveries (slug, cadence, as_of, revision,"
            " recipient, state, reason, changed_at) VALUES (:slug, :cadence, :as_of,"
            " :revision, :recipient, :state, :reason, :now)",
            {**vars(key), **given, "now": _now()},
        )

    def _change(
        self, to: str, where: str, *, key: Key, recipient: str, **values: str | float
    ) -> bool:
        one = {**vars(key), "recipient": recipient, "me": self.me}
        return self._update(to, f"{_ROW} AND {where}", one | values) == 1

    def _update(self, to: str, where: str, values: Mapping[str, Any]) -> int:
        return self._connection.execute(
            f"UPDATE deliveries SET {to}, changed_at = :now WHERE {where}",  # noqa: S608 - our own conditions; values are bound
            {**values, "now": _now()},
        ).rowcount

    @contextmanager
    def _whole(self) -> Iterator[None]:
        # At once, so that two that read first do not both find the other in the way.
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:  # a full disk has ended it by itself
                self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def _entry(row: sqlite3.Row) -> Entry:
    """Return a row as it is to be read: what a dead process was sending is unknown."""
    known = {name: row[name] for name in ("recipient", "state", "reason", "owner")}
    if is_gone(row["owner"], row["owned_until"]):
        known["owner"] = None
        if row["state"] == "sending":
            known |= {"state": "unknown", "reason": DIED}
    return Entry(key=Key(**{name: row[name] for name in Key.__annotations__}), **known)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
