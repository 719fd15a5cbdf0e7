"""What a person wants from a film, as conditions on the columns of a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from helpers.errors import DataError, ParameterError


def _lists(column: pd.Series, value: Any) -> np.ndarray:
    # Each combination of genres is split once.
    codes, texts = pd.factorize(column.fillna("").astype("str"))
    return np.array([str(value) in text.split("|") for text in texts], dtype=bool)[codes]


TESTS: dict[str, Callable[[pd.Series, Any], Any]] = {
    "at least": lambda column, value: column >= value,
    "at most": lambda column, value: column <= value,
    "more than": lambda column, value: column > value,
    "less than": lambda column, value: column < value,
    "is": lambda column, value: column == value,
    "includes": _lists,
    "excludes": lambda column, value: ~_lists(column, value),
}


@dataclass(frozen=True)
class Constraint:
    """One condition, and what it costs to give it up.

    Attributes:
        column: of the table of films.
        test: ``"at least"``, ``"at most"``, ``"more than"``, ``"less than"`` and ``"is"`` compare
                the column with the value; ``"includes"`` and ``"excludes"`` look for it in a column
                that lists words separated by ``|``, such as genres.
        value: what to compare with.
        cost: above 0; how bad it is to drop it.

    Raises:
        ParameterError: there is no such test, or the cost is not above 0.

    Example:
        >>> films = pd.DataFrame({"minutes": [95, 130], "genres": ["Horror", "Drama|War"]})
        >>> short = Constraint("minutes", "at most", 120)
        >>> calm = Constraint("genres", "excludes", "Horror")
        >>> print(short, short.holds(films), calm.holds(films))
        minutes at most 120 [ True False] [False  True]
    """

    column: str
    test: str
    value: Any
    cost: float = 1.0

    def __post_init__(self) -> None:
        if self.test not in TESTS:
            raise ParameterError(f"test must be one of {tuple(TESTS)}, not {self.test!r}.")
        if not (np.isfinite(self.cost) and self.cost > 0):
            raise ParameterError(f"cost = {self.cost} is not possible: it must be above 0.")

    def __str__(self) -> str:
        return f"{self.column} {self.test} {self.value}"

    def holds(self, films: pd.DataFrame) -> np.ndarray:
        """Whether each film fits, bool, shape (films,); a missing number or text never fits.

        A film without genres includes no genre, and excludes every genre.

        Raises:
            DataError: there is no such column, or it cannot be compared with the value.
        """
        if self.column not in films:
            raise DataError(f"The films have no column {self.column!r}: {list(films.columns)}.")
        try:
            found = TESTS[self.test](films[self.column], self.value)
        except TypeError as error:
            raise DataError(
                f"The column {self.column!r} of type {films[self.column].dtype} cannot be compared "
                f"with {self.value!r}. Convert one of them."
            ) from error
        return np.asarray(pd.Series(found).fillna(False), dtype=bool)


def broken(films: pd.DataFrame, constraints: Sequence[Constraint]) -> np.ndarray:
    """Which film breaks which constraint, bool, shape (films, constraints).

    Raises:
        DataError: as ``Constraint.holds``.
    """
    found = np.zeros((len(films), len(constraints)), dtype=bool)
    for column, constraint in enumerate(constraints):
        found[:, column] = ~constraint.holds(films)
    return found


def fitting(films: pd.DataFrame, constraints: Sequence[Constraint]) -> pd.DataFrame:
    """The films that satisfy every constraint, in their order, perhaps none.

    Raises:
        DataError: as ``Constraint.holds``.

    Example:
        >>> films = pd.DataFrame({"title": ["Heat", "Casino"], "minutes": [170, 178]})
        >>> fitting(films, [Constraint("minutes", "less than", 175)])["title"].tolist()
        ['Heat']
    """
    return films[np.invert(broken(films, constraints).any(axis=1))]
