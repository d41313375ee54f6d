"""KPIs of outsourced customer support, from your own helpdesk's data."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["open_review"]

# They come with Jupyter; where it finds them, jsonschema builds some 35 grammars on
# import.  That costs 0.7 s in every process, for checks of web addresses and spans of
# time that nothing here asks for.  It takes a failed import as "not installed".
for _name in ("rfc3987_syntax", "rfc3986_validator", "isoduration"):
    sys.modules.setdefault(_name, None)  # type: ignore[arg-type]


def __getattr__(name: str) -> Any:
    """Import the review only for who asks: it brings Ibis, pandas and Altair."""
    if name == "open_review":
        from kpi_kit.reviews import open_review  # noqa: PLC0415 - see above

        return open_review
    raise AttributeError(f"module 'kpi_kit' has no attribute {name!r}")
