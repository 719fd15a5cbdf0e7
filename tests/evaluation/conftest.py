"""A small world with genres, and its split."""

import numpy as np
import pandas as pd
import pytest

from helpers.interactions import Interactions
from helpers.splits import per_user_split


@pytest.fixture
def world() -> Interactions:
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


@pytest.fixture
def split(world):
    return per_user_split(world, validation=0.1, test=0.25)
