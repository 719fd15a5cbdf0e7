"""What the networks are told of users and items beside their index: a row of numbers for each."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.features import genre_indicators, release_year
from helpers.interactions import Interactions

DEMOGRAPHICS = ("gender", "age", "occupation")


def item_features(interactions: Interactions) -> np.ndarray | None:
    """Genres (0 or 1) and standardized release year of each film, float32, (n_items, genres + 1).

    The year is in standard deviations from the mean year, 0 where a title has none. It is None
    where the data has neither genres nor years. No rating is used.

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
    """What each user's training ratings and demographics say of them, float32, (n_users, …).

    Three blocks of columns: the mean of the features of the films that the user has rated (what
    they watch); the mean of the same, each film weighted by how many stars it stands above the
    user's mean (what they like); a 0 or 1 for each gender, age and occupation, where the data has
    them. A user without a training rating has 0 in the first two. None where nothing is known.

    Args:
        train: training ratings only: a profile that has seen the test ratings gives them away.
        features: what ``item_features`` returned, shape (n_items, any), or None.
    """
    parts = []
    if features is not None:
        count = np.maximum(np.bincount(train.user, minlength=train.n_users), 1)
        mean = np.bincount(train.user, train.rating, train.n_users) / count
        for weight in (np.ones(len(train)), train.rating - mean[train.user]):
            weights = sparse.csr_matrix(
                (weight / count[train.user], (train.user, train.item)),
                shape=(train.n_users, train.n_items),
            )
            parts.append(weights @ features)
    if train.users is not None:
        columns = [column for column in DEMOGRAPHICS if column in train.users]
        if columns:
            groups = train.users[columns].astype("str")
            parts.append(pd.get_dummies(groups).to_numpy("float32"))
    return np.hstack(parts).astype("float32") if parts else None
