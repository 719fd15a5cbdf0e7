"""How fast implicit ALS and EASE are learnt, compared with implicit and a plain matrix inverse.

All learn from the same four fifths of each user's ratings. The rest shows, outside the clock, what
was learnt. ``objective`` is what ALS minimises, per rating, and ``ndcg`` is nDCG@10 over all films;
both sides start at random, each in its own way. ``weight`` is the length of the vector of EASE's
weights to the film that most users chose.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from time import perf_counter
from typing import Any

import numpy as np
from scipy import linalg, sparse

from benchmarks.bench import cores
from benchmarks.contests import Contest, Outcome, Side, installed
from benchmarks.million import million
from helpers.arrays import top_n
from helpers.data import load
from helpers.interactions import Interactions
from helpers.metrics import ndcg_at_k
from helpers.recommenders import EASE, ImplicitALS
from helpers.simulation import simulate
from helpers.splits import Split, per_user_split

DIMS = (64, 96)
ALPHA, REGULARIZATION, ITERATIONS = 8.0, 60.0, 10
EASE_REGULARIZATION = 500.0
SMALL, MILLION = "movielens-small", "1M ratings"
QUICK = (60, 50, 1_500)
# The exact solvers take half a minute per run on a million ratings, and show nothing new there.
MOST_FOR_EXACT = 200_000
NOTE_ALS = (
    "implicit is compiled and uses all processors; ours is NumPy, on one of them. The exact "
    "solvers show that ours comes nearer to the optimum: it first makes what all rows share "
    "the unit matrix, so that two steps do more than three."
)
NOTE_EASE = (
    "Ours starts from the ratings and includes the product of the matrix with itself, and the "
    "weights; the others start from that product, and stop at the inverse."
)

Factors = tuple[np.ndarray, np.ndarray]


def contests(data: str | None, quick: bool) -> list[Contest]:
    """ALS on a small and a large set, at two widths, and EASE on the large one."""
    names = [data] if data else [SMALL, MILLION]
    if quick:
        names = names[-1:]
    als = [
        Contest(
            f"implicit ALS, {dim} factors, {name}",
            f"80 % of {name}, {dim} factors, {ITERATIONS} iterations, the same weights and penalty",
            partial(_als_sides, name, quick, dim),
            note=NOTE_ALS,
            libraries=["implicit"],
        )
        for name in names
        for dim in (DIMS[:1] if quick else DIMS)
    ]
    return [
        *als,
        Contest(
            f"EASE, {names[-1]}",
            f"80 % of {names[-1]}, all pairs of films",
            partial(_ease_sides, names[-1], quick),
            note=NOTE_EASE,
        ),
    ]


@cache
def split_of(name: str, quick: bool) -> Split:
    """Four fifths of each user's ratings to learn from, and the rest."""
    if quick:
        ratings = Interactions.from_dataset(simulate(*QUICK).dataset)
    elif name == MILLION:
        ratings = million()
    else:
        ratings = Interactions.from_dataset(load(name))
    return per_user_split(ratings, validation=0, test=0.2)


def _als_sides(name: str, quick: bool, dim: int) -> Sequence[Side]:
    split = split_of(name, quick)
    with_exact = len(split.train) <= MOST_FOR_EXACT
    runs: dict[str, Callable[[], Factors]] = {"ImplicitALS": partial(_ours, split.train, dim)}
    if with_exact:
        runs["ImplicitALS, exact"] = partial(_ours, split.train, dim, solver="exact")
    if installed("implicit"):
        chosen = _choices(split.train).astype("float32")
        runs["implicit, its default"] = partial(_implicit, chosen, dim)
        if with_exact:
            runs["implicit, exact"] = partial(_implicit, chosen, dim, use_cg=False)
    promises = {"implicit, its default": 1.5}
    return [
        Side(
            side,
            partial(_learnt, run, split, {}),
            ours=side == "ImplicitALS",
            at_most=promises.get(side),
        )
        for side, run in runs.items()
    ]


def _ours(train: Interactions, dim: int, **options: Any) -> Factors:
    model = ImplicitALS(
        dim, alpha=ALPHA, regularization=REGULARIZATION, iterations=ITERATIONS, **options
    ).fit(train)
    return model.user_vectors_, model.item_vectors_


