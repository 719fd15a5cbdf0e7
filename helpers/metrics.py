"""How good predictions and rankings are: rating metrics and ranking metrics on arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from helpers.errors import DataError, ParameterError


def rmse(truth: Any, prediction: Any) -> float:
    """Root mean squared error, in stars, over all ratings together; lower is better.

    A mean over ratings, not over users: every rating weighs the same. An error of 2 stars
    weighs as much as four of 1 star.

    Args:
        truth: ratings, shape (n,).
        prediction: predicted ratings, shape (n,).

    Raises:
        ParameterError: the shapes differ or are not one-dimensional.
        DataError: there is nothing to compare, or a value is not a finite number.

    Example:
        >>> rmse([4.0, 3.0, 5.0, 1.0], [4.0, 3.0, 4.0, 2.0])
        0.7071067811865476
    """
    truth, prediction = _pair(truth, prediction)
    return float(np.sqrt(np.mean((truth - prediction) ** 2)))


def mae(truth: Any, prediction: Any) -> float:
    """Mean absolute error, in stars; lower is better. Arguments and errors as ``rmse``.

    Example:
        >>> mae([4.0, 3.0, 5.0, 1.0], [4.0, 3.0, 4.0, 2.0])
        0.5
    """
    truth, prediction = _pair(truth, prediction)
    return float(np.mean(np.abs(truth - prediction)))


def mape(truth: Any, prediction: Any) -> float:
    """Mean absolute error as a share of the true rating (0.25 is 25 %); lower is better.

    Read it with care on stars. To miss by one star costs 1/5 where the truth is 5 stars and 1
    where the truth is 1 star: the metric punishes errors on low ratings most and so rewards a
    model that predicts too low. Arguments and errors as ``rmse``.

    Raises:
        DataError: moreover, a true rating is 0: no share of nothing exists.

    Example:
        >>> mape([4.0, 3.0, 5.0, 1.0], [4.0, 3.0, 4.0, 2.0])
        0.3
    """
    truth, prediction = _pair(truth, prediction)
    if (truth == 0).any():
        position = int(np.flatnonzero(truth == 0)[0])
        raise DataError(
            f"The true rating at position {position} is 0, and an error has no share of 0. "
            "Use mae instead."
        )
    return float(np.mean(np.abs(truth - prediction) / np.abs(truth)))


def precision_at_k(ranked: Any, relevant: Any, k: int) -> float:
    """Share of the first k places that hold a relevant item, 0 to 1, mean over users.

    The divisor is k for every user, even for one with fewer than k relevant items, who cannot
    reach 1 then. A place that is empty (−1) is a miss.

    Args:
        ranked: item indices, best first, −1 where there is none, integers, shape (users, ≥ k).
        relevant: sparse matrix or array, shape (users, items); any value but 0 means relevant.
            Its size does not matter: relevance is yes or no.
        k: how many places count, 1 … columns of ``ranked``.

    Returns:
        The mean over the users with at least one relevant item; the others have nothing to find.

    Raises:
        ParameterError: a shape does not fit, the ranks are not whole numbers, k is impossible.
        DataError: an item index outside the catalogue, an item twice in one list, no user with
            a relevant item, or a relevance that is NaN.

    Example:
        Three users, two places. The first finds both of her two items; the second finds one of
        his three, in second place; the third has one relevant item, which is not in the list.

        >>> ranked = np.array([[0, 1], [4, 2], [3, 4]])
        >>> relevant = np.array([[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 0, 1, 0, 0]])
        >>> precision_at_k(ranked, relevant, 2)
        0.5
    """
    hits, _count = _hits(ranked, relevant, k)
    return float(hits.mean(axis=1).mean())


def recall_at_k(ranked: Any, relevant: Any, k: int) -> float:
    """Share of a user's relevant items found in the first k places, 0 to 1, mean over users.

    The divisor is the number of relevant items, so a user with more than k of them cannot reach
    1. Arguments, mean and errors as ``precision_at_k``.

    Example:
        The users of ``precision_at_k`` find 2 of 2, 1 of 3 and 0 of 1:

        >>> ranked = np.array([[0, 1], [4, 2], [3, 4]])
        >>> relevant = np.array([[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 0, 1, 0, 0]])
        >>> round(recall_at_k(ranked, relevant, 2), 4)
        0.4444
    """
    hits, count = _hits(ranked, relevant, k)
    return float((hits.sum(axis=1) / count).mean())


def hit_rate_at_k(ranked: Any, relevant: Any, k: int) -> float:
    """Share of users with at least one relevant item in the first k places, 0 to 1.

    Arguments, mean and errors as ``precision_at_k``.

    Example:
        >>> ranked = np.array([[0, 1], [4, 2], [3, 4]])
        >>> relevant = np.array([[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 0, 1, 0, 0]])
        >>> round(hit_rate_at_k(ranked, relevant, 2), 4)
        0.6667
    """
    hits, _count = _hits(ranked, relevant, k)
    return float(hits.any(axis=1).mean())


def ndcg_at_k(ranked: Any, relevant: Any, k: int) -> float:
    """Normalised discounted cumulative gain of the first k places, 0 to 1, mean over users.

    A relevant item in place p gains 1 / log2(p + 1); the sum is divided by that of the best
    possible list, which holds min(k, relevant items) of them in front (Järvelin and Kekäläinen
    2002, with gains of 0 and 1). Arguments, mean and errors as ``precision_at_k``.

    Example:
        The users of ``precision_at_k`` reach 1, (1 / log2 3) / (1 + 1 / log2 3) and 0:

        >>> ranked = np.array([[0, 1], [4, 2], [3, 4]])
        >>> relevant = np.array([[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 0, 1, 0, 0]])
        >>> round(ndcg_at_k(ranked, relevant, 2), 4)
        0.4623
    """
    hits, count = _hits(ranked, relevant, k)
    discounts = 1 / np.log2(np.arange(2, k + 2))
    best = np.cumsum(discounts)[np.minimum(count, k) - 1]
    return float((hits @ discounts / best).mean())


def _pair(truth: Any, prediction: Any) -> tuple[np.ndarray, np.ndarray]:
    arrays = np.asarray(truth, dtype="float64"), np.asarray(prediction, dtype="float64")
    for name, values in zip(("truth", "prediction"), arrays, strict=True):
        if values.ndim != 1:
            raise ParameterError(
                f"The {name} must be one-dimensional, not of shape {values.shape}: "
                "a column of a network's output needs .ravel() first."
            )
    if arrays[0].shape != arrays[1].shape:
        raise ParameterError(
            f"{len(arrays[0]):,} true ratings and {len(arrays[1]):,} predictions do not pair up."
        )
    if len(arrays[0]) == 0:
        raise DataError("There are no ratings to compare.")
    for name, values in zip(("truth", "prediction"), arrays, strict=True):
        wrong = np.flatnonzero(~np.isfinite(values))
        if len(wrong):
            raise DataError(
                f"{len(wrong):,} values of the {name} are not finite numbers, the first "
                f"({values[wrong[0]]}) at position {wrong[0]}."
            )
    return arrays


def _hits(ranked: Any, relevant: Any, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Which of the first k places hold a relevant item, and how many such items there are.

    Both for the users with at least one relevant item: bool (users, k) and int (users,).
    """
    ranked = _checked_ranks(ranked, k)
    relevant = sparse.csr_matrix(relevant)
    if np.isnan(relevant.data.astype("float64")).any():
        raise DataError("A relevance is NaN. Store 1 for relevant and nothing for the rest.")
    relevant = (relevant != 0).tocsr()
    if relevant.shape[0] != len(ranked):
        raise ParameterError(
            f"{len(ranked):,} ranked lists and {relevant.shape[0]:,} rows of relevant items "
            "do not pair up: give both for the same users in the same order."
        )
    if ranked.size and (ranked.min() < -1 or ranked.max() >= relevant.shape[1]):
        raise DataError(
            f"The lists hold items from {ranked.min()} to {ranked.max()}, but the catalogue has "
            f"0 to {relevant.shape[1] - 1}, and −1 for an empty place."
        )
    count = np.diff(relevant.indptr)
    rows = np.flatnonzero(count)
    if len(rows) == 0:
        raise DataError("No user has a relevant item, so there is nothing to find.")
    ranked = ranked[rows]
    found = relevant[np.repeat(rows, k), np.maximum(ranked, 0).ravel()]
    hits = np.asarray(found, dtype=bool).reshape(ranked.shape) & (ranked >= 0)
    return hits, count[rows]


def _checked_ranks(ranked: Any, k: int) -> np.ndarray:
    ranked = np.asarray(ranked)
    if ranked.ndim != 2 or not np.issubdtype(ranked.dtype, np.integer):
        raise ParameterError(
            "The ranked items must be whole numbers of shape (users, places), not "
            f"{ranked.dtype} of shape {ranked.shape}."
        )
    if not isinstance(k, int | np.integer) or not 1 <= k <= ranked.shape[1]:
        raise ParameterError(
            f"k = {k} is not possible: the lists have {ranked.shape[1]} places, "
            "and k is a whole number from 1."
        )
    ranked = ranked[:, :k]
    ordered = np.sort(ranked, axis=1)
    repeated = ((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)).any(axis=1)
    if repeated.any():
        row = int(np.flatnonzero(repeated)[0])
        raise DataError(f"An item stands twice in the list of row {row}: {ranked[row]}.")
    return ranked
