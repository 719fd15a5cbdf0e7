"""``course lab``, ``course run`` and ``course lessons``: open, execute and list the lessons."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from course import lessons
from course.cli.common import app, console
from course.lessons.together import default_jobs, run_together
from course.measured.run_times import over_budget, save_run_times
from helpers.errors import LessonError
from helpers.files import written_whole

NOT_STORED = (
    "{} lessons ran at a time, so their seconds are not stored. "
    "`course run --jobs 1` measures them."
)
Wanted = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="LESSON",
        help="Which lessons, by number or name, such as 01 or start_cold; if left out, all.",
    ),
]


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(context: typer.Context) -> None:
    """Open the lessons in JupyterLab, or one of them by its number.

    Options of JupyterLab go after the command.

    For example:

    - `course lab`
    - `course lab 05` opens the fifth lesson
    - `course lab --no-browser --port 9000`
    """
    options = list(context.args)
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={lessons.folder()}"]
    if options and not options[0].startswith("-"):
        # JupyterLab would look for a file of that name, and say so in its own words.
        command += [str(path) for path in lessons.find([options.pop(0)])]
    raise typer.Exit(subprocess.call([*command, *options]))


@app.command()
def run(
    wanted: Wanted = None,
    *,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Use this data set or folder in lessons that can take another one."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Where executed lessons go; if left out, a new folder in runs/."
        ),
    ] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Store the outputs in the lessons themselves.")
    ] = False,
    timeout: Annotated[
        int, typer.Option(metavar="SECONDS", min=1, help="The longest time that one cell may take.")
    ] = 600,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs", "-j", min=1, help="How many lessons at a time; two if the machine allows it."
        ),
    ] = None,
) -> None:
    """Execute lessons from top to bottom, then report time, memory and results of each.

    The lessons stay as they are; the executed copies go to a folder. If a lesson fails, its failing
    cell is shown, the others still run, and the exit code is 1.

    Lessons that run at the same time slow each other down. So seconds are stored only if one lesson
    runs at a time. A lesson that then takes longer than it should is named, but that is not a
    failure.

    For example:

    - `course run` runs every lesson
    - `course run 01 factorize_movielens` runs two of them
    - `course run 05 --data ml-1m` runs the fifth on a larger data set, after
      `course data get ml-1m`
    - `course run --jobs 1` measures what each takes
    """
    paths = lessons.find(wanted or [])
    if in_place and (data is not None or output is not None):
        raise LessonError("--in-place stores the lessons as they are: leave out --data, --output.")
    source = None if data is None else _existing_data(data)
    output = output or Path("runs") / f"{datetime.now():%Y-%m-%d_%H%M%S}"
    targets = [path if in_place else output / path.name for path in paths]
    if not in_place:
        _check_folder(output)
    if not in_place and any(
        path.resolve() == target.resolve() for path, target in zip(paths, targets, strict=True)
    ):
        raise LessonError(f"{output} holds the lessons themselves: to store there, use --in-place.")
    jobs = min(jobs or default_jobs(), len(paths))
    started = time.perf_counter()
    runs = _run_all(paths, targets, source, timeout, jobs)
    screen = console()
    screen.print(_table(runs, jobs, time.perf_counter() - started))
    if jobs > 1:
        screen.print(NOT_STORED.format(jobs), soft_wrap=True, highlight=False)
    elif data is None:
        for remark in over_budget(runs, lessons.folder().parent / "book"):
            screen.print(remark, soft_wrap=True, highlight=False)
    if not in_place:
        if jobs == 1:
            save_run_times(runs, output)
        screen.print(f"The executed lessons are in {output}", soft_wrap=True, highlight=False)
    if any(finished.error for finished in runs):
        raise typer.Exit(1)


@app.command("lessons")
def list_lessons(
    update: Annotated[
        bool,
        typer.Option(
            "--update",
            help="Make the maps of the lessons, and links to them, again, in a clone.",
        ),
    ] = False,
) -> None:
    """List the lessons: number, name, title and minutes.

    book/course.toml is the one list of them. After a change there, or of a notebook's number,
    `--update` rewrites what is made from it: the README's map and the lesson column of its
    leaderboard, the maps of the teacher's pack, and the numbers in links to lessons.

    For example:

    - `course lessons`
    - `course lessons --update`
    """
    if update:
        _update()
        return
    from course import parts

    table = Table("", "Name", "Title")
    table.add_column("Minutes", justify="right")
    for path in lessons.find():
        notebook = lessons.read(path)
        times = parts.times(notebook)
        minutes = str(times.minutes) if times else "–"
        number, slug = lessons.number_of(path), lessons.slug_of(path)
        table.add_row(number, slug, escape(parts.title(notebook)), minutes)
    console().print(table)


def _update() -> None:
    """Write the pages that do not fit the lessons, and name them."""
    root = lessons.folder().parent
    if not (root / "book").is_dir():
        raise LessonError(f"There is no folder {root / 'book'}: --update works in a clone only.")
    # The students' edition has no such pages, and nothing that writes them.
    from course import maps

    pages = maps.outdated(root)
    for path, text in pages.items():
        with written_whole(path) as unfinished:
            unfinished.write_text(text, encoding="utf-8", newline="\n")
        typer.echo(path.relative_to(root).as_posix())
    typer.echo(f"{len(pages)} files rewritten.")


def _check_folder(output: Path) -> None:
    """Say before the lessons run, not after, that they cannot be stored there."""
    for place in (output, *output.parents):
        if place.exists() and not place.is_dir():
            raise LessonError(
                f"{place} is a file, so the executed lessons cannot be stored in {output}. Choose "
                "another folder with --output."
            )


def _existing_data(data: str) -> str:
    """A name whose files are on this machine, or a full path: kernels run in another folder."""
    from helpers.data import CATALOGUE, path
    from helpers.data.loading import existing

    if Path(data).is_dir():
        from helpers.data.readers import locate

        # Missing data is reported at once, not by the first lesson that reads it.
        locate(Path(data))

    if data not in CATALOGUE:
        return str(existing(data).resolve())
    path(data)
    return data


def _run_all(
    paths: list[Path], targets: list[Path], source: str | None, timeout: int, jobs: int
) -> list[lessons.LessonRun]:
    if jobs > 1:
        # Waiting threads of linear algebra keep a core busy that another kernel needs. If they are
        # told to sleep at once, they compute the same, up to eight times faster.
        os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console(), transient=True) as progress:
        cells = {path: lessons.code_cells(path) for path in paths}
        everything = progress.add_task("all cells", total=sum(cells.values()))

        def run_one(path: Path, target: Path, stop: threading.Event) -> lessons.LessonRun:
            mine = progress.add_task(path.stem, total=cells[path])

            def on_cell() -> None:
                progress.advance(mine)
                progress.advance(everything)

            finished = lessons.run(
                path, target, dataset=source, cell_timeout=timeout, on_cell=on_cell, stop=stop
            )
            progress.remove_task(mine)
            _tell(finished, progress)
            return finished

        return run_together(paths, targets, run_one, jobs=jobs)


def _tell(finished: lessons.LessonRun, progress: Progress) -> None:
    """Print the result of a lesson at once; the table comes when all have ended."""
    if finished.error is not None:
        typer.echo(f"\nFailed: {finished.error}\n", err=True)
    else:
        line = f"{finished.lesson.stem}: {finished.seconds:.0f} s. {finished.headline}"
        progress.console.print(line, markup=False, soft_wrap=True, highlight=False)


def _table(runs: list[lessons.LessonRun], jobs: int, seconds: float) -> Table:
    table = Table()
    table.add_column("Lesson", no_wrap=True)
    table.add_column("Seconds" if jobs == 1 else f"Seconds, {jobs} at a time", justify="right")
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
    table.add_row("all", f"{seconds:.0f}")
    return table
