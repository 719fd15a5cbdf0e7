"""One film against 99 drawn ones, on the split of He et al. (2017), with published figures.

    course bench ncf --data FOLDER

FOLDER holds ``ml-1m.train.rating``, ``ml-1m.test.rating`` and ``ml-1m.test.negative``, as they are
published with the paper on neural collaborative filtering. Without it, and if ``COURSE_REAL_DATA``
has no such files, a simulated world of the size of MovieLens 1M is split in the same way, written
in the same format and read again. Its figures describe that world, and are not compared with any
published ones.

Each of our models has a few settings, named below. The setting with the best nDCG@10 on each user's
last *training* film, against 99 drawn, is fitted again on all the training ratings and measured
once. The published figures: popularity, NeuMF (He et al. 2017), SLIM, and the factorizations of
Rendle et al. (2020) and Rendle et al. (2022), both with vectors of 192 numbers.

The protocol can reverse the order of recommenders (Krichene and Rendle 2020; lesson 08). It is
here because others have published under it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import NamedTuple

import numpy as np
import pandas as pd

from benchmarks.against_drawn import hit_rate_against_drawn_at_k, ndcg_against_drawn_at_k
from benchmarks.million import million
from benchmarks.one_against_many import (
    OneAgainstMany,
    read_one_against_many,
    write_one_against_many,
)
from helpers.interactions import Interactions
from helpers.recommenders import (
    EASE,
    ImplicitALS,
    ImplicitItemNeighbours,
    NeuralCollaborative,
    Popularity,
    Recommender,
    SoftmaxFactorization,
)
from helpers.simulation import simulate
from helpers.splits import leave_last_out

K = 10
DRAWN = 99
QUICK = (80, 300, 2_400)
USERS_AT_ONCE = 512
Models = dict[str, list[Callable[[], Recommender]]]


class Published(NamedTuple):
    """What others have published for the real split, and what ours should reach."""

    hit_rate: float
    ndcg: float
    asked: str = ""


PUBLISHED = {
    "Popularity": Published(0.4535, 0.2543, "the same to 0.002"),
    "SLIM": Published(0.7162, 0.4468),
    "NeuMF": Published(0.7093, 0.4349),
    "Matrix factorization, 192 wide": Published(0.7294, 0.4523),
    "Implicit ALS, 192 wide": Published(0.7310, 0.4521, "0.725 and 0.448 by the best of ours"),
}


def report(data: str | None, quick: bool, runs: int | None) -> None:  # noqa: ARG001
    """Print what each model reaches, and the published figures if the split is the real one."""
    with tempfile.TemporaryDirectory() as folder:
        real = real_folder(data)
        split = read_one_against_many(real or simulated_files(Path(folder), quick))
    print(described(split, real))
    rows = []
    for name, settings in models(quick).items():
        began = process_time()
        chosen = choose(settings, split)
        found = measured(chosen().fit(interactions(split)), split)
        rows.append((name, *found, process_time() - began))
        print("{:<34}HR@10 {:.4f}  nDCG@10 {:.4f}  {:.0f} s of processor".format(*rows[-1]))
    ours = pd.DataFrame(rows, columns=["model", "HR@10", "nDCG@10", "processor s"])
    if real:
        print(f"\n{beside_published(ours.set_index('model')).to_string(na_rep='–')}\n")


def models(quick: bool) -> Models:
    """Our recommenders, each with the settings that validation may choose from."""
    wide = 16 if quick else 192
    found: Models = {
        "Popularity": [Popularity],
        "Item neighbours of choices": [ImplicitItemNeighbours],
        "EASE": [lambda value=value: EASE(value) for value in (200, 500, 1000)],
        "Implicit ALS, 192 wide": [
            lambda alpha=alpha, price=price: ImplicitALS(wide, alpha=alpha, regularization=price)
            for alpha in (4, 8)
            for price in (30, 60, 120)
        ],
        "Softmax factorization, 192 wide": [
            lambda price=price: SoftmaxFactorization(wide, l2=price) for price in (3, 6)
        ],
        "NeuMF": [NeuralCollaborative],
    }
    return {name: each[:1] for name, each in found.items()} if quick else found


def choose(
    settings: list[Callable[[], Recommender]], split: OneAgainstMany
) -> Callable[[], Recommender]:
    """The settings with the best nDCG@10 on each user's last training film."""
    if len(settings) == 1:
        return settings[0]
    inner = without_last(interactions(split), drawn=split.drawn.shape[1])
    train = interactions(inner)
    return max(settings, key=lambda make: measured(make().fit(train), inner)[1])


