"""Slides: one message each as its title, one picture, and what the speaker knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpi_kit.page import masthead, names, recommended
from kpi_kit.page.messages import (
    before,
    how_sure,
    line,
    message,
    number,
    short,
    title,
    when,
    whole,
    would_change,
)
from kpi_kit.phrases import measured
from kpi_kit.units import count_text, day_text, period_text, share_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import altair as alt
    import pandas as pd

    from kpi_kit.causes import Causes
    from kpi_kit.page.sentences import Sentence
    from kpi_kit.rules import Finding
    from kpi_kit.standing import Scorecard, Standing

Slide = dict[str, Any]

KEPT = {"misses": "missed", "meets": "met", "close": "too close to call"}
KEPT |= {"not_computable": "not computable"}

MOST_ROWS = 7
LONGEST_NAME = 70  # characters of a cause in a title
# A slide's chart is the page's, enlarged: words of 11 pixels become 15.4.
TALL = 286  # pixels of a chart that takes any height
LEAST, MOST = 1.4, 1.9
ROOM = 420  # pixels of a slide under its title
AXIS = 44  # pixels about a plot: dates under it, words over it


def slide(
    text: str, context: str, whence: str, notes: dict[str, str], **what: Any
) -> Slide:
    """Return a slide as the deck takes it: plain texts, and one thing to look at.

    Parameters
    ----------
    text
        The message.
    context
        The line under it.
    whence
        Where its numbers come from, for the foot.
    notes
        What the speaker knows, by its heading; empty ones are left out.
    **what
        One of ``chart`` (with its ``scale``), ``table``, ``lines``, ``ask`` with
        ``facts`` and its finding's ``state``.
    """
    told = [(name, whole(text)) for name, text in notes.items() if text]
    return {"title": text, "context": context, "source": whence, "notes": told, **what}


def enlarged(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """Return a chart's spec, and how much larger a slide shows it than the page."""
    spec = chart.to_dict()
    fits = ROOM / (spec.get("height", TALL) + AXIS)
    return {"chart": spec, "scale": round(min(max(fits, LEAST), MOST), 2)}


def opening(told: Sequence[Sentence], card: Scorecard) -> Slide:
    """Return the first slide: the sentences that a report opens with."""
    lines = [
        {
            "state": sentence.state,
            "said": sentence.said or sentence.state.replace("_", " "),
            "text": whole(sentence.text),
        }
        for sentence in told
    ]
    kept = _tally(s.state for s in card.standings.values() if s.target is not None)
    last = card.fresh.last
    known = f"Data up to {day_text(last)} {last.year}." if last else ""
    context = masthead.lacks(card) or known
    notes = {"Say": "These three sentences, then where each comes from."}
    return slide(title(kept), line(context), source(card), notes, lines=lines)


def _tally(states: Iterable[str]) -> str:
    """Say how many contract lines are met and missed."""
    states = list(states)
    if not states:
        return "The contract names no target that this data can judge"
    counts = {word: states.count(state) for state, word in KEPT.items()}
    counts["still to be judged"] = len(states) - sum(counts.values())
    parts = [(number(n), word) for word, n in counts.items() if n]
    (first, word), *rest = parts
    if not rest:
        few = {1: "The contract line is", 2: "Both contract lines are"}
        many = f"The {first} contract lines are all"
        return f"{few.get(len(states), many)} {word}"
    verb = "is" if first == "one" else "are"
    text = f"Of {number(len(states))} contract lines {first} {verb} {word}"
    return ", ".join([text, *(f"{count} {word}" for count, word in rest)])


def kpi(
    standing: Standing,
    card: Scorecard,
    chart: alt.TopLevelMixin,
    found: Sequence[Finding],
    *said: str,
) -> Slide:
    """Return one KPI: its message, a picture of it, how sure it is.

    Parameters
    ----------
    standing, card
        The KPI and its scorecard.
    chart
        The picture.
    found
        The findings; those about this KPI go into the notes.
    *said
        What is told under the title before all else.
    """
    about = [f for f in found if f.metric == standing.card.name]
    told = [text for f in about for text in (f.title, f.speaks_for) if text]
    notes = {
        "Say": " ".join(f"{text.removesuffix('.')}." for text in told)
        or f"{before(standing)} {how_sure(standing)}".strip(),
        "How sure": how_sure(standing),
        "Definition": definition(standing, card),
        "What would change it": would_change(standing),
    }
    sure = how_sure(standing).partition(";")[0]
    context = line(*said, before(standing), f"{sure.removesuffix('.')}.")
    return slide(
        message(standing, card),
        context,
        source(card, standing),
        notes,
        **enlarged(chart),
    )


