"""Exercises of lesson 05: what MAPE rewards, who chose the model, a prediction from the weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from helpers.checks import function, number

exercise_1 = number(
    1,
    right=(
        "Yes: 1 star for all four, 0.575, where 4 stars have 0.8. To miss the one bad film by "
        "three stars costs 3; to miss each of the others by three or four costs less than 1. A "
        "model that is judged by MAPE learns to be gloomy."
    ),
    mistakes=[
        (3.5, "That is the mean, with the lowest RMSE. What does a miss on 1 star cost here?"),
        (4, "That is the median, with the lowest mean absolute error. Divide by the rating."),
        (5, "Then the film with 1 star is missed by four stars, and costs 4 alone."),
    ],
    hints=[
        "Try the four ratings themselves as guesses, and add up |guess − rating| / rating.",
        "For the guess 4: 3/1 + 0 + 0 + 1/5, divided by 4. Now the guesses 1 and 5.",
    ],
)


def _chosen_on_validation(on_validation: np.ndarray, on_test: np.ndarray) -> float:
    return float(on_test[np.argmin(on_validation)])


def _lowest_on_test(_on_validation: np.ndarray, on_test: np.ndarray) -> float:
    return float(on_test.min())


def _lowest_on_validation(on_validation: np.ndarray, _on_test: np.ndarray) -> float:
    return float(on_validation.min())


def _mean_on_test(_on_validation: np.ndarray, on_test: np.ndarray) -> float:
    return float(on_test.mean())


def _chosen_on_test(on_validation: np.ndarray, on_test: np.ndarray) -> float:
    return float(on_validation[np.argmin(on_test)])


exercise_2 = number(
    _chosen_on_validation,
    tolerance=1e-6,
    right=(
        "Yes: choose on validation, then read that model's error on test, whatever it is. All "
        "twenty models are equally good; the lowest of twenty is low by luck."
    ),
    mistakes=[
        (_lowest_on_test, "That is the number that was printed. Which set has chosen the model?"),
        (
            _lowest_on_validation,
            "The right model, on the set that has chosen it. What is its error on the other set?",
        ),
        (_mean_on_test, "That is the mean of all twenty. Only one is to be used: which?"),
        (_chosen_on_test, "The other way round: which set may choose, which may only measure?"),
    ],
    hints=[
        "Two steps: which model is best on validation? And what is its error on test?",
        "on_validation.argmin() is the number of a model; it is a place in both arrays.",
    ],
)


def _prediction(
    *, mean: bool = True, biases: bool = True, dot: str = "pairs", clip: bool = True
) -> Callable[[np.ndarray, np.ndarray, dict[str, Any]], np.ndarray]:
    """The prediction, or one that leaves something out or pairs every user with every film."""

    def predict(user: np.ndarray, item: np.ndarray, weights: dict[str, Any]) -> np.ndarray:
        p, q = weights["user_factors"][user], weights["item_factors"][item]
        dots = {"pairs": (p * q).sum(axis=1), "all": p @ q.T, "none": 0, "vectors": p * q}[dot]
        rest = mean * weights["mean"] + np.zeros(len(user))
        rest += biases * (weights["user_bias"][user] + weights["item_bias"][item])
        stars = dots + (rest if dot in ("pairs", "none") else rest[:, None])
        return np.clip(stars, 0.5, 5) if clip else stars

    return predict


_WEIGHTS = {
    "mean": 3.5,
    "user_bias": np.array([0.5, -0.25, 0.0]),
    "item_bias": np.array([0.25, -0.5, 0.75, -1.0]),
    "user_factors": np.array([[1.0, 0.0, 0.5], [0.5, -0.5, 0.0], [0.25, 2.0, -0.5]]),
    "item_factors": np.array(
        [[0.5, 1.0, 0.0], [1.0, 0.25, 0.5], [-0.5, 0.5, 1.0], [2.0, -1.0, 0.5]]
    ),
}
_ONE_NUMBER = "A product of every user with every film: one number for each pair is wanted."

exercise_3 = function(
    _prediction(),
    [
        (np.array([0, 1, 2, 2]), np.array([3, 0, 2, 1]), _WEIGHTS),
        (np.array([1, 0]), np.array([2, 3]), _WEIGHTS | {"mean": 0.25}),
    ],
    right="Yes: the mean, two biases, a dot product for each pair, and never off the scale.",
    mistakes=[
        (_prediction(clip=False), "The sum is right. Can it leave the scale of 0.5 to 5 stars?"),
        (_prediction(mean=False), "What does it say for biases and vectors that are all 0?"),
        (_prediction(biases=False), "The mean and the dot product are there. The biases?"),
        (_prediction(dot="none"), "Those are two averages. What do the vectors add?"),
        (_prediction(dot="all"), _ONE_NUMBER),
        (_prediction(dot="all", clip=False), _ONE_NUMBER),
        (_prediction(dot="vectors"), "That is a vector for each pair. What is left to do with it?"),
    ],
    hints=[
        "Four terms, then np.clip. Take the rows of the pairs first: P[user], of shape (n, width).",
        "The dot product of each pair is (p * q).sum(axis=1).",
    ],
)
