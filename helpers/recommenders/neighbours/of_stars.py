"""Nearest neighbours: what the user said of similar films, what similar users said of the film."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.arrays.rows import ones_of
from helpers.interactions import Interactions
from helpers.recommenders.lists import best_items
from helpers.recommenders.neighbours.shared import Neighbourhood, RowProducts


class ItemNeighbours(Neighbourhood):
    """Item-based neighbours: the stars that the user gave to the films most like this one.

    Arguments, formula, attributes and errors are those of ``Neighbourhood``; ``centring="mean"``
    takes off the mean of the film. The defaults come from a search on MovieLens latest-small.

    Sources: Sarwar et al. 2001 (item-based, with a model of k neighbours per film); Koren 2010
    (on what the biases leave, with shrinkage).

    Example:
        >>> ratings = pd.DataFrame(
        ...     {
        ...         "user_id": [1, 1, 2, 2, 3, 3, 4],
        ...         "movie_id": [10, 20, 10, 20, 10, 30, 10],
        ...         "rating": [5.0, 5.0, 1.0, 2.0, 4.0, 3.0, 5.0],
        ...     }
        ... )
        >>> model = ItemNeighbours(shrinkage=1).fit(Interactions.from_frames(ratings))
        >>> model.explain(user=3, item=1)[["title", "rating", "similarity"]].round(2)
             title  rating  similarity
        0  film 10     5.0        0.55
    """

    def similar_items(self, item: int, n: int = 10) -> pd.DataFrame:
        """The n films most like one, of positive similarity: columns rank, item, score.

        Raises:
            NotFittedError: ``fit`` has not been called.
            UnknownItemError: the film has no training rating, or there is no such film.
            ParameterError: n is below 1 or above the number of films.
        """
        self._check_item(item, n)
        rows = self._compared(self.values_)
        similarity = self._similarity(rows[[item]], rows, n + 1).toarray()[0]
        similarity[item] = 0
        return best_items(similarity, n, similarity == 0)

    def explain(self, user: int, item: int) -> pd.DataFrame:
        """What each film that the user has rated adds to the score of another one.

        Returns:
            One row a neighbour that counts, the largest contribution first: item, title, rating
            (the stars that the user gave it), similarity, and contribution (stars; they add up
            to the score less where it started). No row if the score is the fallback.
        """
        neighbours, similarities, contributions = self._contributions(user, item)
        return pd.DataFrame(
            {
                "item": neighbours,
                "title": self.train_.titles[neighbours],
                "rating": self._stars(np.full(len(neighbours), user), neighbours),
                "similarity": similarities,
                "contribution": contributions,
            }
        )

    def _compared(self, values: sparse.csr_matrix) -> sparse.csr_matrix:
        return values.T.tocsr()

    def _products(self, values: sparse.csr_matrix) -> RowProducts:
        return RowProducts(values, self.similarities_)

    def _newcomer_rows(
        self, values: sparse.csr_matrix
    ) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        return values, ones_of(values)

    def _mean_offsets(self, train: Interactions) -> tuple[np.ndarray, np.ndarray]:
        sums = np.bincount(train.item, train.rating, train.n_items)
        return np.zeros(train.n_users), sums / np.maximum(self.item_counts_, 1)

    def _newcomer_mean_offset(self, stars: np.ndarray) -> float:  # noqa: ARG002
        return 0.0


class UserNeighbours(Neighbourhood):
    """User-based neighbours: the stars that the users most like this one gave to the film.

    Arguments, formula, attributes and errors are those of ``Neighbourhood``; ``centring="mean"``
    takes off the mean of the user (Resnick et al. 1994 with ``similarity="pearson"``).

    Example:
        >>> ratings = pd.DataFrame(
        ...     {
        ...         "user_id": [1, 1, 2, 2, 3, 3],
        ...         "movie_id": [10, 20, 10, 20, 20, 30],
        ...         "rating": [5.0, 2.0, 4.0, 1.0, 5.0, 3.0],
        ...     }
        ... )
        >>> model = UserNeighbours(centring="mean", shrinkage=0)
        >>> model = model.fit(Interactions.from_frames(ratings))
        >>> model.recommend_for({0: 5.0, 1: 2.0}, n=1)[["rank", "item"]]
           rank  item
        0     1     2
    """

    def explain(self, user: int, item: int) -> pd.DataFrame:
        """What each similar user who rated the film adds to its score.

        Returns:
            One row a neighbour that counts, the largest contribution first: user, user_id,
            rating (the stars that they gave the film), similarity, and contribution (stars; they
            add up to the score less where it started). No row if the score is the fallback.
        """
        neighbours, similarities, contributions = self._contributions(user, item)
        return pd.DataFrame(
            {
                "user": neighbours,
                "user_id": self.train_.user_ids[neighbours],
                "rating": self._stars(neighbours, np.full(len(neighbours), item)),
                "similarity": similarities,
                "contribution": contributions,
            }
        )

    def _compared(self, values: sparse.csr_matrix) -> sparse.csr_matrix:
        return values

    def _products(self, values: sparse.csr_matrix) -> RowProducts:
        return RowProducts(self.similarities_, values.T.tocsr())

    def _newcomer_rows(
        self, values: sparse.csr_matrix
    ) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        similarities = self._similarity(values, self.values_, self.k)
        return similarities, similarities

    def _mean_offsets(self, train: Interactions) -> tuple[np.ndarray, np.ndarray]:
        sums = np.bincount(train.user, train.rating, train.n_users)
        return sums / np.maximum(self.user_counts_, 1), np.zeros(train.n_items)

    def _newcomer_mean_offset(self, stars: np.ndarray) -> float:
        return float(stars.mean()) if len(stars) else self.biases_.mean_
