"""Slides that hold KPIs against the 30 days before go-live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpi_kit.page import gate, names
from kpi_kit.page.messages import line, number, title, whole
from kpi_kit.page.slides import MOST_ROWS, enlarged, slide, source
from kpi_kit.units import MISSING, period_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpi_kit.gate import Against
    from kpi_kit.page.slides import Slide
    from kpi_kit.standing import Scorecard, Standing

MOST_BARS = 6
READ = {
    "Definition": "Better and worse are surely so: the doubt of both numbers leaves no "
    "other answer.",
    "What would change it": "Another mix of issue types before and after.",
}


def scorecard(standings: Sequence[Standing], card: Scorecard) -> Slide | None:
    """Return every leading KPI against the 30 days before go-live, as a table."""
    held = [s for s in standings if s.now.value is not None][:MOST_ROWS]
    judged = [s for s in held if s.since_baseline is not None]
    if not judged:
        return None
    up = sum(bool(s.since_baseline.is_better) for s in judged)
    down = sum(bool(s.since_baseline.is_worse) for s in judged)
    said = "Against our own 30 days before go-live, "
    said += f"{number(up, 'none')} of {number(len(judged))} KPIs "
    said += f"{'are' if up > 1 else 'is'} better and {number(down, 'none')} worse"
    heads = ["KPI", "Before go-live", "Now", "Change", "State"]
    rows = [_row(standing, card) for standing in held]
    notes = {
        "Say": "Speed, quality and cost stand in one table; none is the verdict alone.",
        **READ,
    }
    table = {"heads": heads, "rows": rows, "numbers": [1, 2, 3]}
    same = len(judged) - up - down
    apart = f"{number(same)} cannot be told apart from noise." if same else ""
    context = line(
        f"{apart[:1].upper()}{apart[1:]}", "Contract targets are at the right."
    )
    return slide(title(said), context, source(card), notes, table=table)


def against(
    found: Sequence[Against], card: Scorecard, now: str, when: str
) -> Slide | None:
    """Return the KPIs against the 30 days before go-live, as a picture.

    Parameters
    ----------
    found
        All KPIs, in the order in which they are told.
    card
        Gives the reading of first contact resolution.
    now
        What is held against them, over the picture: ``days 61 to 90``.
    when
        The same as the message begins: ``By month three``.
    """
    told = [each for each in found if each.change is not None]
    many = gate.counted(found)
    drawn = gate.gate(told[:MOST_BARS], card, now)
    if drawn is None or not many.n:
        return None
    said = f"{when} {number(many.better, 'none')} of {number(many.n)} KPIs "
    said += f"{'were' if many.better > 1 else 'was'} better than before go-live and "
    said += f"{number(many.worse, 'none')} worse"
    named = _sides(told, card)
    apart = f"{number(many.close, 'none')} of {number(many.n)}"
    notes = {
        "Say": " ".join(named),
        "How sure": f"{apart[:1].upper()}{apart[1:]} cannot be told apart from noise.",
        **READ,
    }
    whence = _days(told[0])
    return slide(title(said), line(*named), whence, notes, **enlarged(drawn.chart))


def _sides(told: Sequence[Against], card: Scorecard) -> list[str]:
    """Return the first two KPIs that are worse, and the first that is better."""
    sides = {"Worse": ("misses", 2), "Better": ("meets", 1)}
    those = {
        side: [gate.named(each, card) for each in told if each.state == state][:most]
        for side, (state, most) in sides.items()
    }
    return [f"{side}: {', '.join(some)}." for side, some in those.items() if some]


def _days(each: Against) -> str:
    now, then = (period_text(r.start, r.end) for r in (each.now, each.before))
    return f"Source: own helpdesk data, {now} against {then}; bars are 95% intervals."


def _row(standing: Standing, card: Scorecard) -> list[Any]:
    moved = standing.since_baseline
    bound = names.bound(standing) if standing.target is not None else ""
    state = ", ".join(text for text in (standing.state_text, bound) if text)
    return [
        names.called(standing, card),
        whole(names.value(standing, standing.baseline)),
        whole(names.value(standing, standing.now)),
        MISSING if moved is None else whole(f"{moved.text}, {moved.word}"),
        {"state": standing.state, "text": whole(state)},
    ]
