"""Exercises of lesson 03: how much evidence, zeros that are no opinions, who watched both."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from helpers.checks import figure, number

exercise_1 = number(
    30,
    right=(
        "Yes. Thirty perfect ratings against twenty of 3.5 in advance: that is what it takes to be "
        "taken seriously."
    ),
    mistakes=[
        (1, "That is the plain mean. What do the 20 ratings in advance do?"),
        (12, "You divided by n alone in one place. How many ratings are there in all?"),
        (50, "That counts the 20 ratings in advance as well. How many are the film's own?"),
        (20, "With 20 the film and the ratings in advance are even: 4.25. A little more."),
    ],
    hints=[
        "Write the damped mean with n in it and set it equal to 4.4.",
        "(5n + 20 × 3.5) / (n + 20) = 4.4. Multiply both sides by n + 20.",
    ],
)


def _announced(pivot: pd.DataFrame) -> pd.Series:
    return pivot[pivot.mean().idxmax()]


def _true_mean(pivot: pd.DataFrame) -> float:
    column = _announced(pivot)
    return float(column[column > 0].mean())


exercise_2 = number(
    _true_mean,
    right=(
        "Yes. The cells of users who never rated the film are no zeros, they are unknown. With the "
        "zeros, `pivot.mean()` ranks the films mostly by how many people rated them."
    ),
    mistakes=[
        (
            lambda pivot: _announced(pivot).mean(),
            "That is the colleague's number. How many users is it divided by?",
        ),
        (
            lambda pivot: pivot.where(pivot > 0).mean().max(),
            "That is the best mean of all films. What is the mean of the film that was announced?",
        ),
        (
            lambda pivot: pivot.to_numpy()[pivot.to_numpy() > 0].mean(),
            "That is the mean over all films. Keep to the film that was announced.",
        ),
        (
            lambda pivot: (_announced(pivot) > 0).mean(),
            "That is the share of the users who rated it. Which stars did they give?",
        ),
        (
            lambda pivot: (_announced(pivot) > 0).sum(),
            "That is how many rated it. Now the mean of their stars.",
        ),
    ],
    hints=[
        "Which cells of that column hold an opinion?",
        "Keep the cells above 0, then take their mean.",
    ],
)


def _drawn(
    share: Callable[[np.ndarray, np.ndarray], np.ndarray], *, swapped: bool = False
) -> Callable[[np.ndarray, int, pd.Series], pd.DataFrame]:
    """The correlations over a share, which is one of our film's column and of all the others'."""

    def points(table: np.ndarray, film: int, r: pd.Series) -> pd.DataFrame:
        x, y = share(table[:, [film]], table[:, r.index]), r.to_numpy()
        return pd.DataFrame({"": x}, index=y) if swapped else pd.DataFrame({"": y}, index=x)

    return points


def _both(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.asarray(((x > 0) & (y > 0)).sum(axis=0))


def _jaccard(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.asarray(_both(x, y) / np.maximum(((x > 0) | (y > 0)).sum(axis=0), 1))


exercise_3 = figure(
    _drawn(_jaccard),
    right=(
        "Yes. See how nearly the dots lie on a line: what was called a correlation of stars says "
        "little more than who watched both films."
    ),
    mistakes=[
        (
            _drawn(_jaccard, swapped=True),
            "The numbers are right, and the axes are swapped: Jaccard goes across.",
        ),
        (
            _drawn(lambda x, y: _both(x, y) / len(x)),
            "You divided by all users. Those who rated neither film should not count.",
        ),
        (
            _drawn(_both),
            "That is how many rated both. Divide by how many rated at least one.",
        ),
        (
            _drawn(lambda x, y: _both(x, y) / ((x > 0).sum() + (y > 0).sum(axis=0))),
            "Those who rated both stand twice in your denominator.",
        ),
        (
            _drawn(lambda x, y: _both(x, y) / (x > 0).sum()),
            "You divided by those who rated the first film. Swap the two: is the result the same?",
        ),
        (
            _drawn(lambda x, y: ((x > 0) == (y > 0)).mean(axis=0)),
            "You also count the users who rated neither film. They say nothing about the two.",
        ),
        (
            _drawn(lambda x, y: (x == y).mean(axis=0)),
            "You compare the stars. Here it only matters whether there is a rating.",
        ),
    ],
    labels={"x": ["jaccard", "both"], "y": ["zeros", "correlation", "pearson"]},
    hints=[
        "Count two things for each film: users with a rating in both columns, users with one in "
        "either.",
        "Both are counts of True: (ours & theirs) and (ours | theirs), where ours is table[:, "
        "[film]] > 0.",
    ],
)
