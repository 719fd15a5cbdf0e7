"""A batch of ratings, prepared once for all epochs: who is in it, and where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from helpers.interactions import Interactions

RADIX_ROWS = 65_536  # up to here NumPy sorts in linear time


@dataclass(frozen=True, eq=False)
class Block:
    """One batch, sorted by user; for users and for items: rows in use, place of each, counts."""

    rows: tuple[np.ndarray, np.ndarray]
    place: tuple[np.ndarray, np.ndarray]
    counts: tuple[np.ndarray, np.ndarray]
    stars: np.ndarray
    errors: sparse.csr_array  # shape (users in use, items in use); its numbers are written in place


def block_of(train: Interactions, chosen: np.ndarray) -> Block:
    """The batch of those ratings."""
    users, user, user_counts = _in_use(train.user[chosen], train.n_users)
    items, item, item_counts = _in_use(train.item[chosen], train.n_items)
    key = user.astype("uint16") if len(users) <= RADIX_ROWS else user
    by_user = np.argsort(key, kind="stable")
    user, item = user[by_user], item[by_user]
    stars = train.rating[chosen[by_user]].astype("float32")
    starts = np.concatenate([[0], np.cumsum(user_counts)])
    errors = sparse.csr_array((np.empty_like(stars), item, starts), (len(users), len(items)))
    in_float = [counts.astype("float32")[:, None] for counts in (user_counts, item_counts)]
    return Block((users, items), (user, item), (in_float[0], in_float[1]), stars, errors)


def _in_use(index: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    counts = np.bincount(index, minlength=size)
    rows = np.flatnonzero(counts)
    places = np.empty(size, "int32")
    places[rows] = np.arange(len(rows))
    return rows, places[index], counts[rows]
