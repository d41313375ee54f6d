"""The command line: ``python -m kpi_kit COMMAND``, also installed as ``kpi-kit``."""

from __future__ import annotations

import os
import sys

import click

from kpi_kit.cadences import demo, run, to_pdf
from kpi_kit.errors import EnvironmentFault, KitError
from kpi_kit.figures import check, facts, kpis
from kpi_kit.reference import explain, templates
from kpi_kit.sending import send
from kpi_kit.signals import stopped_in_order
from kpi_kit.watch import status

EXIT_CODES = """\b
Exit codes: 0 done, 2 bad input or parameters, 3 delivered in part, 4 delivery
pending or unknown, 5 data stale or incomplete, 6 computation failed,
7 environment (disk, lock)."""


@click.group(epilog=EXIT_CODES, context_settings={"max_content_width": 100})
@click.version_option(package_name="kpi-kit", prog_name="kpi-kit")
def cli() -> None:
    """Hold a support vendor to account with your own helpdesk's data.

    `demo` shows what comes out. Start with `check` on your data, then `kpis`;
    `explain` says what a number means, `facts` gives the tickets behind it, `run` makes
    the report.
    """


for command in (
    check,
    kpis,
    facts,
    explain,
    templates,
    run,
    to_pdf,
    send,
    status,
    demo,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line; a user's mistake is one line and an exit code."""
    try:
        with stopped_in_order():
            _run()
    except KitError as error:
        _fail(str(error), error.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help())
    except click.ClickException as error:
        _fail(error.format_message().replace("\n", " "), 2)
    except (click.Abort, KeyboardInterrupt):
        _fail("Stopped.", 130)
    except BrokenPipeError:
        # The reader has gone, as with `| head`; nothing more can be said to it.
        _silence()
    except OSError as error:
        _silence()
        where = error.filename or "standard output"
        fault = EnvironmentFault(f"{where}: {error.strerror}.")
        _fail(str(fault), fault.exit_code)


def _run() -> None:
    # Not cli.main(): that ends with 1 when the reader of a pipe has gone.
    try:
        with cli.make_context("kpi-kit", sys.argv[1:]) as context:
            cli.invoke(context)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    finally:
        sys.stdout.flush()


def _silence() -> None:
    # What is still buffered would fail again when Python ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str, code: int) -> None:
    click.echo(f"Error: {message}", err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
