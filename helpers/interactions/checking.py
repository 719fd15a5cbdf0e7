"""Checks of the tables that become interactions, and the way from ids to indices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from helpers.errors import DataError, ParameterError

RATING_COLUMNS = ("user_id", "movie_id", "rating")
UNKNOWN = -1


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
    if ratings.empty:
        raise DataError("The table of ratings is empty: there is nothing to learn from.")
    for column, advice in (
        ("rating", "Convert them with pd.to_numeric first."),
        ("timestamp", "Give seconds since 1970, as whole numbers."),
    ):
        if column in ratings and not pd.api.types.is_numeric_dtype(ratings[column]):
            raise DataError(f"The {column}s are of type {ratings[column].dtype}. {advice}")
    for column in [name for name in (*RATING_COLUMNS, "timestamp") if name in ratings]:
        empty = np.flatnonzero(ratings[column].isna())
        if len(empty):
            raise DataError(
                f"Column {column!r} has {len(empty):,} missing values, "
                f"the first in row {empty[0]}. Drop or fill them first."
            )
    values = ratings["rating"].to_numpy("float64")
    low, high = rating_scale or (float(values.min()), float(values.max()))
    if not (np.isfinite([low, high]).all() and low <= high):
        raise DataError(
            f"A scale from {low:g} to {high:g} is not possible: both ends must be finite numbers, "
            "the lower one first. Correct the rating_scale or the ratings."
        )
    off = np.flatnonzero(~((values >= low) & (values <= high)))
    if len(off):
        raise DataError(
            f"{len(off):,} ratings are off the scale {low:g} to {high:g}: the first is "
            f"{values[off[0]]:g} in row {off[0]}. Correct it, or pass the true rating_scale."
        )
    return float(low), float(high)


def catalogue(
    rated: pd.Series, described: pd.DataFrame | None, column: str, keep_unrated: bool
) -> np.ndarray:
    """The ids that get an index, ascending."""
    ids = rated.unique()
    if keep_unrated and described is not None:
        ids = np.concatenate([ids, described[column].unique()])
    return np.unique(np.asarray(ids))


def positions_of(ids: np.ndarray, values: Any) -> np.ndarray:
    """Position of each value among the ids, int32; −1 where there is none."""
    return pd.Index(ids).get_indexer(pd.Index(values)).astype("int32")


def check_no_duplicates(
    ratings: pd.DataFrame, user: np.ndarray, item: np.ndarray, n_items: int
) -> None:
    """Raise a DataError where a user has rated one film twice."""
    pairs = user.astype("int64") * n_items
    pairs += item
    ordered = np.sort(pairs)
    # To sort is several times faster than to look each pair up, and says whether there are any.
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
    if column not in table:
        raise DataError(f"The table has no column {column!r}; it has {quoted(table.columns)}.")
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
        first = values[positions == UNKNOWN][0]
        raise error(
            f"No {kind} has the id {first}. There are {len(ids):,} ids, from {ids[0]} to {ids[-1]}."
        )
    return positions
