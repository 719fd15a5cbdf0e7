"""Several rows of one user and item: first, last, mean or sum, never without a word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from helpers.errors import DataError, ParameterError

Repeated = Literal["first", "last", "mean", "sum"]


# 64 million bytes; a look-up in a table takes a third of the time of sorting.
MOST_CELLS = 2**26


def check_repeated(how: Any) -> None:
    """Raise a ParameterError unless it is None or a way to deal with repeated rows."""
    if how is not None and how not in get_args(Repeated):
        raise ParameterError(f"repeated must be one of {get_args(Repeated)}, not {how!r}.")


def _all_differ(pairs: np.ndarray) -> bool:
    """Whether all numbers differ; one byte per possible number, if there is room for them.

    Example:
        >>> _all_differ(np.array([3, 1, 2])), _all_differ(np.array([3, 1, 3]))
        (True, False)
    """
    if pairs.max() < MOST_CELLS:
        seen = np.zeros(int(pairs.max()) + 1, bool)
        seen[pairs] = True
        return int(np.count_nonzero(seen)) == len(pairs)
    ordered = np.sort(pairs)
    return bool((ordered[1:] != ordered[:-1]).all())


def one_of_each(
    frame: pd.DataFrame, pairs: np.ndarray, how: str | None, told: Callable[[int, int, int], str]
) -> tuple[np.ndarray, pd.DataFrame]:
    """The row that counts for each user and item, in the order of their first rows.

    Args:
        frame: rating and perhaps timestamp, and any other columns.
        pairs: a number for the user and item of each row.
        how: which counts; first and last go by the time if there is one, else by the order of
            the rows. Mean and sum are of the ratings; the time is then the last one.
        told: the message of the error, from the number of repeated rows and two rows of a pair.

    Returns:
        The rows, and the frame of these rows only.

    Raises:
        DataError: there are repeated rows, and ``how`` does not say what to do.
    """
    if _all_differ(pairs):
        return np.arange(len(frame)), frame
    again = np.flatnonzero(pd.Series(pairs).duplicated())
    if how is None:
        first = int(np.flatnonzero(pairs == pairs[again[0]])[0])
        raise DataError(told(len(again), first, int(again[0])))
    order = np.arange(len(frame))
    if "timestamp" in frame:
        order = np.argsort(frame["timestamp"].to_numpy(), kind="stable")
    codes = pd.factorize(pairs)[0]
    chosen = np.empty(int(codes.max()) + 1, "int64")
    # Of several values for one place, the last one written stays.
    written = order[::-1] if how == "first" else order
    chosen[codes[written]] = written
    found = frame.iloc[chosen].reset_index(drop=True)
    if how in ("mean", "sum"):
        values = np.bincount(codes, frame["rating"].to_numpy("float64"))
        found["rating"] = values / np.bincount(codes) if how == "mean" else values
    return chosen, found
