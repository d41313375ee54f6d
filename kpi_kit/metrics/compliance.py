"""What reviewers find: the rubric's points, and the checks that nobody may fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.catalog import Benchmark, ratio, share

if TYPE_CHECKING:
    import ibis.expr.types as ir

HDI = "HDI 2024 Support Center Practices, as cited"


@ratio(
    label="QA score",
    plain="Quality reviews",
    of="reviews",
    better="higher",
    dated_by="reviewed_at",
    formula="mean over reviews of: sum of weight x points / possible, over all weights",
    needs=(("qa_scores.reviewer_side=client",),),
    source="QA score: audits of a random sample against a rubric",
    benchmarks=(
        Benchmark(segment="all", source=HDI, verdict="contract minimum", low=0.90),
    ),
    decisions=("Whose reviews count",),
)
def qa_score(reviews: ir.Table) -> tuple[ir.NumericColumn, ir.NumericColumn]:
    """Average over the client's reviews of the weighted share of the rubric's points.

    Reviews are a sample: their number stands beside it. The vendor's own reviews are
    not counted.
    """
    return reviews.share, reviews.share.notnull().ifelse(1.0, None)


@share(
    label="Compliance rate",
    plain="Rules kept",
    of="checks",
    better="higher",
    dated_by="reviewed_at",
    formula="required checks passed / required checks made",
    needs=(("qa_scores.kind=compliance",),),
    source="Compliance: how often agents follow legal requirements",
    unbanded=("no article gives a number; one breach may end the contract",),
    decisions=("A breach is never averaged away",),
    at_least_n=1,
)
def compliance_rate(checks: ir.Table) -> ir.BooleanColumn:
    """Share of the required checks that were passed.

    It is a gate: a single breach is red and listed, whatever the share.
    """
    return checks.is_kept
