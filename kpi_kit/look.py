"""The look of the report: a light and a dark color of each kind, font, least count."""

from __future__ import annotations

# With fewer tickets a cell's number is chance; it says so instead.
CELL_AT_LEAST = 10
LIGHT = {
    "paper": "#FFFFFF",
    "wash": "#F7F6F2",
    "ink": "#16191D",
    "ink2": "#454B54",
    "ink3": "#626973",
    "rule": "#DADCDF",
    "grid": "#E8E9EB",
    "link": "#0B57A4",
    "series": "#1F2933",
    "compare": "#858C96",
    "interval": "#D3D8DE",
    "area": "#E9EBEE",
    "band": "#E6EBE3",
    "band-label": "#4F5F47",
    "meets": "#1663A6",
    "misses": "#A83208",
    "alarm": "#F3CDBD",
    "close": "#AD7100",
    "unknown": "#626973",
    "heat-0": "#F0F2F5",
    "heat-1": "#DEE3E9",
    "heat-2": "#C6CED8",
    "heat-3": "#61707F",
    "heat-4": "#3E4B59",
    "heat-5": "#151B21",
}

DARK = {
    "paper": "#14171A",
    "wash": "#1C2024",
    "ink": "#ECEEF0",
    "ink2": "#BCC2CA",
    "ink3": "#979EA8",
    "rule": "#30363D",
    "grid": "#262B31",
    "link": "#8CC0FF",
    "series": "#E3E7EB",
    "compare": "#7A828C",
    "interval": "#3A434D",
    "area": "#22272C",
    "band": "#222C25",
    "band-label": "#9DB394",
    "meets": "#6DB3F2",
    "misses": "#FF8A5C",
    "alarm": "#5A2C1B",
    "close": "#E0B04A",
    "unknown": "#979EA8",
    "heat-0": "#1E2328",
    "heat-1": "#2A3138",
    "heat-2": "#3B4550",
    "heat-3": "#7F8C9A",
    "heat-4": "#AEB9C5",
    "heat-5": "#E3E7EB",
}

FONT = (
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", '
    "Arial, sans-serif"
)


def variable(token: str) -> str:
    """Return a token as CSS that also works where no page declares it.

    Examples
    --------
    >>> variable("ink")
    'var(--ink,#16191D)'
    """
    return f"var(--{token},{LIGHT[token]})"


def declarations(tokens: dict[str, str]) -> str:
    """Return the tokens as CSS custom properties.

    Examples
    --------
    >>> declarations({"paper": "#FFFFFF", "ink": "#16191D"})
    '--paper: #FFFFFF; --ink: #16191D;'
    """
    return " ".join(f"--{name}: {color};" for name, color in tokens.items())