def tenures(
    rows: pd.DataFrame, standing: Standing, card: Scorecard, chart: alt.TopLevelMixin
) -> Slide:
    """Return who would recommend by how long they have been customers.

    Parameters
    ----------
    rows
        The judged quarter's scores by ``customer_tenure``.
    standing, card
        The score, and its scorecard.
    chart
        The picture of the rows.
    """
    known = {row.customer_tenure: row for row in rows.itertuples()}
    long, new = (names.value(standing, known[who]) for who in ("long-term", "new"))
    apart = recommended.apart(known)
    notes = {
        "Say": f"{apart} {how_sure(standing)}",
        "How sure": " ".join(
            f"{recommended.CALLED[who]}: {measured(standing, row)}."
            for who, row in known.items()
        ),
        "Definition": definition(standing, card),
        "What would change it": recommended.LOOKS_BACK,
    }
    both = f"a score of {long} against {new} of newer customers"
    said = f"{apart.removesuffix('.')}: {both}"
    total = names.value(standing, standing.now)
    context = line(f"All customers of {when(standing)}: {total}. {how_sure(standing)}")
    whence = source(card, standing)
    return slide(title(said), context, whence, notes, **enlarged(chart))


def definition(standing: Standing, card: Scorecard) -> str:
    """Return a KPI's definition under the reading that the contract chose."""
    return names.as_read(standing.card, card.contract).definition.replace("``", "")


def source(card: Scorecard, standing: Standing | None = None) -> str:
    """Return where the numbers of a slide come from."""
    if standing is None:
        days = period_text(card.start, card.end)
        return f"Source: own helpdesk data, {days}; bounds are 95% intervals."
    now = standing.now
    days = period_text(now.start, now.end)
    n = f"; n = {count_text(now.n)}" if now.n else ""
    kind = names.kind(standing, card.every)
    return whole(f"Source: own helpdesk data, {days}; {kind}{n}.")


def root_causes(found: Causes | None, before: str) -> Slide | None:
    """Return why customers write, and what it was ``before``; None without causes."""
    if found is None or not found.tagged:
        return None
    first, share = found.causes[0], found.causes[0].n / found.tagged
    called = short(first.name, LONGEST_NAME)
    said = f"{called} is the first cause: {share_text(share)} of tickets with one"
    spared = ""
    if found.avoidable is not None:
        part = share_text(found.avoidable / found.tagged)
        spared = f"{part} need not be: the contract calls their causes avoidable."
    rows = [
        [
            cause.name,
            count_text(cause.n),
            share_text(cause.n / found.tagged),
            count_text(cause.before),
            "avoidable" if cause.is_avoidable else "",
        ]
        for cause in found.causes[:MOST_ROWS]
    ]
    heads, numbers = ["Root cause", "Tickets", "Share", before, ""], [1, 2, 3]
    if found.avoidable is None:
        heads, rows = heads[:-1], [row[:-1] for row in rows]
    if not found.has_before:
        heads, numbers = [*heads[:3], *heads[4:]], [1, 2]
        rows = [[*row[:3], *row[4:]] for row in rows]
    days = period_text(found.start, found.end)
    tagged = f"{count_text(found.tagged)} of {count_text(found.n)} tickets have a cause"
    notes = {
        "Say": spared or "The contract calls none of these causes avoidable.",
        "How sure": f"{tagged}; the others have none.",
        "Definition": "The cause that an agent named when the ticket was solved.",
        "What would change it": "Other agents may name other causes; read ten tickets.",
    }
    table = {"heads": heads, "rows": rows, "numbers": numbers}
    whence = f"Source: own helpdesk data, {days}; {tagged}."
    return slide(title(said), line(spared, f"{tagged}."), whence, notes, table=table)
