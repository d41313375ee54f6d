"""The commands that need no data: what a KPI is, and sheets to fill in."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("metric", required=False)
def explain(metric: str | None) -> None:
    """Print the card of METRIC, or of every KPI.

    Definition, formula, unit, direction, what it needs and where that usually comes
    from, cited benchmark bands with their source, and the decisions behind it.
    """
    from kpi_kit import catalog  # noqa: PLC0415 - each command loads what it uses
    from kpi_kit import metrics as _  # noqa: F401, PLC0415 - fills the catalog
    from kpi_kit.card_text import card_text  # noqa: PLC0415

    cards = [catalog.named(metric)] if metric else catalog.METRICS.values()
    click.echo("\n\n".join(map(card_text, cards)))


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def templates(folder: Path) -> None:
    """Write a CSV sheet into DIR for every table that no helpdesk gives.

    Each has two example rows to replace; DIR/README.md says what the columns are. A
    file that is there already stops it: nothing is written then.
    """
    from kpi_kit.templates import write_templates  # noqa: PLC0415 - as above

    for path in write_templates(folder):
        click.echo(path)
