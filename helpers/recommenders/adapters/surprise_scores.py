"""What Surprise's algorithms estimate for all films at once, from the arrays that they learnt.

Surprise asks pair by pair. These are the same formulas on whole matrices: those of ``estimate`` in
version 1.1.5, which the tests hold them to. Users and items are Surprise's inner indices here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from helpers.recommenders.adapters.library import library

FROM_FACTORS = ("SVD", "SVDpp", "NMF", "BaselineOnly")
FROM_NEIGHBOURS = ("KNNBasic", "KNNWithMeans", "KNNWithZScore", "KNNBaseline")
# A million similarities of 8 bytes are 8 MB; choosing the nearest holds a few arrays of that size.
SIMILARITIES_PER_BLOCK = 1_000_000


def scores_of_all_items(algorithm: Any, users: np.ndarray) -> np.ndarray | None:
    """Estimate of every item for each user, shape (users, items); None where no formula is known.

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
    """What SVD++ learns of a user from which items were rated: Σ y_j / √n."""
    parts = np.zeros((len(users), algorithm.yj.shape[1]))
    for row, user in enumerate(users.tolist()):
        rated = [item for item, _stars in algorithm.trainset.ur[user]]
        parts[row] = algorithm.yj[rated].sum(axis=0) / np.sqrt(len(rated))
    return parts


def _from_neighbours(algorithm: Any, users: np.ndarray) -> np.ndarray:
    """Surprise calls x the side that is compared (users or items), and y the other."""
    items = np.arange(algorithm.trainset.n_items)
    user_based = algorithm.sim_options["user_based"]
    xs, ys = (users, items) if user_based else (items, users)
    scores = np.empty((len(xs), len(ys)))
    for column, y in enumerate(ys.tolist()):
        neighbours, stars = map(np.array, zip(*algorithm.yr[y], strict=True))
        block = max(1, SIMILARITIES_PER_BLOCK // len(neighbours))
        for start in range(0, len(xs), block):
            rows = slice(start, start + block)
            scores[rows, column] = _estimates(algorithm, xs[rows], y, neighbours, stars)
    return scores if user_based else scores.T


def _estimates(
    algorithm: Any, xs: np.ndarray, y: int, neighbours: np.ndarray, stars: np.ndarray
) -> np.ndarray:
    """Estimate of y for each of xs, from the neighbours that have given it stars."""
    weights = _of_the_nearest(algorithm.sim[np.ix_(xs, neighbours)], algorithm.k)
    counted = np.count_nonzero(weights, axis=1)
    enough = (counted > 0) & (counted >= algorithm.min_k)
    if hasattr(algorithm, "bx"):
        overall = algorithm.trainset.global_mean + algorithm.by[y]
        start, offsets = overall + algorithm.bx[xs], overall + algorithm.bx[neighbours]
    elif hasattr(algorithm, "means"):
        start, offsets = algorithm.means[xs], algorithm.means[neighbours]
    else:
        start, offsets = np.zeros(len(xs)), np.zeros(len(neighbours))
    values = stars - offsets
    spread: Any = 1.0
    if hasattr(algorithm, "sigmas"):
        values, spread = values / algorithm.sigmas[neighbours], algorithm.sigmas[xs]
    average = (weights @ values) / np.where(enough, weights.sum(axis=1), 1)
    estimates: np.ndarray = start + np.where(enough, average, 0) * spread
    if not hasattr(algorithm, "bx") and not hasattr(algorithm, "means"):
        estimates[~enough] = algorithm.default_prediction()
    return estimates


def _of_the_nearest(similarity: np.ndarray, k: int) -> np.ndarray:
    """The k largest of each row where they are above 0, the rest 0; of ties the first."""
    if similarity.shape[1] > k:
        smallest = np.partition(similarity, -k, axis=1)[:, [-k]]
        above, tied = similarity > smallest, similarity == smallest
        left = k - above.sum(axis=1, keepdims=True)
        similarity = np.where(above | (tied & (tied.cumsum(axis=1) <= left)), similarity, 0)
    nearest: np.ndarray = np.maximum(similarity, 0)
    return nearest
