"""``course data``: list, download and check the data sets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from course.cli.common import console, data_app

Name = Annotated[str, typer.Argument(metavar="NAME", help="A name from: course data list")]


@data_app.command("list")
def data_list() -> None:
    """List the data sets: size, licence, and which are on this machine."""
    from pandas.api.types import is_number

    from helpers.data import listing

    frame = listing().reset_index(drop=True)
    table = Table(*map(str, frame.columns))
    for row in frame.itertuples(index=False):
        table.add_row(*(escape(f"{value:,}" if is_number(value) else value) for value in row))
    console().print(table)


@data_app.command("get")
def data_get(
    name: Name,
    folder: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Where to keep it; if left out, $COURSE_DATA, or the cache."
        ),
    ] = None,
) -> None:
    """Download a data set and verify it; continue an earlier try that stopped.

    For example: `course data get ml-1m`
    """
    from helpers.data import fetch

    typer.echo(fetch(name, folder=folder, progress=True))


@data_app.command("path")
def data_path(name: Name) -> None:
    """Print where a data set is on this machine."""
    from helpers.data import path

    typer.echo(path(name))


@data_app.command("verify")
def data_verify(name: Name) -> None:
    """Compare the files of a data set with their published SHA-256."""
    from helpers.data import verify

    verify(name)
    typer.echo(f"{name}: complete, and the hashes agree")
