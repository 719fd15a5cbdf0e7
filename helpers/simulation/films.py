"""The films of the simulated world: genres, years, qualities, popularity and latent factors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.simulation.genres import (
    CLASSIC,
    GENRES,
    column,
    draw_genres,
    genre_text,
    pick,
)
from helpers.simulation.titles import draw_titles

# Weight of a year from each decade on, for ordinary films and for the classic genres.
DECADES = np.array([1920, 1930, 1940, 1950, 1960, 1970, 1980, 1990])
ORDINARY = np.array([0.8, 1.7, 2.5, 4.0, 4.8, 6.4, 16.0, 63.0])
OLD = np.array([3.0, 10.0, 22.0, 22.0, 14.0, 8.0, 7.0, 14.0])
FIRST_YEAR, LAST_YEAR = 1919, 2000

NO_GENRE = 0.01
# Spread of the latent factors, in stars: a few strong ones, then ever weaker ones.
FACTOR_SPREAD = 0.26 * np.array([1.0, 0.85, 0.7, 0.6, 0.5, 0.45, 0.4, 0.35, 0.3, 0.3, 0.25, 0.25])

QUALITY_SPREAD = 0.62
POPULARITY_SPREAD = 0.9
POPULARITY_OF_QUALITY = 0.75
DRIFT_SPREAD = 2.0


@dataclass(frozen=True, eq=False)
class Films:
    """One row per film; see ``Truth`` for the meaning of the arrays."""

    table: pd.DataFrame
    genres: np.ndarray
    quality: np.ndarray
    popularity: np.ndarray
    drift: np.ndarray
    factors: np.ndarray


def draw_films(rng: np.random.Generator, n: int) -> Films:
    """Draw n films, with gaps between the ids, as in MovieLens 1M."""
    main, genres = draw_genres(rng, n)
    years = _draw_years(rng, main)
    titles = draw_titles(rng, main, years)
    genres[(rng.random(n) < NO_GENRE) | (np.arange(n) % 100 == 57)] = False
    gaps = rng.random(n) < 0.02
    movie_ids = np.arange(1, n + 1) + np.cumsum(gaps)

    age = (LAST_YEAR - years) / 10
    quality = (
        QUALITY_SPREAD * _skewed(rng, n)
        + 0.7 * genre_loads(genres) @ column("quality")
        + 0.08 * np.minimum(age, 5)
    )
    chance = rng.standard_normal(n) + 1.9 * (1 + np.log(1 - rng.random(n)))
    log_popularity = (
        POPULARITY_SPREAD * chance + POPULARITY_OF_QUALITY * quality - 0.12 * np.minimum(age, 5)
    )
    popularity = np.exp(log_popularity - log_popularity.max())
    factors = rng.standard_normal((n, len(FACTOR_SPREAD)))
    # The first factor is mostly old against new, the second mostly famous against obscure.
    factors[:, 0] = 0.8 * _standard(np.sqrt(age)) + 0.6 * factors[:, 0]
    factors[:, 1] = 0.6 * _standard(chance) + 0.8 * factors[:, 1]
    return Films(
        table=pd.DataFrame(
            {
                "movie_id": movie_ids.astype("int32"),
                "title": pd.Series(titles, dtype="str"),
                "genres": pd.Series(genre_text(genres), dtype="str"),
            }
        ),
        genres=genres,
        quality=quality,
        popularity=popularity / popularity.sum(),
        # People talk about new films at first and forget them later.
        drift=DRIFT_SPREAD * rng.standard_normal(n) - 1.5 * np.exp(-2 * age),
        factors=factors,
    )


def genre_loads(genres: np.ndarray) -> np.ndarray:
    """How much of each genre a film has: rows of length 1, or of zeros if it has none."""
    return genres / np.sqrt(np.maximum(genres.sum(axis=1, keepdims=True), 1))


def _draw_years(rng: np.random.Generator, main: np.ndarray) -> np.ndarray:
    n = len(main)
    classic = np.isin(main, [GENRES.index(name) for name in CLASSIC])
    decade = DECADES[np.where(classic, pick(rng, OLD, n), pick(rng, ORDINARY, n))]
    # The last decade runs to 2000 and leans towards its end.
    within = np.where(decade == 1990, 11 * rng.random(n) ** 0.7, 10 * rng.random(n))
    years = decade + np.minimum(within.astype("int64"), np.where(decade == 1990, 10, 9))
    years[int(rng.random() * n)] = FIRST_YEAR
    return years


def _skewed(rng: np.random.Generator, n: int) -> np.ndarray:
    """Mean 0, spread 1, with a tail of bad films and no tail of very good ones."""
    return (0.85 * rng.standard_normal(n) + 0.6 * (1 + np.log(1 - rng.random(n)))) / 1.04


def _standard(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / max(float(values.std()), 1e-9)
