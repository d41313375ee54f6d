"""DECISIONS.md: each decision has its entry, and its tickets come out as written.

An entry works its tickets in a block of small tables, read from the top:

    contract            what differs from the contract at the head of the page
    tickets, messages, events, ...   what the helpdesk says
    facts, kpis         what the kit must make of it, to the decimals that are written
    quarantine, refused what it must turn away

Behind a title, in brackets, stands what else differs for that part alone.
"""

from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from kpi_kit import metrics as _metrics  # noqa: F401 - fills the catalog
from kpi_kit.catalog import METRICS
from kpi_kit.contract import read_contract
from kpi_kit.errors import TableError
from kpi_kit.facts import INSTANTS, facts
from kpi_kit.periods import midnight
from kpi_kit.scorecard import scorecard
from kpi_kit.sources import open_helpdesk
from kpi_kit.tables import TABLES

PAGE = (Path(__file__).parents[1] / "DECISIONS.md").read_text(encoding="utf-8")
ZONE = "America/New_York"
AS_OF = date(2026, 3, 31)
NAMES = {"metric", "statistic", "clock", "period_start"}
DAYS = ("as_of", "from", "to", "every", "by")


def entries():
    """Return the text of each entry, by its heading."""
    _, *parts = re.split(r"^### (.+)\n", PAGE, flags=re.MULTILINE)
    texts = (re.split(r"^## ", text, flags=re.MULTILINE)[0] for text in parts[1::2])
    return dict(zip(parts[::2], texts, strict=True))


def blocks(text, language):
    """Return the fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


WORKED = {name: blocks(text, "csv") for name, text in entries().items()}
SHARED = yaml.safe_load(blocks(PAGE.partition("\n## ")[0], "yaml")[0])


def parts(block):
    """Yield title, options and content of each part: rows, or lines as they stand."""
    for part in block.strip().split("\n\n"):
        head, *lines = part.splitlines()
        title, _, options = head.partition(" (")
        read = list if title in {"contract", "refused"} else cells
        yield title, yaml.safe_load(f"{{{options.removesuffix(')')}}}"), read(lines)


def cells(lines):
    """Return the rows of an aligned table."""
    head, *rows = ([cell.strip() for cell in row] for row in csv.reader(lines))
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.parametrize("card", METRICS.values(), ids=METRICS)
def test_a_decision_of_a_card_has_its_entry(card):
    """What a report names as a decision can be looked up."""
    assert set() == set(card.decisions) - set(entries())


@pytest.mark.parametrize("text", entries().values(), ids=entries())
def test_an_entry_asks_and_answers(text):
    """Each entry says what is asked and what the kit does, in half a page."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    said = re.findall(r"^\*\*(Question|Here)\.\*\*", prose, re.MULTILINE)

    assert ["Question", "Here"] == said
    assert len(prose.strip().splitlines()) <= 24


@pytest.mark.parametrize(
    "block",
    [pytest.param(b, id=name) for name, found in WORKED.items() for b in found],
)
def test_a_worked_ticket_comes_out_as_written(block, tmp_path):
    """Every number of a block is what the kit makes of the rows above it."""
    found = list(parts(block))
    own = [yaml.safe_load("\n".join(lines)) for t, _, lines in found if t == "contract"]
    for title, _, rows in found:
        if title in TABLES:
            write(tmp_path / f"{title}.csv", rows)
    asked = [part for part in found if part[0] in ASKED]

    assert asked
    for title, options, wanted in asked:
        days = {"as_of": AS_OF} | {d: options.pop(d) for d in DAYS if d in options}
        terms = contract(tmp_path, *own, options)

        assert wanted == ASKED[title](tmp_path, terms, wanted, **days)


def write(path, rows):
    """Write a table as the helpdesk would export it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def contract(folder, *differing):
    """Return the contract at the head of the page with what differs; null removes."""
    terms = SHARED.copy()
    for more in differing:
        terms |= more
    path = folder / "contract.yaml"
    given = {key: value for key, value in terms.items() if value is not None}
    path.write_text(yaml.safe_dump(given), encoding="utf-8")
    return read_contract(path, known_metrics=METRICS)


@lru_cache(maxsize=1)
def opened(folder):
    """Open what a block wrote, once; its times without a zone are New York's."""
    return open_helpdesk("files", str(folder), options={"time_zone": ZONE})


def the_facts(folder, terms, wanted, *, as_of):
    """Return the facts that ``wanted`` names, as texts like its own."""
    known_until = midnight(as_of + timedelta(days=1), terms.time_zone)
    columns = list(wanted[0])
    found = facts(opened(folder), terms, as_of=known_until, wanted=columns).tickets
    rows = {r["ticket_id"]: r for r in found.select(*columns).to_pyarrow().to_pylist()}
    return [
        {name: text(rows[row["ticket_id"]][name], row[name], name) for name in row}
        for row in wanted
    ]


def the_kpis(folder, terms, wanted, *, as_of, every=None, by=None, **span):
    """Return the rows that ``wanted`` names, as texts like its own."""
    frame = scorecard(
        opened(folder),
        terms,
        start=span["from"],
        end=span["to"],
        as_of=as_of,
        every=every,
        by=() if by is None else (by,),
        metrics=dict.fromkeys(row["metric"] for row in wanted),
    )
    found = []
    for row in wanted:
        fits = frame
        for name in (NAMES | {by}) & row.keys():
            fits = fits[fits[name].astype(str) == row[name]]
        (one,) = fits.to_dict("records")
        found.append({name: text(one[name], row[name], name) for name in row})
    return found


def the_quarantine(folder, *_, **__):
    """Return the rows that were turned away, as texts."""
    return opened(folder).quarantine.astype(str).to_dict("records")


def the_refusal(folder, *_, **__):
    """Return what is said instead of numbers, to who names no zone."""
    with pytest.raises(TableError) as refused:
        open_helpdesk("files", str(folder))
    return [str(refused.value)]


ASKED = {
    "facts": the_facts,
    "kpis": the_kpis,
    "quarantine": the_quarantine,
    "refused": the_refusal,
}


def text(value, like, name):
    """Return a value as the page writes it: ``like`` gives the decimals."""
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if name in INSTANTS:
        wall = datetime.fromtimestamp(value, UTC).astimezone(ZoneInfo(ZONE))
        return f"{wall:%Y-%m-%d %H:%M:%S}"[: len(like)]
    if isinstance(value, float):
        return f"{value:.{len(like.partition('.')[2])}f}"
    return str(value)
