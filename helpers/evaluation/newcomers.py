"""Newcomers: users new to training; they tell some ratings, and the rest is to measure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.arrays import top_n
from helpers.errors import DataError, ParameterError
from helpers.evaluation.resampling import Sums, bootstrap, interval
from helpers.interactions import Interactions
from helpers.metrics import per_user
from helpers.recommenders import FoldsIn
from helpers.recommenders.arguments import as_indices, check_count

RESAMPLES, CONFIDENCE = 1000, 0.95


@dataclass(frozen=True, eq=False, repr=False)
class Newcomers:
    """What some new users can tell, and what their lists are measured by.

    A user's ratings are split in half by chance. One half answers questions; the other is relevant
    to the user and never told. A film of the first half is not a candidate, even if the user has
    not told it: so every recommender ranks the same films, however much it was told.

    Attributes:
        users: their indices, ascending, shape (people,).
        known: what they can tell, stars, sparse, shape (people, n_items).
        held: what their lists are measured by, stars, sparse, of the same shape.
        place: position of each stored rating of ``known`` in the order of telling, from 0.
    """

    users: np.ndarray
    known: sparse.csr_matrix
    held: sparse.csr_matrix
    place: np.ndarray

    def __len__(self) -> int:
        return len(self.users)

    def __repr__(self) -> str:
        return f"Newcomers({len(self):,} users, {self.known.nnz:,} ratings to tell)"

    def told(self, n: int) -> sparse.csr_matrix:
        """The first n ratings that each tells, stars; those for 5 include those for 3.

        Raises:
            ParameterError: n is negative.
        """
        if n < 0:
            raise ParameterError(f"n = {n} is not possible: choose 0 or more.")
        return _kept(self.known, self.place < n)

    def answers(self, items: Any) -> sparse.csr_matrix:
        """Their stars for the films that they are asked about; nothing for a film they do not know.

        Args:
            items: indices of films, each once.

        Raises:
            ParameterError: an index is not a film, or occurs twice.
        """
        asked = as_indices(items, "items")
        n_items = self.known.shape[1]
        if ((asked < 0) | (asked >= n_items)).any() or len(np.unique(asked)) < len(asked):
            raise ParameterError(
                f"Ask for each film once, by an index from 0 to {n_items - 1}: got {asked}."
            )
        return _kept(self.known, np.isin(self.known.indices, asked))

    def some(self, rows: np.ndarray) -> Newcomers:
        """The same for the people in these rows."""
        known = self.known[rows]
        order = sparse.csr_matrix((self.place + 1, *_structure(self.known)), self.known.shape)
        return Newcomers(self.users[rows], known, self.held[rows], order[rows].data - 1)

    def ndcg(self, recommender: FoldsIn, told: sparse.csr_matrix, k: int = 10) -> np.ndarray:
        """nDCG@k of each newcomer's list, scored from what was told, shape (people,).

        Every film is a candidate, unless it is in ``known``.

        Args:
            recommender: fitted on other users.
            told: stars, shape (people, n_items), such as ``told(3)`` or ``answers(items)``.
            k: how many places of the list count.

        Raises:
            NotFittedError: the recommender has not learnt yet.
            DataError: it has learnt from one of these users.
            ParameterError: there is not one row for each of them.
        """
        check_count(k, "k", self.known.shape[1])
        if told.shape != self.known.shape:
            raise ParameterError(
                f"What was told has shape {told.shape}: give a row for each of the {len(self)} "
                f"newcomers and a column for each of the {self.known.shape[1]:,} films."
            )
        scores = recommender.scores_for(told)
        if np.isin(self.users, recommender.train_.user).any():
            raise DataError(
                "The recommender has learnt from some of these users, so they are not new to it. "
                "Fit it on the training part of a cold_user_split."
            )
        lists = top_n(scores, k, self.known.toarray() > 0)
        return per_user.ndcg_at_k(lists, self.held > 0, k)

    def curve(
        self, recommender: FoldsIn, counts: Iterable[int], k: int = 10, *, random_state: int = 0
    ) -> pd.DataFrame:
        """Mean nDCG@k over these people by number of told ratings, with its interval.

        Args:
            recommender: fitted on other users.
            counts: how many ratings each tells, such as (0, 1, 3, 10).
            k: how many places of the list count.
            random_state: seed of the 1,000 draws of people (see ``evaluate``).

        Returns:
            Columns value, low, high (95 %); one row for each count, with the counts as index.

        Raises:
            ParameterError, DataError, NotFittedError: as ``told`` and ``ndcg``.
        """
        told = list(counts)
        sums = [Sums.of_values(self.ndcg(recommender, self.told(n), k)) for n in told]
        low, high = interval(bootstrap(sums, RESAMPLES, random_state), CONFIDENCE)
        values = [each.value for each in sums]
        return pd.DataFrame(
            {"value": values, "low": low, "high": high}, index=pd.Index(told, name="known")
        )


def newcomers(people: Interactions, fewest: int = 1, *, random_state: int = 0) -> Newcomers:
    """Halve the ratings of each user by chance: half to tell, half to measure with.

    Args:
        people: the ratings of users who are not in any training part, such as the test part of a
            ``cold_user_split``.
        fewest: users who have fewer ratings to tell are left out.
        random_state: seed of the halves and of the order of telling.

    Raises:
        ParameterError: ``fewest`` is below 1.
        DataError: nobody has that many ratings.

    Example:
        >>> from helpers.data import load
        >>> from helpers.splits import cold_user_split
        >>> split = cold_user_split(Interactions.from_dataset(load("simulated")))
        >>> new = newcomers(split.test, fewest=10)
        >>> int(new.told(3).getnnz(axis=1).max())
        3
    """
    check_count(fewest, "fewest")
    order = np.random.default_rng(random_state).permutation(len(people))
    order = order[np.argsort(people.user[order], kind="stable")]
    count = np.bincount(people.user, minlength=people.n_users)
    start = np.cumsum(count) - count
    user, item, stars = people.user[order], people.item[order], people.rating[order]
    place = np.arange(len(people)) - start[user]
    tells = place < count[user] // 2
    users = np.flatnonzero(count // 2 >= fewest)
    if len(users) == 0:
        raise DataError(f"Nobody has {fewest} ratings to tell and the same number to measure with.")

    def table(values: np.ndarray, rows: np.ndarray) -> sparse.csr_matrix:
        shape = (people.n_users, people.n_items)
        return sparse.csr_matrix((values[rows], (user[rows], item[rows])), shape)[users]

    known, held = table(stars.astype("float64"), tells), table(stars.astype("float64"), ~tells)
    return Newcomers(users, known, held, table(place + 1, tells).data - 1)


def _structure(table: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    return table.indices, table.indptr


def _kept(table: sparse.csr_matrix, entries: np.ndarray) -> sparse.csr_matrix:
    """Only these stored entries of a table."""
    row = np.repeat(np.arange(table.shape[0]), np.diff(table.indptr))[entries]
    return sparse.csr_matrix((table.data[entries], (row, table.indices[entries])), table.shape)
