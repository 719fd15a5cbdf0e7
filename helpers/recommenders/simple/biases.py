"""Biases: the mean rating, plus how generous a user is, plus how well liked a film is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from helpers.interactions import Interactions
from helpers.recommenders.arguments import check_not_negative, values_or
from helpers.recommenders.base import Recommender

SMALLEST_CHANGE = 1e-5
MOST_ROUNDS = 200


@dataclass(repr=False, eq=False)
class Biases(Recommender):
    """Predicts mean + user bias + item bias, the baseline of every model of ratings.

    Minimises Σ (r − mean − b_u − b_i)² + λ_u Σ b_u² + λ_i Σ b_i² (Koren 2010, section 2.1). With
    the user biases held, the best item bias is Σ (r − mean − b_u) / (λ_i + number of ratings),
    and the same the other way round; the two steps alternate until no bias moves by 0.00001
    stars. Nothing in it is random.

    Fallback: an unknown user or film has the bias 0, so what is known of the other still counts.

    The defaults are round numbers near the best of a five-fold search on MovieLens latest-small.

    Args:
        user_regularization: λ_u ≥ 0, as if each user had so many more ratings at bias 0.
        item_regularization: λ_i ≥ 0, the same for films.

    Attributes:
        mean_: mean training rating, stars.
        user_biases_: stars, shape (n_users,); 0 without a training rating.
        item_biases_: stars, shape (n_items,); 0 without a training rating.

    Raises:
        ParameterError: a regularization is negative.

    Example:
        >>> import pandas as pd
        >>> ratings = pd.DataFrame(
        ...     {"user_id": [1, 1, 2], "movie_id": [10, 30, 30], "rating": [5.0, 3.0, 1.0]}
        ... )
        >>> biases = Biases(1, 1).fit(Interactions.from_frames(ratings))
        >>> biases.item_biases_.round(2), biases.user_biases_.round(2)
        (array([ 0.67, -0.67]), array([ 0.67, -0.67]))
        >>> biases.predict([0, 1], [0, 0]).round(2)
        array([4.33, 3.  ])
    """

    predicts_stars = True

    user_regularization: float = 5.0
    item_regularization: float = 3.0

    def __post_init__(self) -> None:
        check_not_negative(self.user_regularization, "user_regularization")
        check_not_negative(self.item_regularization, "item_regularization")

    def _fit(self, train: Interactions, _validation: Interactions | None) -> None:
        self.mean_ = float(train.rating.mean(dtype="float64"))
        rest = train.rating - self.mean_
        user_weight = np.maximum(self.user_regularization + self.user_counts_, 1)
        item_weight = np.maximum(self.item_regularization + self.item_counts_, 1)
        user_sums = np.bincount(train.user, rest, train.n_users)
        item_sums = np.bincount(train.item, rest, train.n_items)
        # Products with a sparse matrix of ones add up the biases of each row or column many times
        # faster than to write them beside each rating first.
        rated = sparse.csr_matrix(
            (np.ones(len(train)), (train.user, train.item)), shape=(train.n_users, train.n_items)
        )
        user_biases, item_biases = np.zeros(train.n_users), np.zeros(train.n_items)
        for _round in range(MOST_ROUNDS):
            before = user_biases
            item_biases = (item_sums - rated.T @ user_biases) / item_weight
            user_biases = (user_sums - rated @ item_biases) / user_weight
            if np.abs(user_biases - before).max() < SMALLEST_CHANGE:
                break
        self.user_biases_, self.item_biases_ = user_biases, item_biases

    def user_bias_of(self, items: np.ndarray, ratings: np.ndarray) -> float:
        """Bias of a user who is not in the data but gave these ratings, in stars; 0 for none."""
        rest = ratings - self.mean_ - values_or(self.item_biases_, items)
        return float(rest.sum() / max(self.user_regularization + len(items), 1))

    def unclipped(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Prediction of each pair before it is clipped to the scale; an unknown index adds 0."""
        user_biases = values_or(self.user_biases_, users)
        return self.mean_ + user_biases + values_or(self.item_biases_, items)

    def _predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        return self.unclipped(users, items)

    def _scores(self, users: np.ndarray) -> np.ndarray:
        scores: np.ndarray = np.add.outer(self.mean_ + self.user_biases_[users], self.item_biases_)
        return scores

    def _fallback(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        return self.unclipped(users, items)
