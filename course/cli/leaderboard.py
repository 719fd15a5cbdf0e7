"""``course leaderboard``: measure every recommender of the lessons, or print the stored results."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from course import lessons
from course.cli.common import app, console
from helpers.errors import MissingDataError, ParameterError
from helpers.files import written_whole

if TYPE_CHECKING:
    import pandas as pd

    from helpers.evaluation import Leaderboard
    from helpers.evaluation.resuming import Kept

# In the order of the columns; what is not shown is in the saved file.
SHOWN = {
    "ndcg": "nDCG@10",
    "recall": "recall@10",
    "rmse": "RMSE",
    "coverage": "coverage",
    "novelty": "novelty",
    "fit_seconds": "fit (s)",
    "n_parameters": "parameters",
}
DIGITS = {"novelty": 2, "fit_seconds": 1, "n_parameters": 0}


class ProtocolName(StrEnum):
    """The protocols of ``course.board``, as choices of the command."""

    random = "random"
    time = "time"


@app.command()
def leaderboard(
    *,
    data: Annotated[
        str, typer.Option(metavar="NAME", help="A name from: course data list; or a folder.")
    ] = "movielens-small",
    protocol: Annotated[
        ProtocolName,
        typer.Option(help="Test on a random fifth of each user's ratings, or on the newest fifth."),
    ] = ProtocolName.random,
    seeds: Annotated[int, typer.Option(metavar="N", min=1, help="How many runs.")] = 3,
    sort_by: Annotated[
        str,
        typer.Option(
            metavar="METRIC", help="The metric to sort by: rmse, recall, coverage or fit_seconds."
        ),
    ] = "ndcg",
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where the CSV goes; if left out, a new one in runs/."),
    ] = None,
    stored: Annotated[
        bool,
        typer.Option("--stored", help="Print the results that come with the course; nothing runs."),
    ] = False,
    update: Annotated[
        bool,
        typer.Option("--update", help="Measure the stored ones again; rewrite README and guide."),
    ] = False,
) -> None:
    """Fit every recommender of the lessons, measure it, and print the table, best first.

    Finished measurements are kept: after an interruption, the same command continues from there.

    For example:

    - `course leaderboard --stored --sort-by rmse` prints at once
    - `course leaderboard --protocol time` takes a minute
    - `course leaderboard --data ml-1m --seeds 1` after `course data get ml-1m`
    """
    if stored and update:
        raise ParameterError(
            "--stored prints the stored results, --update measures them again: choose one."
        )
    if stored or update:
        _only_defaults(data, seeds, output)
    if update:
        _update()
    from helpers.evaluation import stored_leaderboard

    if stored or update:
        _print(stored_leaderboard(protocol.value), sort_by)
        return
    with _kept(Path("runs")) as kept:
        board = _measured(data, protocol, seeds, kept)
        target = output or Path("runs") / f"leaderboard_{datetime.now():%Y-%m-%d_%H%M%S}.csv"
        board.save(target)
    _print(board, sort_by)
    console().print(f"The figures are in {target}", soft_wrap=True, highlight=False)


def _only_defaults(data: str, seeds: int, output: Path | None) -> None:
    if (data, seeds, output) != ("movielens-small", 3, None):
        raise ParameterError(
            "The stored leaderboard is that of movielens-small with three seeds, in its own files: "
            "leave out --data, --seeds and --output."
        )


@contextmanager
def _kept(folder: Path) -> Iterator[Kept]:
    """Where an unfinished leaderboard keeps its measurements; removed when all is done."""
    from helpers.evaluation.resuming import Kept

    kept = Kept(folder / ".unfinished_leaderboard")
    try:
        yield kept
    except KeyboardInterrupt:
        typer.echo(
            "\nFinished measurements are kept: the same command continues from there.", err=True
        )
        raise
    kept.clear()


def _measured(data: str, protocol: ProtocolName, seeds: int, kept: Kept) -> Leaderboard:
    from course.board import course_leaderboard
    from helpers.data import load
    from helpers.interactions import Interactions

    interactions = Interactions.from_dataset(load(data))
    return course_leaderboard(interactions, protocol.value, range(seeds), kept=kept)


def _update() -> None:
    """Measure both protocols, and only then write: the stored files, the README, the guide."""
    root = lessons.folder().parent
    readme, guide = root / "README.md", root / "book" / "which_recommender_when.md"
    for page in (readme, guide):
        if not page.is_file():
            raise MissingDataError(f"{page} is missing: --update works in a checkout only.")
    from course import board as course

    # The students' edition has no such pages, and nothing that writes them.
    from course.measured import board_pages as pages
    from helpers.data import load
    from helpers.evaluation import stored
    from helpers.interactions import Interactions

    # A fault in the README is reported now, not after minutes of measuring.
    pages.with_table(readme.read_text("utf-8"), "")
    interactions = Interactions.from_dataset(load(stored.DATA))
    with _kept(root / "runs") as kept:
        boards = {
            str(name): course.course_with_ties(interactions, name, kept=kept)
            for name in course.PROTOCOLS
        }
        texts = {
            readme: pages.with_table(
                readme.read_text("utf-8"), pages.readme_table(boards["random"], boards["time"])
            ),
            guide: pages.with_figures(guide.read_text("utf-8"), boards),
        }
        for name in course.PROTOCOLS:
            boards[name].save(stored.stored_path(name))
        for page, text in texts.items():
            with written_whole(page) as unfinished:
                unfinished.write_text(text, encoding="utf-8", newline="\n")


def _print(board: Leaderboard, sort_by: str) -> None:
    frame = board.table(sort_by)
    others = [name for name in SHOWN if name in frame and name != sort_by]
    table = Table()
    table.add_column("recommender", no_wrap=True)
    for name in (sort_by, *others):
        table.add_column(SHOWN.get(name, name), justify="right", no_wrap=True)
    for recommender, row in frame.iterrows():
        cells = [_cell(row, name, sort_by) for name in (sort_by, *others)]
        table.add_row(str(recommender), *cells)
    screen = console()
    screen.print(table)
    screen.print(_origin(board), soft_wrap=True, highlight=False)


def _cell(row: pd.Series, name: str, sort_by: str) -> str:
    import pandas as pd

    if pd.isna(row[name]):
        return "–"
    text = f"{row[name]:,.{DIGITS.get(name, 3)}f}"
    if name == sort_by and pd.notna(row["low"]):
        text += f" ({row['low']:.3f} to {row['high']:.3f})"
    return text


def _origin(board: Leaderboard) -> str:
    header, data = board.header, board.header["data"]
    return (
        f"{data['ratings']:,} ratings, {header['protocol']}, seeds {header['seeds']}, measured on "
        f"{header['date'][:10]}. In brackets: 95 % interval over users."
    )
