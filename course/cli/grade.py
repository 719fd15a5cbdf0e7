"""``course grade``: grade a folder of submissions."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from course.cli.common import app


@app.command()
def grade(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the submissions are.")],
    *,
    lesson: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LESSON",
            help="Only the lesson of this number or name; may be given more than once.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Where the grades go; if left out, a new folder in runs/."
        ),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=1, help="The longest time that one exercise may take."),
    ] = 60,
    memory: Annotated[
        int, typer.Option(metavar="MB", min=256, help="The most memory that one exercise may hold.")
    ] = 3072,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="How many at once; if left out, as many as fit.")
    ] = None,
) -> None:
    """Grade a folder of submissions: a table, an overview, and one page per student.

    Give one folder per student with the notebooks in it, or files with the student's name at the
    end. Each submission runs apart from the others. The course's own checks decide each verdict,
    never the outputs in the notebook.

    For example:

    - `course grade submissions` takes `submissions/ada/05_factorize_movielens.ipynb`,
      and `submissions/05_factorize_movielens_ada.ipynb` too
    - `course grade submissions --lesson 05 --timeout 30` takes one lesson
    """
    from course import grading

    target = output or Path("runs") / f"grades_{datetime.now():%Y-%m-%d_%H%M%S}"
    outcome = grading.grade(
        folder,
        wanted=lesson or [],
        limits=grading.Limits(seconds=timeout, memory=memory),
        jobs=jobs,
        hidden=[target],
        on_done=typer.echo,
    )
    grading.write(outcome, target)
    if len(outcome.walls) < 2:
        typer.echo(
            "This machine lacks a wall around the submissions: see the end of the overview.",
            err=True,
        )
    typer.echo(f"The grades are in {target / 'grades.csv'}, to read: {target / 'index.html'}")
