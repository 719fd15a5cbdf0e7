"""``course lab`` and ``course run``: open and execute the lessons."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from course import lessons
from course.cli.common import app, console
from course.measured.run_times import over_budget, save_run_times
from helpers.errors import LessonError

Numbers = Annotated[
    list[str] | None,
    typer.Argument(metavar="NUMBER", help="Which lessons, such as 01 05; all when left out."),
]


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(context: typer.Context) -> None:
    """Open the lessons in JupyterLab.

    Options of JupyterLab go after the command.

    For example:

    - `course lab`
    - `course lab --no-browser --port 9000`
    """
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={lessons.folder()}"]
    raise typer.Exit(subprocess.call([*command, *context.args]))


@app.command()
def run(
    numbers: Numbers = None,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Use this data set, or this folder, in the lessons that take one."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where executed lessons go; a new folder in runs/."),
    ] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Store the outputs in the lessons themselves.")
    ] = False,
    timeout: Annotated[
        int, typer.Option(metavar="SECONDS", min=1, help="The most that one cell may take.")
    ] = 600,
) -> None:
    """Execute lessons from top to bottom, then say what each took and reached.

    The lessons stay as they are; the executed copies go to a folder. A lesson that fails is
    shown with its failing cell, the others still run, and the exit code is 1. One that takes longer
    than it should is named; that is no failure.

    For example:

    - `course run` takes every lesson
    - `course run 01 05` takes two of them
    - `course run 05 --data ml-1m` takes the fifth on a larger data set, after
      `course data get ml-1m`
    """
    paths = lessons.find(numbers or [])
    if in_place and (data is not None or output is not None):
        raise LessonError("--in-place stores the lessons as they are: leave out --data, --output.")
    source = None if data is None else _existing_data(data)
    output = output or Path("runs") / f"{datetime.now():%Y-%m-%d_%H%M%S}"
    targets = [path if in_place else output / path.name for path in paths]
    if not in_place and any(
        path.resolve() == target.resolve() for path, target in zip(paths, targets, strict=True)
    ):
        raise LessonError(f"{output} holds the lessons themselves: to store there, use --in-place.")
    runs = _run_all(paths, targets, source, timeout)
    screen = console()
    screen.print(_table(runs))
    if data is None:
        for remark in over_budget(runs, lessons.folder().parent / "book"):
            screen.print(remark, soft_wrap=True, highlight=False)
    if not in_place:
        save_run_times(runs, output)
        screen.print(f"The executed lessons are in {output}", soft_wrap=True, highlight=False)
    if any(finished.error for finished in runs):
        raise typer.Exit(1)


def _existing_data(data: str) -> str:
    """A name whose files are on this machine, or a full path: kernels run in another folder."""
    from helpers.data import CATALOGUE, path
    from helpers.data.loading import existing

    if data not in CATALOGUE:
        return str(existing(data).resolve())
    path(data)
    return data


def _run_all(
    paths: list[Path], targets: list[Path], source: str | None, timeout: int
) -> list[lessons.LessonRun]:
    screen = console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    runs = []
    with Progress(*columns, TimeElapsedColumn(), console=screen, transient=True) as progress:
        task = progress.add_task("", total=sum(map(lessons.code_cells, paths)))
        for path, target in zip(paths, targets, strict=True):
            progress.update(task, description=path.stem)
            finished = lessons.run(
                path,
                target,
                dataset=source,
                cell_timeout=timeout,
                on_cell=lambda: progress.advance(task),
            )
            runs.append(finished)
            if finished.error is not None:
                typer.echo(f"\nFailed: {finished.error}\n", err=True)
            elif not screen.is_terminal:
                typer.echo(f"{path.stem}: {finished.seconds:.0f} s")
    return runs


def _table(runs: list[lessons.LessonRun]) -> Table:
    table = Table()
    table.add_column("Lesson", no_wrap=True)
    table.add_column("Seconds", justify="right")
    table.add_column("Peak memory", justify="right")
    table.add_column("Reached")
    for finished in runs:
        table.add_row(
            finished.lesson.stem,
            f"{finished.seconds:.0f}",
            f"{finished.peak_memory / 2**30:.1f} GiB",
            "[red]failed[/red]" if finished.error else escape(finished.headline),
        )
    table.add_section()
    table.add_row("all", f"{sum(finished.seconds for finished in runs):.0f}")
    return table
