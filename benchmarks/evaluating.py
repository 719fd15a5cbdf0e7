"""How fast ranking metrics are, next to recommenders-team's functions and ranx, on the same lists.

Six metrics at 10 are measured on one list for every user. Each side gets the lists and the relevant
films in its own form, made outside the clock: arrays and a sparse matrix, DataFrames, or ranx's
Qrels and Run, which take seconds to make. ranx compiles in its first run, which is not measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from time import perf_counter

import numpy as np
import pandas as pd
from scipy import sparse

from benchmarks.bench import cores
from benchmarks.closed_form import MILLION, split_of
from benchmarks.contests import Contest, Outcome, Side, installed
from helpers import metrics
from helpers.recommenders import Popularity

K = 10
OURS = {
    "precision": metrics.precision_at_k,
    "recall": metrics.recall_at_k,
    "hit_rate": metrics.hit_rate_at_k,
    "mrr": metrics.mrr_at_k,
    "map": metrics.map_at_k_over_relevant,
    "ndcg": metrics.ndcg_at_k,
}
# recommenders-team's has no hit rate and no reciprocal rank.
SHARED = ("precision", "recall", "map", "ndcg")
NOTE = (
    "ranx runs compiled code, on all processors; its time leaves out compiling and making its own "
    "data, each of which takes longer than all of ours."
)

Values = Mapping[str, float]


def contests(data: str | None, quick: bool) -> list[Contest]:
    """The metrics that recommenders-team has too, and those of ranx."""
    name = data or MILLION
    work = f"one list of {K} for every user, 20 % of {name} relevant"
    return [
        Contest(
            "ranking metrics, beside recommenders-team's",
            f"{work}: {', '.join(SHARED)}",
            partial(_beside_recommenders, name, quick),
            libraries=["recommenders"],
        ),
        Contest(
            "ranking metrics, beside ranx",
            f"{work}: {', '.join(OURS)}",
            partial(_beside_ranx, name, quick),
            note=NOTE,
            libraries=["ranx"],
        ),
    ]


def _beside_recommenders(name: str, quick: bool) -> Sequence[Side]:
    ranked, relevant = lists_of(name, quick)
    sides = [_side("helpers.metrics", partial(_ours, SHARED, ranked, relevant), ours=True)]
    if installed("recommenders"):
        frames = as_frames(ranked, relevant)
        theirs = partial(_recommenders, *frames)
        sides.append(_side("recommenders, python_evaluation", theirs, at_most=0.1))
    return sides


def _beside_ranx(name: str, quick: bool) -> Sequence[Side]:
    ranked, relevant = lists_of(name, quick)
    sides = [_side("helpers.metrics", partial(_ours, tuple(OURS), ranked, relevant), ours=True)]
    if installed("ranx"):
        sides.append(_side("ranx, warm", _ranx(ranked, relevant)))
    return sides


def lists_of(name: str, quick: bool) -> tuple[np.ndarray, sparse.csr_matrix]:
    """Lists of popular films that the users have not rated, and their held-out films.

    Every third user gets every other film of a longer list, so that more than one list is scored.
    """
    split = split_of(name, quick)
    model = Popularity().fit(split.train)
    ranked, _scores = model.rank(np.arange(split.train.n_users), 2 * K)
    relevant = split.test.matrix()
    # In the small data set, some users have rated too much for so long a list.
    users = np.flatnonzero((np.diff(relevant.indptr) > 0) & (ranked >= 0).all(axis=1))
    ranked = np.where((users % 3 == 0)[:, None], ranked[users][:, ::2], ranked[users][:, :K])
    return ranked, relevant[users]


def _side(
    name: str, run: Callable[[], Values], *, ours: bool = False, at_most: float | None = None
) -> Side:
    def timed() -> Outcome:
        start = perf_counter()
        values = run()
        return Outcome(perf_counter() - start, values)

    return Side(name, timed, ours=ours, at_most=at_most)


def _ours(names: Sequence[str], ranked: np.ndarray, relevant: sparse.csr_matrix) -> Values:
    return {name: OURS[name](ranked, relevant, K) for name in names}


def as_frames(ranked: np.ndarray, relevant: sparse.csr_matrix) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Truth and lists as recommenders-team has them: one row per pair of user and film."""
    user, film = relevant.nonzero()
    truth = pd.DataFrame({"userID": user, "itemID": film, "rating": 1.0})
    users = np.repeat(np.arange(len(ranked)), K)
    scores = np.tile(np.arange(K, 0, -1.0), len(ranked))
    lists = pd.DataFrame({"userID": users, "itemID": ranked.ravel(), "prediction": scores})
    return truth, lists


def _recommenders(truth: pd.DataFrame, lists: pd.DataFrame) -> Values:
    from recommenders.evaluation import python_evaluation as theirs

    return {
        "precision": float(theirs.precision_at_k(truth, lists, k=K)),
        "recall": float(theirs.recall_at_k(truth, lists, k=K)),
        "map": float(theirs.map(truth, lists, k=K)),
        "ndcg": float(theirs.ndcg_at_k(truth, lists, k=K)),
    }


def _ranx(ranked: np.ndarray, relevant: sparse.csr_matrix) -> Callable[[], Values]:
    import numba
    from ranx import Qrels, Run, evaluate

    numba.set_num_threads(min(cores(), numba.config.NUMBA_NUM_THREADS))
    films = [str(film) for film in range(relevant.shape[1])]
    falling = np.arange(K, 0, -1.0).tolist()
    truth, lists = {}, {}
    for user, offered in enumerate(ranked.tolist()):
        wanted = relevant.indices[relevant.indptr[user] : relevant.indptr[user + 1]]
        truth[str(user)] = {films[film]: 1 for film in wanted.tolist()}
        lists[str(user)] = dict(zip([films[film] for film in offered], falling, strict=True))
    qrels, run = Qrels(truth), Run(lists)

    def measured() -> Values:
        found = evaluate(qrels, run, [f"{name}@{K}" for name in OURS])
        return {name: float(found[f"{name}@{K}"]) for name in OURS}

    return measured
