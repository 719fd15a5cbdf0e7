"""Recommenders that live by vectors: a score is the inner product of a user's and an item's."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.recommenders.arguments import check_count
from helpers.recommenders.base import Recommender
from helpers.recommenders.lists import best_items


class VectorRecommender(Recommender):
    """Scores an item by user vector · item vector, plus an offset of each if there are offsets.

    For every user and item that the model knows,

        scores = user_vectors_ @ item_vectors_.T + user_offsets_[:, None] + item_offsets_

    where offsets that are None count 0: a bias is an offset, and no part of the vectors, so that
    the angle between two vectors compares tastes alone. An index that finds the largest inner
    product ranks a user's items if it holds ``np.column_stack([item_vectors_, item_offsets_])``
    and is asked for ``[*user_vectors_[user], 1]``; the user's own offset is the same for all items
    and changes no ranking. A subclass learns the vectors in its ``_fit`` and says in
    ``_known_users`` and ``_known_items`` for whom they hold: the row of anybody else means nothing.

    Attributes:
        user_vectors_: float64, shape (n_users, dim).
        item_vectors_: float64, shape (n_items, dim).
        user_offsets_: float64, shape (n_users,), or None; never without those of the items.
        item_offsets_: float64, shape (n_items,), or None.

    Example:
        >>> from helpers.data import load
        >>> from helpers.interactions import Interactions
        >>> from helpers.recommenders import ImplicitALS
        >>> als = ImplicitALS(dim=4).fit(Interactions.from_dataset(load("simulated")))
        >>> np.array_equal(als.scores([7])[0], als.user_vectors_[7] @ als.item_vectors_.T)
        True
    """

    user_vectors_: np.ndarray
    item_vectors_: np.ndarray
    user_offsets_: np.ndarray | None = None
    item_offsets_: np.ndarray | None = None

    def similar_items(self, item: int, n: int = 10, *, min_ratings: int = 1) -> pd.DataFrame:
        """The n items whose vectors point most nearly the same way: columns rank, item, score.

        The score is the cosine of the two vectors, −1 to 1. Items that the model has learnt from
        fewer ratings than ``min_ratings`` are left out: a vector learnt from two ratings is mostly
        chance.

        Raises:
            NotFittedError: ``fit`` has not been called.
            UnknownItemError: nothing was learnt of the item, or there is no such item.
            ParameterError: n is below 1 or above the number of items, or min_ratings is below 1.
        """
        self._check_item(item, n)
        check_count(min_ratings, "min_ratings")
        vectors = self.item_vectors_
        lengths = np.linalg.norm(vectors, axis=1)
        cosines = vectors @ vectors[item] / np.maximum(lengths * lengths[item], 1e-12)
        left_out = self.item_counts_ < min_ratings
        left_out[item] = True
        return best_items(cosines, n, left_out)

    def _predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        products = np.einsum("ij,ij->i", self.user_vectors_[users], self.item_vectors_[items])
        if self.item_offsets_ is None:
            return products
        offsets = self.item_offsets_[items]
        if self.user_offsets_ is not None:
            offsets = self.user_offsets_[users] + offsets
        return offsets + products

    def _scores(self, users: np.ndarray) -> np.ndarray:
        offsets = None if self.user_offsets_ is None else self.user_offsets_[users]
        return self._scores_of(self.user_vectors_[users], offsets)

    def _scores_of(self, vectors: np.ndarray, offsets: np.ndarray | None = None) -> np.ndarray:
        """Score of every item for each of these vectors, float64, shape (vectors, n_items)."""
        scores: np.ndarray = vectors @ self.item_vectors_.T
        if self.item_offsets_ is not None and offsets is not None:
            scores += np.add.outer(offsets, self.item_offsets_)
        elif self.item_offsets_ is not None:
            scores += self.item_offsets_
        return scores

    def _lowest(self) -> float:
        """Below every score: that of two opposite vectors of the greatest lengths, less 1."""
        vectors = (self.user_vectors_, self.item_vectors_)
        lengths = [np.linalg.norm(each, axis=1).max() for each in vectors]
        least = 0.0 if self.item_offsets_ is None else float(self.item_offsets_.min())
        return least - float(np.prod(lengths)) - 1.0
