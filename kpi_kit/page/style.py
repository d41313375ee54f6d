"""The page's style for JupyterLab, which shows a report's pieces without its page."""

from __future__ import annotations

from pathlib import Path

from kpi_kit.look import DARK, FONT, LIGHT, declarations

CSS = Path(__file__).parents[1] / "template" / "page.css"
# The kit's pieces among the outputs: not text, nor frames, which have their own look.
# Named three times, to be stronger than JupyterLab's own rules for tables and text.
PIECES = f"{3 * '.jp-RenderedHTMLCommon'}.jp-OutputArea-output:not(:has(.dataframe))"
CHARTS = ".jp-OutputArea-output.jp-RenderedVegaCommon5"
# What JupyterLab sets and the page has no reason to.
OWN = (
    "table { table-layout: auto; margin: 0; border: 0; }"
    " tbody tr:nth-child(n), tbody tr:hover { background: none; }"
    " th, td { max-width: none; } caption { padding: 0; }"
    " ul, dl, li { margin-left: 0; } a { text-decoration: underline; }"
)


def style() -> str:
    """Return a style element for the outputs of a notebook, and for nothing else.

    Charts keep their light paper in the dark: their colors are written in them.
    """
    css = CSS.read_text("utf-8")
    text = "background: var(--paper); color: var(--ink); font: 16px/24px var(--font);"
    light = f"{PIECES}, {CHARTS} {{ {declarations(LIGHT)} --font: {FONT}; }}"
    dark = f'[data-jp-theme-light="false"] {PIECES} {{ {declarations(DARK)} }}'
    sheet = f"{CHARTS} {{ {text} }} {PIECES} {{ {text} padding: 6px 10px 10px;"
    return f"<style>{light} {dark} {sheet} {css} {OWN} }}</style>"
