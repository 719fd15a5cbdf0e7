"""What each user finds in a list, as an array; NaN for a user with nothing to find.

Every function has the name, the arguments and the errors of the one in ``helpers.metrics`` that
takes its mean, which also has the formula and its source.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from scipy import sparse

from helpers.errors import DataError, ParameterError
from helpers.metrics.lookup import (
    check_catalogue,
    checked_ranks,
    checked_relevance,
    hits_and_counts,
    values_in_lists,
)

# 2 to this power, some thousand times, is a number that 64 bits hold.
LARGEST_EXPONENT = 1000


def precision_at_k(ranked: Any, relevant: Any, k: int) -> np.ndarray:
    """Share of the first k places that hold a relevant item, float64, shape (users,)."""
    hits, count = hits_and_counts(ranked, relevant, k)
    return _or_nan(hits.mean(axis=1), count)


def recall_at_k(ranked: Any, relevant: Any, k: int) -> np.ndarray:
    """Share of the relevant items found in the first k places, float64, shape (users,)."""
    hits, count = hits_and_counts(ranked, relevant, k)
    return _or_nan(hits.sum(axis=1) / np.maximum(count, 1), count)


def hit_rate_at_k(ranked: Any, relevant: Any, k: int) -> np.ndarray:
    """1 if a relevant item is in the first k places, else 0, float64, shape (users,)."""
    hits, count = hits_and_counts(ranked, relevant, k)
    return _or_nan(hits.any(axis=1).astype("float64"), count)


def mrr_at_k(ranked: Any, relevant: Any, k: int) -> np.ndarray:
    """1 / place of the first relevant item, 0 if it is beyond k, float64, shape (users,)."""
    hits, count = hits_and_counts(ranked, relevant, k)
    return _or_nan(hits.any(axis=1) / (hits.argmax(axis=1) + 1), count)


def map_at_k_over_min(ranked: Any, relevant: Any, k: int) -> np.ndarray:
    """Average precision divided by min(relevant, k), float64, shape (users,)."""
    hits, count = hits_and_counts(ranked, relevant, k)
    return _or_nan(_precision_at_hits(hits) / np.clip(count, 1, k), count)


def map_at_k_over_relevant(ranked: Any, relevant: Any, k: int) -> np.ndarray:
    """Average precision divided by the relevant items, float64, shape (users,)."""
    hits, count = hits_and_counts(ranked, relevant, k)
    return _or_nan(_precision_at_hits(hits) / np.maximum(count, 1), count)


def ndcg_at_k(ranked: Any, relevant: Any, k: int) -> np.ndarray:
    """Normalised discounted cumulative gain of 0 and 1, float64, shape (users,)."""
    hits, count = hits_and_counts(ranked, relevant, k)
    best = np.cumsum(discounts(k))[np.clip(count, 1, k) - 1]
    return _or_nan(hits @ discounts(k) / best, count)


def graded_ndcg_at_k(
    ranked: Any, relevance: Any, k: int, gain: Literal["linear", "exponential"] = "linear"
) -> np.ndarray:
    """Normalised discounted cumulative gain of grades, float64, shape (users,)."""
    if gain not in ("linear", "exponential"):
        raise ParameterError(f"gain must be 'linear' or 'exponential', not {gain!r}.")
    ranked = checked_ranks(ranked, k)
    grades = checked_relevance(relevance, len(ranked))
    if grades.nnz and not (np.isfinite(grades.data).all() and grades.data.min() >= 0):
        raise DataError(
            "A grade of relevance is negative or infinite. Grades say how relevant an item is: "
            "a number above 0, and nothing stored for 0."
        )
    if gain == "exponential":
        grades.data = _exponential(grades)
    best = _best_first(grades, k) @ discounts(k)
    gained = values_in_lists(ranked, grades) @ discounts(k)
    return _or_nan(gained / np.where(best > 0, best, 1), np.diff(grades.indptr))


def auc(scores: Any, relevant: Any, excluded: Any = None) -> np.ndarray:
    """Chance that a relevant item scores above another one, float64, shape (users,)."""
    scores = np.asarray(scores, dtype="float64")
    if scores.ndim != 2:
        raise ParameterError(f"The scores must have the shape (users, items), not {scores.shape}.")
    relevant = checked_relevance(relevant, len(scores))
    hidden = _mask(excluded, scores.shape)
    for name, shape in (("relevance", relevant.shape), ("mask", hidden.shape)):
        if shape != scores.shape:
            raise ParameterError(f"The {name} has shape {shape}, the scores have {scores.shape}.")
    if not np.isfinite(scores[~hidden]).all():
        raise DataError("A score is not a finite number. Exclude the item, or give it a score.")
    users, items = relevant.nonzero()
    if hidden[users, items].any():
        row = users[hidden[users, items]][0]
        raise DataError(f"A relevant item of row {row} is excluded, so it can never be found.")
    from scipy.stats import rankdata  # half a second that other metrics need not pay

    ranks = rankdata(np.where(hidden, -np.inf, scores), axis=1)
    wanted = np.diff(relevant.indptr)
    absent = hidden.sum(axis=1)
    sums = np.bincount(users, ranks[users, items], len(scores)) - wanted * absent
    return _auc(sums, wanted, scores.shape[1] - absent)


def auc_of_ranking(ranked: Any, relevant: Any) -> np.ndarray:
    """Chance that a relevant item is above another one, float64, shape (users,)."""
    places = np.asarray(ranked).shape[-1]
    hits, wanted = hits_and_counts(ranked, relevant, places)
    missed = np.flatnonzero(hits.sum(axis=1) < wanted)
    if len(missed):
        raise DataError(
            f"The list of row {missed[0]} lacks a relevant item. The area under the curve needs "
            "the whole ranking: rank as many places as there are items."
        )
    listed = (np.asarray(ranked) >= 0).sum(axis=1)
    from_below = listed[:, None] - np.arange(places)
    return _auc((hits * from_below).sum(axis=1), wanted, listed)


def serendipity_at_k(ranked: Any, relevant: Any, expected: Any, k: int) -> np.ndarray:
    """Share of the first k places with a relevant item that is not expected, shape (users,)."""
    hits, count = hits_and_counts(ranked, relevant, k)
    ranked, expected = checked_ranks(ranked, k), checked_ranks(expected, k)
    if len(expected) != len(ranked):
        raise ParameterError(
            f"{len(ranked):,} ranked lists and {len(expected):,} expected ones do not match."
        )
    n_items = np.shape(relevant)[1]
    check_catalogue(expected, n_items)
    row, place = np.nonzero(expected >= 0)
    usual = sparse.csr_matrix(
        (np.ones(len(row)), (row, expected[row, place])), shape=(len(ranked), n_items)
    )
    return _or_nan((hits & (values_in_lists(ranked, usual) == 0)).mean(axis=1), count)


def _mask(excluded: Any, shape: tuple[int, ...]) -> np.ndarray:
    """The mask of excluded items, bool, from a dense or sparse one."""
    if excluded is None:
        return np.zeros(shape, bool)
    if sparse.issparse(excluded):
        return np.asarray(excluded.toarray() != 0)
    return np.asarray(excluded, bool)


def _exponential(grades: sparse.csr_matrix) -> np.ndarray:
    """2^g − 1 of each stored grade g; of play counts and the like, divided by 2^(a user's highest).

    A ratio of gains of one user stays what it is, and nothing overflows.
    """
    if not grades.nnz or grades.data.max() < LARGEST_EXPONENT:
        gains: np.ndarray = np.exp2(grades.data) - 1
        return gains
    row = np.repeat(np.arange(grades.shape[0]), np.diff(grades.indptr))
    highest = np.zeros(grades.shape[0])
    np.maximum.at(highest, row, grades.data)
    scaled: np.ndarray = np.exp2(grades.data - highest[row]) - np.exp2(-highest[row])
    return scaled


def _or_nan(values: np.ndarray, count: np.ndarray) -> np.ndarray:
    return np.where(count > 0, values, np.nan)


def discounts(k: int) -> np.ndarray:
    """What a hit is worth in each of the first k places, shape (k,)."""
    return 1 / np.log2(np.arange(2, k + 2))


def _precision_at_hits(hits: np.ndarray) -> np.ndarray:
    precision = np.cumsum(hits, axis=1) / np.arange(1, hits.shape[1] + 1)
    sums: np.ndarray = (precision * hits).sum(axis=1)
    return sums


def _best_first(grades: sparse.csr_matrix, k: int) -> np.ndarray:
    """The k highest grades of each row, in order, 0 if there are fewer, shape (users, k)."""
    row = np.repeat(np.arange(grades.shape[0]), np.diff(grades.indptr))
    order = np.lexsort((-grades.data, row))
    place = np.arange(grades.nnz) - grades.indptr[row]
    best = np.zeros((grades.shape[0], k))
    kept = place < k
    best[row[kept], place[kept]] = grades.data[order][kept]
    return best


def _auc(rank_sums: np.ndarray, wanted: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """From the ranks of the relevant items, 1 for the last (Mann and Whitney 1947)."""
    pairs = wanted * (candidates - wanted)
    above = rank_sums - wanted * (wanted + 1) / 2
    return np.where(pairs > 0, above / np.maximum(pairs, 1), np.nan)
