"""Sheets to fill in: a CSV of every table that no helpdesk gives, and what it means."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kpi_kit.errors import ParameterError
from kpi_kit.files import write_whole
from kpi_kit.tables import TABLES
from kpi_kit.whence import ORIGINS, SHEETS

if TYPE_CHECKING:
    from kpi_kit.tables import Column, Table

# Two rows a sheet, which fit one another: tickets, an agent of the vendor's and one of
# the client's.
FOLDER = Path(__file__).parent / "sheets"
HEAD = """\
# Tables that no helpdesk gives

Put the sheets that you can fill beside your `tickets.csv`, and delete the others. Each
has two example rows: replace them, or they are counted. Columns that are not required
may stay empty or be deleted. Times carry their zone (`2026-03-02T09:05:00Z`); where
yours do not, name it with `--option time_zone=America/New_York`. Ids are those of the
helpdesk. Then `kpi-kit check --location FOLDER` says what became of each row.
"""


def write_templates(folder: Path) -> list[Path]:
    """Write the sheets and their README into a folder.

    Parameters
    ----------
    folder
        Made where it is not there.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    ParameterError
        If one of the files is there already; none is written then.
    """
    sheets = [f"{name}.csv" for name in SHEETS]
    files = {folder / name: (FOLDER / name).read_bytes() for name in sheets}
    files[folder / "README.md"] = _readme().encode()
    if folder.exists() and not folder.is_dir():
        raise ParameterError(f"{folder}: is no folder. Give another name.")
    for path in files:
        if path.exists() or path.is_symlink():
            raise ParameterError(f"{path}: is there already. Give another folder.")
    write_whole(files)
    return list(files)


def _readme() -> str:
    return "\n".join([HEAD, *(_explained(TABLES[name]) for name in SHEETS)])


def _explained(table: Table) -> str:
    """Return what a sheet holds, where that comes from, and what each column means."""
    rows = (
        f"| {_bold(column)} | {column.type.value} | {_meaning(column)} |"
        for column in table.columns
    )
    head = (
        f"## {table.name}.csv\n",
        f"{table.meaning.capitalize()}. Usually from {ORIGINS[table.name]}.\n",
        "| column (bold: required) | holds | is |",
        "|---|---|---|",
    )
    return "\n".join([*head, *rows, ""])


def _bold(column: Column) -> str:
    return f"**{column.name}**" if column.required else column.name


def _meaning(column: Column) -> str:
    choices = f": {', '.join(column.values)}" if column.values else ""
    return column.meaning + choices
