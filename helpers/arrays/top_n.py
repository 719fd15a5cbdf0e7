"""The n best items of many score rows at once, ties broken by the lower index."""

from __future__ import annotations

import numpy as np

from helpers.arrays.rows import largest
from helpers.errors import ParameterError


def top_n(scores: np.ndarray, n: int, excluded: np.ndarray | None = None) -> np.ndarray:
    """Index of the n highest scores of each row, best first; equal scores by lower index.

    Args:
        scores: shape (rows, items), any real type; larger is better. NaN and −inf mean "no
            score" and are never returned.
        n: how many to return, a whole number from 1 to items.
        excluded: boolean mask of the shape of ``scores``; True is never returned.

    Returns:
        int32, shape (rows, n). If a row has fewer than n items left, it ends in −1.

    Raises:
        ParameterError: ``scores`` is not a matrix, the mask has another shape, or n is below 1 or
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
    unhidden = np.array(scores)
    if excluded is not None:
        if np.shape(excluded) != scores.shape:
            raise ParameterError(
                f"The mask has shape {np.shape(excluded)}, the scores have {scores.shape}."
            )
        unhidden[np.asarray(excluded, dtype=bool)] = -np.inf
    return best_of(unhidden, n)[0]


def best_of(scores: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """``top_n`` and the scores of what it returns, with −inf for excluded items.

    Args:
        scores: shape (rows, items), floating; a NaN in it becomes −inf.
        n: how many, 1 to items.

    Returns:
        Items, int32, and their scores, each of shape (rows, n); padded with −1 and −inf.
    """
    # The maximum is NaN if any score is; that is faster than a search for the NaNs.
    if np.isnan(scores.max(initial=-np.inf)):
        scores[np.isnan(scores)] = -np.inf
    places = np.flatnonzero(largest(scores, n)).reshape(len(scores), n)
    kept = scores.ravel()[places]
    order = np.argsort(-kept, axis=1, kind="stable")
    places, kept = (np.take_along_axis(each, order, axis=1) for each in (places, kept))
    ranked = (places % scores.shape[1]).astype("int32")
    ranked[kept == -np.inf] = -1
    return ranked, kept
