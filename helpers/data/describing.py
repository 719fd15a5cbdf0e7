"""What a table of ratings says about each item: title, genres, and other named columns."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from helpers.data.genres import with_bars
from helpers.errors import DataError


def counted(n: int, noun: str) -> str:
    """A number and its noun.

    Example:
        >>> counted(1, "row"), counted(1200, "row")
        ('1 row', '1,200 rows')
    """
    return f"{n:,} {noun}{'s' * (n != 1)}"


def named_by(item: Any) -> str:
    """The name of an item without a title.

    Example:
        >>> named_by("Dune"), named_by(7)
        ('Dune', 'item 7')
    """
    return item if isinstance(item, str) else f"item {item}"


def of_each(values: pd.Series, codes: np.ndarray, n: int) -> tuple[pd.Series, int]:
    """The most frequent value of each code, the first if equal; how many codes have several.

    A missing value and an empty text do not count.

    Example:
        >>> of_each(pd.Series(["Heat", "Heat!", "Heat", ""]), np.array([0, 0, 0, 1]), 2)
        (0    Heat
        1     NaN
        dtype: str, 1)
    """
    value_codes, kinds = pd.factorize(values)
    there = value_codes >= 0
    if pd.api.types.is_string_dtype(values.dtype):
        there &= (values != "").to_numpy(dtype=bool)
    width = max(len(kinds), 1)
    pairs, first, counts = np.unique(
        codes[there] * width + value_codes[there], return_index=True, return_counts=True
    )
    code, kind = np.divmod(pairs, width)
    order = np.lexsort((first, -counts, code))
    code, kind = code[order], kind[order]
    leads = np.append(True, code[1:] != code[:-1])[: len(code)]
    chosen = np.full(n, -1)
    chosen[code[leads]] = kind[leads]
    found = pd.Series(kinds).reindex(chosen).reset_index(drop=True)
    return found, len(np.unique(code[~leads]))


def described(
    ids: pd.Series,
    frame: pd.DataFrame,
    item: np.ndarray,
    user: np.ndarray,
    wanted: dict[str, Hashable],
) -> tuple[pd.DataFrame, list[str]]:
    """One row for each item, and notes on what was found.

    Args:
        ids: of the items, in the order of their codes.
        frame: the table, one row for each rating.
        item: code of the item of each row.
        user: code of the user of each row.
        wanted: the column of ``title``, ``genres`` and others, by its new name.

    Raises:
        DataError: users and items seem to be exchanged.
    """
    said: list[str] = []
    movies = pd.DataFrame({"movie_id": ids})
    for target, column in wanted.items():
        values = frame[column].reset_index(drop=True)
        if target == "genres" or values.map(type).isin([list, tuple, set]).any():
            values, separated = _words(values, str(column))
            said += separated
        found, several = of_each(values, item, len(ids))
        if several > 0.5 * len(ids) and of_each(values, user, int(user.max()) + 1)[1] == 0:
            raise DataError(
                f"Are users and items exchanged? Each user has one {column!r} only, and most items "
                "have several. If they are, exchange the columns of user= and item=. If they are "
                f"not, {column!r} is not about items: leave it out, for example with title=False."
            )
        if several:
            said.append(
                f"{counted(several, 'item')} with several {column!r}: the most frequent counts"
            )
        movies[target] = found.fillna("") if target == "genres" else found
    if "title" not in movies:
        movies.insert(1, "title", [named_by(each) for each in ids])
    empty = movies["title"].isna()
    if empty.any():
        said.append(f"{counted(int(empty.sum()), 'item')} without a title: named by the id")
        names = pd.Series([named_by(each) for each in ids], dtype="object")
        movies["title"] = movies["title"].astype("object").where(~empty, names)
    movies["title"] = movies["title"].astype("str")
    return movies, said


def _words(values: pd.Series, name: str) -> tuple[pd.Series, list[str]]:
    found = with_bars(values, name)
    commas = found.str.contains(",", regex=False)
    if commas.any() and not found.str.contains("|", regex=False).any():
        return with_bars(found.str.replace(",", "|"), name), [f"{name!r} separated by commas"]
    return found, []
