"""What is doubtful in a contract: unknown names, and promises that backfire."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kpi_kit.teams import CLIENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    import ibis.expr.types as ir

    from kpi_kit.contract import Contract
    from kpi_kit.tables import Helpdesk

# What agents shorten when they are paid for it.
RUSHED = ("handle_time_ticket", "handle_time_contact")
_PLAIN = {"issue_type": "an issue type"}
# Where names of each kind stand: table, columns, and which field of the events.
PLACES = {
    "team": (("tickets", "team"), ("agents", "team"), ("events", "team")),
    "issue_type": (("tickets", "issue_type"),),
    "channel": (("tickets", "channel"), ("contacts", "channel")),
}


def held_to(helpdesk: Helpdesk, contract: Contract) -> Helpdesk:
    """Return the helpdesk; it warns of what is doubtful in the contract.

    Parameters
    ----------
    helpdesk
        The canonical tables.
    contract
        Its ``tiers``, ``organizations``, ``schedules_by`` and ``handle_time`` name
        teams, channels and issue types that the data may have nowhere; its
        ``targets`` may reward rushing.  Its vendor may be one of several.
    """
    named = {
        ("tiers", "team"): contract.tiers,
        ("organizations", "team"): contract.organizations,
        ("handle_time", "issue_type"): contract.handle_time,
        ("schedules_by", "team"): contract.schedules_by.get("team", {}),
        ("schedules_by", "channel"): contract.schedules_by.get("channel", {}),
    }
    told = [*backfiring(contract), *_mixed(helpdesk, contract)]
    for kind in PLACES:
        wanted = {
            name for (_, of), names in named.items() if of == kind for name in names
        }
        seen = _seen(helpdesk, kind, wanted)
        for (key, of), names in named.items():
            missing = sorted({*names} - seen) if of == kind else ()
            told += [_sentence(key, kind, name, seen) for name in missing]
    return replace(helpdesk, warnings=(*helpdesk.warnings, *told))


def backfiring(contract: Contract) -> Iterator[str]:
    """Yield what speaks against a promise about handle time."""
    for target in contract.targets:
        if target.metric in RUSHED:
            yield (
                f"contract: a target on {target.metric} makes agents rush, whatever "
                "the kind of ticket; use it to see who needs training, and promise "
                "first contact resolution"
            )


def _mixed(helpdesk: Helpdesk, contract: Contract) -> Iterator[str]:
    """Yield that agents of several vendors are counted as one."""
    seen = {*_names(helpdesk, "agents", "organization")}
    vendors = {*seen, *contract.organizations.values()} - {CLIENT}
    if len(vendors) > 1:
        some = ", ".join(f"{name:.42}" for name in sorted(vendors)[:3])
        yield (
            f"agents of {len(vendors)} vendors ({some}): each number is of all of them "
            "together, and so must the invoices be; --by solved_organization tells "
            "them apart"
        )


def _sentence(key: str, kind: str, name: str, seen: set[str]) -> str:
    close = get_close_matches(name, sorted(seen), n=1)
    hint = f"; did it mean {close[0]!r:.42}?" if close else ""
    return (
        f"contract: {key} names {_PLAIN.get(kind, f'a {kind}')} that the data has "
        f"nowhere: {name!r:.42}{hint}"
    )


def _seen(helpdesk: Helpdesk, kind: str, wanted: set[str]) -> set[str]:
    """Return the names in the data; the long table of events is the last resort."""
    seen: set[str] = set()
    for table, column in PLACES[kind]:
        if wanted <= seen:
            break
        seen |= {*_names(helpdesk, table, column)}
    return seen


def _names(helpdesk: Helpdesk, table: str, column: str) -> Iterator[str]:
    if table == "events" and f"events.field={column}" in helpdesk.given:
        changes = helpdesk.tables["events"]
        changes = changes.filter(changes["field"] == column)
        for end in ("old_value", "new_value"):
            yield from _distinct(changes, end)
    elif f"{table}.{column}" in helpdesk.given:
        yield from _distinct(helpdesk.tables[table], column)


def _distinct(rows: ir.Table, column: str) -> Iterator[str]:
    found = rows.select(name=column).distinct().to_pyarrow()["name"]
    return filter(None, found.to_pylist())
