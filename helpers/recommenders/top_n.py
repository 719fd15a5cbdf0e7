"""The n best items of many score rows at once, ties broken by the lower index."""

from __future__ import annotations

import numpy as np

from helpers.errors import ParameterError
from helpers.similarity import largest


def top_n(scores: np.ndarray, n: int, excluded: np.ndarray | None = None) -> np.ndarray:
    """Index of the n highest scores of each row, best first; equal scores by lower index.

    Args:
        scores: shape (rows, items), any real type; larger is better. NaN and −inf are no score
            and are never returned.
        n: how many to return, a whole number from 1 to items.
        excluded: boolean mask of the shape of ``scores``; True is never returned.

    Returns:
        int32, shape (rows, n). Where a row has fewer than n items left, it ends in −1.

    Raises:
        ParameterError: ``scores`` is no matrix, the mask has another shape, or n is below 1 or
            above the number of items.

    Example:
        >>> top_n(np.array([[0.1, 0.9, 0.9], [3.0, 2.0, 1.0]]), 2)
        array([[1, 2],
               [0, 1]], dtype=int32)
    """
    scores = np.asarray(scores)
    if scores.ndim != 2:
        raise ParameterError(f"scores must be a matrix (rows, items), not of shape {scores.shape}.")
    if not np.issubdtype(scores.dtype, np.floating):
        scores = scores.astype("float64")
    hidden = np.isnan(scores)
    if excluded is not None:
        if np.shape(excluded) != scores.shape:
            raise ParameterError(
                f"The mask has shape {np.shape(excluded)}, the scores have {scores.shape}."
            )
        hidden |= excluded
    scores = np.where(hidden, -np.inf, scores)
    chosen = np.nonzero(largest(scores, n))[1].reshape(len(scores), n)
    kept = np.take_along_axis(scores, chosen, axis=1)
    order = np.argsort(-kept, axis=1, kind="stable")
    ranked = np.take_along_axis(chosen, order, axis=1).astype("int32")
    ranked[np.take_along_axis(kept, order, axis=1) == -np.inf] = -1
    return ranked
