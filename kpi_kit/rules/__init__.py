"""Rules: plain functions from a scorecard to at most one finding, found by their files.

A rule is asked only where every KPI it reads can be judged: one that is not computable,
not mature or of too few tickets says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from inspect import getdoc
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from kpi_kit.standing import is_vendors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kpi_kit.standing import Scorecard, Standing

    Ask = Callable[[Scorecard], "Finding | None"]

__all__ = [
    "ALL",
    "RULES",
    "SHORT",
    "Finding",
    "Rule",
    "asked",
    "findings",
    "rule",
    "sound",
]

# The periods that a report judges.
SHORT = ("day", "week")
ALL = (*SHORT, "quarter")
SEVERITIES = ("note", "warning", "alarm")
STATES = {"alarm": 1.0, "misses": 0.5}
# A helpdesk that stands exactly on every line still gets one finding in so many weekly
# reports by chance: see "How often chance is a finding" in DECISIONS.md.
WEEKS_PER_FALSE_FINDING = 7
# A percent of the fee that stands on a KPI outweighs any severity.
PER_PERCENT = 10


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a rule saw: a message, its evidence, a rival cause, and who does what.

    ``state`` is the mark beside it: ``misses``, ``close`` or ``alarm``.  ``metric`` is
    the KPI whose section it belongs to.  ``rule`` and ``rank``, higher first, are set
    by :func:`findings`.
    """

    title: str
    state: str
    facts: tuple[str, ...]
    speaks_for: str | None
    speaks_against: str | None
    ask: str
    metric: str
    rule: str = ""
    rank: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Rule:
    """The card of a rule: what it reads, how grave it is, where it comes from.

    ``every`` says in which periods it can be seen: what lasts for days, or is held
    against the weeks before, in no quarter.  What is ``certain`` stands whatever is not
    known yet: it is asked of numbers that are not final, too.
    """

    name: str
    reads: tuple[str | tuple[str, ...], ...]
    severity: str
    source: str
    says: str
    ask: Ask
    every: tuple[str, ...] = SHORT
    certain: bool = False


RULES: dict[str, Rule] = {}


def rule(
    *,
    reads: tuple[str | tuple[str, ...], ...],
    severity: str,
    source: str,
    every: tuple[str, ...] = SHORT,
    certain: bool = False,
) -> Callable[[Ask], Ask]:
    """Declare a rule.

    Parameters
    ----------
    reads
        The KPIs that it needs; of several in brackets any one.
    severity
        ``note``, ``warning`` or ``alarm``.
    source
        The article and sentence that it comes from.
    every
        The periods that it can judge.
    certain
        Whether what it sees stays true whatever is not known yet.
    """

    def declare(ask: Ask) -> Ask:
        name = ask.__name__
        if name in RULES:
            raise ValueError(f"rule {name} is declared twice")
        RULES[name] = Rule(
            name=name,
            reads=reads,
            severity=severity,
            source=source,
            says=(getdoc(ask) or "").partition("\n")[0],
            ask=ask,
            every=every,
            certain=certain,
        )
        return ask

    return declare


def sound(card: Scorecard, name: str, *, certain: bool = False) -> Standing | None:
    """Return where a KPI stands; None unless its number can be judged as the vendor's.

    Before go-live there is nobody to ask, and nothing to answer for.  What is
    ``certain`` need not be final.
    """
    if name not in card:
        return None
    standing = card[name]
    final = {"ok", "provisional"} if certain else {"ok"}
    is_judged = standing.now.status in final and is_vendors(card.contract, standing.now)
    return standing if is_judged else None


def findings(card: Scorecard) -> list[Finding]:
    """Ask every rule; the finding with most money on its KPI comes first.

    Money is the part of the fee that the contract puts on the KPI; among equals the
    graver rule comes first, then the graver state.
    """
    found = []
    for each in asked(card):
        finding = each.ask(card)
        if finding is not None:
            found.append(ranked(card, finding, each.name, each.severity))
    return in_order(found)


def ranked(card: Scorecard, finding: Finding, rule: str, severity: str) -> Finding:
    """Return a finding with who found it and how pressing it is."""
    return replace(finding, rule=rule, rank=_rank(card, finding, severity))


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """Return findings, the most pressing one first."""
    return sorted(found, key=lambda finding: (-finding.rank, finding.rule))


def asked(card: Scorecard) -> list[Rule]:
    """Return the rules that have every number they read."""
    return [
        each
        for each in RULES.values()
        if card.every in each.every
        and all(_can_read(card, names, each.certain) for names in each.reads)
    ]


def _can_read(card: Scorecard, names: str | tuple[str, ...], certain: bool) -> bool:  # noqa: FBT001 - passed on
    any_of = (names,) if isinstance(names, str) else names
    return any(sound(card, name, certain=certain) is not None for name in any_of)


def _rank(card: Scorecard, finding: Finding, severity: str) -> float:
    target = card[finding.metric].target
    weight = target.weight if target is not None else None
    money = float(weight or 0) * 100 * PER_PERCENT
    return money + SEVERITIES.index(severity) + STATES.get(finding.state, 0)


for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