def _implicit(chosen: sparse.csr_matrix, dim: int, **options: Any) -> Factors:
    from implicit.cpu.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    # It asks for one thread of BLAS, besides its own, and counts a choice's confidence from 0.
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=dim,
            alpha=1 + ALPHA,
            regularization=REGULARIZATION,
            iterations=ITERATIONS,
            num_threads=cores(),
            random_state=0,
            **options,
        )
        model.fit(chosen, show_progress=False)
    return model.user_factors.astype("float64"), model.item_factors.astype("float64")


def _learnt(run: Callable[[], Factors], split: Split, figures: dict[str, float]) -> Outcome:
    """Time one run; what it learnt is measured once, since a seed repeats itself."""
    start = perf_counter()
    factors = run()
    seconds = perf_counter() - start
    if not figures:
        objective = objective_of(_choices(split.train), *factors)
        figures.update(objective=objective / len(split.train), ndcg=_ndcg(split, *factors))
    return Outcome(seconds, figures)


def objective_of(chosen: sparse.csr_matrix, users: np.ndarray, items: np.ndarray) -> float:
    """What ALS minimises, over all pairs, computed from the chosen ones."""
    user, item = chosen.nonzero()
    score = np.empty(len(user))
    for start in range(0, len(user), 100_000):
        part = slice(start, start + 100_000)
        score[part] = np.einsum("ij,ij->i", users[user[part]], items[item[part]])
    everywhere = ((users.T @ users) * (items.T @ items)).sum()
    surplus = ((1 + ALPHA) * (1 - score) ** 2 - score**2).sum()
    return float(everywhere + surplus + REGULARIZATION * ((users**2).sum() + (items**2).sum()))


def _ndcg(split: Split, users: np.ndarray, items: np.ndarray) -> float:
    seen = split.train.matrix()
    ranked = np.empty((len(users), 10), dtype="int32")
    for start in range(0, len(users), 500):
        part = slice(start, start + 500)
        ranked[part] = top_n(users[part] @ items.T, 10, seen[part].toarray() > 0)
    return ndcg_at_k(ranked, split.test.matrix(), 10)


def _ease_sides(name: str, quick: bool) -> Sequence[Side]:
    train = split_of(name, quick).train
    chosen = _choices(train)
    film = int(np.bincount(train.item).argmax())
    gram = (chosen.T @ chosen).toarray()
    gram[np.diag_indices_from(gram)] += EASE_REGULARIZATION
    inverses: dict[str, tuple[Callable[[np.ndarray], np.ndarray], float | None]] = {
        "numpy.linalg.inv, matrix ready": (np.linalg.inv, 1.2),
        "scipy cho_factor and cho_solve, matrix ready": (_by_cho_solve, 1.2),
        "LAPACK's potrf and potri, one triangle, matrix ready": (_by_potri, None),
    }
    return [
        Side("EASE", partial(_ease, train, film), ours=True),
        *(
            Side(side, partial(_inverted, inverse, gram, film), at_most=promise)
            for side, (inverse, promise) in inverses.items()
        ),
    ]


def _ease(train: Interactions, film: int) -> Outcome:
    start = perf_counter()
    model = EASE(EASE_REGULARIZATION).fit(train)
    seconds = perf_counter() - start
    return Outcome(seconds, {"weight": float(np.linalg.norm(model.weights_to(film)))})


def _inverted(inverse: Callable[[np.ndarray], np.ndarray], gram: np.ndarray, film: int) -> Outcome:
    start = perf_counter()
    precision = inverse(gram)
    seconds = perf_counter() - start
    # In a lower triangle, a film's row and column together make up its whole column.
    column = np.where(np.arange(len(gram)) < film, precision[film], precision[:, film])
    weights = -column / column[film]
    weights[film] = 0
    return Outcome(seconds, {"weight": float(np.linalg.norm(weights))})


def _by_cho_solve(gram: np.ndarray) -> np.ndarray:
    inverse: np.ndarray = linalg.cho_solve(linalg.cho_factor(gram), np.eye(len(gram)))
    return inverse


def _by_potri(gram: np.ndarray) -> np.ndarray:
    factor, _info = linalg.lapack.dpotrf(gram.T, lower=1, clean=0)
    inverse: np.ndarray = linalg.lapack.dpotri(factor, lower=1, overwrite_c=1)[0]
    return inverse


def _choices(ratings: Interactions) -> sparse.csr_matrix:
    chosen = ratings.matrix().astype("float64")
    chosen.data[:] = 1
    return chosen
