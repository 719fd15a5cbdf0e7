"""Popularity: the same list for everybody, the least that a recommender must beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import sparse

from helpers.interactions import Interactions
from helpers.recommenders.arguments import check_not_negative, check_one_of, values_or
from helpers.recommenders.folding_in import FoldsIn


@dataclass(repr=False, eq=False)
class Popularity(FoldsIn):
    """Scores a film by how many rated it, or by its damped mean rating.

    Fallback: an unknown user gets the same scores as everybody. A film without a training rating
    has 0 ratings, or the global mean.

    Args:
        by: ``"count"`` (the score is a number of ratings) or ``"mean"`` (the score is in stars).
        damping: with ``"mean"``, how many ratings at the global mean each film gets in addition:
            the mean of a film with a single rating of 5 says little. 0 is the plain mean.

    Raises:
        ParameterError: ``by`` is neither, or the damping is negative.

    Example:
        >>> import pandas as pd
        >>> ratings = pd.DataFrame(
        ...     {"user_id": [1, 2, 2], "movie_id": [30, 30, 10], "rating": [4.0, 2.0, 5.0]}
        ... )
        >>> Popularity().fit(Interactions.from_frames(ratings)).recommend([0], n=1)
           user  rank  item  score
        0     0     1     0    1.0
    """

    by: Literal["count", "mean"] = "count"
    damping: float = 10.0

    def __post_init__(self) -> None:
        check_one_of(self.by, "by", ("count", "mean"))
        check_not_negative(self.damping, "damping")

    def _fit(self, train: Interactions, _validation: Interactions | None) -> None:
        counts = self.item_counts_.astype("float64")
        if self.by == "count":
            self.item_scores_ = counts
            return
        mean = float(train.rating.mean(dtype="float64"))
        sums = np.bincount(train.item, train.rating - mean, train.n_items)
        self.item_scores_ = mean + sums / np.maximum(counts + self.damping, 1)

    def _predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:  # noqa: ARG002
        return self.item_scores_[items]

    def _scores(self, users: np.ndarray) -> np.ndarray:
        return np.tile(self.item_scores_, (len(users), 1))

    def _scores_for(self, ratings: sparse.csr_matrix) -> np.ndarray:
        return np.tile(self.item_scores_, (ratings.shape[0], 1))

    def _fallback(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:  # noqa: ARG002
        return values_or(self.item_scores_, items, self._score_of_unrated())

    def _score_of_unrated(self) -> float:
        return 0.0 if self.by == "count" else float(self.train_.rating.mean(dtype="float64"))
