"""Write a data set as the three files of MovieLens 1M."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.data.dataset import Dataset
from helpers.errors import DataError
from helpers.files import written_whole

ENCODING = "iso-8859-1"
HEADERS = {
    "users.dat": "UserID::Gender::Age::Occupation::Zip-code",
    "movies.dat": "MovieID::Title::Genres",
    "ratings.dat": "UserID::MovieID::Rating::Timestamp",
}
USER_COLUMNS = ["user_id", "gender", "age", "occupation", "zip_code"]
MOVIE_COLUMNS = ["movie_id", "title", "genres"]
RATING_COLUMNS = ["user_id", "movie_id", "rating", "timestamp"]
LINES_AT_ONCE = 500_000


def write_1m_layout(
    dataset: Dataset, folder: str | os.PathLike[str], *, header: bool = False
) -> list[Path]:
    """Write users.dat, movies.dat and ratings.dat as MovieLens 1M has them.

    Fields are separated by ``::``, the encoding is ISO-8859-1, ratings are whole stars. The files
    appear under their names only when all three are complete. Until then, and after an error,
    earlier files stay.

    Args:
        dataset: a data set with users, such as ``simulate(...).dataset``.
        folder: where to write; made if it is missing.
        header: whether a line with the names of the fields comes first.

    Returns:
        The paths of the three files: users, movies, ratings.

    Raises:
        DataError: no users, a rating that is not a whole number, a field that holds ``::`` or a
            line end, or a character that ISO-8859-1 does not have; the message says which.
        WritingError: the disk is full, or the folder cannot be written to.

    Example:
        >>> import tempfile
        >>> from helpers.simulation import simulate
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     paths = write_1m_layout(simulate(3, 5, 9).dataset, folder)
        ...     len(paths[2].read_text().splitlines())
        9
    """
    tables = {
        "users.dat": _user_lines(dataset),
        "movies.dat": _lines(_checked(dataset.movies, MOVIE_COLUMNS, "movies")),
        "ratings.dat": _rating_lines(dataset.ratings),
    }
    paths = [Path(folder) / name for name in tables]
    with ExitStack() as all_or_nothing:
        for path, blocks in zip(paths, tables.values(), strict=True):
            unfinished = all_or_nothing.enter_context(written_whole(path))
            # Written as bytes: line ends are the same on every system.
            with unfinished.open("wb") as file:
                if header:
                    file.write(f"{HEADERS[path.name]}\n".encode(ENCODING))
                for block in blocks:
                    file.write(block.encode(ENCODING))
    return paths


def _user_lines(dataset: Dataset) -> Iterator[str]:
    if dataset.users is None:
        raise DataError(
            f"The data set {dataset.name!r} has no table of users, so users.dat cannot be made."
        )
    return _lines(_checked(dataset.users, USER_COLUMNS, "users"))


def _rating_lines(ratings: pd.DataFrame) -> Iterator[str]:
    stars = ratings["rating"].to_numpy()
    broken = np.flatnonzero(stars != np.floor(stars))
    if len(broken):
        raise DataError(
            f"The layout of MovieLens 1M holds whole stars only; the rating in row {broken[0]} "
            f"is {stars[broken[0]]:g}. Round the ratings first, or write them as CSV."
        )
    return _lines(ratings[RATING_COLUMNS].astype({"rating": "int64"}))


def _checked(table: pd.DataFrame, columns: list[str], kind: str) -> pd.DataFrame:
    for column in columns:
        if pd.api.types.is_numeric_dtype(table[column]):
            continue
        for row, text in enumerate(table[column]):
            if "::" in text or "\n" in text or "\r" in text:
                raise DataError(
                    f"The {column} in row {row} of {kind} is {text!r}: a field of a .dat file "
                    "cannot hold '::' or a line end. Replace it first."
                )
            try:
                text.encode(ENCODING)
            except UnicodeEncodeError as error:
                raise DataError(
                    f"The {column} in row {row} of {kind} is {text!r}: ISO-8859-1 has no "
                    f"{text[error.start]!r}. Replace it first."
                ) from error
    return table[columns]


def _lines(table: pd.DataFrame) -> Iterator[str]:
    pattern = "::".join(["%s"] * table.shape[1]) + "\n"
    for start in range(0, len(table), LINES_AT_ONCE):
        block = table.iloc[start : start + LINES_AT_ONCE]
        rows: Iterable[tuple] = zip(*(block[column].tolist() for column in block), strict=True)
        yield "".join(map(pattern.__mod__, rows))
