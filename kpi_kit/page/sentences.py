"""The first thing a reader sees: at most three sentences, each with its mark."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kpi_kit.comparable import bound_of
from kpi_kit.marks import mark
from kpi_kit.page import names
from kpi_kit.page.headlines import worst, worst_period
from kpi_kit.page.names import prose
from kpi_kit.page.pictures import within
from kpi_kit.phrases import dated, solved_how
from kpi_kit.states import needed
from kpi_kit.unexplained import MISSED_LINE
from kpi_kit.units import MONTHS
from kpi_kit.verdict import state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kpi_kit.rules import Finding
    from kpi_kit.standing import Scorecard, Standing

LONGEST = 120
NUMBER = r"\d(?:[\d.,:]*\d)?%?(?: (?:tickets|min|h|d|points)\b)?"
PROVISIONAL = "provisional: "
# The order in which contract lines are told, and what their marks are called.
JUDGED = {"misses": "misses target", "close": "too close to call", "meets": "meets"}
# Which part of the tickets a target of this statistic lets within it.
PARTS = {"median": 0.5, "p90": 0.9}
CLOCKS = {"business": " of business time", "calendar": ""}
# What a miss means, for who does not know the KPI.
MISSED = {
    "first_response_time": (
        "Customers waited longer than agreed: the {statistic} first reply took ",
        "{clock}, against a limit of {bound}.",
    ),
    "resolution_time": (
        "Problems stayed open longer than agreed: the {statistic} took ",
        "{clock} to solve, against a limit of {bound}.",
    ),
    "reopen_rate": (
        "More problems came back than agreed: customers reopened ",
        ", against a limit of {bound}.",
    ),
    "first_contact_resolution": (
        "Fewer problems than agreed were {solved}: ",
        ", against a minimum of {bound}.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """Texts, every second of them a link; ``targets`` are the links' places."""

    state: str
    texts: tuple[str, ...]
    targets: tuple[str, ...] = ()
    said: str = ""

    @property
    def text(self) -> str:
        """Return the sentence without its links."""
        return "".join(self.texts)


def sentences(told: Iterable[Sentence]) -> str:
    """Return the sentences as the page has them."""
    items = "\n".join(_item(sentence) for sentence in told)
    return f'<ul class="sentences">\n{items}\n</ul>'


def _item(sentence: Sentence) -> str:
    label = sentence.said or sentence.state.replace("_", " ")
    parts = [prose(text) for text in sentence.texts]
    for place, target in enumerate(sentence.targets):
        at = 2 * place + 1
        parts[at] = f'<a href="#{target}">{parts[at]}</a>'
    return f"<li>{mark(sentence.state, label)}<span>{''.join(parts)}</span></li>"


def of_the_week(card: Scorecard, found: Sequence[Finding]) -> list[Sentence]:
    """Return what a week comes to: the worst contract line, the cause, the rest."""
    lines = contract_lines(card)
    if not lines:
        return [_without_targets(card), *_cause(found)]
    worst, *rest = lines
    # What the first sentence says already is no cause of it.
    made = [worst_line(worst, card), *_cause(found, about=worst.card.name)]
    made += _rest(rest, card) if rest else []
    return made if len(made) > 2 else made + _past(lines, card)


def contract_lines(card: Scorecard) -> list[Standing]:
    """Return the contract's lines, what is worst and dearest first."""
    order = [*JUDGED, "not_mature", "too_few", "not_computable"]
    kept = [s for s in card.standings.values() if s.target is not None]
    return sorted(kept, key=lambda s: (order.index(s.state), -_weight(s), -_miss(s)))


def _weight(standing: Standing) -> float:
    return float(standing.target.weight or 0)


def _miss(standing: Standing) -> float:
    """Return by which part of the bound the value lies on its wrong side."""
    edge, value = bound_of(standing.target), standing.now.value
    if value is None or not edge:
        return 0.0
    beyond = (value - edge) / edge
    return beyond if standing.target.at_least is None else -beyond


def worst_line(standing: Standing, card: Scorecard) -> Sentence:
    """Return the first of several ways to say it that is short enough."""
    called = names.called(standing, card)
    bound, clock = names.bound(standing), CLOCKS.get(standing.clock, "")
    if standing.now.value is None:
        why = needed(standing.state_text.removeprefix("no verdict: "))
        text = f"{called} cannot be judged: {why}."
        return Sentence(state=standing.state, texts=(text,), said=standing.state_text)
    ways = [(f"{called}: ", f"{clock}, {standing.state_text} ({bound}).")]
    if standing.state == "misses" and standing.card.name in MISSED:
        edge = bound.removeprefix("at most ").removeprefix("at least ")
        filled = {"statistic": standing.statistic, "clock": clock, "bound": edge}
        filled["solved"] = solved_how(card)
        before, after = MISSED[standing.card.name]
        ways.insert(0, (before.format(**filled), after.format(**filled)))
    elif standing.state == "meets":
        states = [line.state for line in contract_lines(card)]
        judged = sum(state in JUDGED for state in states)
        of = "" if judged == len(states) else f" ({judged} of {len(states)})"
        met = f"Every contract line that can be judged{of} is met; closest is "
        ways.insert(0, (f"{met}{names.within(called)} with ", f", {bound}."))
    when = dated(card, standing)
    made = [_sentence(standing, a, f"{b.removesuffix('.')}{when}.") for a, b in ways]
    return next((each for each in made if len(each.text) <= LONGEST), made[-1])


