"""Where what a KPI needs usually comes from: one phrase per table or column."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Tables that no helpdesk gives: `kpi-kit templates` writes a sheet of each.
SHEETS = (
    *("surveys", "contacts", "time_entries", "agent_states", "agents", "qa_scores"),
    *("costs", "vendor_reports", "annotations"),
)
_SHEET = "; `kpi-kit templates` writes a sheet"
_TABLES = {
    "tickets": "the helpdesk's list of tickets, as any export has it",
    "messages": "the helpdesk's API (comments of a ticket); a CSV export lacks them",
    "events": "the helpdesk's API (audits or history of a ticket); a CSV export lacks "
    "them",
    "surveys": "the survey tool, or the helpdesk's export of ratings",
    "contacts": "telephony or the chat system: its list of calls",
    "time_entries": "the helpdesk's time-tracking app, or a time sheet",
    "agent_states": "workforce management or telephony",
    "agents": "the vendor's roster, and your own staff list",
    "qa_scores": "the QA tool, or the reviewers' own sheet",
    "costs": "finance: the vendor's invoices, and your own overhead",
    "vendor_reports": "the vendor's monthly report, copied",
    "annotations": "your calendar of releases, launches and holidays",
}
_COLUMNS = {
    "tickets.first_reply_at": "the helpdesk's ticket metrics, in many exports",
    "tickets.solved_at": "the helpdesk's ticket metrics, in many exports",
    "tickets.reopened_at": "the helpdesk's ticket metrics, in some exports; an empty "
    "column says that no ticket was reopened",
    "tickets.escalated": "a tag or a field that agents set",
    "tickets.csat": "the helpdesk's satisfaction column",
    "tickets.handle_seconds": "the helpdesk's time-tracking app",
    "tickets.customer_id": "the requester, in any export",
    "tickets.issue_type": "a field or a form of the helpdesk, as you tag tickets",
    "messages.body": "the helpdesk's API; many exports leave the text out",
    "surveys.offered_at": "the survey tool's list of what was sent; a list of answers "
    "lacks it",
    "agents.organization": "the vendor's roster: who works for whom",
    "qa_scores.kind=compliance": "the reviewers' list of required checks",
    "contract.tiers": "one line in contract.yaml: which team is which tier",
    "contract.organizations": "one line in contract.yaml: which team is the client's",
    "contract.sentiment": "one line in contract.yaml: who judges the mood",
}
ORIGINS = _TABLES | _COLUMNS


def origins(needs: Iterable[Iterable[str]]) -> dict[str, str]:
    """Return where each table or column of some needs usually comes from.

    Parameters
    ----------
    needs
        As a card lists them: of each need its alternatives, ``a+b`` for both.

    Returns
    -------
    dict
        From the table, or the column where that says more, to a phrase; in the order
        of the needs, each once.  What nothing holds is not in it.

    Examples
    --------
    >>> origins([("surveys.kind=nps+surveys.score",), ("surveys.offered_at",)])
    {'surveys': "the survey tool, or the helpdesk's export of ratings; `kpi-kit \
templates` writes a sheet", 'surveys.offered_at': "the survey tool's list of what was \
sent; a list of answers lacks it"}
    """
    found = {}
    for alternatives in needs:
        for need in "+".join(alternatives).split("+"):
            column, table = need.partition("=")[0], need.partition(".")[0]
            known = next((n for n in (need, column, table) if n in ORIGINS), None)
            if known is not None:
                found[known] = ORIGINS[known] + (_SHEET if known in SHEETS else "")
    return found


def counted_in(files: Iterable[str]) -> str:
    """Return what the number of a bad row counts: of a SELECT the rows it finds.

    Examples
    --------
    >>> counted_in(["tickets.csv", "tickets.sql"]), counted_in(["tickets.sql"])
    ('line', 'row')
    """
    return "row" if all(name.endswith(".sql") for name in files) else "line"
