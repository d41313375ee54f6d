"""The names under which a notebook hands something to the page and to the runner."""

from __future__ import annotations

# The one chart type that JupyterLab 4 draws offline, even in an untrusted notebook;
# Altair's own types need the network or are refused by nbformat.
CHART = "application/vnd.vegalite.v5+json"

# By this output of its last cell a runner knows that a notebook ran to its end.
DONE = "application/vnd.kpi-kit.done+json"

# A style for JupyterLab, where the page's own is not: the page leaves it out.
STYLE = "application/vnd.kpi-kit.style+json"

# What a mail of the report says: one output of the cell tagged `digest`, of no reader.
DIGEST = "application/vnd.kpi-kit.digest+json"

# The slides of a report: one output of the cell tagged `deck`, for the deck alone.
DECK = "application/vnd.kpi-kit.deck+json"

# In the metadata of a notebook that was run: of which cadence it is.
CADENCE = "kpi_kit_cadence"
