"""Lesson 11: what the first rating replaced, a sum of two scales put right, a question's worth."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from helpers.checks import choice, function

exercise_1 = choice(
    "b",
    right=(
        "Yes. Up to the first rating the fallback speaks, and that is popularity. From then on it "
        "is silent, and one film's weights are all that there is. What you know of everybody is "
        "knowledge about a newcomer too: keep it in the sum."
    ),
    wrong={
        "a": (
            "Its training saw thousands of ratings by other users, and that is as good after the "
            "first rating of the newcomer as before. What did it use before, and what after?"
        ),
        "c": (
            "Any film said more in the picture only when a few others stood beside it. And who "
            "chose the films that were told there? Chance did."
        ),
        "d": (
            "Nothing is trained for a newcomer at all: they are folded in. What speaks for "
            "somebody of whom nothing is known, and does it still speak after the first rating?"
        ),
    },
)


def _z(scores: np.ndarray, axis: int | None = 1) -> np.ndarray:
    centred: np.ndarray = scores - scores.mean(axis=axis, keepdims=True)
    return centred / centred.std(axis=axis, keepdims=True)


def _mixing(
    scale: Callable[[np.ndarray], np.ndarray], *, swapped: bool = False
) -> Callable[[np.ndarray, np.ndarray, float], np.ndarray]:
    """The weighted sum of two tables of scores, each brought to a scale first."""

    def mixed(first: np.ndarray, second: np.ndarray, weight: float) -> np.ndarray:
        share = 1 - weight if swapped else weight
        return share * scale(first) + (1 - share) * scale(second)

    return mixed


_FIRST = np.array([[0.1, 0.5, 0.2, 0.8], [0.0, 0.3, 0.9, 0.1], [0.2, 0.2, 0.4, 0.1]])
_SECOND = np.array([[300.0, 10.0, 20.0, 40.0], [300.0, 10.0, 20.0, 40.0], [5.0, 9.0, 1.0, 3.0]])

exercise_2 = function(
    _mixing(_z),
    [(_FIRST, _SECOND, 0.5), (_FIRST, _SECOND, 0.8), (_SECOND, _FIRST, 0.3)],
    right=(
        "Yes: each user's scores of either recommender now have mean 0 and spread 1, so the weight "
        "alone decides who is heard. A test that multiplies one table by 1,000 would have found it."
    ),
    mistakes=[
        (
            _mixing(lambda scores: scores),
            "That is the colleague's line. Multiply the second table by 1,000: does the order of "
            "a user's films change? Should it?",
        ),
        (
            _mixing(lambda scores: _z(scores, None)),
            "One scale for the whole table: a user whose scores all lie close together still goes "
            "unheard. Whose films are to be put in order?",
        ),
        (
            _mixing(lambda scores: _z(scores, 0)),
            "That is by column: which user likes a film most. Which films does a user like most?",
        ),
        (
            _mixing(lambda scores: scores - scores.mean(axis=1, keepdims=True)),
            "The middle is 0 for both. Their spreads still differ a hundredfold.",
        ),
        (
            _mixing(lambda scores: scores / scores.std(axis=1, keepdims=True)),
            "The spread is right, and the order of the films as well. A score of 0 is to be the "
            "user's average film, so that the scores can be read.",
        ),
        (_mixing(_z, swapped=True), "The scales are right. Whose is the weight, the first's?"),
    ],
    hints=[
        "Bring each table to one scale before the sum. One row holds the scores of one user.",
        "Take off the mean of each row and divide by its standard deviation: axis=1, keepdims.",
    ],
)


def _entropy(stars: np.ndarray, log: Callable[[np.ndarray], np.ndarray] = np.log2) -> float:
    _values, votes = np.unique(np.asarray(stars), return_counts=True)
    share = votes / votes.sum()
    return float(-(share * log(share)).sum())


exercise_3 = function(
    lambda stars: np.log(len(stars)) * _entropy(stars),
    [
        (np.array([1.0, 5.0]),),
        (np.array([4.0, 4.0, 4.0, 3.0, 5.0, 5.0]),),
        (np.array([0.5, 2.0, 2.0, 3.5, 4.0, 4.5, 5.0, 5.0]),),
        (np.array([4.0, 4.0, 4.0]),),
    ],
    right=(
        "Yes. Two raters of two minds and two hundred of ten have much the same entropy; the "
        "logarithm of their number tells which of the films a stranger may know."
    ),
    mistakes=[
        (
            _entropy,
            "That is the entropy alone. How many people can answer a question about this film?",
        ),
        (
            lambda stars: len(stars) * _entropy(stars),
            "The number of raters itself: popularity decides nearly alone. Take its logarithm.",
        ),
        (
            lambda stars: np.log(len(stars)) * _entropy(stars, np.log),
            "Everything is there but the unit: the entropy is to be in bits, so log₂.",
        ),
        (
            lambda stars: -np.log(len(stars)) * _entropy(stars),
            "The size is right and the sign is not. The logarithm of a share is negative.",
        ),
        (
            lambda stars: float(np.log(len(stars)) * np.std(stars)),
            "The standard deviation says how far apart opinions are. How divided they are, and "
            "into how many, says the entropy.",
        ),
        (
            lambda stars: float(np.log(len(stars))),
            "That is its renown. And how far do they differ?",
        ),
    ],
    hints=[
        "np.unique(stars, return_counts=True) counts the votes. Which share has each?",
        "−(share * np.log2(share)).sum() is the entropy. Then times np.log(len(stars)).",
    ],
)
