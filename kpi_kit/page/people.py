"""Who works: agents side by side, vendor and client, and which rules were broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.agent_gap import AT_LEAST_N, COACH_FROM
from kpi_kit.answers import NONE
from kpi_kit.beside import SIDES
from kpi_kit.page import names
from kpi_kit.page.headlines import answer
from kpi_kit.page.tables import Cell, table
from kpi_kit.states import WORDS
from kpi_kit.teams import CLIENT
from kpi_kit.units import (
    MISSING,
    count_text,
    day_text,
    duration_text,
    interval_text,
    period_text,
    share_text,
    value_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from kpi_kit.agent_gap import AgentGap
    from kpi_kit.beside import Breach
    from kpi_kit.standing import Scorecard, Standing
    from kpi_kit.worked import Worked

MOST_GAPS = 4
_LIMITED = {"too_few": "too few", "not_computable": "no tickets"}


def coaching(gaps: Sequence[AgentGap]) -> str:
    """Say whom to coach, and return the widest gaps between agents as a table."""
    if not gaps:
        least = f"{AT_LEAST_N} tickets of one issue type"
        return answer(f"No two agents of a team have {least} in eight weeks.")
    flagged = [gap for gap in gaps if gap.is_flagged]
    told = f"No two agents are surely {COACH_FROM} min apart on tickets of one kind."
    if flagged:
        told = "; ".join(
            f"agent {gap.slow} takes {duration_text(gap.minutes)} longer than agent "
            f"{gap.fast} for {gap.issue_type} (95% interval "
            f"{interval_text(gap.low, gap.high, 'minutes')})"
            for gap in flagged
        )
        told = f"{told[:1].upper()}{told[1:]}."
    rows = [
        (
            gap.issue_type + ("" if gap.team == NONE else f", {gap.team}"),
            *(_agent(gap, code) for code in (gap.fast, gap.slow)),
            duration_text(gap.minutes),
            Cell("coach", state="misses") if gap.is_flagged else "",
        )
        for gap in gaps[:MOST_GAPS]
    ]
    heads = ("Tickets", "Fastest", "Slowest", "Apart", "")
    how = f"Median work per ticket, agents with {AT_LEAST_N} tickets in eight weeks."
    made = table("Agents on tickets of one kind", heads, rows, {"Apart"})
    return answer(told, how) + made


def within_limits(found: Sequence[Worked]) -> str:
    """Return the work on issue types whose handle time the contract limits."""
    if not found:
        return ""
    rows = [
        (
            one.issue_type,
            duration_text(one.limit),
            MISSING if one.median is None else duration_text(one.median),
            interval_text(one.low, one.high, "minutes"),
            count_text(one.n),
            Cell(_LIMITED.get(one.state) or WORDS[one.state], state=one.state),
        )
        for one in found
    ]
    heads = ("Tickets", "Limit", "Median work", "95% interval", "n", "")
    told = "What the contract allows for each issue type, over eight weeks. "
    told += "No fee hangs on it: who is paid for haste closes early."
    made = table("Work per ticket and its limits", heads, rows, {*heads[1:5]})
    return answer(told) + made


def _agent(gap: AgentGap, code: str) -> str:
    row = gap.frame.set_index("agent").loc[code]
    return f"{code}: {duration_text(row['value'])} (n {count_text(row['n'])})"


def sides(found: Mapping[str, pd.DataFrame], card: Scorecard) -> str:
    """Return vendor and client side by side, over the same four weeks."""
    known = [
        name for rows in found.values() for name in rows["organization"] if name != NONE
    ]
    who = [*dict.fromkeys(known)]
    if len(who) < 2:
        return ""
    rows = [
        (
            names.called(card[name], card),
            *(_side(frame, card[name], one) for one in who),
        )
        for name, frame in found.items()
        if frame["value"].notna().any()
    ]
    days = period_text(card.start - SIDES, card.start)
    final = f"{days}: weeks whose solves are final"
    if card.every == "quarter":
        final = period_text(card.start, card.end)
    told = answer(
        f"Who replied first, and who solved, {final}.",
        "The client has the tickets that were handed on: they are not alike.",
    )
    heads = ("KPI", *("The client" if one == CLIENT else one for one in who))
    return told + table("Vendor and client", heads, rows, {*heads[1:]})


def _side(frame: pd.DataFrame, standing: Standing, who: str) -> str:
    mine = frame[frame["organization"] == who]
    if mine.empty or mine["value"].isna().all():
        return MISSING
    row = mine.iloc[0]
    days = standing.clock != "business"
    value = value_text(row["value"], standing.card.unit, days=days)
    few = ", too few" if row["status"] == "too_few" else ""
    return f"{value} (n {count_text(row['n'])}{few})"


def sampled(card: Scorecard) -> str:
    """Say on how many reviews the QA score rests, as a share of the solved tickets."""
    if not {"qa_score", "resolution_time"} <= {*card.standings}:
        return ""
    now, solved = card["qa_score"].now, card["resolution_time"].now
    if not now.n or not solved.n or (now.start, now.end) != (solved.start, solved.end):
        return ""
    share = share_text(now.n / solved.n)
    told = f"The QA score rests on {count_text(now.n)} reviews, {share} of the "
    told += f"{count_text(solved.n)} tickets solved from "
    told += f"{period_text(now.start, now.end)}. Draw them by lot: whether they were, "
    return answer(f"{told}no export says.")


def breaches(found: Sequence[Breach], standing: Standing) -> str:
    """Return the required checks that failed, each with its ticket."""
    now = standing.now
    if now.value is None or not found:
        checks = "No required check was made" if not now.n else "Every check was passed"
        return answer(f"{checks} from {period_text(now.start, now.end)} (n {now.n:,}).")
    rows = [
        (
            Cell(one.ticket_id, address=one.url),
            one.criterion,
            day_text(one.day),
            one.agent or MISSING,
        )
        for one in found
    ]
    failed = now.n - round(now.value * now.n)
    told = f"{count_text(failed)} of {count_text(now.n)} required checks failed."
    heads = ("Ticket", "Check", "Reviewed", "Agent")
    return answer(told) + table("Checks that failed", heads, rows, set())
