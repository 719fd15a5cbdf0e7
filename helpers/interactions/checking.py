"""Checks of the tables that become interactions, and how ids become indices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from helpers.data.genres import with_bars
from helpers.data.scales import checked_scale, on_scale
from helpers.errors import DataError, ParameterError

RATING_COLUMNS = ("user_id", "movie_id", "rating")
UNKNOWN = -1
LARGEST_ID = np.iinfo("int64").max
LARGEST_RATING = np.finfo("float32").max


def checked_rows(rows: Any, n: int) -> np.ndarray:
    """Positions or a mask that fit n ratings, or a ParameterError."""
    rows = np.asarray(rows)
    if rows.dtype == bool:
        if rows.shape != (n,):
            raise ParameterError(f"A mask of {rows.size:,} values does not fit {n:,} ratings.")
        return rows
    if rows.size == 0:
        return np.empty(0, dtype="int64")
    if not np.issubdtype(rows.dtype, np.integer):
        raise ParameterError(f"Positions must be whole numbers or a mask, not {rows.dtype}.")
    if rows.min() < 0 or rows.max() >= n:
        raise ParameterError(
            f"Positions from {rows.min()} to {rows.max()} do not fit {n:,} ratings."
        )
    times = np.bincount(rows.ravel(), minlength=0)
    if times.max() > 1:
        raise ParameterError(
            f"Position {int(times.argmax())} is named {times.max()} times, but a user rates a film "
            "once. Name each position once; to draw with replacement, draw users or use weights."
        )
    return rows


def quoted(names: Iterable[object]) -> str:
    """Names in quotes, separated by commas, for a message."""
    return ", ".join(f"{str(name)!r}" for name in names)


def check_ratings(
    ratings: pd.DataFrame, rating_scale: tuple[float, float] | None
) -> tuple[float, float]:
    """The rating scale of a table of ratings, or a DataError that says what is wrong with it."""
    missing = [column for column in RATING_COLUMNS if column not in ratings]
    if missing:
        raise DataError(
            f"The ratings have no column {quoted(missing)}; they have {quoted(ratings.columns)}. "
            f"Rename the columns to {quoted(RATING_COLUMNS)}."
        )
    check_names(ratings)
    if ratings.empty:
        raise DataError("The table of ratings is empty: there is nothing to learn from.")
    for column, advice in (
        ("rating", "Convert them with pd.to_numeric first."),
        ("timestamp", "Give seconds since 1970, as whole numbers."),
    ):
        if column in ratings and not _is_real(ratings[column]):
            raise DataError(f"The {column}s are of type {ratings[column].dtype}. {advice}")
    for column in [name for name in (*RATING_COLUMNS, "timestamp") if name in ratings]:
        check_nothing_missing(ratings, column)
    if "timestamp" in ratings:
        check_timestamps(ratings["timestamp"])
    values = ratings["rating"].to_numpy("float64")
    given = checked_scale(rating_scale)
    low, high = given or (float(values.min()), float(values.max()))
    if not (np.abs([low, high]) <= LARGEST_RATING).all():
        raise DataError(
            f"A scale from {low:g} to {high:g} is not possible: both ends must be finite numbers, "
            "the lower one first. Correct the rating_scale or the ratings."
        )
    off = np.flatnonzero(~on_scale(values, (low, high)))
    if len(off):
        raise DataError(
            f"{len(off):,} ratings are off the scale {low:g} to {high:g}: the first is "
            f"{values[off[0]]:g} in row {off[0]}. Correct it, or pass the true rating_scale."
        )
    return float(low), float(high)


def check_names(table: pd.DataFrame) -> None:
    """Raise a DataError if two columns have the same name."""
    repeated = table.columns[table.columns.duplicated()]
    if len(repeated):
        raise DataError(f"Two columns are called {repeated[0]!r}. Drop or rename one of them.")


def reaches(ratings: np.ndarray, threshold: float) -> np.ndarray:
    """Which ratings are the threshold or more, both as float32, the precision of ratings.

    Example:
        >>> reaches(np.array([4.6, 4.5], "float32"), 4.6)
        array([ True, False])
    """
    found: np.ndarray = np.asarray(ratings).astype("float32") >= np.float32(threshold)
    return found


def check_nothing_missing(table: pd.DataFrame, column: str) -> None:
    """Raise a DataError if a column has a missing value."""
    empty = np.flatnonzero(table[column].isna())
    if len(empty):
        raise DataError(
            f"Column {column!r} has {len(empty):,} missing values, "
            f"the first in row {empty[0]}. Drop or fill them first."
        )


def check_timestamps(timestamps: pd.Series) -> None:
    """Raise a DataError unless they are whole numbers of 64 bits."""
    if pd.api.types.is_float_dtype(timestamps):
        values = timestamps.to_numpy("float64")
        # As floats, −2^63 is exact, and the largest number below 2^63 is not 2^63 − 1.
        whole = (np.floor(values) == values) & (values >= -(2.0**63)) & (values < 2.0**63)
    else:
        whole = timestamps.to_numpy() <= LARGEST_ID
    if not whole.all():
        row = np.flatnonzero(~whole)[0]
        raise DataError(
            f"The timestamp in row {row} is {timestamps.iloc[row]}. "
            "Give seconds since 1970, as whole numbers."
        )


def check_ids(table: pd.DataFrame, column: str) -> str:
    """What the ids of a column are, ``"integer"`` or ``"string"``, or a DataError."""
    check_nothing_missing(table, column)
    ids = table[column]
    if isinstance(ids.dtype, pd.CategoricalDtype):
        ids = pd.Series(ids.cat.categories)
    kind = pd.api.types.infer_dtype(ids)
    if kind not in ("integer", "string"):
        raise DataError(
            f"The values of {column} are of the kind {kind!r}; ids are whole numbers or text. "
            f"Convert them, for example with table[{column!r}].astype('int64')."
        )
    largest = max(-int(ids.min()), int(ids.max())) if kind == "integer" else 0
    if largest > LARGEST_ID:
        raise DataError(f"The values of {column} hold a number of more than 64 bits: {largest}.")
    return kind


def _is_real(column: pd.Series) -> bool:
    is_complex = pd.api.types.is_complex_dtype(column)
    return pd.api.types.is_numeric_dtype(column) and not is_complex


def catalogue(
    rated: pd.Series, described: pd.DataFrame | None, column: str, keep_unrated: bool
) -> np.ndarray:
    """The ids that get an index, ascending, or a DataError if they are not ids."""
    kind = check_ids(rated.to_frame(), column)
    ids = _plain(rated)
    if described is not None:
        check_names(described)
        if column not in described:
            raise DataError(
                f"The table has no column {column!r}; it has {quoted(described.columns)}."
            )
        if len(described) and check_ids(described, column) != kind:
            says = "text" if kind == "string" else "whole numbers"
            raise DataError(
                f"{column} is {says} in the ratings but not in the table that describes it: "
                "a number and a text are not the same id. Convert one of them."
            )
        if keep_unrated:
            ids = np.concatenate([ids, _plain(described[column])])
    return np.unique(ids)


def _plain(ids: pd.Series) -> np.ndarray:
    values = np.asarray(ids.unique())
    # Together with signed numbers, NumPy turns unsigned ones into floats.
    return values.astype("int64") if values.dtype == "uint64" else values


def with_words(movies: pd.DataFrame) -> pd.DataFrame:
    """The films with genres and tags as text that bars separate, whatever held them.

    Raises:
        DataError: a value is neither text nor a list of text; the message names the row.
    """
    check_names(movies)
    columns = [name for name in ("genres", "tags") if name in movies]
    return movies.assign(**{name: with_bars(movies[name], name) for name in columns})


def with_plain_text(table: pd.DataFrame) -> pd.DataFrame:
    """The table with text of any library's type as that of pandas, which all rooms can read."""
    others = [
        name
        for name in table
        if isinstance(table[name].dtype, pd.ArrowDtype)
        and pd.api.types.is_string_dtype(table[name])
    ]
    return table.astype(dict.fromkeys(others, "str")) if others else table


