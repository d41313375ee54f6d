"""The page's style for JupyterLab, which shows a report's pieces without its page."""

from __future__ import annotations

from pathlib import Path

from kpi_kit.look import FONT, LIGHT, declarations

CSS = Path(__file__).parents[1] / "template" / "page.css"


def style() -> str:
    """Return a style element for the outputs of a notebook, and for nothing else."""
    outputs = ".jp-OutputArea-output"
    tokens = f"{outputs} {{ {declarations(LIGHT)} --font: {FONT}; }}"
    text = "background: var(--paper); color: var(--ink); font: 16px/24px var(--font);"
    css = CSS.read_text("utf-8")
    scoped = f"@scope ({outputs}) {{ {css} }}"
    return f"<style>{tokens} {outputs} {{ {text} }} {scoped}</style>"
