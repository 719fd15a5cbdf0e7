"""What item-based and user-based nearest neighbours have in common."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import KW_ONLY, dataclass
from typing import Literal, get_args

import numpy as np
from scipy import sparse

from helpers.arrays.rows import ones_of
from helpers.interactions import Interactions
from helpers.recommenders.arguments import (
    as_indices,
    check_count,
    check_not_negative,
    check_one_of,
)
from helpers.recommenders.folding_in import FoldsIn
from helpers.recommenders.lists import slices
from helpers.recommenders.simple.biases import Biases
from helpers.similarity import cosine, pearson

Centring = Literal["biases", "mean", "none"]
Measure = Literal["cosine", "pearson"]

# A pair multiplies two sparse rows of some hundred entries: a block takes about 100 MB.
PAIRS_PER_BLOCK = 20_000


class RowProducts:
    """A sparse product of a row for each user with a row for each film.

    Args:
        users: sparse, shape (n_users, m).
        items: sparse, shape (n_items, m).
    """

    def __init__(self, users: sparse.csr_matrix, items: sparse.csr_matrix) -> None:
        self.users, self.items = users, items
        self._columns = items.T.tocsr()

    def of_pairs(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Product of each pair of a user's and a film's row, shape (n,)."""
        products = np.empty(len(users))
        for block in slices(len(users), PAIRS_PER_BLOCK):
            both = self.users[users[block]].multiply(self.items[items[block]])
            products[block] = np.asarray(both.sum(axis=1)).ravel()
        return products

    def with_all_items(self, rows: sparse.csr_matrix) -> np.ndarray:
        """Product of each of these rows with the row of every film, shape (rows, n_items)."""
        products: np.ndarray = (rows @ self._columns).toarray()
        return products


