"""Our simple models compared with published figures for the same protocol.

    course bench published --data ml-latest-small --runs 5

The published figures are for MovieLens latest-small of 2018 (100,836 ratings): errors over a
random five-fold cross-validation; rankings over a random fifth of each user's ratings, with the
whole catalogue as candidates and what the user rated in training left out. ``spread`` is the
standard deviation between folds or draws. A published ranking is one draw with a spread of its
own, so a mean within two spreads of it does not differ from it.

Nothing is chosen on a test set. Validation sets inside the training parts choose the epochs of the
factorization and the λ and star weight of EASE (``course bench choosing`` shows how); everything
else has the defaults of its class.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.data import load
from helpers.evaluation import Evaluation, evaluate
from helpers.interactions import Interactions
from helpers.recommenders import (
    EASE,
    Biases,
    ImplicitALS,
    ImplicitItemNeighbours,
    ItemNeighbours,
    MatrixFactorization,
    Popularity,
    Recommender,
    SoftmaxFactorization,
    UserNeighbours,
)
from helpers.splits import Split, k_fold, per_user_split

FOLDS = 5
K = 10
EPOCHS = 8
STAR_WEIGHT = 0.2


class Goal(NamedTuple):
    """A published figure, and what ours should reach (NaN: nothing)."""

    model: str
    metric: str
    published: float
    asked: float


def factorization() -> MatrixFactorization:
    """The defaults, with the number of epochs that validation chose."""
    return MatrixFactorization(epochs=EPOCHS, patience=None)


BY_ERROR: dict[str, Callable[[], Recommender]] = {
    "Biases": Biases,
    "ItemNeighbours": ItemNeighbours,
    "UserNeighbours": UserNeighbours,
    "MatrixFactorization": factorization,
}
BY_RANKING: dict[str, Callable[[], Recommender]] = {
    "Popularity": Popularity,
    "ImplicitItemNeighbours": ImplicitItemNeighbours,
    "ImplicitALS": ImplicitALS,
    "SoftmaxFactorization": SoftmaxFactorization,
    "EASE": EASE,
    "EASE with stars": lambda: EASE(star_weight=STAR_WEIGHT),
}
GOALS = (
    Goal("Biases", "RMSE", 0.8649, 0.8659),
    Goal("ItemNeighbours", "RMSE", 0.8502, 0.852),
    Goal("UserNeighbours", "RMSE", np.nan, np.nan),
    Goal("MatrixFactorization", "RMSE", 0.8497, 0.850),
    Goal("Popularity", "nDCG@10", 0.186, np.nan),
    Goal("Popularity", "HR@10", 0.646, np.nan),
    Goal("ImplicitItemNeighbours", "nDCG@10", 0.330, np.nan),
    Goal("ImplicitItemNeighbours", "HR@10", 0.787, np.nan),
    Goal("ImplicitALS", "nDCG@10", 0.356, 0.350),
    Goal("ImplicitALS", "HR@10", 0.828, np.nan),
    Goal("SoftmaxFactorization", "nDCG@10", np.nan, 0.330),
    Goal("SoftmaxFactorization", "HR@10", np.nan, np.nan),
    Goal("EASE", "nDCG@10", 0.381, 0.378),
    Goal("EASE", "HR@10", 0.846, np.nan),
    Goal("EASE with stars", "nDCG@10", 0.381, 0.378),
    Goal("EASE with stars", "HR@10", 0.846, np.nan),
)


def errors(interactions: Interactions, models: Iterable[str] = BY_ERROR) -> pd.DataFrame:
    """RMSE of each model on each of five random folds: columns model, metric, value."""
    rows = []
    for fold, split in enumerate(k_fold(interactions, FOLDS, validation=0)):
        for name in models:
            found = measured(BY_ERROR[name](), split, "rmse")["rmse"]
            rows.append((name, "RMSE", found))
            print(f"fold {fold}  {name:<24}{found:.4f}", flush=True)
    return pd.DataFrame(rows, columns=["model", "metric", "value"])


def rankings(
    interactions: Interactions, seeds: int, models: Iterable[str] = BY_RANKING
) -> pd.DataFrame:
    """nDCG@10 and HR@10 of each model on each draw: columns model, metric, value."""
    rows = []
    for seed in range(seeds):
        split = per_user_split(interactions, validation=0, test=0.2, random_state=seed)
        for name in models:
            found = measured(BY_RANKING[name](), split, "ndcg", "hit_rate")
            ndcg, hits = found["ndcg"], found["hit_rate"]
            rows += [(name, "nDCG@10", ndcg), (name, "HR@10", hits)]
            print(f"draw {seed}  {name:<24}{ndcg:.4f}  {hits:.4f}", flush=True)
    return pd.DataFrame(rows, columns=["model", "metric", "value"])


def measured(model: Recommender, split: Split, *metrics: str) -> Evaluation:
    """The model fitted on the training part, and its evaluation by lists of ten or by stars."""
    # The intervals are not shown: the spread between folds or draws is.
    return evaluate(model.fit(split.train), split, metrics, K, resamples=100)


def beside_published(results: pd.DataFrame) -> pd.DataFrame:
    """Mean and spread of ours, the published figure, and how they compare; one row per goal."""
    measured = results.groupby(["model", "metric"])["value"].agg(ours="mean", spread="std")
    goals = pd.DataFrame(GOALS).set_index(["model", "metric"])
    table = goals.join(measured, how="inner")
    table["reaches published"] = [
        verdict(row.ours, row.published, row.spread, lower_is_better=metric == "RMSE")
        for (_model, metric), row in table.iterrows()
    ]
    table["reaches asked"] = [
        verdict(row.ours, row.asked, 0, lower_is_better=metric == "RMSE")
        for (_model, metric), row in table.iterrows()
    ]
    columns = ["ours", "spread", "published", "reaches published", "asked", "reaches asked"]
    return table[columns]


def verdict(ours: float, other: float, spread: float, *, lower_is_better: bool) -> str:
    """Yes, no, or that the difference is below two spreads; nothing if there is no figure."""
    if np.isnan(other):
        return ""
    missing = ours - other if lower_is_better else other - ours
    if missing <= 0:
        return "yes"
    return "within spread" if missing <= 2 * spread else "no"


def folder_or_name(data: str) -> str:
    """The data set in the folder of real archives, if it is there; else the name as given."""
    archive = Path(os.environ.get("COURSE_REAL_DATA", "")) / f"{data}.zip"
    return str(archive) if archive.is_file() else data


def report(data: str | None, quick: bool, runs: int | None) -> None:
    """Print our figures next to the published ones; ``runs`` draws of the ranking test."""
    interactions = ratings(data, quick)
    draws = runs or (2 if quick else 5)
    results = pd.concat([errors(interactions), rankings(interactions, draws)])
    table = beside_published(results).round(4)
    print(f"\n{FOLDS} folds, {draws} draws\n{table.to_string(na_rep='–')}\n")


def ratings(data: str | None, quick: bool) -> Interactions:
    """The data set of that name or path, also in ``COURSE_REAL_DATA``; says which it is."""
    name = data or ("simulated" if quick else "ml-latest-small")
    interactions = Interactions.from_dataset(load(folder_or_name(name)))
    print(f"{interactions} from {name}")
    return interactions
