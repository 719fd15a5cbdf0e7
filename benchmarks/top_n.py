"""How fast every user gets the ten best films that they have not seen.

Both sides rank by the same factors. ``same`` is the share of our films that have the same rank in
theirs: implicit computes in single precision, so two films with nearly the same score can change
places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks.bench import cores
from benchmarks.contests import Contest, Outcome, Side, installed
from benchmarks.neighbours import ratings_of
from helpers.recommenders import ImplicitALS, Recommender

N, DIM = 10, 64

Rank = Callable[[], np.ndarray]


def contests(data: str | None, quick: bool) -> list[Contest]:
    """All users at once, by a model with factors."""
    return [
        Contest(
            f"top {N} for every user",
            f"{data or '1M ratings'}, seen films left out, {DIM} factors",
            partial(_sides, data, quick),
            note="ours scores in double precision, implicit in single",
            libraries=["implicit"],
        )
    ]


def _sides(data: str | None, quick: bool) -> Sequence[Side]:
    ratings = ratings_of(data, quick)
    model = ImplicitALS(dim=DIM, iterations=3, regularization=1.0).fit(ratings)
    seen = (ratings.matrix() > 0).astype("float32")
    reference = _ours(model)
    sides: list[tuple[str, Rank, float | None]] = [("rank", partial(_ours, model), None)]
    if installed("implicit"):
        sides.append(("implicit, recommend", partial(_implicit, _in_implicit(model), seen), 1))
    sides.append(("NumPy, one matrix of scores, argsort", partial(_numpy, model, seen), None))
    return [
        Side(name, partial(_outcome, run, reference), ours=name == "rank", at_most=at_most)
        for name, run, at_most in sides
    ]


def _outcome(rank: Rank, reference: np.ndarray) -> Outcome:
    start = perf_counter()
    ranked = rank()
    seconds = perf_counter() - start
    return Outcome(seconds, {"same": float((ranked == reference).mean())})


def _ours(model: Recommender) -> np.ndarray:
    return model.rank(np.arange(model.train_.n_users), N)[0]


def _in_implicit(model: ImplicitALS) -> Any:
    from implicit.cpu.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, "blas"):
        theirs = AlternatingLeastSquares(factors=model.dim, num_threads=cores())
    theirs.user_factors = model.user_vectors_.astype("float32")
    theirs.item_factors = model.item_vectors_.astype("float32")
    return theirs


def _implicit(model: Any, seen: sparse.csr_matrix) -> np.ndarray:
    from threadpoolctl import threadpool_limits

    users = np.arange(seen.shape[0])
    # It asks for one thread of BLAS, besides its own threads, and is several times faster this way.
    with threadpool_limits(1, "blas"):
        ranked: np.ndarray = model.recommend(users, seen, N=N, filter_already_liked_items=True)[0]
    return ranked


def _numpy(model: ImplicitALS, seen: sparse.csr_matrix) -> np.ndarray:
    scores = model.user_vectors_ @ model.item_vectors_.T
    scores[seen.nonzero()] = -np.inf
    return np.argsort(-scores, axis=1)[:, :N]
