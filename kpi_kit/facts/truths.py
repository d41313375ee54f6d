"""Several truths of a row as the bits of one number: one aggregate instead of many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import ibis.expr.types as ir


def as_bits(truths: Mapping[str, ir.BooleanValue]) -> ir.IntegerValue:
    """Return a number with a bit for each truth, in their order; unknown is untrue."""
    bits = (truth.ifelse(2**place, 0) for place, truth in enumerate(truths.values()))
    return sum(bits).cast("int32")


@ibis.udf.agg.builtin(name="bit_or", signature=(("int32",), "int32"))
def together(bits: ir.IntegerColumn) -> ir.IntegerScalar:
    """Return all bits that are set in any row of a group."""


def says(bits: ir.IntegerValue, names: Sequence[str], name: str) -> ir.BooleanValue:
    """Return whether the bit of that name is set."""
    return (bits & 2 ** names.index(name)) != 0
