"""If no film fits: which constraints to give up at the least cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.knowledge.constraints import Constraint, broken


def relaxations(films: pd.DataFrame, constraints: Sequence[Constraint]) -> pd.DataFrame:
    """Every smallest set of constraints to drop so that a film fits, the cheapest first.

    A film fits if exactly the constraints that it breaks are dropped. So each film gives one set,
    and no search through all subsets is needed: the smallest sets are those that contain no other
    set. (Reiter 1987 calls such sets diagnoses; Jannach 2006 finds them for recommenders in this
    way.)

    Args:
        films: one row per film.
        constraints: what was asked for.

    Returns:
        One row per set: ``dropped`` (a tuple of constraints, empty if all can be kept), ``cost``
        (the sum of their costs) and ``films`` (how many fit then). If costs are equal, the set
        with more films comes first.

    Raises:
        DataError: there are no films, or as ``Constraint.holds``.

    Example:
        >>> films = pd.DataFrame({"year": [1987, 1994, 1999], "minutes": [140, 110, 90]})
        >>> wishes = [
        ...     Constraint("year", "less than", 1990, cost=2),
        ...     Constraint("minutes", "at most", 120),
        ... ]
        >>> for row in relaxations(films, wishes).itertuples():
        ...     print(*row.dropped, row.cost, row.films)
        minutes at most 120 1.0 1
        year less than 1990 2.0 2
    """
    if len(films) == 0:
        raise DataError("There are no films, so the constraints are not the reason.")
    sets, counts = np.unique(broken(films, constraints), axis=0, return_counts=True)
    smallest = _smallest(sets)
    costs = sets[smallest] @ np.array([constraint.cost for constraint in constraints], "float64")
    rows = pd.DataFrame(
        {
            "dropped": [
                tuple(c for c, out in zip(constraints, row, strict=True) if out)
                for row in sets[smallest]
            ],
            "cost": costs,
            "films": counts[smallest],
        }
    )
    return rows.sort_values(
        ["cost", "films"], ascending=[True, False], kind="stable", ignore_index=True
    )


def _smallest(sets: np.ndarray) -> np.ndarray:
    """Mask of the sets, one per row and all different, that contain none of the others."""
    numbers = sets.astype("int64")
    # Row i contains row j if they share all that row j has.
    contains = numbers @ numbers.T == numbers.sum(axis=1)
    smallest: np.ndarray = contains.sum(axis=1) == 1
    return smallest
