"""A required check failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.phrases import dated, earlier, value
from kpi_kit.rules import ALL, Finding, rule, sound
from kpi_kit.units import count_text

if TYPE_CHECKING:
    from kpi_kit.standing import Reading, Scorecard


@rule(
    reads=("compliance_rate",),
    severity="alarm",
    source="Compliance: a failure may end the contract or bring fines",
    every=ALL,
    certain=True,
)
def compliance_breach(card: Scorecard) -> Finding | None:
    """Somebody broke a duty: one failed check is one too many, whatever the share.

    Fires when a single required check failed, also where days are missing: more that is
    known mends none.
    """
    kept = sound(card, "compliance_rate", certain=True)
    if kept is None or not (failed := breaches(kept.now)):
        return None
    called, of = dated(card, kept), count_text(kept.now.n)
    checks = "check" if failed == 1 else "checks"
    cause = "its cause" if failed == 1 else "the cause of each"
    facts = [f"{of} required checks were made, {count_text(failed)} failed."]
    if kept.previous is not None and kept.previous.value is not None:
        before = f"{count_text(breaches(kept.previous))} of {kept.previous.n:,}"
        facts.append(f"{earlier(card)}: {before} failed.")
    return Finding(
        title=f"{count_text(failed)} required {checks} of {of} failed{called}",
        state="alarm",
        facts=tuple(facts),
        speaks_for=f"A share of {value(kept, kept.now)} is no defense: it is a gate.",
        speaks_against=None,
        ask=(
            f"The vendor's compliance officer names {cause} within two days "
            "and what makes the step impossible to skip; the client's counsel reads "
            "the contract's clause."
        ),
        metric="compliance_rate",
    )


def breaches(reading: Reading) -> int:
    """Return how many of the checks failed."""
    return reading.n - round((reading.value or 0) * reading.n)
