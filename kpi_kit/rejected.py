"""The rows that a source lost, as a file: where each stood, and what stood there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from kpi_kit.files import whole_file

if TYPE_CHECKING:
    from kpi_kit.tables import Helpdesk

NAME = "quarantine.parquet"
# The folder a run looks into for what lies beside its report.
BESIDE = "KPI_KIT_BESIDE"


def write_rejected(helpdesk: Helpdesk, folder: Path) -> Path | None:
    """Write the quarantined rows to a folder, whole or not at all.

    Parameters
    ----------
    helpdesk
        The canonical tables.
    folder
        Made where it is missing; of a source without bad rows nothing is written.

    Returns
    -------
    Path or None
        The Parquet file: ``file``, ``line``, ``column``, ``rule``, ``text``.
    """
    if helpdesk.quarantine.empty:
        return None
    path = folder / NAME
    with whole_file(path) as temporary:
        helpdesk.quarantine.to_parquet(temporary, index=False)
    return path


def leave_rejected(helpdesk: Helpdesk) -> None:
    """Leave the quarantined rows to the run that this process works for, if any."""
    folder = os.environ.get(BESIDE)
    if folder:
        write_rejected(helpdesk, Path(folder))
