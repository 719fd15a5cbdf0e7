"""Lesson 10: what nobody rated stays unknown, the weights of terms put right, the cheapest film."""

from __future__ import annotations

import numpy as np

from helpers.checks import choice, function

exercise_1 = choice(
    "b",
    right=(
        "Yes. A film without a rating has the same score for EASE as every other one, so each "
        "comparison is a tie, however many ratings there are of other films."
    ),
    wrong={
        "a": (
            "It would be better on every other shelf. Which of the many new ratings is about one "
            "of these thousand films?"
        ),
        "c": (
            "AUC compares two films at a time, so their number does not matter. What are the "
            "scores of the two?"
        ),
        "d": "At ten ratings of the film. How many ratings has a film that came out yesterday?",
    },
)


def _weights(counts: np.ndarray) -> np.ndarray:
    counts = np.asarray(counts)
    return 1 + np.log(len(counts) / (counts > 0).sum(axis=0))


_FOUR = np.array([[0, 1, 1, 1, 0], [0, 1, 0, 0, 1], [1, 0, 0, 0, 1], [0, 1, 1, 0, 1]])
_TAGGED = np.array([[3, 1], [0, 1], [0, 2], [1, 0]])

exercise_2 = function(
    _weights,
    [(_FOUR,), (_TAGGED,)],
    right=(
        "Yes. A weight counts films, not words, and a term that more films have weighs less. A "
        "test with the four films by hand would have shown both."
    ),
    mistakes=[
        (
            lambda counts: 1 + np.log(counts.sum(axis=0) / len(counts)),
            "Those are the colleague's. Which of two terms weighs more there, the rare one or the "
            "common one?",
        ),
        (
            lambda counts: 1 + np.log(len(counts) / counts.sum(axis=0)),
            "The rare ones weigh more now. A tag that three users wrote on one film: how many "
            "films have it?",
        ),
        (
            lambda counts: 1 + np.log((counts > 0).sum(axis=0) / len(counts)),
            "Films are counted now. Which way up is the fraction?",
        ),
        (
            lambda counts: np.log(len(counts) / (counts > 0).sum(axis=0)),
            "Both mistakes are gone, and so is the 1: a term that every film has would weigh "
            "nothing.",
        ),
        (
            lambda counts: 1 + np.log((1 + len(counts)) / (1 + (counts > 0).sum(axis=0))),
            "That is scikit-learn with smoothing, one film more that has every term. The lesson "
            "takes the formula without it.",
        ),
    ],
    hints=[
        "Drama stands on three of four films, Comedy on one. Print both weights.",
        "n over n_t, where n_t counts the films with at least one of the term.",
    ],
)


def _cheapest(broken: np.ndarray, costs: np.ndarray) -> tuple[float, int]:
    prices = np.asarray(broken) @ np.asarray(costs)
    return float(prices.min()), int((prices == prices.min()).sum())


_BROKEN = np.array([[1, 0, 0], [0, 0, 1], [0, 0, 1], [0, 1, 0], [1, 0, 0]], dtype=bool)

exercise_3 = function(
    _cheapest,
    [
        (_BROKEN, np.array([1.0, 3.0, 2.0])),
        (_BROKEN, np.array([5.0, 3.0, 4.0])),
        (np.array([[1, 1], [1, 1]], dtype=bool), np.array([1.0, 2.0])),
        (np.array([[0, 0], [1, 0], [0, 0]], dtype=bool), np.array([1.0, 2.0])),
    ],
    right=(
        "Yes: one product for all films, whatever the number of wishes. To try every set of "
        "twenty wishes would take a million."
    ),
    mistakes=[
        (
            lambda broken, costs: ((broken @ costs).min(), int((broken @ costs).argmin())),
            "The price is right. The other number is the place of a film; how many have the price?",
        ),
        (
            lambda broken, _costs: (
                broken.sum(axis=1).min(),
                int((broken.sum(axis=1) == broken.sum(axis=1).min()).sum()),
            ),
            "You count the wishes that are broken. Each has a cost of its own.",
        ),
        (
            lambda broken, costs: (
                (~broken @ costs).min(),
                int((~broken @ costs == (~broken @ costs).min()).sum()),
            ),
            "That is what the kept wishes are worth. A film costs those that it breaks.",
        ),
        (
            lambda _broken, costs: (float(costs.min()), 1),
            "The cheapest wish alone may let no film in, or none may have to go. Ask the films.",
        ),
    ],
    hints=[
        "The price of the first film: add up the costs where its row is True.",
        "broken @ costs has the price of every film. Its minimum, and how often it occurs?",
    ],
)
