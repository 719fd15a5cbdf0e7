"""Exercises: what MAPE rewards, who chose the model, a prediction from the weights."""

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
        (0.575, "That is the error of the best number. Which number has it?"),
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


def _place(on_validation: np.ndarray, _on_test: np.ndarray) -> float:
    return float(np.argmin(on_validation))


def _chosen_on_test(on_validation: np.ndarray, on_test: np.ndarray) -> float:
    return float(on_validation[np.argmin(on_test)])


exercise_2 = number(
    _chosen_on_validation,
    tolerance=1e-6,
    printed=3,
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
        (0.88, "That is the truth behind the simulation; with data alone, nobody sees it."),
        (_place, "That is the place of the model. What is its error on test?"),
        (_chosen_on_test, "The other way round: which set may choose, which may only measure?"),
    ],
    hints=[
        "Two steps: which model is best on validation? And what is its error on test?",
        "on_validation.argmin() is the number of a model; it is a place in both arrays.",
    ],
)


Predict = Callable[[np.ndarray, np.ndarray, dict[str, Any], tuple[float, float]], np.ndarray]


def _prediction(
    *,
    mean: bool = True,
    biases: bool = True,
    dot: str = "pairs",
    clip: tuple[float, float] | str | None = "scale",
) -> Predict:
    """The prediction, or one that leaves something out, or pairs every user with every film."""

    def predict(
        user: np.ndarray, item: np.ndarray, weights: dict[str, Any], scale: tuple[float, float]
    ) -> np.ndarray:
        p, q = weights["user_vectors"][user], weights["item_vectors"][item]
        dots = {"pairs": (p * q).sum(axis=1), "all": p @ q.T, "none": 0, "vectors": p * q}[dot]
        rest = mean * weights["mean"] + np.zeros(len(user))
        rest += biases * (weights["user_bias"][user] + weights["item_bias"][item])
        stars = dots + (rest[:, None] if dot == "vectors" else rest)
        if clip is None:
            return stars
        low, high = scale if isinstance(clip, str) else clip
        return np.clip(stars, low, high)

    return predict


def _lengths_only(
    user: np.ndarray, item: np.ndarray, weights: dict[str, Any], _scale: tuple[float, float]
) -> np.ndarray:
    """The products of the numbers, not added up, and nothing else."""
    return weights["user_vectors"][user] * weights["item_vectors"][item]


def _dots_only(
    user: np.ndarray, item: np.ndarray, weights: dict[str, Any], scale: tuple[float, float]
) -> np.ndarray:
    return _lengths_only(user, item, weights, scale).sum(axis=1)


def _whole_table(
    _user: np.ndarray, _item: np.ndarray, weights: dict[str, Any], scale: tuple[float, float]
) -> np.ndarray:
    """Every user with every film of the tables, whatever was asked for."""
    stars = weights["mean"] + weights["user_bias"][:, None] + weights["item_bias"]
    return np.clip(stars + weights["user_vectors"] @ weights["item_vectors"].T, *scale)


_WEIGHTS = {
    "mean": 3.5,
    "user_bias": np.array([0.5, -0.25, 0.0]),
    "item_bias": np.array([0.25, -0.5, 0.75, -1.0]),
    "user_vectors": np.array([[1.0, 0.0, 0.5], [0.5, -0.5, 0.0], [0.25, 2.0, -0.5]]),
    "item_vectors": np.array(
        [[0.5, 1.0, 0.0], [1.0, 0.25, 0.5], [-0.5, 0.5, 1.0], [2.0, -1.0, 0.5]]
    ),
}
_HALF_STARS, _TEN = (0.5, 5.0), (1.0, 10.0)
_ONE_NUMBER = "A product of every user with every film: one number for each pair is wanted."
_SCALE = "The sum is right. Keep it between the two numbers of `scale`, whatever they are."

exercise_3 = function(
    _prediction(),
    [
        (np.array([0, 1, 2, 2]), np.array([3, 0, 2, 1]), _WEIGHTS, _HALF_STARS),
        (np.array([1, 0, 2]), np.array([2, 3, 3]), _WEIGHTS | {"mean": 0.25}, _HALF_STARS),
        (np.array([0, 2]), np.array([3, 2]), _WEIGHTS | {"mean": 8.0}, _TEN),
    ],
    right="Yes: the mean, two biases, a dot product for each pair, and never off the scale.",
    mistakes=[
        (_prediction(clip=None), "The sum is right. Can it leave the scale of the stars?"),
        (_prediction(clip=(0.5, 5)), _SCALE),
        (_prediction(clip=(1, 5)), _SCALE),
        (_prediction(mean=False), "What does it say for biases and vectors that are all 0?"),
        (_prediction(mean=False, clip=None), "What does it say for biases and vectors all 0?"),
        (_prediction(biases=False), "The mean and the dot product are there. The biases?"),
        (_prediction(biases=False, clip=None), "The mean and the dot product are there; and then?"),
        (_prediction(dot="none"), "Those are two averages. What do the vectors add?"),
        (_prediction(dot="none", clip=None), "Those are two averages. What do the vectors add?"),
        (_dots_only, "That is the dot product of each pair. Three more terms belong to it."),
        (_prediction(dot="all"), _ONE_NUMBER),
        (_prediction(dot="all", clip=None), _ONE_NUMBER),
        (_whole_table, _ONE_NUMBER),
        (_prediction(dot="vectors"), "That is a vector for each pair. What is left to do with it?"),
        (_prediction(dot="vectors", clip=None), "That is a vector for each pair: add along it."),
        (_lengths_only, "Those are products number by number. Add them up along each row."),
    ],
    hints=[
        "Four terms, then np.clip. Take the rows of the pairs first: P[user], of shape (n, width).",
        "The dot product of each pair is (p * q).sum(axis=1).",
    ],
)
