"""A conversation about films: this one, but newer; that one, but without the horror."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from helpers.errors import DataError, ParameterError, UnknownItemError
from helpers.knowledge.constraints import Constraint, broken

Wish = Literal["more", "less"]


def critique(film: pd.Series, column: str, wish: Wish, *, cost: float = 1.0) -> Constraint:
    """A wish about a film that is shown, such as "like this one, but newer", as a constraint.

    Unit critiques, as in FindMe (Burke, Hammond and Young 1997). For "less horror" take
    ``Constraint("genres", "excludes", "Horror")``.

    Args:
        film: the row of the film that is shown.
        column: a column of numbers, such as year or minutes.
        wish: ``"more"`` or ``"less"`` than the film has.
        cost: of the constraint.

    Raises:
        ParameterError: the wish is another word.
        DataError: the film has no such number.

    Example:
        >>> print(critique(pd.Series({"title": "Alien", "year": 1979}), "year", "more"))
        year more than 1979
    """
    if wish not in get_args(Wish):
        raise ParameterError(f"wish must be one of {get_args(Wish)}, not {wish!r}.")
    value = film.get(column)
    if isinstance(value, str) or value is None or pd.isna(value):
        raise DataError(f"The film has no number {column!r} to start from, but {value!r}.")
    return Constraint(column, f"{wish} than", value, cost)


def nearest(
    films: pd.DataFrame,
    vectors: Any,
    film: int,
    constraints: Sequence[Constraint] = (),
    shown: Iterable[int] = (),
) -> int:
    """The film most like another one, of those that satisfy every constraint.

    Args:
        films: one row per film, with any index.
        vectors: one row per film, of length 1, sparse or not, as ``helpers.features.tfidf``
            returns.
        film: position of the film that is shown.
        constraints: what was wished for so far.
        shown: positions not to show again; the film itself is never returned.

    Returns:
        The position with the highest cosine; of equal ones, the lowest.

    Raises:
        ParameterError: the table and the vectors differ in length.
        UnknownItemError: there is no such film.
        DataError: no film is left; ``relaxations`` says which constraint to drop.

    Example:
        >>> films = pd.DataFrame({"year": [1979, 1986, 1997]})
        >>> vectors = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]])
        >>> nearest(films, vectors, 0, [Constraint("year", "more than", 1979)])
        2
    """
    if np.shape(vectors)[0] != len(films):
        raise ParameterError(
            f"{len(films):,} films and {np.shape(vectors)[0]:,} vectors do not match: give one "
            "row for each film."
        )
    if not 0 <= film < len(films):
        raise UnknownItemError(f"There is no film {film}: they count from 0 to {len(films) - 1}.")
    fits: np.ndarray = np.invert(broken(films, constraints).any(axis=1))
    fits[[film, *shown]] = False
    if not fits.any():
        wished = ", ".join(map(str, constraints)) or "nothing but another film"
        raise DataError(f"No film is left for: {wished}. See what `relaxations` would drop.")
    cosines = vectors[fits] @ vectors[[film]].T
    dense = cosines if isinstance(cosines, np.ndarray) else cosines.toarray()
    return int(np.flatnonzero(fits)[np.argmax(dense)])