def measured(model: Recommender, split: OneAgainstMany) -> tuple[float, float]:
    """HR@10 and nDCG@10 of a fitted model, ties counted fairly."""
    catalogue = model.train_
    users = catalogue.user_index(split.tested["user_id"])
    columns = np.column_stack([split.tested["movie_id"], split.drawn])
    items = catalogue.item_index(columns.ravel()).reshape(columns.shape)
    scores = np.empty(items.shape)
    for start in range(0, len(users), USERS_AT_ONCE):
        part = slice(start, start + USERS_AT_ONCE)
        scores[part] = np.take_along_axis(model.scores(users[part]), items[part], axis=1)
    relevant, drawn = scores[:, 0], scores[:, 1:]
    return (
        hit_rate_against_drawn_at_k(relevant, drawn, K),
        ndcg_against_drawn_at_k(relevant, drawn, K),
    )


def interactions(split: OneAgainstMany) -> Interactions:
    """The training part, over every user and film in the split."""
    items = pd.unique(
        np.concatenate([split.train["movie_id"], split.tested["movie_id"], split.drawn.ravel()])
    )
    users = pd.unique(np.concatenate([split.train["user_id"], split.tested["user_id"]]))
    movies = pd.DataFrame({"movie_id": items, "title": [f"film {each}" for each in items]})
    return Interactions.from_frames(
        split.train,
        movies,
        pd.DataFrame({"user_id": users}),
        rating_scale=split.rating_scale,
        keep_unrated=True,
    )


def without_last(whole: Interactions, *, drawn: int = DRAWN, seed: int = 0) -> OneAgainstMany:
    """Each user's last film against others drawn from what the user has not rated."""
    split = leave_last_out(whole)
    table = whole.to_frame()[["user_id", "movie_id", "rating", "timestamp"]]
    test = split.test.to_frame()[list(table)]
    keys = ["user_id", "movie_id"]
    rest = ~table.set_index(keys).index.isin(test.set_index(keys).index)
    generator, rated = np.random.default_rng(seed), whole.matrix()
    against = np.empty((len(test), drawn), dtype="int32")
    for row, user in enumerate(split.test.user):
        unseen = np.setdiff1d(np.arange(whole.n_items), rated[[user]].indices)
        against[row] = whole.item_ids[generator.choice(unseen, drawn, replace=False)]
    return OneAgainstMany(
        "ml-1m",
        table[rest].reset_index(drop=True),
        test.reset_index(drop=True),
        against,
        whole.rating_scale,
    )


def real_folder(data: str | None) -> Path | None:
    """The folder with the published files; None if there is none and none was asked for."""
    if data is not None:
        return Path(data)
    folder = Path(os.environ.get("COURSE_REAL_DATA", ""))
    return folder if (folder / "ml-1m.train.rating").is_file() else None


def simulated_files(folder: Path, quick: bool) -> Path:
    """Write the files of a simulated world into that folder; return the folder."""
    whole = Interactions.from_dataset(simulate(*QUICK).dataset) if quick else million()
    write_one_against_many(without_last(whole), folder)
    return folder


def described(split: OneAgainstMany, real: Path | None) -> str:
    """What is measured, in two lines."""
    origin = real or "a simulated world of that shape: no figure here is MovieLens's"
    return (
        f"{len(split.train):,} training ratings, {len(split.tested):,} tests against "
        f"{split.drawn.shape[1]} films each, from {origin}\n"
        f"{split.drawn_though_chosen():,} drawn films were chosen in training, "
        f"{split.drawn_twice():,} are drawn twice"
    )


def beside_published(ours: pd.DataFrame) -> pd.DataFrame:
    """Published figures compared with ours; one row per model."""
    theirs = pd.DataFrame(PUBLISHED, index=["published HR@10", "published nDCG@10", "asked"]).T
    return ours.join(theirs, how="outer").sort_values("HR@10")
