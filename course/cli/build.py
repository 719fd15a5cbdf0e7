"""``course build``: the editions of the course, each made from the lessons."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from course import lessons
from course.cli.common import Commands, app
from helpers.files import written_whole

build_app = typer.Typer(
    cls=Commands,
    help="Make an edition of the course from its lessons.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
app.add_typer(build_app, name="build")

PlanFile = Annotated[
    Path | None,
    typer.Option(
        "--plan", metavar="FILE", help="Lessons and exercises; if left out, book/course.toml."
    ),
]
Output = Annotated[Path, typer.Option(metavar="FOLDER", help="Where the edition goes.")]


@build_app.callback()
def build() -> None:
    """Make an edition of the course from its lessons."""


@build_app.command()
def student(plan: PlanFile = None, output: Output = Path("build")) -> None:
    """Make the students' edition: a zip of unsolved lessons, helpers, data and set-up.

    Solutions become prompts and the checks are sealed. It needs nothing but Python. The same
    lessons always give the same bytes.

    For example:

    - `course build student`
    - `course build student --plan my_course.toml --output handouts`
    """
    from course import plan as plans
    from course.editions import package

    target = output / f"{package.NAME}-student.zip"
    content = package.files(lessons.folder().parent, plans.read(plan))
    package.write_zip(content, target)
    typer.echo(f"{target}: {len(content)} files, {target.stat().st_size / 1e6:.1f} MB")
    typer.echo(f"SHA-256 {hashlib.sha256(target.read_bytes()).hexdigest()}")


@build_app.command()
def slides(plan: PlanFile = None, output: Output = Path("build/slides")) -> None:
    """Make slides for the classroom: one file per lesson, which needs no network.

    They show what the class looks at together; the rest of the prose is in the speaker's notes. The
    key S opens them. No exercise is solved in the slides.

    For example:

    - `course build slides`
    - `course build slides --plan my_course.toml --output talk`
    """
    from course import plan as plans
    from course.slides import deck

    made = deck.decks(lessons.folder(), plans.read(plan))
    for name, page in made.items():
        with written_whole(output / name) as unfinished:
            unfinished.write_text(page, encoding="utf-8", newline="\n")
    size = sum(len(page.encode()) for page in made.values())
    typer.echo(f"{output / 'index.html'}: lessons {len(made) - 1}, {size / 1e6:.1f} MB in all")
