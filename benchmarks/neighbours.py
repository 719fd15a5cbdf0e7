"""How fast the nearest neighbours of every film are found, from one sparse matrix of ratings.

Both sides get the same matrix, users in rows, and keep the same number of other films per film. The
peer also keeps the film itself, so it is asked for one more. ``same`` is the share of our
neighbours that the peer has, too; ``similarity`` is the mean of those that are kept.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from benchmarks.bench import cores
from benchmarks.contests import Contest, Outcome, Side, installed
from benchmarks.million import million
from helpers.arrays import largest
from helpers.data import load
from helpers.interactions import Interactions
from helpers.recommenders import Biases
from helpers.similarity import cosine
from helpers.simulation import simulate

QUICK = (80, 60, 1_200)
K, QUICK_K = 100, 10
SHRINKAGE, MIN_OVERLAP = 100.0, 5

# What it returns is called outside the clock and turns what was built into the neighbours of each
# film.
Build = Callable[[], sparse.csr_matrix | Callable[[], sparse.csr_matrix]]


def contests(data: str | None, quick: bool) -> list[Contest]:
    """Cosine as both define it; with our additions; of stars; and over the users in common."""
    k = QUICK_K if quick else K
    what = f"{data or '1M ratings'}, {k} neighbours per film"
    return [
        Contest(
            "neighbours: cosine",
            f"{what}, from who rated what",
            partial(_plain_sides, data, quick, k),
            libraries=["implicit"],
        ),
        Contest(
            "neighbours: cosine with shrinkage",
            f"{what}, from who rated what; the peer has no shrinkage",
            partial(_shrunk_choices_sides, data, quick, k),
            note="the two are close, and the peer has no shrinkage to work out",
            libraries=["implicit"],
        ),
        Contest(
            "neighbours: cosine of stars, with shrinkage and minimum overlap",
            f"{what}, of stars less biases; the peer has neither",
            partial(_shrunk_stars_sides, data, quick, k),
            note="two sums per pair, of products and of users in common; the peer has one",
            libraries=["implicit"],
        ),
        Contest(
            "neighbours: cosine over the users in common",
            f"{what}, of stars, at least {MIN_OVERLAP} users in common",
            partial(_shared_sides, data, quick, k),
            libraries=["scikit-surprise"],
        ),
    ]


def ratings_of(data: str | None, quick: bool) -> Interactions:
    """The ratings of a contest."""
    if data is None and not quick:
        return million()
    return Interactions.from_dataset(load(data) if data else simulate(*QUICK).dataset)


def _plain_sides(data: str | None, quick: bool, k: int) -> Sequence[Side]:
    choices = _choices(data, quick)
    ours = partial(_ours, choices, top_k=k)
    sides = {"helpers.similarity": ours, **_peer(choices, k)}
    sides["scikit-learn, NearestNeighbors, brute force"] = partial(_scikit_learn, choices, k)
    return _sides(sides, ours())


def _shrunk_choices_sides(data: str | None, quick: bool, k: int) -> Sequence[Side]:
    choices = _choices(data, quick)
    ours = partial(_ours, choices, shrinkage=SHRINKAGE, min_overlap=MIN_OVERLAP, top_k=k)
    # The similarities differ, so the neighbours do: there is no common share to show.
    return _sides({"helpers.similarity": ours, **_peer(choices, k)}, None)


def _shrunk_stars_sides(data: str | None, quick: bool, k: int) -> Sequence[Side]:
    ratings = ratings_of(data, quick)
    values = ratings.matrix().astype("float64")
    users = np.repeat(np.arange(values.shape[0]), np.diff(values.indptr))
    values.data -= Biases().fit(ratings).predict(users, values.indices)
    ours = partial(_ours, values, shrinkage=SHRINKAGE, min_overlap=MIN_OVERLAP, top_k=k)
    return _sides({"helpers.similarity": ours, **_peer(values, k)}, None)


def _choices(data: str | None, quick: bool) -> sparse.csr_matrix:
    choices = ratings_of(data, quick).matrix().astype("float64")
    choices.data[:] = 1
    return choices


def _peer(values: sparse.csr_matrix, k: int) -> dict[str, Build]:
    if not installed("implicit"):
        return {}
    return {"implicit, CosineRecommender": partial(_implicit, values, k)}


def _shared_sides(data: str | None, quick: bool, k: int) -> Sequence[Side]:
    stars = ratings_of(data, quick).matrix().astype("float64")
    options: dict[str, Any] = {"norms": "shared", "min_overlap": MIN_OVERLAP, "top_k": k}
    ours = partial(_ours, stars, **options)
    sides = {"helpers.similarity": ours}
    if installed("scikit-surprise"):
        sides["Surprise, KNNBasic"] = partial(_surprise, _trainset(stars), stars.shape[1], k)
    return _sides(sides, ours())


def _sides(builds: dict[str, Build], reference: sparse.csr_matrix | None) -> list[Side]:
    return [
        Side(
            name,
            partial(_outcome, build, reference),
            ours=name.startswith("helpers"),
            at_most=1 if name.startswith("implicit") else None,
        )
        for name, build in builds.items()
    ]


def _outcome(build: Build, reference: sparse.csr_matrix | None) -> Outcome:
    start = perf_counter()
    found = build()
    seconds = perf_counter() - start
    if reference is None:
        return Outcome(seconds)
    return Outcome(seconds, same(found() if callable(found) else found, reference))


def same(found: sparse.csr_matrix, reference: sparse.csr_matrix) -> dict[str, float]:
    """Share of the reference's neighbours that were found, and the mean similarity of those kept.

    The film itself is not a neighbour.
    """
    found = found.tocsr(copy=True)
    found.setdiag(0)
    found.data[found.data <= 0] = 0
    found.eliminate_zeros()
    both = (found > 0).multiply(reference > 0).nnz
    return {"same": both / reference.nnz, "similarity": float(found.data.mean())}


def _ours(values: sparse.csr_matrix, **options: Any) -> sparse.csr_matrix:
    return cosine(values.T, **options)


def _implicit(values: sparse.csr_matrix, k: int) -> sparse.csr_matrix:
    from implicit.nearest_neighbours import CosineRecommender

    model = CosineRecommender(K=k + 1, num_threads=cores())
    with warnings.catch_warnings():
        # It converts a matrix that it made itself, and warns about that.
        warnings.filterwarnings("ignore", message="Method expects CSR input")
        model.fit(values, show_progress=False)
    return model.similarity


def _scikit_learn(values: sparse.csr_matrix, k: int) -> sparse.csr_matrix:
    from sklearn.neighbors import NearestNeighbors

    films = values.T.tocsr()
    model = NearestNeighbors(metric="cosine", algorithm="brute", n_jobs=cores()).fit(films)
    distances: sparse.csr_matrix = model.kneighbors_graph(films, k + 1, mode="distance")
    distances.data = 1 - distances.data
    return distances


def _trainset(stars: sparse.csr_matrix) -> Any:
    import surprise

    places = stars.tocoo()
    triples = pd.DataFrame({"user": places.row, "item": places.col, "rating": places.data})
    reader = surprise.Reader(rating_scale=(stars.data.min(), stars.data.max()))
    return surprise.Dataset.load_from_df(triples, reader).build_full_trainset()


def _surprise(trainset: Any, n_films: int, k: int) -> Callable[[], sparse.csr_matrix]:
    import surprise

    options = {"name": "cosine", "user_based": False, "min_support": MIN_OVERLAP}
    model = surprise.KNNBasic(k=k, sim_options=options, verbose=False).fit(trainset)
    # Surprise sorts when it is asked for a prediction, so that is not counted.
    return partial(_nearest, model, n_films, k)


def _nearest(model: Any, n_films: int, k: int) -> sparse.csr_matrix:
    films = np.array([model.trainset.to_raw_iid(film) for film in range(model.trainset.n_items)])
    similarity = np.zeros((n_films, n_films))
    similarity[np.ix_(films, films)] = model.sim
    np.fill_diagonal(similarity, 0)
    return sparse.csr_matrix(np.where(largest(similarity, k), similarity, 0))
