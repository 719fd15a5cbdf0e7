"""What Surprise's algorithms estimate for all films at once, from the arrays that they learnt.

Surprise asks pair by pair. These are the same formulas on whole matrices: those of ``estimate`` in
version 1.1.5; tests compare the two. Users and items are Surprise's inner indices here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.adapters.library import library

FROM_FACTORS = ("SVD", "SVDpp", "NMF", "BaselineOnly")
FROM_NEIGHBOURS = ("KNNBasic", "KNNWithMeans", "KNNWithZScore", "KNNBaseline")
# A million similarities of 8 bytes are 8 MB; choosing the nearest holds a few arrays of that size.
SIMILARITIES_PER_BLOCK = 1_000_000


def scores_of_all_items(algorithm: Any, users: np.ndarray) -> np.ndarray | None:
    """Estimate of every item for each user, shape (users, items); None if no formula is known.

    It is known by the class that defines ``estimate``: a subclass that changes it has none.
    """
    surprise = library("surprise")
    estimate = type(algorithm).estimate
    if any(estimate is getattr(surprise, name).estimate for name in FROM_FACTORS):
        return _from_factors(algorithm, users)
    if any(estimate is getattr(surprise, name).estimate for name in FROM_NEIGHBOURS):
        return _from_neighbours(algorithm, users)
    return None


def _from_factors(algorithm: Any, users: np.ndarray) -> np.ndarray:
    trainset = algorithm.trainset
    scores = np.zeros((len(users), trainset.n_items))
    if getattr(algorithm, "biased", True):
        scores += np.add.outer(trainset.global_mean + algorithm.bu[users], algorithm.bi)
    if hasattr(algorithm, "pu"):
        vectors = algorithm.pu[users]
        if hasattr(algorithm, "yj"):
            vectors = vectors + _implicit_part(algorithm, users)
        scores += vectors @ algorithm.qi.T
    return scores


def _implicit_part(algorithm: Any, users: np.ndarray) -> np.ndarray:
    """What SVD++ learns about a user from which items were rated: Σ y_j / √n."""
    parts = np.zeros((len(users), algorithm.yj.shape[1]))
    for row, user in enumerate(users.tolist()):
        rated = [item for item, _stars in algorithm.trainset.ur[user]]
        parts[row] = algorithm.yj[rated].sum(axis=0) / np.sqrt(len(rated))
    return parts


def _from_neighbours(algorithm: Any, users: np.ndarray) -> np.ndarray:
    """Surprise calls x the side that is compared (users or items), and y the other.

    Its similarities are symmetric, so this reads a row where it reads a column, which is much
    faster.
    """
    items = np.arange(algorithm.trainset.n_items)
    user_based = algorithm.sim_options["user_based"]
    xs, ys = (users, items) if user_based else (items, users)
    similarity = algorithm.sim[:, users] if user_based else algorithm.sim
    scores = np.empty((len(ys), len(xs)))
    for row, y in enumerate(ys.tolist()):
        neighbours, stars = map(np.array, zip(*algorithm.yr[y], strict=True))
        values = _relative(algorithm, y, neighbours, stars)
        block = max(1, SIMILARITIES_PER_BLOCK // len(neighbours))
        for start in range(0, len(xs), block):
            part = slice(start, start + block)
            weights = _of_the_nearest(similarity[neighbours, part], algorithm.k)
            scores[row, part] = _estimates(algorithm, xs[part], y, weights, values)
    return scores.T if user_based else scores


def _offsets(algorithm: Any, xs: np.ndarray, y: int) -> np.ndarray | None:
    """What the stars are relative to: the baseline, the mean of each of xs, or nothing."""
    offsets: np.ndarray | None = None
    if hasattr(algorithm, "bx"):
        offsets = algorithm.trainset.global_mean + algorithm.by[y] + algorithm.bx[xs]
    elif hasattr(algorithm, "means"):
        offsets = algorithm.means[xs]
    return offsets


def _relative(algorithm: Any, y: int, neighbours: np.ndarray, stars: np.ndarray) -> np.ndarray:
    """The stars that the neighbours gave to y, less what they are relative to."""
    offsets = _offsets(algorithm, neighbours, y)
    values: np.ndarray = stars if offsets is None else stars - offsets
    return values / algorithm.sigmas[neighbours] if hasattr(algorithm, "sigmas") else values


def _estimates(
    algorithm: Any, xs: np.ndarray, y: int, weights: np.ndarray, values: np.ndarray
) -> np.ndarray:
    """Estimate of y for each of xs: the weighted mean of what the neighbours said.

    The weights are of shape (neighbours, xs), 0 if a neighbour does not count.
    """
    counted = np.count_nonzero(weights, axis=0)
    enough = (counted > 0) & (counted >= algorithm.min_k)
    average = (values @ weights) / np.where(enough, weights.sum(axis=0), 1)
    offsets = _offsets(algorithm, xs, y)
    if offsets is None:
        return np.where(enough, average, algorithm.default_prediction())
    spread = algorithm.sigmas[xs] if hasattr(algorithm, "sigmas") else 1.0
    estimates: np.ndarray = offsets + np.where(enough, average, 0) * spread
    return estimates


def _of_the_nearest(similarity: np.ndarray, k: int) -> np.ndarray:
    """The k largest of each column if they are above 0, the rest 0; the first of equal ones."""
    nearest: np.ndarray = np.maximum(similarity, 0)
    if len(nearest) <= k:
        return nearest
    many = np.flatnonzero(np.count_nonzero(nearest, axis=0) > k)
    rows = nearest[:, many].T
    smallest = np.partition(rows, -k, axis=1)[:, [-k]]
    kept = rows >= smallest
    over = np.flatnonzero(kept.sum(axis=1) > k)
    tied = rows[over] == smallest[over]
    places = k - (kept[over] & ~tied).sum(axis=1, keepdims=True)
    kept[over] &= ~tied | (tied.cumsum(axis=1) <= places)
    nearest[:, many] = np.where(kept, rows, 0).T
    return nearest
