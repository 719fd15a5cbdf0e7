"""Folders of ratings.csv and movies.csv that are not written as MovieLens writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from importlib.resources.abc import Traversable
from typing import Any

import pandas as pd

from helpers.data.dataset import Dataset
from helpers.data.describing import described
from helpers.data.guessing import role_of
from helpers.data.ids import coded
from helpers.data.lines import is_header
from helpers.data.own import dataset_of, say
from helpers.data.ratings import NAMES
from helpers.data.table import read_table_of
from helpers.data.texts import as_utf8, looked_at
from helpers.errors import DataError

WORD = re.compile(rb"\s*[A-Za-z][A-Za-z _-]*\s*")
LONGEST_HEADER = 2**12


def is_written_otherwise(file: Traversable) -> bool:
    """Whether the first line has other names, another order or another separator than MovieLens.

    Such a file is read by the names in its header, a MovieLens file by the order of its columns.
    """
    with file.open("rb") as stream:
        line = stream.readline(LONGEST_HEADER).removeprefix(b"\xef\xbb\xbf").strip()
    if is_header(line, NAMES, b",") and line.count(b",") == 3:
        return False
    fields = [field.strip(b' "') for field in re.split(rb"[,;\t]", line)]
    if len(fields) > 1 and all(WORD.fullmatch(field) for field in fields):
        return True
    numbers = re.split(rb"[;\t]", line)
    return len(numbers) == 4 and all(re.fullmatch(rb"\d+([.,]\d+)?", each) for each in numbers)


def read_otherwise(
    folder: Traversable,
    films: Callable[[], pd.DataFrame],
    *,
    name: str,
    rating_scale: tuple[float, float] | None,
    on_bad_line: str,
) -> Dataset:
    """The data set of such a folder; it prints a line about what was guessed.

    Args:
        folder: holds ratings.csv and movies.csv.
        films: reads movies.csv if it is as MovieLens writes it.
        name: of the data set.
        rating_scale: lowest and highest possible rating; None guesses it.
        on_bad_line: "raise" or "skip".

    Raises:
        DataError: the names of the columns are not known; the message says how to name them.
        BadLineError: lines cannot be read.
    """
    content = (folder / "ratings.csv").read_bytes()
    try:
        table = read_table_of(content, "ratings.csv", {}, skip=on_bad_line == "skip")
    except DataError as error:
        path = f"{name.rstrip('/')}/ratings.csv"
        raise DataError(
            f"{error}\nTo name them, load the table itself: load({path!r}, …)."
        ) from None
    dataset = dataset_of(table, {}, name=name, rating_scale=rating_scale, on_bad_line=on_bad_line)
    say(dataset, {}, rating_scale)
    movies = _films(folder / "movies.csv") if is_other_table(folder / "movies.csv") else films()
    return Dataset(
        name,
        dataset.ratings,
        movies,
        None,
        dataset.rating_scale,
        dataset.rejected,
        guess=dataset.guess,
    )


def is_other_table(file: Traversable) -> bool:
    """Whether the table of films has other columns than MovieLens."""
    with file.open("rb") as stream:
        line = stream.readline(LONGEST_HEADER).removeprefix(b"\xef\xbb\xbf").strip()
    return not (is_header(line, ("movie_id", "title", "genres"), b",") and line.count(b",") == 2)


def _films(file: Traversable) -> pd.DataFrame:
    text, _encoding = as_utf8(file.read_bytes(), None, file.name)
    written = looked_at(text, file.name)
    found: dict[str, Any] = {}
    for column in written.names:
        role = role_of(column)
        if role in ("item", "title", "genres"):
            found.setdefault(role, column)
    if "item" not in found:
        raise DataError(
            f"{file.name} has no column of ids: it has {', '.join(map(repr, written.names))}. Call "
            "the column with the ids of the films 'movieId'."
        )
    table = read_table_of(text, file.name, found, described=True)
    ids = coded(table.frame[found["item"]], f"column {found['item']!r}", written=True)
    wanted: dict[str, Hashable] = {
        role: found[role] for role in ("title", "genres") if role in found
    }
    movies, _said = described(ids.ids, table.frame, ids.codes, ids.codes, wanted)
    return movies
