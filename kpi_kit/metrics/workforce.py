"""How paid time is spent: on tickets, waiting, or away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpi_kit.catalog import Benchmark, ratio

if TYPE_CHECKING:
    import ibis.expr.types as ir

GALLUP = "Gallup 2024 Workplace Burnout Report, as cited"
OTHERS = "unattributed, as cited"
AVAILABLE = ("active", "idle")
PAID: dict[str, Any] = {
    "of": "hours",
    "dated_by": "started_at",
    "needs": (("agent_states",),),
}


@ratio(
    label="Utilization",
    plain="Paid time at work",
    better="neither",
    formula="active time / paid time",
    source="Agent utilization: share of the paid shift spent on tickets",
    benchmarks=(
        Benchmark(segment="all", source=OTHERS, verdict="overstaffed", high=0.65),
        Benchmark(
            segment="all", source=OTHERS, verdict="sustainable", low=0.70, high=0.80
        ),
        Benchmark(
            segment="all",
            source=GALLUP,
            verdict="burn-out when consistently above; quality falls 60 to 90 days on",
            low=0.85,
        ),
    ),
    unbanded=("65 to 70 % and 80 to 85 %: the articles' bands leave gaps",),
    decisions=("Utilization and occupancy",),
    **PAID,
)
def utilization(hours: ir.Table) -> tuple[ir.NumericColumn, ir.NumericColumn]:
    """Share of agents' paid time that they worked on tickets, calls and chats.

    A stretch counts for the day on which it began, a night's work for its evening.
    """
    return (hours.state == "active").ifelse(hours.seconds, 0), hours.seconds


@ratio(
    label="Occupancy",
    plain="Available time at work",
    better="neither",
    formula="active time / (active + idle time)",
    source="Occupancy: active production against idle time",
    benchmarks=(
        Benchmark(segment="all", source=OTHERS, verdict="healthy", low=0.80, high=0.85),
        Benchmark(segment="all", source=OTHERS, verdict="turnover risk", low=0.85),
    ),
    unbanded=("below 80 %: no article says from where on agents wait too much",),
    decisions=("Utilization and occupancy",),
    **PAID,
)
def occupancy(hours: ir.Table) -> tuple[ir.NumericColumn, ir.NumericColumn]:
    """Share of the time that agents were available in which they worked.

    It equals utilization / (1 - shrinkage).
    """
    available = hours.state.isin(AVAILABLE).ifelse(hours.seconds, None)
    return (hours.state == "active").ifelse(available, 0), available


@ratio(
    label="Shrinkage",
    plain="Paid but away",
    better="lower",
    formula="paid time in breaks, meetings, training or absent / paid time",
    source="Shrinkage: paid but not available to handle customer interactions",
    unbanded=("no article gives a number",),
    decisions=("Utilization and occupancy",),
    **PAID,
)
def shrinkage(hours: ir.Table) -> tuple[ir.NumericColumn, ir.NumericColumn]:
    """Share of agents' paid time in which they were not available."""
    return hours.state.isin(AVAILABLE).ifelse(0, hours.seconds), hours.seconds
