"""The seven state marks: one geometry for charts, page, banner and sparklines."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from kpi_kit.look import variable


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A mark's outline and the sign within it, as SVG paths that fit -1 to 1.

    ``fill`` and ``stroke`` are tokens of the look for the outline, ``sign_fill`` and
    ``sign_stroke`` those for the sign; empty paints nothing.  ``width`` is that of
    the strokes, in the paths' unit, and ``dashed`` breaks the outline.
    """

    outline: str
    sign: str = ""
    fill: str = ""
    stroke: str = ""
    sign_fill: str = ""
    sign_stroke: str = ""
    width: float = 0.3
    dashed: bool = False


def _circle(radius: float) -> str:
    arc = f"A{radius},{radius},0,1,1"
    return f"M{-radius},0{arc},{radius},0{arc},{-radius},0Z"


MARKS = {
    "meets": Mark(
        outline=_circle(1),
        sign="M-0.46,0.04L-0.14,0.38L0.48,-0.34",
        fill="meets",
        sign_stroke="paper",
    ),
    "misses": Mark(
        outline="M-0.9,-0.9L0.9,-0.9L0.9,0.9L-0.9,0.9Z",
        sign="M-0.4,-0.4L0.4,0.4M-0.4,0.4L0.4,-0.4",
        fill="misses",
        sign_stroke="paper",
    ),
    "close": Mark(
        outline="M0,-1L1,0L0,1L-1,0Z",
        sign="M0,-1L-1,0L0,1Z",
        fill="paper",
        stroke="close",
        sign_fill="close",
        width=0.24,
    ),
    "too_few": Mark(outline=_circle(0.82), fill="paper", stroke="unknown"),
    "not_mature": Mark(
        outline=_circle(0.82), fill="paper", stroke="unknown", dashed=True
    ),
    "not_computable": Mark(outline="M-0.9,0L0.9,0", stroke="unknown"),
    "no_target": Mark(outline=_circle(0.5), fill="series"),
}
# An alarm is drawn as what it is: something missed.
MARKS["alarm"] = MARKS["misses"]


def mark(state: str, label: str = "", size: int = 14) -> str:
    """Return a state's mark as a small inline picture.

    Parameters
    ----------
    state
        One of :data:`MARKS`.
    label
        What the mark says where no word stands beside it.
    size
        Its height and width in pixels.

    Examples
    --------
    >>> mark("no_target")[:58]
    '<svg class="mark no_target" width="14" height="14" viewBox'
    >>> mark("no_target", "no target")[-119:-97]
    'aria-label="no target"'
    """
    told = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return (
        f'<svg class="mark {state}" width="{size}" height="{size}" '
        f'viewBox="-1.2 -1.2 2.4 2.4" {told}>{paths(state)}</svg>'
    )


def banner(state: str, first: str, rest: str) -> str:
    """Return the notice above the title; a report has one at most.

    Parameters
    ----------
    state
        ``misses`` for a report that failed, ``close`` for data that ends early,
        ``not_mature`` for numbers that can change.
    first, rest
        What it is, in one sentence, and what it means for the reader.
    """
    return (
        f'<div class="banner {state}" role="status">{mark(state)}<p>'
        f"<b>{escape(first)}</b><br>{escape(rest)}</p></div>"
    )


def paths(state: str) -> str:
    """Return a mark's paths alone, in the unit of :class:`Mark`."""
    mark = MARKS[state]
    dash = ' stroke-dasharray=".42 .3"' if mark.dashed else ""
    outline = _path(mark.outline, mark.fill, mark.stroke, mark.width, dash)
    if not mark.sign:
        return outline
    return outline + _path(mark.sign, mark.sign_fill, mark.sign_stroke, mark.width)


def _path(shape: str, fill: str, stroke: str, width: float, more: str = "") -> str:
    inside = variable(fill) if fill else "none"
    line = f' stroke="{variable(stroke)}" stroke-width="{width}"' if stroke else ""
    return f'<path d="{shape}" fill="{inside}"{line}{more}/>'
