"""Tables and pages of the documentation, from what the code declares."""

from __future__ import annotations

from kpi_kit import metrics as _metrics  # noqa: F401 - fills the catalog
from kpi_kit.card_text import band_text, date_text, direction, needs_text
from kpi_kit.catalog import METRICS
from kpi_kit.dimensions import MADE, NEVER
from kpi_kit.facts import DERIVED, DIMENSIONS, HEAD
from kpi_kit.records import sliced_by
from kpi_kit.tables import TABLES
from kpi_kit.whence import origins

ORGANIZATIONS = "agents.organization or contract.organizations"
# What can be sliced by besides the tickets' own columns: what it is, what it takes.
SLICES = {
    "created_hour": ("local hour of creation, 0 to 23", ""),
    "created_weekday": ("local weekday of creation, 1 is Monday", ""),
    "days_since_go_live": ("whole days from go-live to creation", ""),
    "weeks_since_go_live": ("whole weeks from go-live to creation", ""),
    "months_since_go_live": ("whole months from go-live to creation", ""),
    "shift": ("the contract's shift of the hour of creation", ""),
    "first_response_within": (
        "how many hours of business the first reply took",
        "",
    ),
    "customer_tenure": ("new, or long-term: a customer for a year at creation", ""),
    "first_reply_organization": (
        "who replied first: the vendor, or client",
        ORGANIZATIONS,
    ),
    "solved_organization": ("who solved it last: the vendor, or client", ORGANIZATIONS),
    "opened_by": ("customer, agent or system", "messages"),
    "schedule": ("business hours that applied at creation", "contract.business_hours"),
    "is_escalated": ("whether it rose above the lowest tier", "events"),
    "is_escalated_to_client": ("whether the vendor handed it over", "events, agents"),
    "is_open": ("whether it is open on the last day", "events"),
    "reopened_within_7_days": ("whether its customer reopened it", "events"),
    "is_one_reply": ("solved with one reply", "messages"),
    "is_one_touch": ("solved by one agent at once", "messages"),
    "is_no_follow_up": ("solved without a follow-up", "messages"),
    "is_no_repeat": ("solved without another ticket", "messages"),
    "public_reply_count": ("human replies that the customer saw", "messages"),
    "customer_message_count": ("the customer's messages after the first", "messages"),
    "replying_agent_count": ("agents who replied", "messages"),
    "transfer_count": ("changes from one agent to another", "events"),
    "reopen_count": ("reopenings, by anyone", "events"),
}
BLANK = "–"


def table(*rows):
    """Return a Markdown table, the first row its head."""
    head, *lines = (f"| {' | '.join(cells)} |" for cells in rows)
    return "\n".join([head, "|---" * len(rows[0]) + "|", *lines])


def possible_slices():
    """Return every dimension that the code takes, the tickets' own ones first."""
    own = [name for name in (*DIMENSIONS, *HEAD, *DERIVED) if name not in NEVER]
    times = ("_at", "_minutes", "excluded_because")
    return [*(name for name in own if not name.endswith(times)), *MADE]


def slices():
    """Return the table of what can be sliced by."""
    names = sorted(possible_slices(), key=[*DIMENSIONS, *SLICES].index)
    return table(
        ("`--by`", "slices by", "needs", "calls", "paid time"),
        *(
            (
                f"`{name}`",
                *_slice(name),
                *(
                    "yes" if sliced_by(k, name) else BLANK
                    for k in ("contacts", "hours")
                ),
            )
            for name in names
        ),
    )


def _slice(name):
    if name in MADE:
        needs = MADE[name].needs
        return SLICES[name][0], needs if "." in needs else f"contract.{needs}"
    if name in SLICES:
        return SLICES[name][0], SLICES[name][1] or "tickets.created_at"
    return TABLES["tickets"].column(name).meaning, f"tickets.{name}"


def cards():
    """Return the page of KPIs: one section each, all that its card declares."""
    heads = [
        f"- [{card.label}](#{card.name}): `{card.name}`" for card in METRICS.values()
    ]
    return "\n".join([*heads, "", *map(_card, METRICS.values())]).rstrip()


def _card(card):
    needs = needs_text(card.needs).replace("|", "\\|")
    origin = "<br>".join(f"`{n}`: {place}" for n, place in origins(card.needs).items())
    least = str(card.at_least_n) if card.at_least_n else "none: a count"
    rows = [
        ("", ""),
        ("formula", card.formula),
        ("unit", f"{card.unit}; {direction(card)}"),
        ("dated by", date_text(card)),
        ("needs", needs),
        ("usually from", origin or "nowhere"),
        ("least n", least),
        ("source", card.source),
        *([("no target", card.no_target)] if card.no_target else []),
        *([("unbanded", "; ".join(card.unbanded))] if card.unbanded else []),
        *(
            [("decisions", ", ".join(map(_link, card.decisions)))]
            if card.decisions
            else []
        ),
    ]
    said = card.definition.replace("``", "`")
    parts = [f'## <a id="{card.name}"></a>{card.label}', f"`{card.name}`. {said}"]
    return "\n\n".join([*parts, table(*rows), *_bands(card)]) + "\n"


def _link(heading):
    anchor = heading.lower().replace(" ", "-").replace(",", "")
    return f"[{heading}](../DECISIONS.md#{anchor})"


def _bands(card):
    if not card.benchmarks:
        return []
    rows = [
        (
            band.segment,
            band_text(card, band) if {band.low, band.high} != {None} else BLANK,
            " ".join(filter(None, (band.statistic, band.clock))) or BLANK,
            band.verdict,
            band.source,
        )
        for band in card.benchmarks
    ]
    return [table(("about", "cited", "statistic, clock", "verdict", "source"), *rows)]
