"""Rating prediction against a peer: Biases and MatrixFactorization beside Surprise's SVD.

    python benchmarks/factorization.py --data ml-latest-small --seeds 5

Every model learns from the same random 80 % of the ratings and is judged on the same 20 %; the
models take turns within each seed. Surprise is no dependency of the course: install it with
``pip install scikit-surprise`` to see its rows. Its tuned settings are the best of a
handful on a validation set carved out of the training ratings of MovieLens latest-small (2018);
ours are the defaults, picked in a few trials on movielens-small (2016), another sample of users.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from time import perf_counter
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer

from helpers.data import load
from helpers.interactions import Interactions
from helpers.metrics import rmse
from helpers.recommenders import Biases
from helpers.recommenders.factorization import MatrixFactorization
from helpers.splits import Split, random_split

Predict = Callable[[Split, int], np.ndarray]

TUNED_SVD = {
    "n_factors": 100,
    "n_epochs": 120,
    "lr_all": 0.005,
    "reg_all": 0.1,
    "init_std_dev": 0.05,
}
PACKAGES = ("tensorflow-cpu", "tensorflow", "keras", "numpy", "scikit-surprise")


def by_biases(split: Split, seed: int) -> np.ndarray:  # noqa: ARG001 - chance plays no part
    """Mean, user bias and item bias."""
    return Biases().fit(split.train).predict(split.test.user, split.test.item)


def by_factorization(split: Split, seed: int) -> np.ndarray:
    """The estimator of the course, with its defaults."""
    model = MatrixFactorization(random_state=seed).fit(split.train)
    return model.predict(split.test.user, split.test.item)


def by_surprise(split: Split, seed: int, **settings: Any) -> np.ndarray:
    """SVD of Surprise, which predicts one pair at a time."""
    import surprise

    triples = pd.DataFrame(
        {"user": split.train.user, "item": split.train.item, "rating": split.train.rating}
    )
    reader = surprise.Reader(rating_scale=split.train.rating_scale)
    ratings = surprise.Dataset.load_from_df(triples, reader).build_full_trainset()
    model = surprise.SVD(random_state=seed, **settings).fit(ratings)
    pairs = zip(split.test.user, split.test.item, strict=True)
    return np.array([model.predict(user, item).est for user, item in pairs])


def contestants() -> dict[str, Predict]:
    """The models that can run here, by name."""
    models: dict[str, Predict] = {"Biases": by_biases, "MatrixFactorization": by_factorization}
    if installed("scikit-surprise"):
        models["Surprise SVD, default"] = by_surprise
        models["Surprise SVD, tuned"] = lambda split, seed: by_surprise(split, seed, **TUNED_SVD)
    else:
        print("Surprise is not installed, so its rows are missing: pip install scikit-surprise\n")
    return models


def installed(package: str) -> str | None:
    """Version of the package, None where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def compare(interactions: Interactions, seeds: int) -> pd.DataFrame:
    """One row a model and seed: model, seed, rmse (stars), seconds (fit and predict)."""
    rows = []
    models = contestants()
    for seed in range(seeds):
        split = random_split(interactions, validation=0, test=0.2, random_state=seed)
        for name, predict in models.items():
            start = perf_counter()
            stars = predict(split, seed)
            rows.append((name, seed, rmse(split.test.rating, stars), perf_counter() - start))
            print(f"seed {seed}  {name:<24}{rows[-1][2]:.4f}  {rows[-1][3]:6.1f} s", flush=True)
    return pd.DataFrame(rows, columns=["model", "seed", "rmse", "seconds"])


def main(
    data: Annotated[str, typer.Option(help="Name of a data set, or a folder.")] = "movielens-small",
    seeds: Annotated[int, typer.Option(min=1, help="How many random splits.")] = 5,
) -> None:
    """Compare the course's factorization with Surprise's SVD on the same splits."""
    import keras  # noqa: F401 - so that no model's time holds the import of TensorFlow

    interactions = Interactions.from_dataset(load(data))
    print(f"{interactions} from {data}")
    results = compare(interactions, seeds)
    table = results.groupby("model", sort=False).agg(
        rmse=("rmse", "mean"), spread=("rmse", "std"), seconds=("seconds", "mean")
    )
    ours = table.loc["MatrixFactorization"]
    table["rmse / ours"] = table["rmse"] / ours["rmse"]
    table["seconds / ours"] = table["seconds"] / ours["seconds"]
    print(f"\nMean of {seeds} seeds\n{table.round(4).to_string()}\n")
    found = [f"{package} {installed(package)}" for package in PACKAGES if installed(package)]
    print(f"Python {platform.python_version()}, {', '.join(found)}; {os.cpu_count()} cores")


if __name__ == "__main__":
    typer.run(main)
