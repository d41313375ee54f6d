"""The line under a heading: the answer, before the picture that shows it."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from kpi_kit.answers import NONE
from kpi_kit.comparable import bound_of
from kpi_kit.page import names
from kpi_kit.page.names import prose
from kpi_kit.states import note_text, state_of
from kpi_kit.units import (
    MONTHS,
    WEEKDAYS,
    count_text,
    day_text,
    period_text,
    value_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from kpi_kit.growth import Growth
    from kpi_kit.standing import Scorecard, Standing

ESCALATED = {
    "escalation_to_client_rate": "were handed to the client",
    "escalation_rate": "moved up a tier",
}
NUMBERS = ("no", "one", "two", "three", "four", "five")


def answer(*sentences: str) -> str:
    """Return the line as HTML; nothing when there is nothing to say."""
    told = " ".join(sentence for sentence in sentences if sentence)
    return f'<p class="answer">{prose(told)}</p>' if told else ""


def better(
    card: Scorecard, drawn: Sequence[Standing], within: Sequence[Standing] = ()
) -> str:
    """Say what has changed since go-live, and which week was the worst.

    Parameters
    ----------
    card
        Gives the period.
    drawn
        The KPIs over time, the most important first.
    within
        Of durations, the shares that kept their target.
    """
    judged = [s.since_baseline for s in drawn if s.since_baseline is not None]
    up = sum(bool(change.is_better) for change in judged)
    down = sum(bool(change.is_worse) for change in judged)
    since = ""
    if judged:
        same = len(judged) - up - down
        since = (
            f"Against the 30 days before go-live: {up} better, {down} worse, {same} "
            "not told apart."
        )
    told = (text for s in (*drawn, *within) if (text := worst_period(s, card)))
    worse = [*dict.fromkeys(told)][:2]
    last = f"{card.start.day} {MONTHS[card.start.month - 1]}"
    scale = f"Each chart has its own scale; the {card.every} of {last} is the last."
    return answer(since, *worse, scale)


def worst_period(standing: Standing, card: Scorecard) -> str:
    """Say in which of the vendor's periods a KPI was worst, and how it stands now.

    Empty where :func:`worst` finds none, and where now is as bad.
    """
    rows, alike = worst(standing, card)
    if alike.empty:
        return ""
    called = names.called(standing, card)
    when = period_text(alike["period_start"].iloc[0], alike["period_end"].iloc[-1])
    then = from_to(alike["value"], standing)
    if standing.now.start in set(alike["period_start"]):
        first, of = alike["period_start"].iloc[0], f"of {len(rows)} {card.every}s"
        since = f", since {day_text(first)}" if len(alike) > 1 else ""
        return f"{called} is at its worst {of}{since}: {then}."
    if alike["value"].min() <= standing.now.value <= alike["value"].max():
        return ""
    now = names.value(standing, standing.now)
    of = f"of {len(rows)} {card.every}s"
    return f"{called} was at its worst {of} from {when}, {then}; now {now}."


def worst(standing: Standing, card: Scorecard) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the vendor's periods that can be judged, and the worst stretch of them.

    The stretch is empty where the KPI has no better or worse, too few periods, or none
    that stands out: periods whose intervals reach the worst number are as bad as it,
    must follow one another, and be worse than every other by their values too.
    """
    live, series = card.contract.go_live, standing.series
    ours = series["period_start"] >= live if live else series["value"].notna()
    rows = series[ours & (series["status"] == "ok")].reset_index(drop=True)
    none = rows.iloc[:0]
    if standing.card.better == "neither" or standing.card.unit == "count":
        return rows, none
    if len(rows) < 4 or standing.now.value is None or rows["low"].isna().all():
        return rows, none
    lower = standing.card.better == "lower"
    at = rows["value"].idxmax() if lower else rows["value"].idxmin()
    alike = rows[_reaches(rows, rows["value"][at], lower=lower)]
    beside = rows.drop(index=alike.index)["value"]
    apart = (
        beside.max() < alike["value"].min()
        if lower
        else beside.min() > alike["value"].max()
    )
    stands_out = _is_one_stretch(alike) and len(alike) <= len(rows) / 2 and apart
    return rows, alike if stands_out else none


def _reaches(rows: pd.DataFrame, worst: float, *, lower: bool) -> pd.Series:
    bound = rows["high"].fillna(inf) if lower else rows["low"].fillna(-inf)
    return bound >= worst if lower else bound <= worst


def _is_one_stretch(rows: pd.DataFrame) -> bool:
    return len(rows) == rows.index[-1] - rows.index[0] + 1


def from_to(values: pd.Series, standing: Standing) -> str:
    """Return the lowest and the highest of some values; one where they read alike."""
    days = standing.clock != "business"
    low, high = (
        value_text(value, standing.card.unit, days=days)
        for value in (values.min(), values.max())
    )
    return low if low == high else f"{low.removesuffix('%')} to {high}"


