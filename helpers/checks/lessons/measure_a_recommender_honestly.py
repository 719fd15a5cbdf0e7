"""Lesson 08: what a sampled metric says, an average precision put right, errors weighted anew."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from helpers.checks import choice, function

exercise_1 = choice(
    "c",
    right=(
        "Yes. Against 100 films, place 80 of 8,000 looks like place 1, so the sample cannot tell "
        "who is good at the top. Ask for the exact figure: it takes seconds."
    ),
    wrong={
        "a": (
            "0.82 is more than 0.79 only in this contest. In the table of this lesson the same two "
            "kinds of model change places once every film is a candidate."
        ),
        "b": (
            "On our data it came out so, and we know that from the exact figures. Nothing in "
            "0.82 and 0.79 says it, and with other models the sample may get the order right."
        ),
        "d": (
            "Seeds and users make a figure uncertain, and another thousand of either would make "
            "both sharper. They would be sharp about the wrong question."
        ),
    },
)


def _average_precision(divisor: str) -> Callable[[np.ndarray, int, int], float]:
    """Average precision of a list of 0 and 1, over the right divisor or one that is often taken."""

    def average(hits: np.ndarray, n_relevant: int, k: int) -> float:
        hits = np.asarray(hits)[:k]
        precise = hits.cumsum() / np.arange(1, k + 1)
        divisors = {
            "min": min(n_relevant, k),
            "k": k,
            "relevant": n_relevant,
            "hits": max(hits.sum(), 1),
        }
        return float((hits * precise).sum() / divisors[divisor])

    return average


def _every_place(hits: np.ndarray, n_relevant: int, k: int) -> float:
    hits = np.asarray(hits)[:k]
    return float((hits.cumsum() / np.arange(1, k + 1)).sum() / min(n_relevant, k))


exercise_2 = function(
    _average_precision("min"),
    [
        (np.array([1, 0, 0]), 1, 3),
        (np.array([1, 1]), 3, 2),
        (np.array([0, 1]), 3, 2),
        (np.array([0, 1, 1, 0, 1]), 3, 4),
    ],
    right=(
        "Yes: by min(relevant, k), as many hits as could be there at all. Now the perfect list "
        "has 1, for a user with one relevant film and for one with fifty."
    ),
    mistakes=[
        (
            _average_precision("k"),
            "That is the colleague's. What does the best possible list get, for a user with one "
            "relevant film and ten places?",
        ),
        (
            _average_precision("relevant"),
            "That is the divisor of TREC. What does the best possible list get, for a user with "
            "three relevant films and two places?",
        ),
        (
            _average_precision("hits"),
            "By the hits that were made: then one hit in first place is perfect, however many were "
            "missed.",
        ),
        (_every_place, "Only the places with a hit count. What became of hits * precise?"),
    ],
    hints=[
        "Give it a perfect list, once with few relevant films and once with many. What comes out?",
        "How many hits can k places hold, if n_relevant films are relevant? Divide by that.",
    ],
)


def _weighted(
    *, root: bool = True, normalised: bool = True, inverse: bool = True, squared: bool = True
) -> Callable[[np.ndarray, np.ndarray], float]:
    """The weighted RMSE, or one that leaves something out."""

    def rmse(errors: np.ndarray, propensity: np.ndarray) -> float:
        weight = 1 / propensity if inverse else propensity
        total = (weight * (errors**2 if squared else np.abs(errors))).sum()
        mean = total / (weight.sum() if normalised else len(errors))
        return float(np.sqrt(mean) if root else mean)

    return rmse


exercise_3 = function(
    _weighted(),
    [
        (np.array([1.0, -2.0]), np.array([0.5, 0.1])),
        (np.array([0.5, 1.5, -1.0, 0.0]), np.array([0.2, 0.9, 0.05, 0.4])),
    ],
    right=(
        "Yes. A rating that had one chance in ten to be made speaks for ten pairs, nine of which "
        "nobody has seen."
    ),
    mistakes=[
        (_weighted(inverse=False), "Now the frequent ones count even more. Which were too few?"),
        (_weighted(normalised=False), "Divide by what the weights add up to, not by their number."),
        (_weighted(root=False), "The mean of the squares is right. And the R of RMSE?"),
        (_weighted(squared=False), "The weights are right. The S of RMSE stands for squared."),
        (_weighted(squared=False, root=False), "A weighted mean absolute error. The squares?"),
    ],
    hints=[
        "Weights first: one for each rating, the inverse of its propensity.",
        "A weighted mean is (weight * value).sum() / weight.sum(). Which value? And last?",
    ],
)
