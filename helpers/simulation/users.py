"""The users of the simulated world: demographics, tastes, generosity and activity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.simulation.films import FACTOR_SPREAD
from helpers.simulation.genres import column, pick

WOMEN = 0.28
AGE_CODES = np.array([1, 18, 25, 35, 45, 50, 56])
AGE_SHARES = np.array([3.7, 18.3, 34.7, 19.7, 9.1, 8.2, 6.3])
# Where an age group is on the scale of ``GenreFacts.age``; its mean over the users is 0.
AGE_UNITS = np.array([-1.3, -0.9, -0.25, 0.35, 0.8, 1.1, 1.4])

# Occupations in the order of their codes, 0 to 20: shares, and the share of women.
OCCUPATION_SHARES = np.array(
    [11.8, 8.7, 4.4, 2.9, 6.0, 1.9, 3.9, 11.2, 0.3, 1.5, 0.3, 2.1, 6.4, 0.6, 5.0, 2.4, 4.0, 8.3,
     1.2, 1.2, 4.7]
)  # fmt: skip
# How many times as common an occupation is among women as among all.
WOMEN_TIMES = np.array(
    [1.0, 1.4, 1.2, 2.0, 1.0, 1.2, 1.1, 0.8, 0.5, 3.4, 1.0, 0.8, 0.45, 0.6, 0.95, 0.9, 0.7, 0.35,
     0.4, 1.0, 1.2]
)  # fmt: skip
STUDENT, PUPIL, RETIRED = 4, 10, 13

GENEROSITY_SPREAD = 0.45
TASTE_SPREAD = 0.15
ACTIVITY_SPREAD = 1.15
FEWEST_RATINGS = 20
# Nobody sees more than this part of the catalogue, unless there are too few users.
MOST_OF_CATALOGUE = 0.6


@dataclass(frozen=True, eq=False)
class Users:
    """One row per user; see ``Truth`` for the meaning of the arrays."""

    table: pd.DataFrame
    bias: np.ndarray
    genre_taste: np.ndarray
    factors: np.ndarray
    join_time: np.ndarray
    n_ratings: np.ndarray


def draw_users(rng: np.random.Generator, n: int, n_movies: int, n_ratings: int) -> Users:
    """Draw n users who have exactly n_ratings together."""
    woman = rng.random(n) < WOMEN
    age = pick(rng, AGE_SHARES, n)
    occupation = _draw_occupations(rng, woman, age)
    zip_codes = 1001 + (98_900 * rng.random(n)).astype("int64")
    taste = TASTE_SPREAD * rng.standard_normal((n, len(column("share"))))
    taste += np.where(woman, 1 - WOMEN, -WOMEN)[:, None] * column("woman")
    taste += AGE_UNITS[age][:, None] * column("age")
    factors = FACTOR_SPREAD * rng.standard_normal((n, len(FACTOR_SPREAD)))
    # Older users have more patience with old films: the first factor is mostly the film's age.
    factors[:, 0] += 0.12 * AGE_UNITS[age]
    bias = GENEROSITY_SPREAD * rng.standard_normal(n) + np.where(woman, 0.02, 0.0)
    # More users join at first than later on.
    join_time = 0.95 * rng.random(n) ** 1.4
    activity = np.exp(ACTIVITY_SPREAD * rng.standard_normal(n))
    return Users(
        table=pd.DataFrame(
            {
                "user_id": np.arange(1, n + 1, dtype="int32"),
                "gender": pd.Series(np.where(woman, "F", "M"), dtype="str"),
                "age": AGE_CODES[age].astype("int32"),
                "occupation": occupation.astype("int32"),
                "zip_code": pd.Series([f"{code:05d}" for code in zip_codes], dtype="str"),
            }
        ),
        bias=bias,
        genre_taste=taste,
        factors=factors,
        join_time=join_time,
        n_ratings=share_out(activity, n_ratings, n_movies),
    )


def share_out(activity: np.ndarray, n_ratings: int, n_movies: int) -> np.ndarray:
    """Number of ratings of each user, int64, shape (n_users,): exactly n_ratings together.

    Everybody has 20 ratings, or fewer if 20 for everybody is more than half of all; the rest is in
    proportion to the activity, up to three films in five.
    """
    n = len(activity)
    most = n_movies
    if n_ratings < n * n_movies * MOST_OF_CATALOGUE / 2:
        most = int(n_movies * MOST_OF_CATALOGUE)
    fewest = min(FEWEST_RATINGS, most, max(1, n_ratings // (2 * n)))
    room = np.full(n, float(most - fewest))
    rest = float(n_ratings - fewest * n)
    # The scale at which activity, cut at each user's limit, adds up to the rest.
    low, high = 0.0, rest / max(activity.min(), 1e-9)
    for _ in range(200):
        middle = (low + high) / 2
        if np.minimum(middle * activity, room).sum() < rest:
            low = middle
        else:
            high = middle
    exact = np.minimum(high * activity, room)
    counts = exact.astype("int64")
    short = n_ratings - fewest * n - int(counts.sum())
    # The remainder of rounding down goes to users who lost most by it and are below their limit.
    lost = np.where(counts < room, exact - counts, -1.0)
    counts[np.argsort(-lost, kind="stable")[:short]] += 1
    return counts + fewest


def _draw_occupations(rng: np.random.Generator, woman: np.ndarray, age: np.ndarray) -> np.ndarray:
    weights = np.tile(OCCUPATION_SHARES, (2, len(AGE_CODES), 1))
    weights[0] *= (1 - WOMEN * WOMEN_TIMES) / (1 - WOMEN)
    weights[1] *= WOMEN_TIMES
    weights[:, 0, PUPIL] = 150.0
    weights[:, 1, STUDENT] = 60.0
    weights[:, -1, RETIRED] = 35.0
    cumulative = weights.cumsum(axis=2)
    cumulative /= cumulative[:, :, -1:]
    chance = rng.random(len(age))
    passed = chance[:, None] >= cumulative[woman.astype("int64"), age]
    return np.minimum(passed.sum(axis=1), len(OCCUPATION_SHARES) - 1)
