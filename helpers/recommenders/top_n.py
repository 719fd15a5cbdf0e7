"""The n best items of many score rows at once, ties broken by the lower index."""

from __future__ import annotations

import numpy as np

from helpers.errors import ParameterError


def top_n(scores: np.ndarray, n: int, excluded: np.ndarray | None = None) -> np.ndarray:
    """Index of the n highest scores of each row, best first; equal scores by lower index.

    Args:
        scores: shape (rows, items), any float type; larger is better, NaN ranks last.
        n: how many to return, 1 … items.
        excluded: boolean mask of the shape of ``scores``; True is never returned.

    Returns:
        int32, shape (rows, n). Where a row has fewer than n items left, it ends in −1.

    Raises:
        ParameterError: n is below 1 or above the number of items.

    Example:
        >>> top_n(np.array([[0.1, 0.9, 0.9], [3.0, 2.0, 1.0]]), 2)
        array([[1, 2],
               [0, 1]], dtype=int32)
    """
    items = scores.shape[1]
    if not 1 <= n <= items:
        raise ParameterError(
            f"n = {n} is not possible: choose 1 to {items:,}, the number of items."
        )
    scores = np.where(np.isnan(scores), -np.inf, scores)
    if excluded is not None:
        scores[excluded] = -np.inf
    chosen = np.argpartition(scores, items - n, axis=1)[:, items - n :]
    kept = np.take_along_axis(scores, chosen, axis=1)
    worst = kept.min(axis=1, keepdims=True)
    # argpartition picks among equals at random: rows with a tie at the cut are sorted in full.
    tied = (scores == worst).sum(axis=1) > (kept == worst).sum(axis=1)
    chosen[tied] = np.argsort(-scores[tied], axis=1, kind="stable")[:, :n]
    chosen.sort(axis=1)
    kept = np.take_along_axis(scores, chosen, axis=1)
    order = np.argsort(-kept, axis=1, kind="stable")
    ranked = np.take_along_axis(chosen, order, axis=1).astype("int32")
    ranked[np.take_along_axis(kept, order, axis=1) == -np.inf] = -1
    return ranked
