"""What a mail says of a report: the same words as its page, as plain texts."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from kpi_kit.expectation import usually
from kpi_kit.headline import leading
from kpi_kit.page import day, findings, masthead, names, tiles
from kpi_kit.page.sentences import contract_lines
from kpi_kit.page.subject import subject
from kpi_kit.page.tables import ADDRESSES
from kpi_kit.phrases import JUDGMENTS, changed
from kpi_kit.plurals import plural
from kpi_kit.units import day_text, period_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from kpi_kit.page.sentences import Sentence
    from kpi_kit.rules import Finding
    from kpi_kit.standing import Scorecard, Standing, Waiting

VERSION = 1
REVISED = "Revised: "
# What stands for a mark before a sentence; a sentence without one needs none.
MARKED = {
    "meets": "Meets target",
    "misses": "Misses target",
    "close": "Too close to call",
    "alarm": "Alarm",
    "too_few": "Too few",
    "not_mature": "Provisional",
    "not_computable": "Not computable",
}
COUNTS = {
    "backlog": ("ticket is open", "tickets are open"),
    "ticket_volume": ("ticket came in", "tickets came in"),
}
# Letters of a ticket's id, and of its address: a longer one is no link in a mail.
LONGEST_ID, LONGEST_ADDRESS = 60, 1000
# A sentence with another mark than its state's words is no verdict of the contract.
VERDICTS = ("meets", "misses", "close", "alarm")
FOUND = {**dict.fromkeys(("misses", "close"), "Finding"), "alarm": "Alarm"}


def letter(  # noqa: PLR0913 - one for each part of a mail
    card: Scorecard,
    found: Sequence[Finding],
    told: Iterable[Sentence],
    notice: Sequence[str],
    charts: Sequence[dict[str, Any]],
    *,
    known: Sequence[str],
) -> dict[str, Any]:
    """Return all that a mail of a report says, as JSON.

    Parameters
    ----------
    card, found
        The scorecard and its findings.
    told
        The report's first sentences.
    notice
        As :func:`kpi_kit.page.masthead.notice`.
    charts
        ``title``, ``subtitle``, ``alt`` and ``spec`` of each.
    known
        How far the data goes, and what else stands at the report's ends.
    """
    return {
        "version": VERSION,
        "slug": card.contract.slug,
        "vendor": card.contract.vendor,
        "cadence": masthead.CADENCES[card.every],
        "as_of": card.as_of.isoformat(),
        "title": masthead.title(card),
        "subject": subject(card, found, notice),
        "revised": subject(card, found, notice, before=REVISED),
        **_unbroken(
            {
                "notice": list(notice),
                "sentences": [_sentence(sentence) for sentence in told],
                "rows": [_row(standing, card) for standing in _shown(card)],
                "findings": _findings(card, found),
            }
        ),
        "waiting": _waiting(card),
        "charts": list(charts),
        "known": [text[:1].upper() + text[1:] for text in known],
    }


def _unbroken(value: Any) -> Any:
    """Return texts in which no number parts from its unit, however they are nested."""
    if isinstance(value, dict):
        return {name: _unbroken(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_unbroken(part) for part in value]
    return names.unbroken(value).replace("· n ", "· n\u00a0")


def _sentence(sentence: Sentence) -> dict[str, Any]:
    # A finding's mark has no words of its own; it is named for what it is.
    words = (MARKED if sentence.said else FOUND).get(sentence.state, "")
    first = words.lower().removesuffix(" target")
    other = sentence.state in VERDICTS and not sentence.said.startswith(first)
    known = first in sentence.text.lower() or (other and bool(sentence.said))
    # Set in bold is every second text: numbers and names, no whole sentence.
    texts = list(sentence.texts) if sentence.said else [sentence.text]
    return {"state": sentence.state, "mark": "" if known else words, "texts": texts}


def _shown(card: Scorecard) -> list[Standing]:
    if card.every == "day":
        return [card[name] for name in day.THREE if name in card]
    return leading(card)


def _row(standing: Standing, card: Scorecard) -> dict[str, Any]:
    if card.every == "day":
        kind, (state, lines) = day.kind(standing, card), day.judged(standing, card)
        before = day.before(standing)
    else:
        kind, (state, held) = (
            tiles.kind(standing, card),
            tiles.state_and_bound(standing),
        )
        lines, before = [held, names.doubt(standing, standing.now)], ""
        lines += tiles.with_open(standing, card)
    return {
        "state": standing.state,
        "name": names.called(standing, card),
        "kind": kind,
        "value": names.value(standing, standing.now),
        "changes": [text for text in (_change(standing), before) if text],
        "said": state,
        "lines": [text for text in lines if text],
    }


def _change(standing: Standing) -> str:
    moved = standing.change
    if moved is None or standing.state == "not_computable":
        return ""
    if moved.arrow == "level":
        return moved.word
    if moved.word in JUDGMENTS:
        return changed(moved)
    return f"{moved.text}, {moved.word}"


def _findings(card: Scorecard, found: Sequence[Finding]) -> dict[str, Any]:
    """Return of a day its alarms, of a longer period what needs a decision."""
    if card.every == "day":
        first = [finding for finding in found if finding.state == "alarm"]
        line = day.alarm_line(len(first), card)
    else:
        first, count = found[: findings.MOST], len(found)
        line = "What needs a decision" if count else "Nothing needs a decision."
    return {"line": line, "items": [_finding(finding) for finding in first]}


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "state": finding.state,
        "mark": FOUND[finding.state],
        "title": finding.title,
        "text": " ".join(finding.facts),
        "for": finding.speaks_for or "",
        "against": finding.speaks_against or "",
        "ask": finding.ask,
    }


def _waiting(card: Scorecard) -> dict[str, Any]:
    """Return of a day how many tickets need a person, and the longest of each kind."""
    if card.every != "day" or card.waiting is None:
        return {"told": [], "tickets": []}
    told, tickets = day.waits(card)
    longest = [next(those) for _, those in groupby(tickets, lambda one: one.kind)]
    return {
        "told": _unbroken([text for text in told if text]),
        "tickets": [_ticket(one) for one in longest],
    }


def _ticket(one: Waiting) -> dict[str, str]:
    name, address = one.ticket_id, one.url or ""
    is_link = address.lower().startswith(ADDRESSES) and len(address) <= LONGEST_ADDRESS
    return {
        "name": name if len(name) <= LONGEST_ID else f"{name[: LONGEST_ID - 1]}…",
        "address": address if is_link else "",
        "text": names.unbroken(f"{one.waited} · {one.why}"),
    }


def most_pressing(card: Scorecard) -> list[Standing]:
    """Return the contract's lines, the worst first, then what leads the report."""
    return [*contract_lines(card), *_shown(card)]


