"""Properties of each user's list other than accuracy; NaN for an empty list.

Every function has the name, the arguments and the errors of the one in ``helpers.metrics`` that
takes its mean, which also has the formula and its source.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from helpers.errors import DataError, ParameterError
from helpers.metrics.lookup import check_catalogue, checked_ranks, checked_relevance


def novelty_at_k(ranked: Any, item_counts: Any, n_users: int, k: int) -> np.ndarray:
    """Mean self-information of the first k items, in bits, float64, shape (users,)."""
    ranked = checked_ranks(ranked, k)
    counts = checked_counts(item_counts)
    if not n_users >= max(counts.max(), 1):
        raise DataError(
            f"An item has {counts.max():g} users, but there are only {n_users}: "
            "count each user of an item once."
        )
    information = -np.log2(np.maximum(counts, 1) / n_users)
    return mean_in_lists(ranked, information)


def intra_list_diversity_at_k(ranked: Any, features: Any, k: int) -> np.ndarray:
    """Mean of 1 − cosine over the pairs in the first k, float64, shape (users,)."""
    ranked = checked_ranks(ranked, k)
    directions = checked_features(features)
    lengths = np.sqrt(np.asarray(directions.multiply(directions).sum(axis=1)).ravel())
    directions = sparse.diags_array(1 / np.where(lengths > 0, lengths, 1)) @ directions
    lists = _lists(ranked, directions.shape[0])
    together = lists @ directions
    squares = np.asarray(together.multiply(together).sum(axis=1)).ravel()
    # |Σ d|² counts each pair twice and each vector of length 1 once with itself.
    alone = lists @ (lengths > 0)
    count = (ranked >= 0).sum(axis=1)
    pairs = count * (count - 1)
    return np.where(pairs > 0, 1 - (squares - alone) / np.maximum(pairs, 1), np.nan)


def popularity_lift_at_k(ranked: Any, profile: Any, item_counts: Any, k: int) -> np.ndarray:
    """Mean popularity of the list over that of the user's own items, minus 1, shape (users,)."""
    offered, own = popularity_of_lists(ranked, profile, item_counts, k)
    return offered / own - 1


def popularity_of_lists(
    ranked: Any, profile: Any, item_counts: Any, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Mean popularity of each list and of each user's own items; NaN if either is empty."""
    ranked = checked_ranks(ranked, k)
    counts = checked_counts(item_counts)
    weights = _checked_profile(profile, len(ranked), len(counts))
    weights.data[:] = 1
    size = np.diff(weights.indptr)
    own = np.where(size > 0, weights @ counts / np.maximum(size, 1), np.nan)
    if (own == 0).any():
        raise DataError(
            f"The items of row {np.flatnonzero(own == 0)[0]} have no users at all. Count the "
            "users of an item in the ratings that the profiles come from."
        )
    offered = mean_in_lists(ranked, counts)
    missing = np.isnan(offered) | np.isnan(own)
    return np.where(missing, np.nan, offered), np.where(missing, np.nan, own)


def genre_calibration_at_k(
    ranked: Any, profile: Any, genres: Any, k: int, alpha: float = 0.01
) -> np.ndarray:
    """Divergence of the genres in the list from the user's own, in nats, shape (users,)."""
    if not 0 < alpha <= 1:
        raise ParameterError(f"alpha = {alpha} is not possible: choose above 0, up to 1.")
    ranked = checked_ranks(ranked, k)
    shares = checked_features(genres)
    if shares.nnz and shares.data.min() < 0:
        raise DataError("A genre has a negative weight. Give 1 for each genre of an item.")
    weights = _checked_profile(profile, len(ranked), shares.shape[0])
    shares = _rows_that_sum_to_one(shares)
    own = _rows_that_sum_to_one(weights @ shares).toarray()
    offered = _rows_that_sum_to_one(_lists(ranked, shares.shape[0]) @ shares).toarray()
    smoothed = (1 - alpha) * offered + alpha * own
    ratio = np.divide(own, smoothed, out=np.ones_like(own), where=own > 0)
    divergence = (own * np.log(ratio)).sum(axis=1)
    known = own.any(axis=1) & offered.any(axis=1)
    # Rounding may leave −1e-17 if the two are the same.
    return np.where(known, np.maximum(divergence, 0), np.nan)


def mean_in_lists(ranked: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Mean of an item's value over the filled places; NaN for an empty list."""
    check_catalogue(ranked, len(values))
    filled = ranked >= 0
    sums = np.where(filled, values[np.maximum(ranked, 0)], 0).sum(axis=1)
    count = filled.sum(axis=1)
    return np.where(count > 0, sums / np.maximum(count, 1), np.nan)


def checked_counts(item_counts: Any) -> np.ndarray:
    """How many users rated each item, float64, shape (items,), or a DataError."""
    counts = np.asarray(item_counts, dtype="float64")
    if counts.ndim != 1 or len(counts) == 0:
        raise ParameterError(f"The counts must have the shape (items,), not {counts.shape}.")
    if not (np.isfinite(counts).all() and counts.min() >= 0):
        raise DataError("A count of users is negative or not a finite number.")
    return counts


def checked_features(features: Any) -> sparse.csr_matrix:
    """Features of the items, float64, sparse, shape (items, features), or a DataError."""
    values = sparse.csr_matrix(features, dtype="float64", copy=True)
    values.sum_duplicates()
    if not np.isfinite(values.data).all():
        raise DataError("A feature is not a finite number.")
    return values


def _checked_profile(profile: Any, users: int, n_items: int) -> sparse.csr_matrix:
    weights = checked_relevance(profile, users)
    if weights.shape[1] != n_items:
        raise ParameterError(f"The profiles have {weights.shape[1]} items, not {n_items}.")
    if weights.nnz and weights.data.min() < 0:
        raise DataError("A weight in a profile is negative. Give 1, or the stars, of each item.")
    return weights


def _lists(ranked: np.ndarray, n_items: int) -> sparse.csr_matrix:
    check_catalogue(ranked, n_items)
    row, place = np.nonzero(ranked >= 0)
    return sparse.csr_matrix(
        (np.ones(len(row)), (row, ranked[row, place])), shape=(len(ranked), n_items)
    )


def _rows_that_sum_to_one(values: sparse.csr_matrix) -> sparse.csr_matrix:
    sums = np.asarray(values.sum(axis=1)).ravel()
    return sparse.csr_matrix(sparse.diags_array(1 / np.where(sums > 0, sums, 1)) @ values)
