"""``course build``: the editions of the course, each made from the lessons."""

from __future__ import annotations

import typer

from helpers.cli.common import Commands, app

build_app = typer.Typer(
    cls=Commands,
    help="Make an edition of the course from its lessons.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
app.add_typer(build_app, name="build")


@build_app.callback()
def build() -> None:
    """Make an edition of the course from its lessons."""
