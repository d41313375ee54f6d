"""What the demo's support costs: its own team first, then the vendor's invoices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa

CURRENCY = "USD"
_FOR = 20_000
_CENT = Decimal("0.01")
# Of half a February and half a March the own team; the invoice of November is to come.
_MONTHS = {
    date(2026, 2, 1): {"in_house": 30_050},
    date(2026, 3, 1): {
        "in_house": 31_480,
        "vendor_invoice": 11_400,
        "client_overhead": 9_790,
    },
    date(2026, 4, 1): {"vendor_invoice": 25_840, "client_overhead": 9_410},
    date(2026, 5, 1): {"vendor_invoice": 24_930, "client_overhead": 4_720},
    date(2026, 6, 1): {"vendor_invoice": 24_910, "client_overhead": 4_650},
    date(2026, 7, 1): {"vendor_invoice": 25_150, "client_overhead": 4_880},
    date(2026, 8, 1): {"vendor_invoice": 22_580, "client_overhead": 4_610},
    date(2026, 9, 1): {"vendor_invoice": 22_820, "client_overhead": 4_430},
    date(2026, 10, 1): {"vendor_invoice": 24_270, "client_overhead": 4_520},
}
"""Dollars for a helpdesk of 20,000 tickets."""


def costs(tickets: int) -> pa.Table:
    """Return the costs of a helpdesk of so many tickets."""
    rows = [
        (month, kind, (Decimal(amount) * tickets / _FOR).quantize(_CENT))
        for month, parts in _MONTHS.items()
        for kind, amount in parts.items()
    ]
    months, kinds, amounts = zip(*rows, strict=True)
    return pa.table(
        {
            "month": pa.array(months),
            "kind": kinds,
            "amount": pa.array(amounts, pa.decimal128(18, 2)),
            "currency": [CURRENCY] * len(rows),
        }
    )
