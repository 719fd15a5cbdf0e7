"""How validation chooses the epochs, the λ and the star weight that ``published.py`` takes.

    course bench choosing --data ml-latest-small --runs 5

No test rating is looked at: the validation ratings are taken from the training parts.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.published import FOLDS, measured, ratings
from helpers.interactions import Interactions
from helpers.recommenders import EASE, MatrixFactorization
from helpers.splits import k_fold, per_user_split


def report(data: str | None, quick: bool, runs: int | None) -> None:
    """Print the errors by epoch, then the rankings by λ and star weight, of ``runs`` draws."""
    interactions = ratings(data, quick)
    print(choose_epochs(interactions, folds=1 if quick else 2).round(4).to_string(index=False))
    draws = runs or (1 if quick else 5)
    print(choose_ease(interactions, draws).round(4).to_string())


def choose_epochs(interactions: Interactions, folds: int = 2) -> pd.DataFrame:
    """RMSE after each epoch on validation ratings inside the training parts of the first folds."""
    curves = []
    for fold, split in enumerate(k_fold(interactions, FOLDS, validation=0.1)):
        if fold < folds:
            model = MatrixFactorization(epochs=12, patience=None)
            curves.append(model.fit(split.train, split.validation).history_["val_loss"] ** 0.5)
    mean = np.mean(curves, axis=0)
    return pd.DataFrame({"epochs": np.arange(1, len(mean) + 1), "validation RMSE": mean})


def choose_ease(interactions: Interactions, seeds: int) -> pd.DataFrame:
    """nDCG@10 on a fifth of each user's training ratings, a row per λ, a column per star weight."""
    rows = []
    for seed in range(seeds):
        train = per_user_split(interactions, validation=0, test=0.2, random_state=seed).train
        inner = per_user_split(train, validation=0, test=0.2, random_state=1000 + seed)
        for regularization in (100, 200, 400):
            for weight in (0, 0.1, 0.2, 0.3, 0.4):
                model = EASE(regularization, star_weight=weight)
                found = measured(model, inner, "ndcg")["ndcg"]
                rows.append((regularization, weight, found))
    table = pd.DataFrame(rows, columns=["λ", "star weight", "nDCG@10"])
    return table.pivot_table(index="λ", columns="star weight", values="nDCG@10")
