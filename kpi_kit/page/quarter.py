"""What a quarter comes to, in three sentences: the engagement, the worst, the money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.gate import this_quarter
from kpi_kit.page import names
from kpi_kit.page.gate import counted, kpis
from kpi_kit.page.headlines import answer
from kpi_kit.page.messages import number
from kpi_kit.page.sentences import (
    LONGEST,
    Sentence,
    contract_lines,
    linked,
    worst_line,
)
from kpi_kit.periods import DAY
from kpi_kit.phrases import dated, value
from kpi_kit.prices import since_month_one
from kpi_kit.units import count_text, day_text, share_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from kpi_kit.page.gate import Counted
    from kpi_kit.rules import Finding
    from kpi_kit.standing import Scorecard, Standing

# The sections that the sentences lead to: ids of the notebook's cells.
NOW, DECIDE, MONEY = "now", "decide", "money"


def of_the_quarter(card: Scorecard, found: Sequence[Finding]) -> list[Sentence]:
    """Return what a quarter comes to: against before, the worst and why, the money."""
    return [_engagement(card), *_worst(card, found), *_money(card, found)]


def _engagement(card: Scorecard) -> Sentence:
    many, live = counted(this_quarter(card)), card.contract.go_live
    if live is None or live > card.start:
        told = "The contract names no go-live: nothing can be held against before."
        if live is not None:
            told = "The vendor has not gone live yet: these are the client's numbers."
        return Sentence(state="no_target", texts=(told,))
    if not many.n:
        told = "No KPI of the quarter can be held against the days before go-live."
        return Sentence(state="not_computable", texts=(told,))
    up = f"{many.better} of {kpis(many.n)}"
    rest = f" {'is' if many.better == 1 else 'are'} surely better, {many.worse} worse, "
    rest += f"{many.close} not told apart."
    return Sentence(
        state=_side(many),
        texts=("Against the 30 days before go-live ", up, rest),
        targets=(NOW,),
        said="against before",
    )


def in_brief(card: Scorecard) -> tuple[str, ...]:
    """Return the first sentence as a mail's subject has it, the longest way first."""
    many, live = counted(this_quarter(card)), card.contract.go_live
    if live is None or live > card.start or not many.n:
        return ()
    of, worse = f"{many.better} of {many.n}", f"{many.worse} worse"
    named = f"{many.better} of {kpis(many.n)} better"
    return (
        f"{named} than before go-live, {worse}",
        f"{named}, {worse}",
        f"{of} better, {worse}",
    )


def _side(many: Counted) -> str:
    if many.worse > many.better:
        return "misses"
    return "close" if many.worse else "meets" if many.better else "close"


def _worst(card: Scorecard, found: Sequence[Finding]) -> list[Sentence]:
    """Return the worst contract line, by the finding about it where one is short."""
    lines = [line for line in contract_lines(card) if line.now.value is not None]
    about = lines[0].card.name if lines else ""
    # A finding's title names no days: those of another quarter are to be named.
    found = () if lines and dated(card, lines[0]) else found
    for place, finding in enumerate(found, 1):
        title = f"{finding.title.removesuffix('.')}."
        if (finding.metric == about or not lines) and len(title) <= LONGEST:
            return [
                Sentence(
                    state=finding.state,
                    texts=linked(title),
                    targets=(f"finding-{place}",),
                )
            ]
    return [worst_line(lines[0], card)] if lines else []


def _money(card: Scorecard, found: Sequence[Finding]) -> list[Sentence]:
    """Return what a solved ticket cost, and how much is to be decided."""
    cost = "cost_per_resolution"
    many = len(found)
    decide = {0: "nothing is to be decided", 1: "one finding needs a decision"}
    what = decide.get(many, f"{many} findings need a decision")
    if cost not in card or card[cost].now.value is None:
        texts = ("", f"{what[:1].upper()}{what[1:]}", ".")
        return [Sentence(state="no_target", texts=texts, targets=(DECIDE,))]
    fall = since_month_one(card[cost], card.contract.go_live)
    since = dated(card, card[cost])
    if fall is not None:
        word = "less" if fall.share >= 0 else "more"
        moved = f"{share_text(abs(fall.share))} {word}"
        since += f", from month one to {number(fall.number)} {moved}"
    told = ("A solved ticket cost ", value(card[cost], card[cost].now), f"{since}; ")
    return [
        Sentence(
            state=card[cost].state,
            texts=(*told, what, "."),
            targets=(MONEY, DECIDE),
            said=f"{names.name(card[cost].card)}: {card[cost].state_text}",
        )
    ]


def backlog(standing: Standing, daily: pd.DataFrame) -> str:
    """Say how many tickets were open at the quarter's end, and when the most were."""
    if standing.now.value is None:
        return answer(f"{names.name(standing.card)}: {standing.state_text}.")
    last = day_text(standing.now.end - DAY)
    told = f"{names.value(standing, standing.now)} open at the end of {last}"
    if standing.previous is not None and standing.previous.value is not None:
        told += f", {names.value(standing, standing.previous)} a quarter before"
    known = daily[daily["value"].notna()]
    if known.empty:
        return answer(f"{told}.")
    top = known.loc[known["value"].idxmax()]
    most = f"{count_text(top['value'])} on {day_text(top['period_start'])}"
    return answer(f"{told}.", f"The most in the quarter: {most}.")
