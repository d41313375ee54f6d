"""Too little is solved at the first contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.arrivals import risen
from kpi_kit.outlier import Outlier, outlier
from kpi_kit.phrases import dated, earlier, measured, solved_how, value
from kpi_kit.rules import ALL, Finding, rule, sound
from kpi_kit.units import share_text

if TYPE_CHECKING:
    from kpi_kit.standing import Scorecard, Standing

# Two articles name 60 %, a third 65 %: between the two it is a warning.
BAD, WARNING = 0.60, 0.65


@rule(
    reads=("first_contact_resolution",),
    severity="warning",
    source="First Contact Resolution: below 60 %, investigate before staffing",
    every=ALL,
)
def few_first_contacts(card: Scorecard) -> Finding | None:
    """Training or documentation may be lacking: too few tickets take one contact.

    Fires when the share is surely under 65 %, or under 60 %: the whole interval is.
    Only the contract's target makes it a miss.
    """
    solved = card["first_contact_resolution"]
    if solved.now.high is None or solved.now.high >= WARNING:
        return None
    is_bad = solved.now.high < BAD
    line = BAD if is_bad else WARNING
    rows = card.slices.get(("first_contact_resolution", "issue_type"))
    worst = outlier(rows, "issue_type", highest=False)
    return Finding(
        title=_title(card, line, worst),
        state="misses" if solved.state == "misses" else "close",
        facts=_facts(card, solved),
        speaks_for=worst and _alone(solved, worst),
        speaks_against=_more_came(card, solved),
        ask=_ask(worst),
        metric="first_contact_resolution",
    )


def _title(card: Scorecard, line: float, worst: Outlier | None) -> str:
    solved = card["first_contact_resolution"]
    what = f"{value(solved, solved.now)} are {solved_how(card)}"
    if worst is not None and worst.rest.value >= line:
        return f"Only {what}, and {worst.label} is why"
    return f"Only {what}, clearly under {line:.0%}"


def _facts(card: Scorecard, solved: Standing) -> tuple[str, ...]:
    what = f"{solved_how(card).capitalize()}{dated(card, solved)}"
    found = [f"{what}: {measured(solved, solved.now)}."]
    before = solved.previous
    if before is not None and before.status == "ok":
        found.append(f"{earlier(card)}: {measured(solved, before)}.")
    if solved.baseline is not None:
        found.append(f"Before go-live: {measured(solved, solved.baseline)}.")
    return tuple(found)


def _alone(solved: Standing, worst: Outlier) -> str:
    own, rest = measured(solved, worst.own), measured(solved, worst.rest)
    return f"{worst.label} reaches {own}, everything else {rest}."


def _more_came(card: Scorecard, solved: Standing) -> str | None:
    """Return the rival cause: so much more came in that the time for each shrank."""
    volume = sound(card, "ticket_volume")
    more = volume and risen(volume, solved.now)
    if not more:
        return None
    came = f"{share_text(more)} more tickets came in than the week before"
    return f"{came}{dated(card, solved)}: there may be too few hands."


def _ask(worst: Outlier | None) -> str:
    tickets = f"ten {worst.label} tickets" if worst is not None else "ten tickets"
    return (
        f"Before anyone is hired, the vendor's trainer reads {tickets} that took more "
        "than one contact and says for each what was missing: information, authority, "
        "or a clear way to escalate."
    )
