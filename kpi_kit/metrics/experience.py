"""What customers say: ratings, answers to surveys, recommendation, effort."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpi_kit.catalog import Benchmark, balance, mean, share

if TYPE_CHECKING:
    import ibis.expr.types as ir

ZENDESK = "Zendesk 2025 CX Benchmark, as cited"
OTHERS = "unattributed, as cited"
RATINGS = (
    "surveys.kind=csat+surveys.score",
    "tickets.csat+tickets.solved_at",
    "tickets.csat+events.field=status",
)
DAYS = (
    *("surveys.offered_at", "surveys.answered_at"),
    *("tickets.solved_at", "events.field=status"),
)

CSAT_BANDS = (
    *(
        Benchmark(segment=s, source=ZENDESK, verdict="standard", low=0.85, high=0.90)
        for s in ("b2b_saas", "technical")
    ),
    *(
        Benchmark(segment=s, source=ZENDESK, verdict="standard", low=0.90, high=0.95)
        for s in ("ecommerce", "b2c")
    ),
    Benchmark(
        segment="email",
        source=ZENDESK + " by a second article",
        verdict="median of outsourced e-mail",
        low=0.85,
        high=0.88,
    ),
    Benchmark(
        segment="all",
        source=OTHERS,
        verdict="systemic issue when consistently below",
        high=0.80,
    ),
    Benchmark(segment="all", source=OTHERS, verdict="excellent", low=0.90),
    Benchmark(segment="all", source=OTHERS, verdict="acceptable", low=0.80, high=0.89),
    Benchmark(segment="all", source=OTHERS, verdict="urgent attention", high=0.75),
    Benchmark(
        segment="all", source=OTHERS, verdict="contract minimum: above 85 %", low=0.85
    ),
)
RATED: dict[str, Any] = {
    "of": "surveys",
    "better": "higher",
    "dated_by": "rated_at",
    "needs": (RATINGS, DAYS),
}


@share(
    label="CSAT",
    plain="Satisfied customers",
    formula="positive ratings / ratings",
    source="CSAT: rating after resolution, usually 1 to 5, or thumbs",
    benchmarks=CSAT_BANDS,
    unbanded=(
        "75 to 80 % and 89 to 90 %: between the verdicts of one article",
        "two articles credit different numbers to the same Zendesk report",
    ),
    decisions=("Which rating is positive", "Which day a rating belongs to"),
    **RATED,
)
def csat(surveys: ir.Table) -> ir.BooleanColumn:
    """Share of ratings that are positive.

    Positive is 4 or 5 of 1 to 5, 3 of 1 to 3, 6 or 7 of 1 to 7 and a thumb up, unless
    the contract says from which rating on. A late answer counts for the day on which
    its ticket was last solved, and for the agent who solved it.
    """
    return (surveys.kind == "csat").ifelse(surveys.is_positive, None)


@mean(
    label="CSAT score",
    plain="Average rating",
    values=(0, 10),
    formula="sum of ratings / ratings, on the scale of 1 to 5",
    source="CSAT: rating after resolution, usually 1 to 5",
    unbanded=("no article gives a number for the average",),
    decisions=("Which rating is positive", "Scales are not mixed"),
    **RATED,
)
def csat_score(surveys: ir.Table) -> ir.NumericColumn:
    """Average rating on the survey's own scale; on 1 to 5 where scales differ."""
    return (surveys.kind == "csat").ifelse(surveys.on_one_scale, None)


@share(
    label="CSAT response rate",
    plain="Surveys answered",
    of="surveys",
    better="higher",
    dated_by="rated_at",
    formula="ratings given / ratings asked for",
    needs=(("surveys.kind=csat",), ("surveys.offered_at",)),
    source="CSAT response rate: responses / surveys offered",
    awaited=lambda surveys: (surveys.kind == "csat") & surveys.is_young,
    benchmarks=(
        Benchmark(
            segment="email",
            source=ZENDESK,
            verdict="usual",
            low=0.15,
            high=0.25,
        ),
        Benchmark(
            segment="all",
            source=ZENDESK,
            verdict="ratings are not reliable below: those who answer may differ",
            high=0.15,
        ),
    ),
    decisions=(
        "Few answers are a bias",
        "Which day a rating belongs to",
        "The surveys of a digest are of seven days",
    ),
)
def csat_response_rate(surveys: ir.Table) -> ir.BooleanColumn:
    """Share of the ratings asked for that were given.

    Late answers restate it; while any survey is out for less than seven days, the row
    is provisional.
    """
    asked = (surveys.kind == "csat") & surveys.is_offered
    return asked.ifelse(surveys.is_answered, None)


@balance(
    label="NPS",
    plain="Would recommend",
    values=(-100, 100),
    of="surveys",
    better="higher",
    dated_by="answered_at",
    formula="100 x (answers of 9 and 10 - answers of 0 to 6) / answers",
    needs=(("surveys.kind=nps+surveys.score",), ("surveys.answered_at",)),
    source="Net Promoter Score: 0 to 10, promoters less detractors",
    benchmarks=(
        Benchmark(segment="all", source=OTHERS, verdict="excellent: above 50", low=50),
        Benchmark(segment="all", source=OTHERS, verdict="good", low=30, high=49),
        Benchmark(segment="all", source=OTHERS, verdict="needs improvement", high=20),
        Benchmark(segment="all", source=OTHERS, verdict="treat as a crisis", high=0),
    ),
    unbanded=("20 to 30, 49 to 50 and exactly 50: the article's bands leave gaps",),
    decisions=("NPS looks back",),
)
def nps(surveys: ir.Table) -> ir.IntegerColumn:
    """Share of promoters (9 and 10) less share of detractors (0 to 6), times 100.

    Only answers on a scale of 0 to 10 are counted. It looks back, and is read by the
    quarter.
    """
    return (surveys.kind == "nps").ifelse(surveys.standing, None)


@mean(
    label="CES",
    plain="How easy it was",
    values=(0, 10),
    of="surveys",
    better="higher",
    dated_by="answered_at",
    formula="sum of answers / answers",
    needs=(("surveys.kind=ces+surveys.score",), ("surveys.answered_at",)),
    source="Customer Effort Score: 1 very difficult to 7 very easy",
    benchmarks=(
        Benchmark(segment="all", source=OTHERS, verdict="strong, of 7", low=5.5),
        Benchmark(segment="all", source=OTHERS, verdict="process review", high=5),
    ),
    unbanded=("5.0 to 5.5: between 'process review' and 'strong'",),
    decisions=("Scales are not mixed",),
)
def ces(surveys: ir.Table) -> ir.NumericColumn:
    """Average answer to how easy it was, on the survey's own scale.

    The cited bands speak of a scale of 1 to 7; where scales differ, answers are brought
    onto it.
    """
    return (surveys.kind == "ces").ifelse(surveys.on_one_scale, None)


@share(
    label="Referral rate",
    plain="Customers referred",
    of="surveys",
    better="higher",
    dated_by="answered_at",
    formula="not defined",
    needs=(("referrals, which no table holds",),),
    source="Referral rate, named under brand growth without a definition",
    unbanded=("no article gives a definition, nor a number",),
    no_target="no article defines it, so nobody could say whether it was kept",
)
def referral_rate(surveys: ir.Table) -> ir.BooleanColumn:
    """Share of customers who came on another's word: named, but never defined.

    The kit declines to make a definition up.
    """
    return surveys.is_positive.nullif(surveys.is_positive)
