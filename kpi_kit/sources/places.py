"""Where a file lies, told to DuckDB so that it reads that file and no other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import uuid4

from kpi_kit.sources.session import literal, scratch

if TYPE_CHECKING:
    from pathlib import Path

# A pattern of names, or a column: DuckDB reads `a[1].csv` as `a1.csv`, and the tables
# in `channel=chat/` with one more column.
_MEANING = re.compile(r"[*?\[\]=\\]")


def place(path: Path) -> str:
    """Return an SQL string by which DuckDB finds ``path``, whatever it is called.

    Parameters
    ----------
    path
        A file; where its name or a folder's would mean more to DuckDB, it gets a link
        in this process's temporary folder.

    Returns
    -------
    str
        The path or the link's, as SQL.
    """
    if not _MEANING.search(str(path)):
        return literal(path)
    link = scratch() / f"{uuid4().hex}{path.suffix}"
    link.symlink_to(path.absolute())
    return literal(link)
