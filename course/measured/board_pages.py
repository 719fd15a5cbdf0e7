"""The stored leaderboard as Markdown: the README's table, and the figures of the guide."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from course import lessons
from course.board import ENTRIES
from helpers.errors import DataError
from helpers.evaluation.leaderboard import Leaderboard
from helpers.evaluation.measures import LOWER_IS_BETTER

BEGIN = "<!-- leaderboard: made by `course leaderboard --update` -->"
END = "<!-- leaderboard: end -->"
HEADS = (
    "recommender",
    "lesson",
    "RMSE",
    "nDCG@10",
    "nDCG@10, by time",
    "coverage",
    "fits in",
)
# How the guide writes a metric, by its name in the leaderboard, and with how many digits.
WRITTEN = {
    "rmse": ("RMSE", 3),
    "ndcg": ("nDCG@10", 3),
    "recall": ("recall@10", 3),
    "hit_rate": ("hit rate@10", 3),
    "coverage": ("coverage", 3),
    "novelty": ("novelty", 2),
    "popularity_lift": ("popularity lift", 2),
    "fit_seconds": ("seconds to fit", 2),
    "score_seconds": ("seconds to score", 2),
    "n_parameters": ("parameters", 0),
}
FIGURE = re.compile(
    r"^\| ([^|\n]+) \| ([^|\n]+) \| (random|time) \|[^|\n]*\|[^|\n]*\|$", re.MULTILINE
)


def readme_table(random: Leaderboard, time: Leaderboard, *, notebooks: Path | None = None) -> str:
    """The two stored leaderboards as one Markdown table, the best ranking first, and a legend.

    Bold: the best of a column, and all that a paired test cannot distinguish from it.

    Args:
        random: the leaderboard on random test ratings.
        time: that on the newest ones.
        notebooks: the folder of the lessons, which gives them their numbers; that of this checkout
            if it is left out.
    """
    table, later = random.table("ndcg"), time.table("ndcg")
    numbers = lessons.numbers(notebooks=notebooks)
    taught = {entry.name: numbers[entry.lesson] for entry in ENTRIES}
    rows = []
    for name in table.index:
        rmse = _figure(table, "rmse", name)
        cells = [
            name,
            taught.get(name, ""),
            "–" if rmse is None else _bold(random, table, "rmse", name, f"{rmse:.3f}"),
            _bold(random, table, "ndcg", name, _with_interval(table, name)),
            _bold(time, later, "ndcg", name, _with_interval(later, name)),
            f"{100 * table.loc[name, 'coverage']:.1f} %",
            _seconds(table.loc[name, "fit_seconds"]),
        ]
        rows.append(f"| {' | '.join(cells)} |")
    ruler = "|---|---|--:|--:|--:|--:|--:|"
    head = f"| {' | '.join(HEADS)} |"
    return "\n".join([head, ruler, *rows, "", _legend(random, time)])


def _legend(random: Leaderboard, time: Leaderboard) -> str:
    users, later = (_users(board) for board in (random, time))
    text = (
        f"Means of {len(random.header['seeds'])} runs on movielens-small. The test is on a random "
        "fifth of each user's ratings; by time, on the newest fifth of all, whose users are nearly "
        "all new, so that nearly everybody gets the same list. ± is half the 95 % interval over "
        f"the users ({users:,}; by time {later:,}). **Bold**: the best of a column, and what a "
        "test on the same users cannot tell from it. Coverage: the share of films that anybody is "
        "shown. The seconds are those of two cores."
    )
    return textwrap.fill(text, 100, break_on_hyphens=False)


def with_table(readme: str, table: str) -> str:
    """The README with the table between its two comments, and nothing else changed.

    Raises:
        DataError: the comments are not there, once each and in order.
    """
    return between(readme, table, BEGIN, END)


def between(page: str, part: str, begin: str, end: str) -> str:
    """The page with that part between two comments, and nothing else changed.

    Raises:
        DataError: the comments are not there, once each and in order.

    Example:
        >>> print(between("<!-- a --> old <!-- b --> end", "new", "<!-- a -->", "<!-- b -->"))
        <!-- a -->
        <BLANKLINE>
        new
        <BLANKLINE>
        <!-- b --> end
    """
    before, found, rest = page.partition(begin)
    _, also, after = rest.partition(end)
    if not (found and also) or begin in after or end in before + after:
        raise DataError(f"The page needs the lines {begin} and {end}, once each and in order.")
    return f"{before}{begin}\n\n{part}\n\n{end}{after}"


def with_figures(guide: str, boards: Mapping[str, Leaderboard]) -> str:
    """The guide with the last two cells of each ``| recommender | metric | protocol | … | … |``.

    They are the value, and whether the row differs from the one above: yes, no, or nothing if that
    is about something else.

    Args:
        guide: Markdown.
        boards: by protocol, ``"random"`` and ``"time"``.

    Raises:
        DataError: a row names a recommender or metric that was not measured.
    """
    # A row is not compared with one above a heading.
    sections = re.split(r"(?m)^(?=#)", guide)
    tables = {protocol: board.table() for protocol, board in boards.items()}
    return "".join(_filled(section, boards, tables) for section in sections)


def _filled(
    section: str, boards: Mapping[str, Leaderboard], tables: Mapping[str, pd.DataFrame]
) -> str:
    names = {written: (metric, digits) for metric, (written, digits) in WRITTEN.items()}
    above = ("", "", "")

    def row_with_figures(row: re.Match[str]) -> str:
        nonlocal above
        name, written, protocol = row.groups()
        metric, digits = names.get(written, (written, 3))
        board, value = boards[protocol], _figure(tables[protocol], metric, name)
        if value is None:
            raise DataError(f"No leaderboard has a figure for the row {row[0]!r}.")
        told = ""
        if above[1:] == (metric, protocol) and metric in board.header["ties"]:
            told = "no" if _tied(board, metric, name, above[0]) else "yes"
        above = (name, metric, protocol)
        return f"| {name} | {written} | {protocol} | {value:,.{digits}f} | {told} |"

    return FIGURE.sub(row_with_figures, section)


def _figure(table: pd.DataFrame, metric: str, name: str) -> float | None:
    """The figure of ``Leaderboard.table``, or None if it was not measured."""
    figures = table[metric].dropna().to_dict() if metric in table.columns else {}
    return figures.get(name)


def _with_interval(table: pd.DataFrame, name: str) -> str:
    value, low, high = table.loc[name, ["ndcg", "low", "high"]].to_numpy("float64")
    return f"{value:.3f} ± {(high - low) / 2:.3f}"


def _seconds(seconds: float) -> str:
    return "< 0.1 s" if seconds < 0.1 else f"{seconds:.1f} s"


def _users(board: Leaderboard) -> int:
    ranked = board.results[board.results["metric"] == "ndcg"]
    return int(ranked["users"].max())


def _tied(board: Leaderboard, metric: str, one: str, other: str) -> bool:
    return {one, other} in [set(pair) for pair in board.header["ties"][metric]]


def _bold(board: Leaderboard, table: pd.DataFrame, metric: str, name: str, text: str) -> str:
    best = str(table[metric].idxmin() if metric in LOWER_IS_BETTER else table[metric].idxmax())
    return f"**{text}**" if name == best or _tied(board, metric, name, best) else text
