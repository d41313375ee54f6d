"""Reports by mail: what a mail says, and how it reaches its recipients."""

from __future__ import annotations

from kpi_kit.mail.evidence import everything, rebuild
from kpi_kit.mail.notice import notify
from kpi_kit.mail.posting import abandoned, deliver, drain, preview
from kpi_kit.mail.server import Server

__all__ = [
    "Server",
    "abandoned",
    "deliver",
    "drain",
    "everything",
    "notify",
    "preview",
    "rebuild",
]
