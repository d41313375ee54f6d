"""Reviews and ratings contradict each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from kpi_kit.bias import LEAST_PERCENT
from kpi_kit.comparable import EVERYBODY, bound_of
from kpi_kit.held import readings
from kpi_kit.phrases import dated, earlier, measured, value
from kpi_kit.rules import Finding, rule, sound
from kpi_kit.standing import is_vendors
from kpi_kit.units import count_text, share_text, tick_text

if TYPE_CHECKING:
    from kpi_kit.standing import Reading, Scorecard, Standing

# Both articles' minimum in a contract: of reviews, and of ratings where neither the
# contract nor a cited band of the segment says more.
REVIEWS, RATINGS = 0.90, 0.85
WEEKS = timedelta(weeks=4)


@rule(
    reads=("csat",),
    severity="note",
    source="QA score: objective, while CSAT depends on mood and complexity",
)
def quality_against_mood(card: Scorecard) -> Finding | None:
    """Playbook or product may be at fault, not care: reviews and ratings disagree.

    Fires when reviews reach their minimum while customers are surely less satisfied
    than agreed, or reviews miss it while customers surely are satisfied, this week and
    the week before.  A week has few reviews, so those of four are taken together; their
    average has no interval and is judged by its value, as a contract does.
    """
    points, mood = _reviewed(card), _mood(card)
    if points is None or not mood:
        return None
    is_good = points.value >= _minimum(card)
    if is_good and mood == "low":
        return _unhappy(card, points)
    return _happy(card, points) if not is_good and mood == "high" else None


def _mood(card: Scorecard) -> str:
    """Return on which side of their line ratings surely were in both weeks."""
    rated = card["csat"]
    before, line = rated.previous, _line(rated)
    if before is None or before.status != "ok" or not is_vendors(card.contract, before):
        return ""
    if max(rated.now.high, before.high) < line:
        return "low"
    return "high" if min(rated.now.low, before.low) > line else ""


def _line(rated: Standing) -> float:
    """Return what CSAT is held against: the contract, else the band, else 85 %."""
    if rated.target is not None:
        return bound_of(rated.target)
    is_own = rated.band is not None and rated.band.segment != EVERYBODY
    return rated.band.low if is_own else RATINGS


def _minimum(card: Scorecard) -> float:
    target = card["qa_score"].target
    return REVIEWS if target is None else bound_of(target)


def _reviewed(card: Scorecard) -> Reading | None:
    """Return the reviews of four weeks together; None where they are too few."""
    if "qa_score" not in card:
        return None
    reviewed, last = card["qa_score"], card["csat"].now
    weeks = [
        week
        for week in readings(reviewed.series)
        if last.end - WEEKS <= week.start
        and week.end <= last.end
        and week.n
        and week.status in {"ok", "too_few"}
        and is_vendors(card.contract, week)
    ]
    n = sum(week.n for week in weeks)
    if n < reviewed.card.at_least_n:
        return None
    points = sum(week.value * week.n for week in weeks) / n
    return replace(weeks[-1], start=weeks[0].start, value=points, n=n, status="ok")


def _unhappy(card: Scorecard, points: Reading) -> Finding:
    return Finding(
        title=f"{_share(card)} are satisfied though reviews give {_points(points)}",
        state="misses" if card["csat"].state == "misses" else "close",
        facts=_facts(card, points),
        speaks_for=(
            "Agents do what the playbook asks: playbook or product are likelier at "
            "fault than care."
        ),
        speaks_against=_few_answers(card),
        ask=(
            "The client and the vendor's quality lead read ten tickets with low "
            "ratings and good reviews, and say for each whether rule, product or tone "
            "was at fault."
        ),
        metric="csat",
    )


def _happy(card: Scorecard, points: Reading) -> Finding:
    return Finding(
        title=f"Reviews give {_points(points)} though {_share(card)} are satisfied",
        state="misses" if card["qa_score"].state == "misses" else "close",
        facts=_facts(card, points),
        speaks_for=(
            "Customers like what reviewers mark down: the rubric may ask for what "
            "nobody needs, or agents give away what they should not."
        ),
        speaks_against=_few_answers(card),
        ask=(
            "The client and the vendor's quality lead review ten tickets together, and "
            "change the rubric or name what agents gave away."
        ),
        metric="qa_score",
    )


def _share(card: Scorecard) -> str:
    return f"{value(card['csat'], card['csat'].now)} of the customers who answered"


def _points(points: Reading) -> str:
    return f"{share_text(points.value)} of the points"


def _facts(card: Scorecard, points: Reading) -> tuple[str, ...]:
    rated, reviewed = card["csat"], card["qa_score"]
    given = f"{share_text(points.value)} (n={count_text(points.n)})"
    least = _least(reviewed, _minimum(card))
    now, before = (measured(rated, each) for each in (rated.now, rated.previous))
    return (
        f"Positive ratings{dated(card, rated)}: {now}; {_least(rated, _line(rated))}.",
        f"{earlier(card)}: {before}.",
        f"Reviews by the client, four weeks together: {given}; {least}.",
    )


def _least(standing: Standing, line: float) -> str:
    whose = "is cited" if standing.target is None else "is agreed"
    return f"at least {tick_text(line, 'share')} {whose}"


def _few_answers(card: Scorecard) -> str | None:
    """Return the rival cause: only some customers answered."""
    asked = sound(card, "csat_response_rate")
    if asked is None or asked.now.high >= LEAST_PERCENT / 100:
        return None
    share = value(asked, asked.now)
    return f"Only {share} of the surveys were answered: others may think otherwise."
