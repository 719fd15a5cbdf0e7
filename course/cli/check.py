"""``course check``: check this machine, or say what a class needs."""

from __future__ import annotations

from typing import Annotated

import typer

from course import environment
from course.cli.common import app
from helpers.errors import ParameterError

LAPTOPS = 30  # of a class, if nobody says how many


@app.command()
def check(
    for_class: Annotated[
        bool, typer.Option("--class", help="Say what a class of laptops, or its server, needs.")
    ] = False,
    laptops: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="With --class: how many laptops; 30 if left out."),
    ] = None,
) -> None:
    """Check whether this machine is ready: Python, packages, memory, disk, data, kernel.

    One line each, OK or FAIL with what to do; the exit code is 1 if anything fails.

    For example:

    - `course check` before the first lesson
    - `course check --class --laptops 24` before a class
    """
    if laptops is not None and not for_class:
        raise ParameterError(
            f"--laptops counts the laptops of a class: write `course check --class --laptops "
            f"{laptops}`, or leave it out to check this machine."
        )
    if for_class:
        for need in environment.needs(laptops or LAPTOPS):
            typer.echo(f"{need.subject}: {need.text}")
        return
    healthy = True
    for finding in environment.findings():
        healthy = healthy and finding.ok
        typer.echo(f"{'OK  ' if finding.ok else 'FAIL'} {finding.subject}: {finding.found}")
        if not finding.ok:
            typer.echo(f"     {finding.remedy}")
    raise typer.Exit(0 if healthy else 1)
