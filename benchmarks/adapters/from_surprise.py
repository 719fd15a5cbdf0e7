"""Any algorithm of Surprise as a recommender of the course."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.adapters.library import (
    NOT_SAVED_BECAUSE,
    fresh,
    hyper_parameters,
    library,
    made,
    n_learnt,
)
from benchmarks.adapters.surprise_scores import scores_of_all_items
from helpers.errors import ParameterError
from helpers.interactions import Interactions
from helpers.recommenders.base import Recommender
from helpers.recommenders.lists import best_items


class FromSurprise(Recommender):
    """An algorithm of Surprise (Hug 2020), which predicts stars.

    A pair is predicted by the algorithm itself; clipping is left to the common interface. A
    ranking needs every film for every user: ``SVD``, ``SVDpp``, ``NMF``, ``BaselineOnly`` and the
    four neighbourhood algorithms are scored as matrices from what they have learnt, equal to
    their own estimates to rounding. Every other algorithm, and a subclass with an ``estimate`` of
    its own, is asked pair by pair: at least 2 microseconds each, more than 100 if it looks at
    neighbours, times 5 million for 600 users and 9,000 films. Scoring times on a leaderboard are
    therefore those of the adapter, and shorter than those of Surprise alone.

    Fallback: what the algorithm says about an unknown user or film. That is the mean, plus the bias
    of the known one in ``SVD``, ``SVDpp``, ``BaselineOnly`` and ``KNNBaseline``, and the
    mean alone in the others.

    Each fit uses a copy and prints nothing. ``NormalPredictor`` draws from NumPy's global
    generator at every call, so no seed makes it repeatable. ``SlopeOne`` of Surprise 1.1.5 reads
    stars as whole numbers, so it loses half stars.

    Args:
        algorithm: the name of a class, such as ``"SVD"``; or the class; or an object of it.
        random_state: seed, for an algorithm that takes one; None keeps the algorithm's own seed, or
            takes 0 if it has none.
        arguments: of the class, if ``algorithm`` is not an object yet: ``n_factors=50``.

    Attributes:
        algorithm: as it was made; ``algorithm_``: the fitted copy.
        inner_users_, inner_items_: Surprise's own index of each of ours, −1 without a rating.
        n_parameters_: size of the arrays that the algorithm has learnt.

    Raises:
        MissingLibraryError: Surprise is not installed; the message has the command.
        ParameterError: no such algorithm, or it does not take an argument.

    Example::

        svd = FromSurprise("SVD", n_factors=50, reg_all=0.1)
        leaderboard({"ours": MatrixFactorization(), "theirs": svd}, interactions)
    """

    predicts_stars = True

    not_saved_because = NOT_SAVED_BECAUSE

    def __init__(
        self, algorithm: Any, *, random_state: int | None = None, **arguments: Any
    ) -> None:
        self.algorithm = made("algorithm", algorithm, arguments, _class_of)
        if not (hasattr(self.algorithm, "fit") and hasattr(self.algorithm, "estimate")):
            raise ParameterError(
                f"{type(self.algorithm).__name__} is not an algorithm of Surprise: it has no fit "
                "or no estimate."
            )
        self.random_state = random_state

    def settings(self) -> dict[str, Any]:
        """Name of the algorithm and its arguments, for the header of a leaderboard."""
        own = {"algorithm": type(self.algorithm).__name__, **hyper_parameters(self.algorithm)}
        return {**own, "random_state": self.random_state}

    def _fit(self, train: Interactions, _validation: Interactions | None) -> None:
        surprise = library("surprise")
        columns = {"user": train.user, "item": train.item, "rating": train.rating}
        reader = surprise.Reader(rating_scale=train.rating_scale)
        ratings = surprise.Dataset.load_from_df(pd.DataFrame(columns), reader)
        trainset = ratings.build_full_trainset()
        self.algorithm_ = fresh(self.algorithm, self.random_state)
        if hasattr(self.algorithm_, "verbose"):
            self.algorithm_.verbose = False
        self.algorithm_.fit(trainset)
        self.inner_users_ = _inner(trainset.to_inner_uid, self.user_counts_)
        self.inner_items_ = _inner(trainset.to_inner_iid, self.item_counts_)
        self.n_parameters_ = n_learnt(self.algorithm_)

    def similar_items(self, item: int, n: int = 10) -> pd.DataFrame:
        """The n films most like one film, by an item-based algorithm: columns rank, item, score.

        The score is the algorithm's similarity; only films above 0 are listed.

        Raises:
            NotFittedError: ``fit`` has not been called.
            NotImplementedError: the algorithm does not compare items.
            UnknownItemError: the film has no training rating, or there is no such film.
            ParameterError: n is below 1 or above the number of films.
        """
        self._check_fitted()
        if not hasattr(self.algorithm_, "sim") or self.algorithm_.sim_options["user_based"]:
            raise NotImplementedError(
                f"{type(self.algorithm_).__name__} cannot say which items are similar, unless it "
                'is a neighbourhood algorithm with sim_options={"user_based": False}.'
            )
        self._check_item(item, n)
        rated = self.inner_items_ >= 0
        similarity = np.zeros(len(rated))
        row = self.algorithm_.sim[self.inner_items_[item]]
        similarity[rated] = row[self.inner_items_[rated]]
        left_out = similarity <= 0
        left_out[item] = True
        return best_items(similarity, n, left_out)

    def _predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        pairs = zip(users.tolist(), items.tolist(), strict=True)
        stars = [self.algorithm_.predict(user, item, clip=False).est for user, item in pairs]
        return np.array(stars, dtype="float64")

    def _scores(self, users: np.ndarray) -> np.ndarray:
        rated = np.flatnonzero(self.inner_items_ >= 0)
        scores = np.zeros((len(users), len(self.inner_items_)))
        found = scores_of_all_items(self.algorithm_, self.inner_users_[users])
        if found is None:
            pairs = np.repeat(users, len(rated)), np.tile(rated, len(users))
            scores[:, rated] = self._predict(*pairs).reshape(len(users), len(rated))
        else:
            scores[:, rated] = found[:, self.inner_items_[rated]]
        return scores

    def _fallback(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        # All unknown users get the same answer, so each distinct question is asked once.
        users = np.where(self._is_trained(users, self.user_counts_), users, -1)
        items = np.where(self._is_trained(items, self.item_counts_), items, -1)
        width = len(self.item_counts_) + 1
        asked, place = np.unique((users + 1) * width + items + 1, return_inverse=True)
        answers = self._predict(asked // width - 1, asked % width - 1)
        return answers[place.reshape(users.shape)]


def _class_of(name: str) -> type:
    """The algorithm of that name."""
    surprise = library("surprise")
    base = surprise.AlgoBase
    found = {
        key: value
        for key, value in vars(surprise).items()
        if isinstance(value, type) and issubclass(value, base) and value is not base
    }
    if name not in found:
        raise ParameterError(
            f"Surprise has no algorithm called {name!r}. There are {', '.join(sorted(found))}."
        )
    return found[name]


def _inner(inner_id: Any, counts: np.ndarray) -> np.ndarray:
    """Surprise's index of each of ours, −1 for those without a rating."""
    inner = np.full(len(counts), -1)
    for index in np.flatnonzero(counts).tolist():
        inner[index] = inner_id(index)
    return inner
