"""KPIs of outsourced customer support, from your own helpdesk's data."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["open_review"]

# Comes with Jupyter; where it is found, jsonschema builds some 35 grammars on import.
# That costs 0.7 s in every process, for checks of web addresses that nothing here asks
# for.  jsonschema takes the failed import as "not installed".
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def __getattr__(name: str) -> Any:
    """Import the review only for who asks: it brings Ibis, pandas and Altair."""
    if name == "open_review":
        from kpi_kit.reviews import open_review  # noqa: PLC0415 - see above

        return open_review
    raise AttributeError(f"module 'kpi_kit' has no attribute {name!r}")
