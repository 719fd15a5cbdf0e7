"""Our models compared with their peers in Surprise and implicit, through one leaderboard.

    course bench peers --data ml-latest-small --runs 5

Every model learns from the same 80 % of each user's ratings and is measured on the same 20 %; ours
and its peer take turns within each seed. It prints medians over the seeds. The course does not
depend on Surprise and implicit: ``pip install -e ".[peers]"`` installs them, and without them their
rows are missing.

RMSE is in stars; nDCG@10 is over all films that the user has not rated. Peers have the settings
that their documentation recommends, or those of our model if a setting means the same; "tuned" are
the best of a handful on a validation set taken from the training ratings of MovieLens latest-small
(2018), and "exact" solves as ours does, not by conjugate gradients.
Seconds of fitting are those of the library. Seconds of scoring are those of the adapter: it scores
Surprise's models as matrices, while Surprise itself asks pair by pair.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from benchmarks.adapters import (
    FromImplicit,
    FromSurprise,
)
from helpers.data import load
from helpers.errors import MissingLibraryError
from helpers.evaluation import Leaderboard, leaderboard
from helpers.interactions import Interactions
from helpers.recommenders import (
    Biases,
    ImplicitALS,
    ImplicitItemNeighbours,
    ItemNeighbours,
    MatrixFactorization,
    Popularity,
    Recommender,
    UserNeighbours,
)
from helpers.splits import per_user_split

SAME_BIASES = {"method": "als", "n_epochs": 10, "reg_u": 5, "reg_i": 3}
BY_ITEM = {"name": "pearson_baseline", "user_based": False, "shrinkage": 100}
BY_USER = {"name": "pearson_baseline", "user_based": True, "shrinkage": 100}
TUNED_SVD = {
    "n_factors": 100,
    "n_epochs": 120,
    "lr_all": 0.005,
    "reg_all": 0.1,
    "init_std_dev": 0.05,
}
# α + 1: implicit counts the confidence of a choice from 0, we from that of a film not chosen.
SAME_ALS = {"factors": 96, "alpha": 9.0, "regularization": 60.0, "iterations": 10}
ALS = "AlternatingLeastSquares"
COLUMNS = ("rmse", "ndcg", "fit_seconds", "score_seconds")

Adapter = type[FromSurprise] | type[FromImplicit]


def contestants() -> dict[str, Recommender]:
    """Ours and, after each, its peers; a peer without its library is left out, with a message."""
    models: dict[str, Recommender] = {"Popularity": Popularity(), "Biases": Biases()}
    missing: set[str] = set()

    def add(name: str, adapter: Adapter, kind: str, **arguments: Any) -> None:
        try:
            models[name] = adapter(kind, **arguments)
        except MissingLibraryError as error:
            missing.add(str(error))

    add("Surprise: BaselineOnly, default", FromSurprise, "BaselineOnly")
    add("Surprise: BaselineOnly, ours", FromSurprise, "BaselineOnly", bsl_options=SAME_BIASES)
    models["ItemNeighbours"] = ItemNeighbours()
    add("Surprise: KNNBaseline, items", FromSurprise, "KNNBaseline", sim_options=BY_ITEM)
    models["UserNeighbours"] = UserNeighbours()
    add("Surprise: KNNBaseline, users", FromSurprise, "KNNBaseline", sim_options=BY_USER)
    models["MatrixFactorization"] = MatrixFactorization()
    add("Surprise: SVD, default", FromSurprise, "SVD")
    add("Surprise: SVD, tuned", FromSurprise, "SVD", **TUNED_SVD)
    models["ImplicitItemNeighbours"] = ImplicitItemNeighbours()
    add("implicit: cosine", FromImplicit, "CosineRecommender", K=100)
    models["ImplicitALS"] = ImplicitALS()
    add("implicit: ALS, default", FromImplicit, ALS)
    add("implicit: ALS, ours", FromImplicit, ALS, **SAME_ALS)
    add("implicit: ALS, ours, exact", FromImplicit, ALS, use_cg=False, **SAME_ALS)
    print(*sorted(missing), sep="\n")
    return models


def medians(board: Leaderboard) -> pd.DataFrame:
    """Median of each column over the seeds, in the order of the contestants."""
    wide = board.results.pivot_table(
        index="recommender", columns="metric", values="value", aggfunc="median", sort=False
    )
    return wide[list(COLUMNS)].rename_axis(index=None, columns=None)


def report(data: str | None, quick: bool, runs: int | None) -> None:
    """Print the medians of every model over ``runs`` seeds."""
    import keras  # noqa: F401 - so that no model's time holds the import of TensorFlow

    name = data or ("simulated" if quick else "movielens-small")
    interactions = Interactions.from_dataset(load(name))
    print(f"{interactions} from {name}")
    seeds = runs or (1 if quick else 3)
    board = leaderboard(
        contestants(),
        interactions,
        protocol=partial(per_user_split, validation=0, test=0.2),
        seeds=range(seeds),
        metrics=["rmse", "ndcg"],
    )
    table = medians(board).round({"rmse": 4, "ndcg": 4, "fit_seconds": 2, "score_seconds": 2})
    print(f"\nMedians of {seeds} seeds\n{table.to_string(na_rep='–')}\n")
