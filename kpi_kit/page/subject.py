"""The subject of a mail: its message, in as many letters as a phone shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.page import day, masthead, names, quarter
from kpi_kit.page.sentences import JUDGED, contract_lines
from kpi_kit.plurals import plural
from kpi_kit.units import span_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kpi_kit.rules import Finding
    from kpi_kit.standing import Scorecard, Standing

LONGEST, LONGEST_NAME = 70, 24
BRIEF = {
    "backlog": ("open", "open"),
    "ticket_volume": ("ticket came in", "tickets came in"),
}


def subject(
    card: Scorecard,
    found: Sequence[Finding],
    notice: Sequence[str],
    before: str = "",
) -> str:
    """Return what is worst, and as much of the rest as there is room for.

    Parameters
    ----------
    card, found
        The scorecard and its findings.
    notice
        What is missing, where anything is: then that comes first.
    before
        What stands before it all.
    """
    when = span_text(card.start, card.end)
    head = f"{before}{_cut(card.contract.vendor, LONGEST_NAME)}, {when}: "
    told, room = "", LONGEST - len(head)
    for ways in _messages(card, found, notice):
        each = (f"{told}; {way}" if told else way for way in ways)
        told = next((more for more in each if len(more) <= room), told)
    return head + (told or _cut(masthead.CADENCES[card.every], room))


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1].rstrip()}…"


def _messages(
    card: Scorecard, found: Sequence[Finding], notice: Sequence[str]
) -> Iterator[tuple[str, ...]]:
    """Return what can be said, the most pressing first, and of each the longest way."""
    if notice:
        lacks = masthead.lacking_days(card) if card.lacking else "A file is not whole"
        yield (lacks[:1].lower() + lacks[1:],)
    lines = [line for line in contract_lines(card) if line.now.value is not None]
    missed = [line for line in lines if line.state == "misses"]
    loud = [finding.title.rstrip(".") for finding in found if finding.state == "alarm"]
    if card.every == "quarter" and (brief := quarter.in_brief(card)):
        yield brief
    yield from ((*_measured(line, card), *_unnamed(line, card)) for line in missed[:1])
    yield from ((title, "one alarm") for title in loud[:1])
    if len(loud) > 1:
        yield (f"{len(loud)} alarms in all",)
    shown = day.SHOWN if card.every == "day" else [line.card.name for line in lines]
    known = [card[name] for name in shown if name in card]
    rest = [each for each in known if each.now.value is not None]
    yield from (_measured(each, card) for each in rest if each not in missed[:1])
    if not loud and not notice:
        yield ("no alarm",)


def _measured(standing: Standing, card: Scorecard) -> tuple[str, ...]:
    """Return a KPI, its number and its bound: ``first response 5 h 10 min, limit 4 h``.

    Of days before the report's own it names them: ``reopened in 7 days misses 8%
    (2 Nov)`` where no more has room.
    """
    now = names.value(standing, standing.now)
    if standing.card.name in BRIEF:
        return (plural(int(standing.now.value), *BRIEF[standing.card.name]),)
    called = names.within(names.called(standing, card))
    told = f"{called} {now}{_days(standing, card)}"
    if standing.target is None:
        return (told,)
    word = "min." if standing.target.at_most is None else "limit"
    ways = f"{told}, {word} {_bound(standing)}", f"{called} {_held(standing, card)}"
    return ways if standing.state in JUDGED else ways[:1]


def _unnamed(standing: Standing, card: Scorecard) -> tuple[str, ...]:
    """Return a line of earlier days so short that they always have room."""
    is_own = standing.now.start == card.start
    return () if is_own else (f"one line {_held(standing, card)}",)


def _held(standing: Standing, card: Scorecard) -> str:
    """Return a state with its bound."""
    verb = standing.state if standing.state in {"meets", "misses"} else "close to"
    return f"{verb} {_bound(standing)}{_days(standing, card)}"


def _bound(standing: Standing) -> str:
    bound = names.target_text(standing.target, standing)
    return bound.removeprefix("at most ").removeprefix("at least ")


def _days(standing: Standing, card: Scorecard) -> str:
    """Return which days a number is of, where they are not the report's own."""
    if standing.now.start == card.start:
        return ""
    when = span_text(standing.now.start, standing.now.end)
    return f" ({when.removeprefix('week of ')})"
