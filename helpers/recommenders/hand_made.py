"""HandMade: a model that was built and trained by hand, in the common interface."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np

from helpers.errors import ParameterError
from helpers.interactions import Interactions
from helpers.interactions.hashing import data_hash
from helpers.recommenders.base import WholeCatalogue
from helpers.recommenders.lists import blocks_of_pairs

Function = Callable[..., Any]


class HandMade(WholeCatalogue):
    """A trained model of your own as a recommender, so that ``evaluate`` measures it like others.

    Give one function or both: ``predict``, the score of each pair, suits a network; ``scores``,
    the score of every item for some users, suits vectors, where it is one matrix product. Where
    one is missing, it is made from the other.

    Fallback: the model speaks for the whole catalogue, also for users and items without a
    training rating; what it says of those is measured with the rest. An index outside the
    catalogue has the mean training rating, or 0 if the scores are not stars.

    Args:
        trained_on: the ratings that the model has learnt from: their items are never recommended,
            and ``evaluate`` makes sure that it measures on others.
        predict: of users and items, index arrays of shape (n,): scores, shape (n,) or (n, 1).
        scores: of users, an index array of shape (n,): scores, shape (n, n_items).
        stars: whether the scores are stars; then ``predict`` keeps them on the rating scale.

    Raises:
        ParameterError: there is neither function, or what one returns has another shape.

    Example:
        >>> import pandas as pd
        >>> ratings = pd.DataFrame({"user_id": [1, 2], "movie_id": [10, 30], "rating": [5.0, 3.0]})
        >>> train = Interactions.from_frames(ratings)
        >>> users, items = np.array([[1.0], [2.0]]), np.array([[0.5], [1.0]])
        >>> HandMade(train, scores=lambda user: users[user] @ items.T).recommend([0], n=1)
           user  rank  item  score
        0     0     1     1    1.0
    """

    not_saved_because = (
        "it is made of functions, and a file of data holds none. Save what they use: a Keras "
        "model with its save(), arrays with numpy.savez; then make the HandMade again"
    )

    def __init__(
        self,
        trained_on: Interactions,
        *,
        predict: Function | None = None,
        scores: Function | None = None,
        stars: bool = False,
    ) -> None:
        if predict is None and scores is None:
            raise ParameterError("Give a function: predict, scores, or both.")
        self.predicts_stars = stars
        self._score_pairs = predict
        self._score_rows = scores
        super().fit(trained_on)

    def fit(self, train: Interactions, validation: Interactions | None = None) -> Self:  # noqa: ARG002
        """Return self: the model was trained before it came here.

        Raises:
            ParameterError: it was trained on other ratings than these.
        """
        if train is not self.train_ and data_hash(train) != data_hash(self.train_):
            raise ParameterError(
                "A HandMade holds a model that was trained on other ratings than these. Train it "
                "on these, and make another HandMade of it."
            )
        return self

    def _fit(self, train: Interactions, _validation: Interactions | None) -> None:
        mean = float(train.rating.mean(dtype="float64"))
        self._outside = mean if self.predicts_stars else 0.0

    def _predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        if self._score_pairs is not None:
            found = np.asarray(self._score_pairs(users, items), "float64")
            if found.shape not in ((len(users),), (len(users), 1)):
                raise ParameterError(
                    f"predict returned an array of shape {found.shape} for {len(users):,} pairs: "
                    "it must return one score per pair."
                )
            return found.ravel()
        predicted = np.empty(len(users))
        for some, pairs, row in blocks_of_pairs(users, self.train_.n_items):
            predicted[pairs] = self._scores(some)[row, items[pairs]]
        return predicted

    def _scores(self, users: np.ndarray) -> np.ndarray:
        n_items = self.train_.n_items
        if self._score_rows is None:
            pairs = np.repeat(users, n_items), np.tile(np.arange(n_items), len(users))
            return self._predict(*pairs).reshape(len(users), n_items)
        found = np.asarray(self._score_rows(users), "float64")
        if found.shape != (len(users), n_items):
            raise ParameterError(
                f"scores returned an array of shape {found.shape} for {len(users):,} users: it "
                f"must return one row per user, with a score for each of the {n_items:,} items."
            )
        return found

    def _fallback(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:  # noqa: ARG002
        return np.full(len(users), self._outside)