@dataclass(repr=False, eq=False)
class Neighbourhood(FoldsIn):
    """What item-based and user-based neighbours share.

    The score of film i for user u starts from an offset o and adds the ratings v of neighbours
    (each less its own offset), weighed by their similarity s:

        score = o + (Σ s v + damping · (p − o)) / (Σ s + damping)

    where p is what ``Biases`` predicts. So ``damping`` is the similarity it takes to be listened
    to, and p is the score if no neighbour counts. With ``centring="biases"`` the offset is p:

        score = p + Σ s v / (Σ s + damping)

    which is the neighbourhood model of Koren (2010, section 2.2) for a damping of 0.

    Fallback: a user or film without a training rating gets the score of ``Biases``. A newcomer's
    biases and neighbours come from the ratings that they give, and what was learnt of the others
    stays as it is; if no neighbour counts, ``Biases`` speaks with the newcomer's own bias.

    Args:
        k: how many neighbours each film (or user) has: the most similar ones, of positive
            similarity. Of these, those count that the user has rated (or that rated the film).
        centring: what is taken off the stars before they are compared and averaged: the
            prediction of ``Biases``; the film's (or user's) mean; or nothing, which compares raw
            stars with unknown read as 0.
        similarity: ``"cosine"`` of these values, or ``"pearson"`` over what both have rated.
        shrinkage: similarities are multiplied by n / (n + shrinkage), n ratings in common.
        min_overlap: fewest ratings in common, at least 1.
        damping: see the formula, at least 0.

    Attributes:
        biases_: the fitted ``Biases``.
        values_: sparse, users × films: stars less offset.
        similarities_: sparse, 0 to 1: row i holds the neighbours of film (or user) i.

    Raises:
        ParameterError: an argument is out of range.
    """

    predicts_stars = True

    k: int = 100
    _: KW_ONLY
    centring: Centring = "biases"
    similarity: Measure = "cosine"
    shrinkage: float = 100.0
    min_overlap: int = 1
    damping: float = 0.1

    def __post_init__(self) -> None:
        check_one_of(self.centring, "centring", get_args(Centring))
        check_one_of(self.similarity, "similarity", get_args(Measure))
        check_count(self.k, "k")
        check_count(self.min_overlap, "min_overlap")
        check_not_negative(self.shrinkage, "shrinkage")
        check_not_negative(self.damping, "damping")

    def _fit(self, train: Interactions, _validation: Interactions | None) -> None:
        self.biases_ = Biases().fit(train)
        self.user_offsets_, self.item_offsets_ = self._offsets(train)
        offsets = self.user_offsets_[train.user] + self.item_offsets_[train.item]
        self.values_ = sparse.csr_matrix(
            (train.rating - offsets, (train.user, train.item)), shape=(train.n_users, train.n_items)
        )
        rows = self._compared(self.values_)
        self.similarities_ = self._similarity(rows, None, self.k)
        self._sums = self._products(self.values_)
        self._weights = self._products(ones_of(self.values_))

    @abstractmethod
    def _compared(self, values: sparse.csr_matrix) -> sparse.csr_matrix:
        """The centred values with what is compared, films or users, in rows."""

    @abstractmethod
    def _products(self, values: sparse.csr_matrix) -> RowProducts:
        """Products of a user's row and a film's row that give Σ s v, or Σ s for values of 1."""

    @abstractmethod
    def _newcomer_rows(
        self, values: sparse.csr_matrix
    ) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        """A newcomer's row in the products of the sums, and in those of the weights."""

    def _similarity(
        self, rows: sparse.csr_matrix, others: sparse.csr_matrix | None, top_k: int
    ) -> sparse.csr_matrix:
        compare = cosine if self.similarity == "cosine" else pearson
        return compare(
            rows, others, shrinkage=self.shrinkage, min_overlap=self.min_overlap, top_k=top_k
        )

    @abstractmethod
    def _mean_offsets(self, train: Interactions) -> tuple[np.ndarray, np.ndarray]:
        """What ``centring="mean"`` takes off, for each user and for each film."""

    @abstractmethod
    def _newcomer_mean_offset(self, stars: np.ndarray) -> float:
        """What ``centring="mean"`` takes off for a newcomer, beside the offset of the film."""

    def _offsets(self, train: Interactions) -> tuple[np.ndarray, np.ndarray]:
        if self.centring == "biases":
            return self.biases_.mean_ + self.biases_.user_biases_, self.biases_.item_biases_
        if self.centring == "mean":
            return self._mean_offsets(train)
        return np.zeros(train.n_users), np.zeros(train.n_items)

    def _predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        return self._combined(
            self._sums.of_pairs(users, items),
            self._weights.of_pairs(users, items),
            self.user_offsets_[users] + self.item_offsets_[items],
            self._fallback(users, items),
        )

    def _scores(self, users: np.ndarray) -> np.ndarray:
        return self._combined(
            self._sums.with_all_items(self._sums.users[users]),
            self._weights.with_all_items(self._weights.users[users]),
            np.add.outer(self.user_offsets_[users], self.item_offsets_),
            self.biases_.scores(users),
        )

    def _fallback(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        return self.biases_.unclipped(users, items)

    def _scores_for(self, ratings: sparse.csr_matrix) -> np.ndarray:
        rows = (ratings[[person]] for person in range(ratings.shape[0]))
        return np.vstack([self._newcomer_scores(row.indices, row.data) for row in rows])

    def _newcomer_scores(self, items: np.ndarray, stars: np.ndarray) -> np.ndarray:
        level = self.biases_.mean_ + self.biases_.user_bias_of(items, stars)
        own = {"biases": level, "mean": self._newcomer_mean_offset(stars), "none": 0.0}
        offset = own[self.centring] + self.item_offsets_
        values = sparse.csr_matrix(
            (stars - offset[items], (np.zeros(len(items), dtype="int64"), items)),
            shape=(1, len(offset)),
        )
        for_sums, for_weights = self._newcomer_rows(values)
        prior = level + self.biases_.item_biases_
        return self._combined(
            self._sums.with_all_items(for_sums),
            self._weights.with_all_items(for_weights),
            offset[np.newaxis],
            prior[np.newaxis],
        )

    def _combined(
        self, sums: np.ndarray, weights: np.ndarray, offset: np.ndarray, prior: np.ndarray
    ) -> np.ndarray:
        total = weights + self.damping
        alone = total == 0
        pulled = sums + self.damping * (prior - offset)
        return np.where(alone, prior, offset + pulled / np.where(alone, 1, total))

    def _contributions(self, user: int, item: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Index, similarity and stars added of each neighbour that counts, largest first."""
        self._check_fitted()
        users, items = as_indices(user, "user"), as_indices(item, "item")
        trained = self._is_trained(users, self.user_counts_) & self._is_trained(
            items, self.item_counts_
        )
        users, items = users[trained], items[trained]
        weights = self._weights.users[users].multiply(self._weights.items[items]).tocsr()
        sums = self._sums.users[users].multiply(self._sums.items[items]).toarray().ravel()
        neighbours, similarities = weights.indices.astype("int64"), weights.data
        contributions = sums[neighbours] / (similarities.sum() + self.damping)
        order = np.lexsort((neighbours, -np.abs(contributions)))
        return neighbours[order], similarities[order], contributions[order]

    def _stars(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        values = np.asarray(self.values_[users, items]).ravel()
        stars: np.ndarray = values + self.user_offsets_[users] + self.item_offsets_[items]
        return stars
