"""What a notebook's cell shows: pieces of HTML and charts, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from IPython.display import publish_display_data

from kpi_kit import mime

if TYPE_CHECKING:
    import altair as alt


@dataclass(frozen=True)
class Shown:
    """Texts are HTML, dicts are mime bundles, all else is a chart."""

    parts: tuple[str | dict[str, Any] | alt.TopLevelMixin, ...]

    def _ipython_display_(self) -> None:
        for part in self.parts:
            publish_display_data(bundle(part))

    @property
    def html(self) -> str:
        """Return the texts alone."""
        return "\n".join(part for part in self.parts if isinstance(part, str))


def shown(*parts: str | dict[str, Any] | alt.TopLevelMixin | None) -> Shown:
    """Return what a cell shows; an empty part shows nothing."""
    return Shown(tuple(part for part in parts if part is not None and part != ""))


def bundle(part: str | dict[str, Any] | alt.TopLevelMixin) -> dict[str, Any]:
    """Return a part as Jupyter takes it."""
    if isinstance(part, dict):
        return part
    if isinstance(part, str):
        return {"text/html": part, "text/plain": "a piece of the page"}
    # Altair shows a chart that it cannot write as no output at all; this raises.
    spec = part.to_dict()
    return {mime.CHART: spec, "text/plain": str(spec.get("description", "a chart"))}
