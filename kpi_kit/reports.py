"""Which reports a folder holds, and in what state: all that a list of them needs."""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kpi_kit import mime
from kpi_kit.slugs import SLUG

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

# Where the mailer keeps who has what; a folder that was never mailed from has none.
LEDGER = ".delivery.sqlite3"
_NAME = re.compile(r"(\w[\w-]*)-(\d{4}-\d\d-\d\d)(\.[a-z.]+)", re.ASCII)
# The mark stands in a notebook's last cell, before a few lines of metadata.  No text
# of a report can look like it: in a notebook, quotes within texts are escaped.
_TAIL = 16_384
_MARK = f'"{mime.DONE}": '


@dataclass(frozen=True, kw_only=True)
class Report:
    """One cadence of one vendor, of one day; ``endings`` are those of its files.

    ``sent`` counts its recipients by what became of their mails, of the newest numbers;
    ``is_revised`` says that there were others before.
    """

    folder: Path
    cadence: str
    as_of: date
    endings: tuple[str, ...]
    sent: Mapping[str, int] = field(default_factory=dict)
    is_revised: bool = False

    @property
    def slug(self) -> str:
        """The vendor's name in paths."""
        return self.folder.name

    @property
    def has_failed(self) -> bool:
        """Whether its last run came to nothing; one before may have left a report."""
        return ".failed.ipynb" in self.endings

    @property
    def is_there(self) -> bool:
        """Whether there is something to read."""
        return ".ipynb" in self.endings

    @property
    def lacks(self) -> str:
        """What it lacks, in a sentence or two; empty where it is whole."""
        return self.mark.get("lacks", "")

    @cached_property
    def mark(self) -> dict[str, str]:
        """What its last cell says of it; nothing where there is no report."""
        return _mark(self.path(".ipynb")) if self.is_there else {}

    @cached_property
    def failure(self) -> str:
        """Why its last run came to nothing, in a line."""
        import nbformat  # noqa: PLC0415 - few fail

        from kpi_kit.ending import ending  # noqa: PLC0415

        found = None
        # Somebody else's file, or one that a good run has just taken away.
        with suppress(OSError, ValueError, AttributeError, KeyError):
            text = self.path(".failed.ipynb").read_text("utf-8")
            found = ending(nbformat.from_dict(json.loads(text)))
        return f"{found[0]} {found[1]}." if found else "Its notebook does not tell why."

    def path(self, ending: str) -> Path:
        """Return the path of one of its files."""
        return self.folder / f"{self.cadence}-{self.as_of.isoformat()}{ending}"


def reports(out: Path) -> list[Report]:
    """Return the reports of a folder: by vendor, the newest first."""
    sent = _sent(out)
    found = []
    for folder in sorted(out.iterdir()) if out.is_dir() else ():
        if SLUG.fullmatch(folder.name) and folder.is_dir() and not folder.is_symlink():
            found += _within(folder, sent)
    return found


def _within(folder: Path, sent: Mapping[tuple, list[Any]]) -> Iterable[Report]:
    endings: dict[tuple[str, str], list[str]] = {}
    for path in sorted(folder.iterdir()):
        named = _NAME.fullmatch(path.name)
        if named and path.is_file():
            endings.setdefault((named[2], named[1]), []).append(named[3])
    for (day, cadence), kinds in sorted(endings.items(), reverse=True):
        if {".ipynb", ".failed.ipynb"} & {*kinds} and (as_of := _day(day)):
            entries = sent.get((folder.name, cadence, day), [])
            newest = [e for e in entries if e.key.revision == entries[-1].key.revision]
            yield Report(
                folder=folder,
                cadence=cadence,
                as_of=as_of,
                endings=tuple(kinds),
                sent=Counter(entry.state for entry in newest),
                is_revised=len(newest) < len(entries),
            )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _sent(out: Path) -> dict[tuple[str, str, str], list[Any]]:
    """Return the rows of the mailer's ledger by report, in their order."""
    found: dict[tuple[str, str, str], list[Any]] = {}
    if not (out / LEDGER).exists():
        return found
    from kpi_kit import mail  # noqa: PLC0415 - who mails nothing needs none of it

    for entry in mail.everything(out):
        key = entry.key
        found.setdefault((key.slug, key.cadence, key.as_of), []).append(entry)
    return found


def _mark(notebook: Path) -> dict[str, str]:
    """Return by what a notebook is marked as complete, without reading all of it."""
    with suppress(OSError, ValueError, AttributeError):
        with notebook.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - _TAIL))
            text = file.read().decode("utf-8", "replace")
        mark = json.JSONDecoder().raw_decode(text.rpartition(_MARK)[2])[0]
        return {name: str(value) for name, value in mark.items()}
    return {}
