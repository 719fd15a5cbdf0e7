"""Lesson 09: what a pair loss says, a correction put right, and a tie that is broken by lot."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from helpers.checks import choice, function

exercise_1 = choice(
    "b",
    right=(
        "Yes. A pair loss compares two films for one user, and nothing else: add ten to all scores "
        "of a user, and not one pair changes."
    ),
    wrong={
        "a": (
            "Which two scores did a pair of the training set compare? Both belonged to one user: "
            "2.0 and 0.3 have never met."
        ),
        "c": (
            "σ of one score is what a loss on single pairs learns. Here σ of a difference means "
            "something: of which one?"
        ),
        "d": "Were there stars in what it learnt from?",
    },
)


def _sampled_loss(
    *, own: bool = True, drawn: bool = True, sign: float = -1.0, all_rows: bool = False
) -> Callable[[np.ndarray, np.ndarray], float]:
    """Cross-entropy of the first of some films, with the correction where it is said."""

    def loss(scores: np.ndarray, log_q: np.ndarray) -> float:
        corrected = sign * np.asarray(log_q, dtype="float64")
        corrected[0] *= own
        corrected[1:] *= drawn
        logits = scores + corrected
        wrong = logits if all_rows else logits[:1]
        return float(np.log(np.exp(logits).sum()) - wrong.mean())

    return loss


exercise_2 = function(
    _sampled_loss(),
    [
        (np.array([1.0, 0.0]), np.log([0.5, 0.1])),
        (np.array([0.5, 2.0, -1.0]), np.log([0.02, 0.3, 0.05])),
        (np.array([2.0, 1.0, 0.0, 0.0]), np.log([0.2, 0.2, 0.1, 0.4])),
    ],
    right=(
        "Yes: every film of the row, the choice among them, is corrected by its own chance to be "
        "drawn. Where all chances are the same, nothing changes, as it should be."
    ),
    mistakes=[
        (
            _sampled_loss(own=False),
            "That is the colleague's. Draw all films alike: then a correction must change nothing. "
            "Does it?",
        ),
        (
            _sampled_loss(drawn=False),
            "Now only the choice is corrected. Draw all films alike: does anything change?",
        ),
        (
            _sampled_loss(sign=1.0),
            "Popular films are drawn often and pushed down often. Which sign lifts them again?",
        ),
        (
            _sampled_loss(own=False, drawn=False),
            "That is the loss without any correction: log_q is not in it.",
        ),
        (_sampled_loss(all_rows=True), "Of which film is the logarithm taken? Only the first."),
    ],
    hints=[
        "Try it with equal chances for all: the loss must be the one without correction.",
        "Correct all scores first, in one line. Then take the softmax, and of it the first.",
    ],
)


def _chance(ties: float | None = None) -> Callable[[float, np.ndarray, int], float]:
    """Chance to be among the first k: ties by lot, or counted as so much of a film above."""

    def chance(mine: float, others: np.ndarray, k: int) -> float:
        above = int((np.asarray(others) > mine).sum())
        level = int((np.asarray(others) == mine).sum())
        if ties is None:
            return float(np.clip((k - above) / (level + 1), 0, 1))
        return float(above + ties * level < k)

    return chance


def _unbounded(mine: float, others: np.ndarray, k: int) -> float:
    above, level = (np.asarray(others) > mine).sum(), (np.asarray(others) == mine).sum()
    return float((k - above) / (level + 1))


exercise_3 = function(
    _chance(),
    [
        (2.0, np.array([3.0, 2.0, 2.0, 1.0]), 2),
        (1.0, np.array([1.0, 1.0, 1.0]), 1),
        (5.0, np.array([1.0, 2.0]), 1),
        (0.0, np.array([1.0, 2.0, 3.0]), 2),
        (4.0, np.array([4.0, 1.0]), 2),
    ],
    right=(
        "Yes. A model that gives every film the same score now gets what chance achieves, k of "
        "all, however the file is sorted."
    ),
    mistakes=[
        (_chance(0.0), "A tie counts for you. What does a model get that says 1 for every film?"),
        (_chance(1.0), "A tie counts against you. Is a lot always lost?"),
        (_chance(0.5), "Half of a tie is above, you say. And is the result a chance, or 0 or 1?"),
        (_unbounded, "A chance is never below 0 and never above 1: look at the ends."),
    ],
    hints=[
        "Count two things: how many score above, and how many score the same.",
        "Among those level with you, you are one more. How many of these places are within k?",
    ],
)
