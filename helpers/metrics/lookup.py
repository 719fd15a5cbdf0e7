"""Checked lists and checked relevance, and what the places of the lists hold."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from helpers.errors import DataError, ParameterError


def checked_ranks(ranked: Any, k: int) -> np.ndarray:
    """The first k places of each list, integers, shape (users, k); see ``precision_at_k``."""
    ranked = _as_lists(ranked)
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
        raise DataError(f"An item occurs twice in the list of row {row}: {ranked[row]}.")
    return ranked


def _as_lists(ranked: Any) -> np.ndarray:
    try:
        return np.asarray(ranked)
    except ValueError:
        lengths = sorted({len(each) for each in ranked if hasattr(each, "__len__")})
        raise ParameterError(
            f"The lists are of unequal length: from {lengths[0]} to {lengths[-1]} places. Fill the "
            "shorter ones with −1, which is not an item; Recommender.rank does."
            if lengths
            else "The ranked items must be lists of whole numbers, one list for each user."
        ) from None


def checked_relevance(relevant: Any, users: int) -> sparse.csr_matrix:
    """Relevance with one row per user and no stored zero, float64."""
    relevant = sparse.csr_matrix(relevant, dtype="float64", copy=True)
    relevant.sum_duplicates()
    if np.isnan(relevant.data).any():
        raise DataError("A relevance is NaN. Store 1 for relevant and nothing for the rest.")
    relevant.eliminate_zeros()
    if relevant.shape[0] != users:
        raise ParameterError(
            f"{users:,} ranked lists and {relevant.shape[0]:,} rows of relevant items "
            "do not match: give both for the same users in the same order."
        )
    return relevant


def check_catalogue(ranked: np.ndarray, n_items: int) -> None:
    """Raise a DataError if a list holds an item that is not in the catalogue."""
    if ranked.size and (ranked.min() < -1 or ranked.max() >= n_items):
        raise DataError(
            f"The lists hold items from {ranked.min()} to {ranked.max()}, but the catalogue has "
            f"0 to {n_items - 1}, and −1 for an empty place."
        )


def values_in_lists(ranked: np.ndarray, values: sparse.csr_matrix) -> np.ndarray:
    """Value of the user for the item in each place, 0 if the place is empty, shape (users, k)."""
    check_catalogue(ranked, values.shape[1])
    users = np.repeat(np.arange(len(ranked)), ranked.shape[1])
    found = values[users, np.maximum(ranked, 0).ravel()] if ranked.size else np.empty(0)
    return np.where(ranked >= 0, np.asarray(found).reshape(ranked.shape), 0.0)


def hits_and_counts(ranked: Any, relevant: Any, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Which of the first k places hold a relevant item, and how many such items there are.

    Bool (users, k) and int (users,).
    """
    ranked = checked_ranks(ranked, k)
    relevant = checked_relevance(relevant, len(ranked))
    return values_in_lists(ranked, relevant) != 0, np.diff(relevant.indptr)


def mean_over_users(values: np.ndarray, missing: str) -> float:
    """The mean of the values that are not NaN, or a DataError that says what is missing."""
    counted = values[~np.isnan(values)]
    if len(counted) == 0:
        raise DataError(missing)
    return float(counted.mean())
