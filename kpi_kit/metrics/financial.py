"""What a solved ticket costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpi_kit.catalog import Benchmark, output, price

if TYPE_CHECKING:
    from collections.abc import Callable

    import ibis.expr.types as ir

HDI = "HDI 2024, as cited by one article; unattributed by another"
OTHERS = "unattributed, as cited"
CONTRACT = ("vendor_invoice",)
LOADED = ("vendor_invoice", "client_overhead", "in_house")
SOLVES = (
    ("events.field=status", "tickets.solved_at"),
    ("events.field=status", "tickets.reopened_at"),
)
SOLVED: dict[str, Any] = {
    "dated_by": "last_solved_at",
    "decisions": ("What a resolution costs", "Which tickets money is divided by"),
}


def _solved_for_good(tickets: ir.Table) -> ir.BooleanColumn:
    """Return true where a solve held, as far as anybody knows; NULL where not."""
    held = tickets.last_solved_on.notnull() & ~tickets.is_open
    came_back = tickets.reopened_within_7_days.fill_null(False)
    return (held & ~came_back).ifelse(True, None)


def _by_vendor(tickets: ir.Table) -> ir.BooleanColumn:
    by_client = (tickets.solved_organization == "client").fill_null(False)
    return by_client.ifelse(None, _solved_for_good(tickets))


def _young(counted: Callable[[ir.Table], ir.BooleanColumn]) -> Callable:
    """Say of which of the tickets counted nobody knows yet whether their solve held."""
    return lambda tickets: counted(tickets).fill_null(False) & ~tickets.is_mature


@price(
    label="Cost per resolution",
    plain="Cost per solved ticket",
    better="lower",
    formula="vendor invoices / tickets the vendor solved and kept solved for 7 days",
    source="Cost per resolution: outsourcing cost / tickets resolved",
    paid=CONTRACT,
    needs=(("costs.kind=vendor_invoice",), *SOLVES),
    awaited=_young(_by_vendor),
    benchmarks=(
        Benchmark(
            segment="ecommerce",
            source=HDI,
            verdict="US e-commerce, outsourced e-mail",
            currency="USD",
            low=8,
            high=15,
        ),
        Benchmark(
            segment="all",
            source=OTHERS,
            verdict="falls 15 to 25 % from month one to six",
        ),
    ),
    **SOLVED,
)
def cost_per_resolution(tickets: ir.Table) -> ir.BooleanColumn:
    """Vendor's invoices per ticket it solved for good.

    Solved for good is what the customer did not reopen within seven days of its first
    solve, and nobody has open now. A solve too young to be judged counts and makes the
    row provisional. Tickets that the client's own agents solved are not counted where
    the source says who solved them.
    """
    return _by_vendor(tickets)


@price(
    label="Loaded cost per resolution",
    plain="Full cost per solved ticket",
    better="lower",
    formula="all support costs / tickets solved and kept solved for 7 days",
    source="Cost per resolution: total support operating cost / tickets resolved",
    paid=LOADED,
    needs=(("costs",), *SOLVES),
    awaited=_young(_solved_for_good),
    benchmarks=(
        Benchmark(
            segment="ecommerce",
            source=HDI,
            verdict="in-house, with management and benefits",
            currency="USD",
            low=25,
            high=45,
        ),
    ),
    **SOLVED,
)
def cost_per_resolution_loaded(tickets: ir.Table) -> ir.BooleanColumn:
    """All support costs, invoices and own overhead, per ticket solved for good.

    Months before outsourcing have in-house costs alone: the two are compared on this
    base only.
    """
    return _solved_for_good(tickets)


@output(
    label="Tickets per cost",
    plain="Solved tickets for the money",
    better="higher",
    formula="tickets the vendor solved and kept solved for 7 days / vendor invoices",
    source="Cost per resolution: more tickets per dollar than last quarter",
    paid=CONTRACT,
    needs=(("costs.kind=vendor_invoice",), *SOLVES),
    awaited=_young(_by_vendor),
    unbanded=("the own trend, quarter on quarter, says more than any benchmark",),
    **SOLVED,
)
def tickets_per_cost(tickets: ir.Table) -> ir.BooleanColumn:
    """Tickets the vendor solved for good per unit of currency it invoiced."""
    return _by_vendor(tickets)
