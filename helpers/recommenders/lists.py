"""From scores to lists: blocks that fit into memory, what is left out, the best as a table."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.arrays.top_n import best_of, top_n
from helpers.errors import DataError
from helpers.interactions import Interactions

# 4 million scores of 8 bytes are 32 MB; models hold one or a few arrays of that size at a time.
SCORES_PER_BLOCK = 4_000_000
# 250,000 scores are 2 MB, so that what one thread ranks at a time stays near the processor.
RANKED_AT_ONCE = 250_000
# More threads wait for the memory, not for a processor.
MOST_THREADS = 4


def seen_by_users(train: Interactions) -> sparse.csr_matrix:
    """An entry for each rating, bool, shape (n_users, n_items)."""
    pairs = (train.user, train.item)
    shape = (train.n_users, train.n_items)
    seen = sparse.coo_matrix((np.ones(len(train), dtype=bool), pairs), shape=shape)
    # No pair occurs twice, and their order does not matter: so nothing needs to be sorted.
    seen.has_canonical_format = True
    return seen.tocsr()


def rows_or_nothing(rows: sparse.csr_matrix, users: np.ndarray) -> sparse.csr_matrix:
    """The row of each user; an empty one for an index outside the catalogue."""
    inside = (users >= 0) & (users < rows.shape[0])
    if inside.all():
        return rows[users]
    columns = rows[users[inside]]
    counts = np.zeros(len(users), dtype="int64")
    counts[inside] = np.diff(columns.indptr)
    starts = np.concatenate([[0], np.cumsum(counts)])
    return sparse.csr_matrix(
        (columns.data, columns.indices, starts), shape=(len(users), rows.shape[1])
    )


def best_of_users(
    scores_of: Callable[[np.ndarray], np.ndarray],
    users: np.ndarray,
    n: int,
    left_out: Sequence[sparse.csr_matrix],
    n_items: int,
    *,
    refuse_nan: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """The n best items of each user, scored in blocks of users so that memory stays bounded.

    Args:
        scores_of: scores of every item for some users, shape (users, n_items).
        users: whose lists.
        n: how many.
        left_out: matrices with one row for each user, whose stored places are left out.
        n_items: how many items there are.
        refuse_nan: raise a DataError if an item that is not left out has a score of NaN.

    Returns:
        Items, int32, −1 pads; scores, NaN pads; both of shape (users, n).
    """
    ranked, best = np.empty((len(users), n), dtype="int32"), np.empty((len(users), n))
    for block in slices(len(users), SCORES_PER_BLOCK // n_items):
        hidden = [rows[block] for rows in left_out]
        scores = scores_of(users[block])
        if refuse_nan:
            _check_numbers(scores, hidden, users[block])
        ranked[block], best[block] = _ranked(scores, hidden, n)
    best[ranked < 0] = np.nan
    return ranked, best


def best_items(scores: np.ndarray, n: int, left_out: np.ndarray) -> pd.DataFrame:
    """The n best items by one row of scores, as a table: columns rank, item, score.

    Args:
        scores: shape (n_items,).
        n: at most how many.
        left_out: items that are not listed, bool, shape (n_items,).
    """
    ranked = top_n(scores[np.newaxis], n, left_out[np.newaxis])[0]
    ranked = ranked[ranked >= 0]
    places = np.arange(1, len(ranked) + 1)
    return pd.DataFrame({"rank": places, "item": ranked, "score": scores[ranked]})


def blocks_of_pairs(
    users: np.ndarray, width: int
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """The different users of some pairs, as many at a time as there is room for their scores.

    Args:
        users: of each pair, shape (n,).
        width: numbers for each user.

    Yields:
        Some users; the places of their pairs; for each of these the row of its user among them.
    """
    asked, row = np.unique(users, return_inverse=True)
    for block in slices(len(asked), SCORES_PER_BLOCK // max(1, width)):
        pairs = np.flatnonzero((row >= block.start) & (row < block.stop))
        yield asked[block], pairs, row[pairs] - block.start


def slices(n: int, most: int) -> Iterator[slice]:
    """0 … n in slices of at most so many, and of 1 at least."""
    step = max(1, most)
    for start in range(0, n, step):
        yield slice(start, min(start + step, n))


def _check_numbers(
    scores: np.ndarray, hidden: Sequence[sparse.csr_matrix], users: np.ndarray
) -> None:
    """Raise a DataError if a score is NaN that is not of something hidden."""
    # The maximum is NaN if any score is, and is found faster than which ones are.
    if not np.isnan(scores.max(initial=-np.inf)):
        return
    missing = np.isnan(scores)
    for rows in hidden:
        missing[np.repeat(np.arange(len(scores)), np.diff(rows.indptr)), rows.indices] = False
    found = np.flatnonzero(missing.any(axis=1))
    if len(found):
        raise DataError(
            f"The scores of {len(found):,} users hold NaN; the first is the user with index "
            f"{users[found[0]]}, for the item with index {missing[found[0]].argmax()}. A score "
            "must be a number: mend the model, or train it with a lower learning rate."
        )


def _ranked(
    scores: np.ndarray, hidden: Sequence[sparse.csr_matrix], n: int
) -> tuple[np.ndarray, np.ndarray]:
    """``best_of`` a block. Models may not be thread-safe, sorting is: so threads sort."""
    parts = list(slices(len(scores), RANKED_AT_ONCE // scores.shape[1]))
    rank = partial(_best_unhidden, scores, hidden, n)
    if len(parts) == 1:
        return rank(parts[0])
    with ThreadPoolExecutor(min(os.cpu_count() or 1, MOST_THREADS)) as threads:
        found = list(threads.map(rank, parts))
    ranked, best = zip(*found, strict=True)
    return np.concatenate(ranked), np.concatenate(best)


def _best_unhidden(
    scores: np.ndarray, hidden: Sequence[sparse.csr_matrix], n: int, part: slice
) -> tuple[np.ndarray, np.ndarray]:
    shown = np.array(scores[part])
    for rows in (each[part] for each in hidden):
        shown[np.repeat(np.arange(len(shown)), np.diff(rows.indptr)), rows.indices] = -np.inf
    return best_of(shown, n)
