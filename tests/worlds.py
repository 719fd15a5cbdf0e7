"""Small worlds of ratings that the tests of several rooms learn from: fixtures to import."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.data import load
from helpers.interactions import Interactions

MakeWorld = Callable[..., Interactions]


def _make_world(n_users=30, n_items=25, share=0.4, seed=0, rating_scale=(0.5, 5)):
    """Ratings with a taste in them, by sparse ids, in shuffled rows."""
    generator = np.random.default_rng(seed)
    user, item = np.nonzero(generator.random((n_users, n_items)) < share)
    taste = generator.normal(size=(n_users, 2)) @ generator.normal(size=(2, n_items))
    stars = 3 + generator.normal(size=n_items)[item] + taste[user, item]
    low, high = rating_scale
    order = generator.permutation(len(user))
    table = pd.DataFrame(
        {
            "user_id": user * 17 + 3,
            "movie_id": (item * 7919) % 10_007,
            "rating": np.clip(np.round(2 * stars) / 2, low, high),
        }
    )
    return Interactions.from_frames(table.iloc[order], rating_scale=rating_scale)


@pytest.fixture
def make_world() -> MakeWorld:
    return _make_world


@pytest.fixture
def world() -> Interactions:
    return _make_world()


@pytest.fixture
def films() -> Interactions:
    """The world with genres and years; of film 24 nothing is known, film 3 nobody has rated.

    User 5 has no rating either.
    """
    world = _make_world()
    generator = np.random.default_rng(3)
    genres = ("Drama", "War", "Comedy", "Horror", "Western")
    written = [
        "|".join(generator.choice(genres, generator.integers(1, 4), False)) for _ in range(24)
    ]
    titles = [f"F ({generator.integers(1950, 2010)})" for _ in range(24)]
    movies = pd.DataFrame({"movie_id": world.item_ids, "title": [*titles, "F"]})
    whole = Interactions.from_frames(
        world.to_frame()[["user_id", "movie_id", "rating"]],
        movies.assign(genres=[*written, ""]),
        rating_scale=world.rating_scale,
        keep_unrated=True,
    )
    return whole.subset((world.item != 3) & (world.user != 5))


@pytest.fixture(scope="session")
def latest_small() -> Interactions:
    """MovieLens latest-small of 2018, where the optional folder of real archives has it."""
    archive = Path(os.environ.get("COURSE_REAL_DATA", "")) / "ml-latest-small.zip"
    if not archive.is_file():
        pytest.skip("COURSE_REAL_DATA names no folder with ml-latest-small.zip")
    return Interactions.from_dataset(load(archive))


@pytest.fixture(scope="session")
def planted() -> Interactions:
    """120 users who choose mostly within one of four groups of films, the known ones most."""
    generator = np.random.default_rng(3)
    group = np.arange(160) % 4
    weight = 1 / (1 + np.arange(160) / 16)
    rows = []
    for user in range(120):
        liked = weight * np.where(group == user % 4, 30.0, 1.0)
        chosen = generator.choice(160, size=20, replace=False, p=liked / liked.sum())
        rows += [(user, item, float(generator.integers(1, 6))) for item in chosen]
    ratings = pd.DataFrame(rows, columns=["user_id", "movie_id", "rating"])
    return Interactions.from_frames(ratings, rating_scale=(1, 5))


@pytest.fixture
def labelled_world() -> Interactions:
    """40 users and 30 films with genres, rated on a scale of 1 to 5, with time stamps."""
    generator = np.random.default_rng(3)
    user, item = np.nonzero(generator.random((40, 30)) < 0.15 + 0.5 * (np.arange(30) < 8))
    stars = 3 + generator.normal(size=30)[item] + generator.normal(size=len(user))
    ratings = pd.DataFrame(
        {
            "user_id": user * 3 + 1,
            "movie_id": item * 7 + 2,
            "rating": np.clip(np.round(stars), 1, 5),
            "timestamp": generator.integers(0, 1000, len(user)),
        }
    )
    kinds = generator.choice(["Comedy", "Drama", "Comedy|Drama", "Drama|War"], 30)
    movies = pd.DataFrame({"movie_id": np.arange(30) * 7 + 2, "title": "film", "genres": kinds})
    return Interactions.from_frames(ratings, movies, rating_scale=(1, 5))
