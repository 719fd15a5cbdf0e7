"""``course build site``: the web edition."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from course.cli.build import build_app


@build_app.command("site")
def build_site(
    output: Annotated[
        Path,
        typer.Option(metavar="FOLDER", help="Where the site goes; it replaces an earlier one."),
    ] = Path("build/site"),
    repository: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Public address of the repository, for buttons that open a lesson on Colab or "
            "Binder; if left out, $COURSE_REPOSITORY, or what course/published.py says.",
        ),
    ] = None,
    teach: Annotated[
        bool, typer.Option("--teach/--no-teach", help="With or without the teacher's pack.")
    ] = True,
) -> None:
    """Make the web edition: a static site with search, from the stored outputs of the lessons.

    It executes nothing and fetches nothing. Open index.html in the folder, or put the folder on
    any web server.

    For example:

    - `course build site` makes it in build/site
    - `course build site --output public --no-teach` is for a server that learners can reach
    """
    from course.site.building import build_site as build

    made = build(output, repository=repository, teach=teach)
    typer.echo(f"{made.pages} pages, {made.size / 2**20:.1f} MiB: {made.folder / 'index.html'}")
