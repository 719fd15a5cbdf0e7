"""Lesson 11: what the first rating replaced, a sum of pairs put right, a question's worth."""

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


def _pairs(vectors: np.ndarray) -> float:
    vectors = np.asarray(vectors)
    return float((vectors.sum(axis=0) ** 2 - (vectors**2).sum(axis=0)).sum() / 2)


exercise_2 = function(
    _pairs,
    [
        (np.array([[1.0, 0.0], [1.0, 2.0], [0.0, 3.0]]),),
        (np.array([[0.5, -1.0, 2.0], [1.5, 0.5, 0.0]]),),
        (np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5], [-2.0, 1.0]]),),
        (np.array([[4.0, 5.0]]),),
    ],
    right=(
        "Yes: the features are summed first, number by number of the vectors, and only then "
        "squared. One feature alone has no pair, and gets 0: that is the quickest test of all."
    ),
    mistakes=[
        (
            lambda v: float((v.sum() ** 2 - (v**2).sum()) / 2),
            "That is the colleague's. The first number of one vector is multiplied by the second "
            "number of another. Does v · w do that?",
        ),
        (
            lambda v: float((v.sum(axis=1) ** 2 - (v**2).sum(axis=1)).sum() / 2),
            "You sum along each vector. What is to be summed: the numbers of one feature, or one "
            "number over all features?",
        ),
        (
            lambda v: float((v.sum(axis=0) ** 2 - (v**2).sum(axis=0)).sum()),
            "Nearly. How often does the square of a sum hold the pair of a and b?",
        ),
        (
            lambda v: float((v.sum(axis=0) ** 2).sum() / 2),
            "The square of the sum also holds each feature with itself. Try a single feature.",
        ),
        (
            lambda v: v.sum(axis=0) ** 2 - (v**2).sum(axis=0),
            "That is a number for each place in the vectors. The pairs add up to a single one.",
        ),
    ],
    hints=[
        "Try the three vectors of the lesson: your pencil said 7. And one vector alone?",
        "vectors has a row a feature. (a + b)² = a² + 2ab + b²: sum over which axis?",
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