def _past(lines: Sequence[Standing], card: Scorecard) -> list[Sentence]:
    """Return when the contract line was worst that was ever missed by most."""
    known = [s for s in lines if not s.series["value"].isna().all()]
    deepest = max(known, key=_deepest, default=None)
    if deepest is None or _deepest(deepest) <= 0:
        return []
    rows = card.within.get(deepest.card.name)
    kept = deepest if rows is None else within(deepest, rows)
    text = worst_period(kept, card)
    if not text or len(text) > LONGEST or not _missed_then(deepest, kept, card):
        return []
    # Its number leads to its chart, where the whole course is seen.
    parts, place = linked(text), names.anchor(kept.card.name)
    said = "missed its target then"
    return [Sentence(state="misses", texts=parts, targets=(place,), said=said)]


def _missed_then(deepest: Standing, kept: Standing, card: Scorecard) -> bool:
    """Return whether the line was surely missed in the worst periods.

    By the share of the tickets opened then that kept the target: of a median surely
    fewer than half.
    """
    _, stretch = worst(kept, card)
    if kept is deepest:
        states = {state_of(row, deepest.target) for row in stretch.itertuples()}
        return states == {"misses"}
    least = PARTS.get(deepest.statistic)
    return least is not None and bool((stretch["high"] < least).all())


def _deepest(standing: Standing) -> float:
    """Return by which part of the bound the worst period lies on its wrong side."""
    values, upper = standing.series["value"].dropna(), standing.target.at_least is None
    value = values.max() if upper else values.min()
    return _miss(replace(standing, now=replace(standing.now, value=float(value))))


def _sentence(standing: Standing, before: str, after: str) -> Sentence:
    linked = names.value(standing, standing.now)
    return Sentence(
        state=standing.state,
        texts=(before, linked, after),
        targets=(names.anchor(standing.card.name),),
        said=standing.state_text,
    )


def _without_targets(card: Scorecard) -> Sentence:
    live = card.contract.go_live
    if live is not None and card.start < live:
        day = f"{live.day} {MONTHS[live.month - 1]} {live.year}"
        goes = "goes" if live > card.as_of else "went"
        told = f"The vendor {goes} live on {day}: no target holds before."
        return Sentence(state="no_target", texts=(told,))
    told = "The contract names no target for these KPIs: nothing is met or missed here."
    if card.contract.targets:
        told = "None of the contract's targets can be judged on this data."
    return Sentence(state="no_target", texts=(told,))


def _cause(found: Sequence[Finding], about: str = "") -> list[Sentence]:
    """Return the first finding that is not about one KPI and short, as a sentence."""
    for place, finding in enumerate(found, 1):
        title = f"{finding.title.removesuffix('.')}."
        # That a line is missed, the other sentences say.
        is_known = finding.metric == about or finding.rule == MISSED_LINE
        if is_known or len(title) > LONGEST:
            continue
        parts, link = linked(title), f"finding-{place}"
        return [Sentence(state=finding.state, texts=parts, targets=(link,))]
    return []


def linked(text: str) -> tuple[str, str, str]:
    """Return a text in three parts, the middle one to be linked.

    That is its number; where it has none or several, all of it.
    """
    numbers = list(re.finditer(NUMBER, text))
    if len(numbers) != 1:
        return "", text, ""
    begin, end = numbers[0].span()
    return text[:begin], text[begin:end], text[end:]


def _rest(lines: Sequence[Standing], card: Scorecard) -> list[Sentence]:
    """Return the other contract lines by state, named where there is room."""
    ways = [
        {"count": count, "why": why} for why in (True, False) for count in (False, True)
    ]
    named = [_by_state(lines, card, **way) for way in ways]
    return [sentence for sentence in named if len(sentence.text) <= LONGEST][:1]


def _by_state(
    lines: Sequence[Standing], card: Scorecard, *, count: bool, why: bool
) -> Sentence:
    texts, targets = [""], []
    for state in dict.fromkeys(line.state for line in lines):
        group = [line for line in lines if line.state == state]
        texts[-1] += "; " if targets or texts[-1] else ""
        if count:
            number = f"{len(group)} line{'s' if len(group) > 1 else ''}"
            texts[-1] += f"{number} {_verb(state, len(group))}{_why(group, told=why)}"
            continue
        for place, line in enumerate(group):
            called = names.called(line, card)
            first = not targets
            if place:
                texts[-1] += " and " if place == len(group) - 1 else ", "
            texts += [called if first else names.within(called), ""]
            targets.append(names.anchor(line.card.name))
        verb = _verb(state, _grammatical(group))
        texts[-1] += f" {verb}{_why(group, told=why)}"
    texts[-1] += "."
    if count:
        texts[0] = f"Of the other contract lines, {texts[0]}"
    return Sentence(
        state=lines[0].state,
        texts=tuple(texts),
        targets=tuple(targets),
        said=lines[0].state_text,
    )


def _why(group: Sequence[Standing], *, told: bool) -> str:
    """Return why lines cannot be judged yet, where that is their state.

    Which days are missing, the banner says.
    """
    if not told or group[0].state != "not_mature":
        return ""
    texts = (
        "days are missing" if "no verdict" in text else text.removeprefix(PROVISIONAL)
        for text in (line.state_text for line in group)
    )
    return f" ({'; '.join(dict.fromkeys(texts))})"


def _grammatical(group: Sequence[Standing]) -> int:
    """Return how many the verb is about: ``Open tickets`` are several by themselves."""
    alone = len(group) == 1
    return 2 if alone and "ickets" in names.name(group[0].card) else len(group)


def _verb(state: str, count: int) -> str:
    one = count == 1
    return {
        "misses": "misses the target" if one else "miss their targets",
        "meets": "meets the target" if one else "meet their targets",
        "close": "is too close to call" if one else "are too close to call",
        "not_mature": "cannot be judged yet",
        "too_few": "has too few tickets" if one else "have too few tickets",
    }.get(state, "cannot be computed")
