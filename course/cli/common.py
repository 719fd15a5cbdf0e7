"""What all commands share: the two groups, errors as sentences, a console of the right width."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

import helpers
from helpers.errors import CourseError

LOG_WIDTH = 120
# What a shell reports of a program that Ctrl-C has ended: 128 + SIGINT.
INTERRUPTED = 130


class Commands(TyperGroup):
    """Commands that show expected errors as a sentence for the reader, not as a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a CourseError becomes its message and exit code 1, Ctrl-C one line."""
        for stream in (sys.stdout, sys.stderr):
            # A console of Windows may lack characters that a film's title has.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        try:
            return super().invoke(ctx)
        except CourseError as error:
            typer.echo(f"Error: {error}", err=True)
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            typer.echo("\nStopped. Every file is whole: as it was, or finished.", err=True)
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(
    cls=Commands,
    help="Recommender systems, lesson by lesson. Begin with: course lab",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
)
data_app = typer.Typer(
    cls=Commands,
    help="The data sets of the course: list them, download them, check them.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
app.add_typer(data_app, name="data")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"course {helpers.__version__}")
        raise typer.Exit


@app.callback()
def course(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Take the options of ``course`` itself; each command documents its own."""


def console() -> Console:
    """A console as wide as the terminal; in a log of CI, as wide as the table needs."""
    known = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(width=None if known else LOG_WIDTH)
