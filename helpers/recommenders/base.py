"""The one small interface that every recommender of the course follows."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from typing import Any, Self

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.errors import DataError, NotFittedError, ParameterError, UnknownItemError
from helpers.interactions import Interactions
from helpers.recommenders.arguments import as_indices, check_count
from helpers.recommenders.lists import best_of_users, rows_or_nothing, seen_by_users

_CLASSES: dict[str, type[Recommender]] = {}


class Recommender(ABC):
    """Learns from interactions, predicts scores and recommends items, all by index.

    Hyper-parameters are the arguments of ``__init__``; what ``fit`` learns ends in an underscore. A
    subclass is a dataclass: its fields are its hyper-parameters, and ``__post_init__`` checks them.
    It writes ``_fit``, ``_predict``, ``_scores`` and ``_fallback``; masking of seen items,
    ranking and the rating scale are here once.

    A model of ratings sets ``predicts_stars``. Then ``predict`` is clipped to the rating scale of
    the data set. ``scores`` and ``recommend`` are not: beyond the top of the scale there is still
    a better and a best, and clipping would turn them into ties.

    The fallback: an index that had no rating in training, or that lies outside the catalogue
    (−1 marks an unknown id), never borrows another's vector. Its score is ``_fallback``,
    which each subclass documents. A subclass that knows a user or an item by something else than
    training ratings says so in ``_known_users`` or ``_known_items``.

    Attributes:
        train_: what it has learnt from.
        seen_: what each user rated there, sparse, bool, shape (n_users, n_items).
        user_counts_: ratings of each user that it has learnt from, shape (n_users,).
        item_counts_: the same of each item, shape (n_items,).
    """

    predicts_stars: bool = False
    # Why ``save`` cannot write it, and what to do instead; empty if it can.
    not_saved_because: str = ""
    # What an item needs before a model can learn something about it.
    _needs: str = "training rating"
    train_: Interactions
    seen_: sparse.csr_matrix
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

    def fit(self, train: Interactions, validation: Interactions | None = None) -> Self:
        """Learn from the ratings and return self; what an earlier fit has learnt is forgotten.

        A fit that is interrupted or fails has learnt nothing: ``predict`` asks for another.

        Args:
            train: the ratings to learn from.
            validation: ratings over the same catalogue, for a model that stops by them (see
                ``KerasRecommender``); all others ignore them. Never the test set.

        Raises:
            DataError: there is no rating to learn from.
            ParameterError: the two sets have different catalogues, or one is not Interactions.
        """
        for part in (train, validation):
            if part is not None and not isinstance(part, Interactions):
                raise ParameterError(
                    f"fit takes Interactions, not a {type(part).__name__}. Of a split give its "
                    "training part: fit(split.train); of a table, Interactions.from_table(table)."
                )
        if len(train) == 0:
            raise DataError("There are no ratings to learn from: the training set is empty.")
        if validation is not None and not validation.same_catalogue(train):
            raise ParameterError(
                "The validation set has another catalogue than the training set: "
                "take both from one split."
            )
        self._forget()
        try:
            self.train_, self.seen_ = train, seen_by_users(train)
            self._count(train)
            self._fit(train, validation)
        except BaseException:
            # Half of what it should know must not answer.
            self._forget()
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
            rated almost everything. Equal scores are in order of the item index.

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
        exclude_seen: bool = True,
        excluded: sparse.csr_matrix | None = None,
        *,
        refuse_nan: bool = False,
    ) -> tuple[np.ndarray, np.ndarray]:
        """``recommend`` as two arrays (users, n): items, int32, −1 pads; scores, NaN pads.

        Args:
            users: as ``recommend``.
            n: as ``recommend``.
            exclude_seen: as ``recommend``.
            excluded: what else to leave out: a sparse matrix of shape (users, n_items), one row
                for each of the users, of which every stored place counts.
            refuse_nan: raise a DataError if an item that is not left out has a score of NaN. NaN
                is never recommended, but a model that fails is not a model that misses.

        Raises:
            NotFittedError, ParameterError: as ``recommend``, or ``excluded`` has another shape.
        """
        self._check_fitted()
        users = as_indices(users, "users")
        n_items = self.train_.n_items
        check_count(n, "n", n_items)
        if excluded is not None and excluded.shape != (len(users), n_items):
            raise ParameterError(
                f"excluded has shape {excluded.shape}, but {len(users):,} users and {n_items:,} "
                f"items need {(len(users), n_items)}: give one row for each user."
            )
        left_out = [] if excluded is None else [excluded.tocsr()]
        if exclude_seen:
            left_out.append(rows_or_nothing(self.seen_, users))
        return best_of_users(self.scores, users, n, left_out, n_items, refuse_nan=refuse_nan)

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
    def _fit(self, train: Interactions, validation: Interactions | None) -> None: ...

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

    def _count(self, part: Interactions) -> None:
        """Take the counts, which decide who gets the fallback, from these ratings."""
        self.user_counts_ = np.bincount(part.user, minlength=part.n_users)
        self.item_counts_ = np.bincount(part.item, minlength=part.n_items)

    def _forget(self) -> None:
        """Delete what was learnt."""
        for name in [name for name in vars(self) if name.endswith("_")]:
            delattr(self, name)

    def _check_item(self, item: int, n: int, known: np.ndarray | None = None) -> None:
        """Raise unless the model has learnt, knows the item, and n of the others can be listed."""
        self._check_fitted()
        check_count(n, "n", self.train_.n_items)
        known = self.item_counts_ if known is None else known
        if not self._is_trained(as_indices(item, "item"), known)[0]:
            raise UnknownItemError(
                f"The film with index {item} has no {self._needs}, so nothing was learnt of it."
            )

    def _check_fitted(self) -> None:
        if not hasattr(self, "train_"):
            raise NotFittedError(f"This {type(self).__name__} has not learnt yet: call fit first.")

    def _knows(self, user: int, item: int) -> bool:
        """Whether the score of the pair is more than the fallback."""
        known_user = self._is_trained(as_indices(user, "user"), self._known_users())
        known_item = self._is_trained(as_indices(item, "item"), self._known_items())
        return bool(known_user[0] and known_item[0])

    @staticmethod
    def _is_trained(indices: np.ndarray, counts: np.ndarray) -> np.ndarray:
        inside = (indices >= 0) & (indices < len(counts))
        trained: np.ndarray = inside & (counts[np.where(inside, indices, 0)] > 0)
        return trained


class WholeCatalogue(Recommender):
    """One that can tell something of every user and item of the catalogue, rated or not."""

    def _known_users(self) -> np.ndarray:
        return np.ones(self.train_.n_users, dtype=bool)

    def _known_items(self) -> np.ndarray:
        return np.ones(self.train_.n_items, dtype=bool)


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