def waits(frame: pd.DataFrame, standing: Standing) -> str:
    """Say at which weekday and hour customers wait longest."""
    rows = frame[(frame["value"].notna()) & (frame["n"] >= 10)]
    if rows.empty:
        return answer("No hour of the week has ten answered tickets.")
    start, end = frame["period_start"].min(), frame["period_end"].max()
    of = f"Tickets of {period_text(start, end)}."
    row = rows.loc[rows["value"].idxmax()]
    day = WEEKDAYS[int(row["created_weekday"]) - 1]
    hour = int(row["created_hour"])
    text = value_text(row["value"], "minutes", days=standing.clock != "business")
    first = f"Longest for tickets opened {day} {hour:02d} to {hour + 1:02d}: {text}"
    if standing.target is None:
        return answer(f"{first}.", of)
    missed = int((rows["value"] > bound_of(standing.target)).sum())
    limit = names.bound(standing).removeprefix("at most ")
    hours = "the one hour" if len(rows) == 1 else f"{len(rows)} hours"
    lie = "lies" if missed == 1 else "lie"
    return answer(
        f"{first}; {missed} of {hours} with ten tickets {lie} over {limit}.", of
    )


def unsolved(frame: pd.DataFrame, standing: Standing, by: str) -> str:
    """Say which slices clearly miss the minimum, and how much of all they are."""
    column = by.replace(" ", "_")
    known = frame[frame["value"].notna() & (frame["status"] == "ok")]
    known = known[known[column] != NONE]
    if known.empty:
        least = standing.card.at_least_n
        return answer(f"No {by} has {least} tickets that can be judged.")
    low = known.loc[known["value"].idxmin()]
    share = value_text(low["value"], standing.card.unit)
    lowest = f"Lowest is {low[column]} with {share}."
    if standing.target is None:
        return answer(lowest)
    edge = bound_of(standing.target)
    states = [state_of(row, lambda v: v >= edge) for row in known.itertuples()]
    missing = known[[state == "misses" for state in states]]
    bound = names.bound(standing).replace("at least", "the minimum of")
    if missing.empty:
        return answer(f"No {by} clearly misses {bound}.", lowest)
    part = value_text(missing["n"].sum() / frame["n"].sum(), "share")
    labels = [str(text) for text in missing[column]]
    if len(labels) == 1:
        told = f"{labels[0]} clearly misses {bound} with {share}"
        return answer(f"{told}; it is {part} of the tickets.")
    told = f"{', '.join(labels[:-1])} and {labels[-1]} clearly miss {bound}"
    return answer(f"{told}: {part} of the tickets.", lowest)


def queue(daily: pd.DataFrame, standing: Standing, grown: Growth | None) -> str:
    """Say how many tickets are open, or came in, and whether they become more."""
    rows = daily[daily["value"].notna()]
    if rows.empty:
        return ""
    last, top = rows.iloc[-1], rows.loc[rows["value"].idxmax()]
    is_stock = standing.card.kind == "stock"
    first = "" if is_stock else "Open tickets are not known here. "
    came = "ticket came in on" if last["value"] == 1 else "tickets came in on"
    first += f"{count_text(last['value'])} "
    first += "open at the end of" if is_stock else came
    parts = [f"{first} {day_text(last['period_start'])}"]
    if standing.change is not None:
        more = f"{standing.change.text} on"
        same = standing.change.arrow == "level"
        parts.append(f"{'as many as' if same else more} the week before")
    if is_stock and grown is not None:
        parts.append(f"+{value_text(grown.share, 'share')} in three days")
    most = ""
    if top["value"] > last["value"] and top.name != rows.index[0]:
        since = day_text(rows.iloc[0]["period_start"])
        most = f"The most since {since}: {count_text(top['value'])} "
        most += f"on {day_text(top['period_start'])}."
    return answer(f"{', '.join(parts)}.", most)


def nothing(standing: Standing, card: Scorecard) -> str:
    """Say why a KPI has no chart."""
    called = names.called(standing, card)
    return answer(f"{called}: {standing.state_text}.")


def escalated(standing: Standing, shown: int, card: Scorecard) -> str:
    """Say how many tickets went up, and what the table shows of them."""
    reading = standing.now
    days = period_text(card.start, card.end)
    lacks = card.fresh.lack(card.start, card.end)
    if reading.value is None and lacks:
        return answer(f"Nobody can tell: {note_text(lacks)}.")
    if reading.value is None:
        return answer(f"No ticket of {days} can have been escalated.")
    count = round(reading.value * reading.n)
    if not count:
        before = names.value(standing, standing.previous)
        return answer(
            f"No ticket was escalated from {days}. The {card.every} before: {before}.",
            "If that surprises you, check that the source delivers team changes.",
        )
    what = ESCALATED[standing.card.name]
    first = f"{count_text(count)} of {count_text(reading.n)} tickets {what}"
    newest = {0: "", 1: "The newest:"}.get(shown, f"The {NUMBERS[shown]} newest:")
    return answer(f"{first} ({names.value(standing, reading)}).", newest)
