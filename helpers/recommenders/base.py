"""The one small interface that every recommender of the course follows."""

from __future__ import annotations

import inspect
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Self

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.arrays.top_n import best_of
from helpers.errors import DataError, NotFittedError, ParameterError
from helpers.interactions import Interactions

# 4 million scores of 8 bytes are 32 MB; models hold one or a few arrays of that size at a time.
SCORES_PER_BLOCK = 4_000_000
# 250,000 scores are 2 MB, so that what one thread ranks at a time stays near the processor.
RANKED_AT_ONCE = 250_000
# More threads wait for the memory, not for a processor.
MOST_THREADS = 4


_CLASSES: dict[str, type[Recommender]] = {}


class Recommender(ABC):
    """Learns from interactions, predicts scores and recommends items, all by index.

    Hyper-parameters go into ``__init__``; what ``fit`` learns ends in an underscore. A subclass
    writes ``_fit``, ``_predict``, ``_scores`` and ``_fallback``; checks, masking of seen items,
    ranking and the rating scale stand here once.

    A model of ratings sets ``predicts_stars``. Then ``predict`` is clipped to the rating scale of
    the data set. ``scores`` and ``recommend`` are not: beyond the top of the scale there is still
    a better and a best, and clipping would turn them into ties.

    The fallback: an index that had no rating in training, or that lies outside the catalogue
    (−1 marks an unknown id), never borrows another's vector. Its score is ``_fallback``,
    which each subclass documents. A subclass that knows a user or an item by something else than
    training ratings says so in ``_known_users`` or ``_known_items``.
    """

    predicts_stars: bool = False
    # Why ``save`` cannot write it, and what to do instead; empty where it can.
    not_saved_because: str = ""
    train_: Interactions
    user_counts_: np.ndarray
    item_counts_: np.ndarray

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        # A class of a notebook is not of this package, however often its cell is run.
        if cls.__module__.startswith(f"{__package__}."):
            _CLASSES[cls.__name__] = cls

    def __repr__(self) -> str:
        names = inspect.signature(type(self)).parameters
        values = {name: getattr(self, name) for name in names if hasattr(self, name)}
        made = [f"{name}={value!r}" for name, value in values.items() if not callable(value)]
        return f"{type(self).__name__}({', '.join(made)})"

    def fit(self, interactions: Interactions) -> Self:
        """Learn from the interactions and return self.

        A fit that is interrupted or fails has learnt nothing: ``predict`` asks for another.

        Raises:
            ParameterError: it is something else, such as a split.
            DataError: there is no rating to learn from.
        """
        if not isinstance(interactions, Interactions):
            raise ParameterError(
                f"fit takes Interactions, not a {type(interactions).__name__}. Of a split give its "
                "training part: fit(split.train); of a table, Interactions.from_table(table)."
            )
        if len(interactions) == 0:
            raise DataError("There are no ratings to learn from: the training set is empty.")
        self.train_ = interactions
        self.user_counts_ = np.bincount(interactions.user, minlength=interactions.n_users)
        self.item_counts_ = np.bincount(interactions.item, minlength=interactions.n_items)
        try:
            self._fit(interactions)
        except BaseException:
            # Half of what it should know, or what it knew of other ratings, must not answer.
            del self.train_
            raise
        return self

    def predict(self, users: Any, items: Any) -> np.ndarray:
        """Score of each (user, item) pair of indices, float64, shape (n,).

        Raises:
            NotFittedError: ``fit`` has not been called.
            ParameterError: the two arrays differ in length, or are not whole numbers.
        """
        self._check_fitted()
        users, items = as_indices(users, "users"), as_indices(items, "items")
        if users.shape != items.shape:
            raise ParameterError(
                f"{len(users):,} users and {len(items):,} items do not pair up: "
                "give one item for each user."
            )
        known = self._is_trained(users, self._known_users()) & self._is_trained(
            items, self._known_items()
        )
        scores = np.empty(len(users))
        scores[known] = self._predict(users[known], items[known])
        scores[~known] = self._fallback(users[~known], items[~known])
        return np.clip(scores, *self.train_.rating_scale) if self.predicts_stars else scores

    def recommend(self, users: Any, n: int = 10, exclude_seen: bool = True) -> pd.DataFrame:
        """The n best items of each user, scored in blocks of users so that memory stays bounded.

        Args:
            users: indices of users, in any order; an unknown user gets the fallback's ranking.
            n: how many items, a whole number from 1 to n_items.
            exclude_seen: leave out what the user rated in training.

        Returns:
            Columns user, rank (1 is best), item, score; fewer than n rows for a user who has
            rated almost everything. Equal scores stand in order of the item index.

        Raises:
            NotFittedError: ``fit`` has not been called.
            ParameterError: n is impossible, or the users are not whole numbers.
        """
        users = as_indices(users, "users")
        ranked, scores = self.rank(users, n, exclude_seen)
        table = pd.DataFrame(
            {
                "user": np.repeat(users, n),
                "rank": np.tile(np.arange(1, n + 1), len(users)),
                "item": ranked.ravel(),
                "score": scores.ravel(),
            }
        )
        return table[table["item"] >= 0].reset_index(drop=True)

    def rank(
        self,
        users: Any,
        n: int = 10,
        exclude_seen: bool | sparse.csr_matrix = True,
        *,
        refuse_nan: bool = False,
    ) -> tuple[np.ndarray, np.ndarray]:
        """``recommend`` as two arrays (users, n): items, int32, −1 pads; scores, NaN pads.

        Args:
            users: as ``recommend``.
            n: as ``recommend``.
            exclude_seen: as ``recommend``, or a sparse matrix (users, n_items) with a row for
                each of the users: what it stores is left out, and nothing else.
            refuse_nan: raise a DataError where a film that is not left out has a score of NaN,
                which is never recommended: a model that fails is not a model that misses.
        """
        self._check_fitted()
        users = as_indices(users, "users")
        n_items = self.train_.n_items
        check_count(n, "n", n_items)
        excluded = self._excluded(users, exclude_seen)
        ranked, best = np.empty((len(users), n), dtype="int32"), np.empty((len(users), n))
        # Models need not stand being asked by several threads; sorting does.
        with ThreadPoolExecutor(min(os.cpu_count() or 1, MOST_THREADS)) as threads:
            for block in _slices(len(users), SCORES_PER_BLOCK // n_items):
                scores = self.scores(users[block])
                if refuse_nan:
                    _check_numbers(scores, excluded[block], users[block])
                parts = list(_slices(len(scores), RANKED_AT_ONCE // n_items))
                best_unseen = partial(_best_unseen, scores, excluded[block], n)
                found = list((threads.map if len(parts) > 1 else map)(best_unseen, parts))
                ranked[block], best[block] = (
                    np.concatenate(each) for each in zip(*found, strict=True)
                )
        best[ranked < 0] = np.nan
        return ranked, best

    def scores(self, users: Any) -> np.ndarray:
        """Score of every item for each user, float64, shape (users, n_items)."""
        self._check_fitted()
        users = as_indices(users, "users")
        known = self._is_trained(users, self._known_users())
        cold = np.flatnonzero(~self._known_items())
        if known.all():
            scores = np.asarray(self._scores(users), dtype="float64")
            if not len(cold):
                return scores
            scores = scores.copy()
        else:
            scores = np.empty((len(users), self.train_.n_items))
            scores[known] = self._scores(users[known])
        every_item = np.arange(self.train_.n_items)
        for rows, items in ((known, cold), (~known, every_item)):
            pairs = np.ix_(np.flatnonzero(rows), items)
            shape = (int(rows.sum()), len(items))
            some_users = np.repeat(users[rows], shape[1])
            some_items = np.tile(items, shape[0])
            scores[pairs] = self._fallback(some_users, some_items).reshape(shape)
        return scores

    def similar_items(self, item: int, n: int = 10) -> pd.DataFrame:
        """The n items nearest to one: columns rank, item, score; for models that define it."""
        raise NotImplementedError(f"{type(self).__name__} has no notion of similar items.")

    @abstractmethod
    def _fit(self, train: Interactions) -> None: ...

    def _known_users(self) -> np.ndarray:
        """Of which users the model can tell more than the fallback, bool, shape (n_users,)."""
        return self.user_counts_ > 0

    def _known_items(self) -> np.ndarray:
        """Of which items the model can tell more than the fallback, bool, shape (n_items,)."""
        return self.item_counts_ > 0

    @abstractmethod
    def _predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Score of each pair; both are known."""

    @abstractmethod
    def _scores(self, users: np.ndarray) -> np.ndarray:
        """Score of every item for each user, in a new array; the users are known."""

    @abstractmethod
    def _fallback(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Score of each pair of which the user or the item is not known."""

    def _excluded(
        self, users: np.ndarray, exclude_seen: bool | sparse.csr_matrix
    ) -> sparse.csr_matrix:
        """What each of the users is not shown: a row for each, whose stored places count."""
        shape = (len(users), self.train_.n_items)
        if isinstance(exclude_seen, bool):
            if not exclude_seen:
                return sparse.csr_matrix(shape, dtype=bool)
            inside = (users >= 0) & (users < self.train_.n_users)
            return _seen(self.train_)[np.where(inside, users, self.train_.n_users)]
        if exclude_seen.shape != shape:
            raise ParameterError(
                f"exclude_seen has shape {exclude_seen.shape}, but {len(users):,} users and "
                f"{shape[1]:,} items need {shape}: give a row for each user."
            )
        return exclude_seen.tocsr()

    def _check_fitted(self) -> None:
        if not hasattr(self, "train_"):
            raise NotFittedError(f"This {type(self).__name__} has not learnt yet: call fit first.")

    @staticmethod
    def _is_trained(indices: np.ndarray, counts: np.ndarray) -> np.ndarray:
        inside = (indices >= 0) & (indices < len(counts))
        trained: np.ndarray = inside & (counts[np.where(inside, indices, 0)] > 0)
        return trained


def registered() -> dict[str, type[Recommender]]:
    """The recommenders of this package by the name of their class, in the order of the alphabet.

    A class registers itself once, by being defined below ``helpers.recommenders``. What can only be
    inherited from is left out.

    Example:
        >>> from helpers.recommenders import EASE
        >>> registered()["EASE"] is EASE
        True
    """
    return {name: cls for name, cls in sorted(_CLASSES.items()) if not inspect.isabstract(cls)}


def as_indices(values: Any, name: str) -> np.ndarray:
    """A one-dimensional array of whole numbers, or a ParameterError that says what it was."""
    indices = np.atleast_1d(np.asarray(values))
    if indices.ndim != 1:
        raise ParameterError(f"{name} must be one-dimensional, not of shape {indices.shape}.")
    if indices.size and not np.issubdtype(indices.dtype, np.integer):
        raise ParameterError(
            f"{name} must be whole-number indices, not {indices.dtype}: "
            "turn ids into indices with user_index or item_index first."
        )
    return indices.astype("int64")


def check_count(n: Any, name: str, largest: int | None = None) -> None:
    """Raise a ParameterError unless n is a whole number from 1 to the largest possible."""
    whole = isinstance(n, int | np.integer) and not isinstance(n, bool)
    if not whole or n < 1 or (largest is not None and n > largest):
        limit = "on" if largest is None else f"to {largest:,}"
        raise ParameterError(f"{name} = {n} is not possible: choose a whole number from 1 {limit}.")


def check_not_negative(value: float, name: str) -> None:
    """Raise a ParameterError unless the value is 0 or more, and finite."""
    if not (np.isfinite(value) and value >= 0):
        raise ParameterError(f"{name} = {value} is not possible: choose 0 or more.")


def values_or(values: np.ndarray, indices: np.ndarray, default: float = 0.0) -> np.ndarray:
    """``values[indices]``, with the default where an index lies outside the catalogue."""
    inside = (indices >= 0) & (indices < len(values))
    return np.where(inside, values[np.where(inside, indices, 0)], default)


def _seen(train: Interactions) -> sparse.csr_matrix:
    """An entry for each rating of the training set, users in rows; the last row stays empty."""
    seen = sparse.coo_matrix(
        (np.ones(len(train), dtype=bool), (train.user, train.item)),
        shape=(train.n_users + 1, train.n_items),
    )
    # No pair occurs twice, and their order does not matter: so nothing needs to be sorted.
    seen.has_canonical_format = True
    return seen.tocsr()


def _check_numbers(scores: np.ndarray, excluded: sparse.csr_matrix, users: np.ndarray) -> None:
    """Raise a DataError where a score is NaN that is not of something excluded."""
    # The maximum is NaN where any score is, and is found faster than which ones are.
    if not np.isnan(scores.max(initial=-np.inf)):
        return
    missing = np.isnan(scores)
    row = np.repeat(np.arange(len(scores)), np.diff(excluded.indptr))
    missing[row, excluded.indices] = False
    rows = np.flatnonzero(missing.any(axis=1))
    if len(rows):
        raise DataError(
            f"The scores of {len(rows):,} users hold NaN; the first is the user with index "
            f"{users[rows[0]]}, for the item with index {missing[rows[0]].argmax()}. A score must "
            "be a number: mend the model, or train it with a lower learning rate."
        )


def _slices(n: int, most: int) -> Iterator[slice]:
    """0 … n in slices of at most so many, and of 1 at least."""
    step = max(1, most)
    for start in range(0, n, step):
        yield slice(start, min(start + step, n))


def _best_unseen(
    scores: np.ndarray, excluded: sparse.csr_matrix, n: int, part: slice
) -> tuple[np.ndarray, np.ndarray]:
    """``best_of`` these rows of the scores, without what is excluded."""
    unseen, hidden = np.array(scores[part]), excluded[part]
    unseen[np.repeat(np.arange(len(unseen)), np.diff(hidden.indptr)), hidden.indices] = -np.inf
    return best_of(unseen, n)
