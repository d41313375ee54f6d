"""What a mapping says of rows that it keeps but reads in its own way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.plurals import plural

if TYPE_CHECKING:
    import ibis.expr.types as ir

COLUMN = "noted"


def told(found: ir.Table, file: str) -> tuple[ir.Table, tuple[str, ...]]:
    """Count the rows that a mapping's SELECT says something of.

    Parameters
    ----------
    found
        With a column ``noted``: NULL, what was decided about the row, or a list of such
        texts, NULL among them for what does not apply.
    file
        The mapping file, for the sentences.

    Returns
    -------
    tuple of Table and sentences
        The rows without the column, and how many of them each text stands beside.
    """
    noted = found[COLUMN]
    texts = found.select(said=noted.unnest() if noted.type().is_array() else noted)
    texts = texts.filter(texts.said.cast("string") != "")  # NULL says nothing either
    counts = texts.group_by("said").aggregate(rows=texts.count()).order_by("said")
    read = found.count().execute()
    sentences = tuple(
        f"{file}: {rows:,} of {plural(read, 'row')}: {said}"
        for said, rows in counts.execute().itertuples(index=False)
    )
    return found.drop(COLUMN), sentences
