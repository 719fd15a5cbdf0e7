"""Exercises of lesson 06: the loss of a blank model, a product too many, ten films for a user."""

from __future__ import annotations

import numpy as np

from helpers.checks import array, function, number

BATCH = 1024

exercise_1 = number(
    np.log(BATCH),
    right=(
        "Yes. A loss of log 1,024 is a guess among 1,024: whatever a trained model has below it, "
        "it has learnt. And it shows that the loss depends on the batch: compare losses of one "
        "batch size only."
    ),
    mistakes=[
        (BATCH, "That is how many candidates there are. The loss is −log of a probability."),
        (1 / BATCH, "That is the probability of the right film. What is −log of it?"),
        (-np.log(BATCH), "Mind the sign: a probability is below 1, and its logarithm below 0."),
        (np.log2(BATCH), "That is the logarithm to base 2. Here it is the natural one, np.log."),
        (np.log10(BATCH), "That is the logarithm to base 10. Here it is the natural one, np.log."),
        (0, "A loss of 0 means that the model is certain, and right. This one knows nothing."),
    ],
    hints=[
        "When all scores are equal, which probability does softmax give to each film?",
        "Each of the 1,024 films has the probability 1 / 1,024. The loss is −log of it.",
    ],
    # So that 0 and 1 / 1,024 are two answers.
    tolerance=5e-4,
)


exercise_2 = array(
    lambda users, items: (users * items).sum(axis=1),
    right=(
        "Yes: multiply number by number, and add up over the width only. axes=2 added up over "
        "the pairs as well, so each pair's score depended on who else was in the batch."
    ),
    mistakes=[
        (
            lambda users, items: np.full(len(users), (users * items).sum()),
            "That is the one number that was printed. Over which axes has it been summed?",
        ),
        (
            lambda users, items: np.full(len(users), (users * items).sum() / len(users)),
            "To divide the sum gives each pair the mean score. Each pair has a score of its own.",
        ),
        (
            lambda users, items: users @ items.T,
            "That is each user with each film. The scores of the pairs stand on its diagonal.",
        ),
        (
            lambda users, items: (users * items).sum(axis=0),
            "You summed over the pairs and kept the width. It is the other way round.",
        ),
        (
            lambda users, items: users * items,
            "The products are right. A score is their sum over the width: one number a pair.",
        ),
    ],
    hints=[
        "One score a pair: which axis of the arrays, shape (3, 32), must go?",
        "Multiply the two arrays, then sum with axis=1.",
    ],
)


def _recommend(
    user_vector: np.ndarray, item_vectors: np.ndarray, seen: np.ndarray, n: int
) -> np.ndarray:
    scores = np.where(seen, -np.inf, item_vectors @ user_vector)
    return np.argsort(-scores, kind="stable")[:n]


def _unmasked(
    user_vector: np.ndarray, item_vectors: np.ndarray, _seen: np.ndarray, n: int
) -> np.ndarray:
    return np.argsort(-(item_vectors @ user_vector), kind="stable")[:n]


def _masked_by_zero(
    user_vector: np.ndarray, item_vectors: np.ndarray, seen: np.ndarray, n: int
) -> np.ndarray:
    scores = np.where(seen, 0.0, item_vectors @ user_vector)
    return np.argsort(-scores, kind="stable")[:n]


def _deleted(
    user_vector: np.ndarray, item_vectors: np.ndarray, seen: np.ndarray, n: int
) -> np.ndarray:
    return np.argsort(-(item_vectors[~seen] @ user_vector), kind="stable")[:n]


def _worst_first(
    user_vector: np.ndarray, item_vectors: np.ndarray, seen: np.ndarray, n: int
) -> np.ndarray:
    scores = np.where(seen, np.inf, item_vectors @ user_vector)
    return np.argsort(scores, kind="stable")[:n]


def _best_last(
    user_vector: np.ndarray, item_vectors: np.ndarray, seen: np.ndarray, n: int
) -> np.ndarray:
    return _recommend(user_vector, item_vectors, seen, n)[::-1]


def _by_cosine(
    user_vector: np.ndarray, item_vectors: np.ndarray, seen: np.ndarray, n: int
) -> np.ndarray:
    directions = item_vectors / np.linalg.norm(item_vectors, axis=1, keepdims=True)
    return _recommend(user_vector, directions, seen, n)


FILMS = np.array([[2.0, 1.0], [-1.0, 0.5], [3.0, -1.0], [0.2, 0.1], [1.0, 2.5], [-2.0, -1.0]])
SEEN = np.array([True, False, False, False, True, False])

exercise_3 = function(
    _recommend,
    [
        (np.array([1.0, 0.5]), FILMS, SEEN, 3),
        (np.array([-1.0, -0.1]), FILMS, SEEN, 2),
        (np.array([-0.5, -2.0]), FILMS, np.roll(SEEN, 1), 3),
        (np.array([0.0, 1.0]), FILMS, ~SEEN, 2),
    ],
    right="Yes: one matrix product, the seen films out, the best first. This is a retriever.",
    mistakes=[
        (_unmasked, "The order is right, but films that the user has seen are among them."),
        (
            _masked_by_zero,
            "A seen film gets the score 0, and 0 beats every negative score. Which score is "
            "beaten by all?",
        ),
        (
            _deleted,
            "Once the seen films are taken out of the array, row 0 is another film. Give them "
            "a score that cannot win instead.",
        ),
        (_worst_first, "These are the worst films. argsort puts the lowest score first."),
        (_best_last, "These are the right films, with the best at the end."),
        (_by_cosine, "You divided by the lengths. Towers meet in the plain dot product."),
    ],
    hints=[
        "Scores first: item_vectors @ user_vector, shape (n_items,). Then mask, then sort.",
        "np.where(seen, -np.inf, scores), and np.argsort of the negative scores.",
    ],
)