def charted(
    standing: Standing, card: Scorecard, frame: pd.DataFrame, spec: dict[str, Any]
) -> dict[str, Any]:
    """Return a mail's chart with a title that says what it shows.

    Parameters
    ----------
    standing, card
        The KPI, as it stands.
    frame
        Its rows that are drawn.
    spec
        The drawing.
    """
    now = names.value(standing, standing.now)
    title = f"{names.called(standing, card)}: {now}, {standing.state_text}"
    bound = names.bound(standing)
    if standing.target is not None:
        title += f" ({bound})"
    elif card.every == "day":
        title = _counted(standing, card)
    days = period_text(frame["period_start"].min(), frame["period_end"].max())
    return {
        "title": names.unbroken(title),
        "subtitle": f"{names.kind(standing, card.every)}, {days}",
        "alt": spec["description"],
        "spec": {key: part for key, part in spec.items() if key != "title"},
    }


def _counted(standing: Standing, card: Scorecard) -> str:
    """Return a day's count in words, and what such a day usually brings."""
    if standing.now.value is None:
        name = names.name(standing.card)
        return f"{name}: not known of {day_text(standing.now.start)}"
    told = names.name(standing.card)
    if standing.card.name in COUNTS:
        told = plural(int(standing.now.value), *COUNTS[standing.card.name])
    usual = usually(card, standing.card.name)
    return f"{told}, usually {day.counts(usual)}" if usual is not None else told
