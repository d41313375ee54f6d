"""The special tickets, worked by hand: ``SPECIAL[name] = (tables, expected)``.

``tables`` are rows as the oracle reads them, ``expected`` some facts of ticket "1" at
``AS_OF`` under ``CONTRACT``.  Minutes are whole numbers here and compare as floats.
"""

from __future__ import annotations

from tests.special_edges import EDGES
from tests.special_histories import HISTORIES
from tests.special_holders import HOLDERS
from tests.special_messages import MESSAGES
from tests.special_rows import AS_OF, CONTRACT
from tests.special_snapshots import SNAPSHOTS

__all__ = ["AS_OF", "CONTRACT", "SPECIAL"]

SPECIAL = MESSAGES | EDGES | HISTORIES | HOLDERS | SNAPSHOTS