def positions_of(ids: np.ndarray, values: Any) -> np.ndarray:
    """Position of each value among the ids, int32; −1 if there is none."""
    return pd.Index(ids).get_indexer(pd.Index(values)).astype("int32")


def check_no_duplicates(
    ratings: pd.DataFrame, user: np.ndarray, item: np.ndarray, n_items: int
) -> None:
    """Raise a DataError if a user has rated one film twice."""
    pairs = user.astype("int64") * n_items
    pairs += item
    ordered = np.sort(pairs)
    # Sorting is several times faster than looking up each pair, and shows if there are any.
    if (ordered[1:] == ordered[:-1]).any():
        repeated = np.flatnonzero(pd.Series(pairs).duplicated())
        row = repeated[0]
        user_id, movie_id = ratings["user_id"].iloc[row], ratings["movie_id"].iloc[row]
        raise DataError(
            f"{len(repeated):,} ratings repeat a user and a film: the first is user {user_id} on "
            f"film {movie_id} in row {row}. Keep one of them, for example the latest, with "
            "ratings.drop_duplicates(['user_id', 'movie_id'], keep='last')."
        )


def described(table: pd.DataFrame, ids: np.ndarray, column: str) -> pd.DataFrame:
    """The rows of a description in the order of the ids, or a DataError."""
    repeated = table[column][table[column].duplicated()]
    if len(repeated):
        raise DataError(
            f"{column} {repeated.iloc[0]} is described more than once, and so are "
            f"{repeated.nunique() - 1:,} others. Keep one row for each."
        )
    positions = pd.Index(table[column]).get_indexer(pd.Index(ids))
    if (positions < 0).any():
        absent = ids[positions < 0]
        raise DataError(
            f"{len(absent):,} values of {column} have ratings but no description: the first is "
            f"{absent[0]}. Add a row for each, or pass no table."
        )
    return table.iloc[positions].reset_index(drop=True)


def lookup(
    ids: np.ndarray, wanted: Any, unknown: str, error: type[Exception], kind: str
) -> np.ndarray:
    """Index of each wanted id; an unknown one is −1 or raises the error."""
    if unknown not in ("raise", "mark"):
        raise ParameterError(f"unknown must be 'raise' or 'mark', not {unknown!r}.")
    values = np.atleast_1d(np.asarray(wanted))
    positions = positions_of(ids, values)
    if unknown == "raise" and (positions == UNKNOWN).any():
        first = values[positions == UNKNOWN].tolist()[0]
        lowest, highest = ids[[0, -1]].tolist()
        told = f"There are {len(ids):,} ids, from {lowest!r} to {highest!r}."
        if isinstance(first, str) != isinstance(lowest, str):
            own, theirs = ("text", "numbers") if isinstance(lowest, str) else ("numbers", "text")
            told = f"The ids here are {own}, from {lowest!r} to {highest!r}, not {theirs}."
        raise error(f"No {kind} has the id {first!r}. {told}")
    return positions
