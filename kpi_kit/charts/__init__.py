"""Charts: plain functions from one frame to one picture, found by their files."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from inspect import getdoc
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

import altair as alt

from kpi_kit import mime
from kpi_kit.errors import UnknownNameError, nearest
from kpi_kit.look import FONT, LIGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "CHARTS",
    "Chart",
    "chart",
    "named",
    "noted",
    "titled",
    "use_report_renderer",
]


# The table behind a chart: its heads, and the texts of each row.
Table = tuple[tuple[str, ...], list[tuple[str, ...]]]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """The card of a chart: its name, the frame it draws and what it shows.

    ``rows`` gives the same frame as the table that stands behind the picture.
    """

    name: str
    of: str
    shows: str
    draw: Callable[..., alt.TopLevelMixin]
    rows: Callable[..., Table]


CHARTS: dict[str, Chart] = {}


def chart(*, of: str, rows: Callable[..., Table]) -> Callable[[Callable], Callable]:
    """Declare a chart.

    Parameters
    ----------
    of
        The frame it draws: weekly, daily, slices.
    rows
        Makes the table behind it, of the same frame.
    """

    def declare(draw: Callable[..., alt.TopLevelMixin]) -> Callable:
        name = draw.__name__
        if name in CHARTS:
            raise ValueError(f"chart {name} is declared twice")
        shows = (getdoc(draw) or "").partition("\n")[0]
        CHARTS[name] = Chart(name=name, of=of, shows=shows, draw=draw, rows=rows)
        return draw

    return declare


def named(name: str) -> Chart:
    """Return the card of a chart.

    Raises
    ------
    UnknownNameError
        Names the nearest chart.
    """
    if name not in CHARTS:
        message = f"chart: no chart is called {name!r}"
        raise UnknownNameError(f"{message}. {nearest(name, CHARTS)}")
    return CHARTS[name]


def titled(
    chart: alt.TopLevelMixin, text: str, lines: Sequence[str]
) -> alt.TopLevelMixin:
    """Return a chart with a title; the report's page sets it as text above."""
    subtitle = {"subtitle": list(lines)} if lines else {}
    return chart.properties(title=alt.Title(text, **subtitle))


def noted(chart: alt.TopLevelMixin, **notes: Any) -> alt.TopLevelMixin:
    """Return a chart that carries notes for the report's page beside its own."""
    own = chart.usermeta
    return chart.properties(usermeta={**({} if own is alt.Undefined else own), **notes})


def use_report_renderer() -> None:
    """Show charts as one Vega-Lite mime bundle in the report's look, from now on."""
    alt.renderers.register("kpi_kit", _bundle)
    alt.renderers.enable("kpi_kit")
    alt.theme.register("kpi_kit", enable=True)(_theme)


def _bundle(spec: dict[str, Any], **_options: Any) -> dict[str, Any]:
    return {mime.CHART: spec}


def _theme() -> alt.theme.ThemeConfig:
    return {
        "config": {
            "background": "transparent",
            # As wide as it is told, words and all; the axes' labels need the 4 pixels.
            "autosize": {"type": "fit-x", "contains": "padding"},
            "padding": {"left": 0, "top": 0, "right": 0, "bottom": 4},
            "font": FONT,
            "view": {"stroke": None, "continuousWidth": 560, "continuousHeight": 172},
            **_axes(),
            "legend": {**_small("label"), **_small("title"), "titleLimit": 0}
            | {"titleFontWeight": 400, "offset": 8},
            "title": {"anchor": "start", "color": LIGHT["ink2"], "fontSize": 12}
            | {"fontWeight": 400, **_small("subtitle")},
            "text": {"color": LIGHT["ink"], "fontSize": 11},
            "line": {"color": LIGHT["series"], "strokeWidth": 1.75},
            "rule": {"color": LIGHT["ink"]},
            "locale": {"number": {"decimal": ".", "thousands": ",", "grouping": [3]}},
        }
    }


def _axes() -> dict[str, Any]:
    bare = {"domain": False, "ticks": False, "labelPadding": 6, **_small("label")}
    # The ground stands over the areas that stand on it.
    ground = {"domain": True, "domainColor": LIGHT["compare"], "zindex": 1}
    notch = {"ticks": True, "tickColor": LIGHT["compare"], "tickSize": 4}
    label = {"labelFlush": False, "labelPadding": 3}
    return {
        "axis": bare,
        "axisX": {"grid": False, **ground, **notch, **label},
        # Charts above one another start at the same place.
        "axisY": {"grid": True, "gridColor": LIGHT["grid"], "minExtent": 34},
    }


def _small(part: str) -> dict[str, Any]:
    return {f"{part}Color": LIGHT["ink3"], f"{part}FontSize": 11}


for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
