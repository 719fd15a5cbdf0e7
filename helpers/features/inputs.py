"""Inputs of the networks in addition to the index: one row of numbers per user and per item."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.features.films import genre_indicators, release_decade, release_year
from helpers.interactions import Interactions

DEMOGRAPHICS = ("gender", "age", "occupation")


def item_features(interactions: Interactions) -> np.ndarray | None:
    """Genres (0 or 1) and standardized release year of each film, float32, (n_items, genres + 1).

    The year is in standard deviations from the mean year, 0 if a title has no year. The result is
    None if the data has no genres and no years. No rating is used.

    Example:
        >>> ratings = pd.DataFrame({"user_id": [1, 1], "movie_id": [1, 2], "rating": [4.0, 3.0]})
        >>> movies = pd.DataFrame(
        ...     {
        ...         "movie_id": [1, 2],
        ...         "title": ["Lantern (1980)", "Harbour (1990)"],
        ...         "genres": ["Comedy|Drama", "Drama"],
        ...     }
        ... )
        >>> item_features(Interactions.from_frames(ratings, movies, rating_scale=(1, 5)))
        array([[ 1.,  1., -1.],
               [ 0.,  1.,  1.]], dtype=float32)
    """
    parts = []
    if "genres" in interactions.movies:
        parts.append(genre_indicators(interactions.movies["genres"]).to_numpy("float32"))
    year = release_year(interactions.movies["title"]).to_numpy("float64", na_value=np.nan)
    if np.isfinite(year).any():
        spread = float(np.nanstd(year)) or 1.0
        parts.append(np.nan_to_num((year - np.nanmean(year)) / spread)[:, None])
    if not parts or sum(part.shape[1] for part in parts) == 0:
        return None
    return np.hstack(parts).astype("float32")


def user_features(train: Interactions, features: np.ndarray | None) -> np.ndarray | None:
    """What each user's training ratings and demographics say about them, float32, (n_users, …).

    Three blocks of columns: the mean of the features of the films that the user has rated (what
    they watch); the same mean with each film weighted by its stars above the user's mean (what
    they like); a 0 or 1 for each gender, age and occupation, if the data has them. A user without
    a training rating has 0 in the first two. None if nothing is known.

    Args:
        train: training ratings only: a profile that has seen the test ratings gives them away.
        features: what ``item_features`` returned, shape (n_items, any), or None.
    """
    parts = []
    if features is not None:
        parts.append(profiles(train.matrix(), features))
    groups = user_indicators(train)
    if groups is not None:
        parts.append(groups)
    return np.hstack(parts).astype("float32") if parts else None


def profiles(ratings: sparse.csr_matrix, features: np.ndarray) -> np.ndarray:
    """What people watch, then what they like: the first two blocks of ``user_features``.

    Args:
        ratings: stars, one row per person, sparse, shape (people, n_items).
        features: what ``item_features`` returned, shape (n_items, any).

    Returns:
        float64, shape (people, 2 × columns of features); 0 for a person without a rating.
    """
    count = np.diff(ratings.indptr)
    row = np.repeat(np.arange(len(count)), count)
    share = 1 / np.maximum(count, 1)
    mean = np.bincount(row, ratings.data, len(count)) * share
    blocks = []
    for weight in (share[row], (ratings.data - mean[row]) * share[row]):
        weights = sparse.csr_matrix((weight, ratings.indices, ratings.indptr), ratings.shape)
        blocks.append(weights @ features)
    return np.hstack(blocks)


def item_indicators(interactions: Interactions) -> np.ndarray | None:
    """Genres and decade of each film, 1 or 0, float32, (n_items, genres + decades).

    None if the data has no genres and no years. No rating is used.

    Example:
        >>> ratings = pd.DataFrame({"user_id": [1, 1], "movie_id": [1, 2], "rating": [4.0, 3.0]})
        >>> movies = pd.DataFrame(
        ...     {
        ...         "movie_id": [1, 2],
        ...         "title": ["Lantern (1980)", "Harbour (1999)"],
        ...         "genres": ["Comedy|Drama", "Drama"],
        ...     }
        ... )
        >>> item_indicators(Interactions.from_frames(ratings, movies, rating_scale=(1, 5)))
        array([[1., 1., 1., 0.],
               [0., 1., 0., 1.]], dtype=float32)
    """
    parts = []
    if "genres" in interactions.movies:
        parts.append(genre_indicators(interactions.movies["genres"]).to_numpy("float32"))
    years = release_year(interactions.movies["title"])
    if years.notna().any():
        parts.append(pd.get_dummies(release_decade(years)).to_numpy("float32"))
    if not parts or sum(part.shape[1] for part in parts) == 0:
        return None
    return np.hstack(parts)


def user_indicators(interactions: Interactions) -> np.ndarray | None:
    """Gender, age and occupation of each user, 1 or 0, float32, (n_users, …); None without any."""
    if interactions.users is None:
        return None
    columns = [column for column in DEMOGRAPHICS if column in interactions.users]
    if not columns:
        return None
    return pd.get_dummies(interactions.users[columns].astype("str")).to_numpy("float32")
