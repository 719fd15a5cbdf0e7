"""Exercises of lesson 03: how much evidence, zeros that are no opinions, who watched both."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.checks import function, number

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


def _jaccard(x: np.ndarray, y: np.ndarray) -> float:
    either = ((x > 0) | (y > 0)).sum()
    return float(((x > 0) & (y > 0)).sum() / max(either, 1))


exercise_3 = function(
    _jaccard,
    [
        (np.array([5.0, 0.0, 3.0, 0.0, 1.0]), np.array([4.0, 2.0, 0.0, 0.0, 5.0])),
        (np.array([0.5, 0.0, 4.0]), np.array([5.0, 0.0, 0.5])),
        (np.array([0.0, 3.0]), np.array([2.0, 0.0])),
        (np.array([4.0, 0.0, 0.0, 0.0]), np.array([4.0, 1.0, 2.0, 0.0])),
        (np.zeros(3), np.zeros(3)),
    ],
    right="Yes: from 0, nobody rated both, to 1, the same people rated them.",
    mistakes=[
        (
            lambda x, y: np.mean((x > 0) & (y > 0)),
            "You divided by all users. Those who rated neither film should not count.",
        ),
        (
            lambda x, y: ((x > 0) & (y > 0)).sum(),
            "That is how many rated both. Divide by how many rated at least one.",
        ),
        (
            lambda x, y: ((x > 0) & (y > 0)).sum() / max((x > 0).sum() + (y > 0).sum(), 1),
            "Those who rated both stand twice in your denominator.",
        ),
        (
            lambda x, y: ((x > 0) & (y > 0)).sum() / max((x > 0).sum(), 1),
            "You divided by those who rated the first film. Swap the two: is the result the same?",
        ),
        (
            lambda x, y: ((x > 0) == (y > 0)).mean(),
            "You also count the users who rated neither film. They say nothing about the two.",
        ),
        (
            lambda x, y: (x == y).mean(),
            "You compare the stars. Here it only matters whether there is a rating.",
        ),
    ],
    hints=[
        "Count two things: users with a rating in both columns, users with one in either.",
        "Take care of two films that nobody rated: there the count below the line is 0.",
    ],
)
