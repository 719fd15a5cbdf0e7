"""Exercises of lesson 01: one number each, ids are no rows, a prediction from two vectors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from helpers.checks import function, number

exercise_1 = number(
    1.5,
    right=(
        "Yes. With one number each, a user is a multiple of every other: User1 gives Movie B "
        "3 stars where User2 gives 4, so three quarters of whatever User2 gives."
    ),
    mistakes=[
        (2, "That is what User2 gives Movie C. On Movie B, are User1 and User2 the same?"),
        (1, "You took one star off, as a difference. What does a product keep: a difference?"),
        (8 / 3, "Upside down: of User1 and User2, who is the stricter one on Movie B?"),
        (4, "That came from our two made-up numbers each. Here each has only one."),
        (27 / 8, "That is the mean of all eight. Who else rated Movie B, and Movie C?"),
    ],
    hints=[
        "Which user stands between User1 and Movie C: somebody rated both Movie B and Movie C.",
        "Divide: User1's stars for Movie B by User2's. With one number each, that ratio holds "
        "for every film.",
    ],
)


def _stars(user_row: int, item_row: int) -> Callable[..., float]:
    def predicted(user_factors: np.ndarray, item_factors: np.ndarray, mean: float) -> float:
        return float(mean + user_factors[user_row] @ item_factors[item_row])

    return predicted


exercise_2 = number(
    _stars(0, 2),
    right=(
        "Yes. Ids start at 1 here and rows at 0. The wrong line answered for User2 and Movie D, "
        "and nothing complained. Map ids to rows once, in one place, and use the map everywhere."
    ),
    mistakes=[
        (_stars(1, 3), "That is the number that was printed. Whose rows are 1 and 3?"),
        (_stars(0, 3), "The user is right now. Which film stands in row 3?"),
        (_stars(1, 2), "The film is right now. Which user stands in row 1?"),
    ],
    hints=[
        "Which row of user_factors belongs to User1? Count from 0.",
        "Use the two dictionaries user_index and item_index, and do not forget the mean.",
    ],
)


def _predicted(user_vector: np.ndarray, item_vector: np.ndarray, mean: float) -> float:
    return float(np.clip(mean + user_vector @ item_vector, 1, 5))


exercise_3 = function(
    _predicted,
    [
        (np.array([0.5, 1.0]), np.array([1.0, 0.5]), 3.0),
        (np.array([1.0, -2.0, 0.5]), np.array([0.5, 0.25, 1.0]), 2.5),
        (np.array([2.0, 1.0]), np.array([1.0, 1.0]), 3.5),
        (np.array([-2.0, 1.0]), np.array([1.0, -1.0]), 3.0),
    ],
    right="Yes: the mean, what the user and the film add to it, and never off the scale.",
    mistakes=[
        (
            lambda user, item, mean: mean + user @ item,
            "The sum is right. What if it comes out at 6.5 stars, or at 0?",
        ),
        (lambda user, item, _mean: user @ item, "Where does the prediction start from?"),
        (
            lambda user, item, _mean: np.clip(user @ item, 1, 5),
            "The scale is kept. Where does the prediction start from?",
        ),
        (
            lambda user, item, mean: mean + user * item,
            "That is a vector: a product for each factor. One prediction is one number.",
        ),
        (
            lambda user, item, mean: np.clip(mean + user * item, 1, 5),
            "That is a vector: a product for each factor. One prediction is one number.",
        ),
        (
            lambda user, item, mean: mean * (user @ item),
            "The factors say how far from the mean: is that a product with the mean?",
        ),
    ],
    hints=[
        "Three steps: the dot product, the mean, the ends of the scale.",
        "The operator @ gives the dot product; np.clip(value, lowest, highest) keeps the scale.",
    ],
)
