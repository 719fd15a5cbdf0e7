"""People who are not in the data: scored from a few ratings, without another fit."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.data.scales import on_scale
from helpers.errors import DataError, ParameterError, UnknownItemError
from helpers.interactions import Interactions
from helpers.recommenders.arguments import as_indices, check_count
from helpers.recommenders.base import Recommender
from helpers.recommenders.lists import best_items


class FoldsIn(Recommender):
    """A recommender that can answer for people whom training has never seen.

    What was learnt of the films stays as it is, and the person is placed among them by a few
    ratings: the model is *folded in*. That takes milliseconds; a fit takes seconds. A
    subclass writes ``_scores_for``.

    Fallback: somebody of whom nothing is known gets the scores of an unknown user.
    """

    def scores_for(self, ratings: Any) -> np.ndarray:
        """Score of every film for people who are not in the data, float64, (people, n_items).

        Args:
            ratings: stars of each person in a row, a sparse matrix of shape (people, n_items);
                what is not stored is not rated. ``Interactions.matrix()`` makes one.

        Raises:
            NotFittedError: ``fit`` has not been called.
            ParameterError: the matrix has another number of columns.
            DataError: a rating is off the scale.
        """
        self._check_fitted()
        table = sparse.csr_matrix(ratings, dtype="float64")
        n_items = self.train_.n_items
        if table.shape[1] != n_items:
            raise ParameterError(
                f"The ratings have {table.shape[1]:,} columns for {n_items:,} films: give one row "
                "a person and one column per film."
            )
        if not table.has_canonical_format:
            table = table.copy()
            stored = table.nnz
            table.sum_duplicates()
            if table.nnz < stored:
                raise DataError(
                    "Somebody rates a film twice in these ratings: give one rating for each person "
                    "and film."
                )
        low, high = self.train_.rating_scale
        if table.nnz and not on_scale(table.data, (low, high)).all():
            raise DataError(
                f"Some ratings are off the scale of {low:g} to {high:g} stars. Leave out what is "
                "not rated, and give stars for what is."
            )
        heard = self._heard(table)
        known = heard.getnnz(axis=1) > 0
        scores = np.empty(table.shape)
        scores[~known] = self.scores([-1])
        if known.any():
            scores[known] = self._scores_for(heard[known])
        return scores

    def recommend_for(self, ratings: Mapping[int, float], n: int = 10) -> pd.DataFrame:
        """The n best films for somebody who is not in the data, from a few ratings.

        Args:
            ratings: stars by film index; none gets what an unknown user gets.
            n: how many films, 1 … n_items.

        Returns:
            Columns rank, item, score, without the films that were rated.

        Raises:
            NotFittedError: ``fit`` has not been called.
            UnknownItemError: a film index outside the catalogue.
            DataError: a rating off the scale.
            ParameterError: n is impossible.
        """
        self._check_fitted()
        check_count(n, "n", self.train_.n_items)
        row = one_person(ratings, self.train_)
        scores = self.scores_for(row)[0]
        left_out = np.zeros(scores.shape, dtype=bool)
        left_out[row.indices] = True
        return best_items(scores, n, left_out)

    def _heard(self, ratings: sparse.csr_matrix) -> sparse.csr_matrix:
        """The ratings that the model listens to, such as those that count as positive."""
        return ratings

    @abstractmethod
    def _scores_for(self, ratings: sparse.csr_matrix) -> np.ndarray:
        """Score of every item for each row; each row holds a rating."""


def one_person(ratings: Mapping[int, float], train: Interactions) -> sparse.csr_matrix:
    """Stars by film index as a sparse row, shape (1, n_items).

    Raises:
        UnknownItemError: a film index outside the catalogue.
        DataError: a rating off the scale.
    """
    items = as_indices(list(ratings), "items") if ratings else np.empty(0, "int64")
    stars = np.array(list(ratings.values()), dtype="float64")
    low, high = train.rating_scale
    for item, value in zip(items, stars, strict=True):
        if not 0 <= item < train.n_items:
            raise UnknownItemError(
                f"No film has the index {item}: they go from 0 to {train.n_items - 1}. "
                "Find the index of a film with item_of_title."
            )
        if not on_scale(value, (low, high)):
            raise DataError(
                f"A rating of {value:g} for {train.titles[item]!r} is off the scale "
                f"{low:g} to {high:g}."
            )
    rows = np.zeros(len(items), dtype="int64")
    return sparse.csr_matrix((stars, (rows, items)), shape=(1, train.n_items))
