"""Any recommender of the library implicit as a recommender of the course."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks.adapters.library import (
    NOT_SAVED_BECAUSE,
    fresh,
    hyper_parameters,
    library,
    made,
    n_learnt,
)
from helpers.errors import ParameterError
from helpers.interactions import Interactions
from helpers.recommenders.arguments import check_count
from helpers.recommenders.lists import blocks_of_pairs
from helpers.recommenders.positives import PositiveOnly
from helpers.recommenders.vectors import VectorRecommender

# The classes themselves: the functions of these names in implicit.als … go to a GPU if they can.
MODULES = {
    "AlternatingLeastSquares": "implicit.cpu.als",
    "BayesianPersonalizedRanking": "implicit.cpu.bpr",
    "LogisticMatrixFactorization": "implicit.cpu.lmf",
    "BM25Recommender": "implicit.nearest_neighbours",
    "CosineRecommender": "implicit.nearest_neighbours",
    "TFIDFRecommender": "implicit.nearest_neighbours",
}


class FromImplicit(PositiveOnly, VectorRecommender):
    """A recommender of the library implicit (Frederickson), which learns from who chose what.

    It is fitted on a sparse matrix with a 1 for each positive rating, users in rows. If it learns
    factors, a score is user vector · item vector. If it does not (the item-item models), the
    scores are those of its own ``recommend`` over all films, and 0 for a film that it did not
    reach. On CPU only.

    ``AlternatingLeastSquares`` gives a choice the confidence α, our ``ImplicitALS`` 1 + α: theirs
    with ``alpha=9`` minimises the same as ours with ``alpha=8``. ``BayesianPersonalizedRanking``
    repeats itself only with ``num_threads=1``.

    Fallback: a user without a positive rating gets every film's share of the users who chose it,
    as in ``PositiveOnly``. A film without one gets a score that is below every other film's: 0 in
    an item-item model, else one below what any two of its vectors have, because the library's own
    value there may be a leftover of its random start.

    Each fit uses a copy, shows no progress bar, and limits BLAS to one thread, as the library asks.

    Args:
        model: the name of a class, such as ``"AlternatingLeastSquares"``; or the class; or an
            object that has not learnt yet.
        threshold: stars from which a rating is a choice; None takes all.
        random_state: seed, for a model that takes one; None keeps the model's own seed, or takes 0
            if it has none.
        arguments: of the class, if ``model`` is not an object yet: ``factors=96``.

    Attributes:
        model: as it was made; ``model_``: the fitted copy.
        user_vectors_, item_vectors_: see ``VectorRecommender``; for a model that learns factors.
        n_parameters_: size of the arrays that the model has learnt.

    Raises:
        MissingLibraryError: implicit is not installed; the message has the command.
        ParameterError: no such model, it does not take an argument, it has learnt already, or it
            runs on a GPU.

    Example::

        als = FromImplicit("AlternatingLeastSquares", factors=96, alpha=9.0, regularization=60.0)
        leaderboard({"ours": ImplicitALS(), "theirs": als}, interactions)
    """

    not_saved_because = NOT_SAVED_BECAUSE

    def __init__(
        self,
        model: Any,
        *,
        threshold: float | None = None,
        random_state: int | None = None,
        **arguments: Any,
    ) -> None:
        # Making a model already warns if BLAS has several threads.
        with threadpool_limits(1, "blas"):
            self.model = made("model", model, arguments, _class_of)
        self.threshold = threshold
        self.random_state = random_state
        self._check_threshold()
        self._check_model()

    def settings(self) -> dict[str, Any]:
        """Name of the model and its arguments, for the header of a leaderboard."""
        own = {"model": type(self.model).__name__, **hyper_parameters(self.model)}
        return {**own, "threshold": self.threshold, "random_state": self.random_state}

    def _check_model(self) -> None:
        name = type(self.model).__name__
        if not (hasattr(self.model, "fit") and hasattr(self.model, "recommend")):
            raise ParameterError(
                f"{name} is not a recommender of implicit: it has no fit or no recommend."
            )
        if type(self.model).__module__.startswith("implicit.gpu"):
            raise ParameterError(
                f"This {name} runs on a GPU. Make it with use_gpu=False, or give its name."
            )
        learnt = ("item_factors", "similarity")
        if any(getattr(self.model, attribute, None) is not None for attribute in learnt):
            # implicit continues from factors that it finds, so they would leak into every fit.
            raise ParameterError(f"This {name} has learnt already. Give an unfitted one.")

    def _fit(self, train: Interactions, _validation: Interactions | None) -> None:
        self.chosen_ = self._positives(train).astype("float32")
        self.model_ = fresh(self.model, self.random_state)
        with threadpool_limits(1, "blas"), warnings.catch_warnings():
            # It converts a matrix that it made itself, and warns about that.
            warnings.filterwarnings("ignore", message="Method expects CSR input")
            self.model_.fit(self.chosen_, show_progress=False)
        self.n_parameters_ = n_learnt(self.model_)
        self.lowest_ = 0.0
        if getattr(self.model_, "user_factors", None) is not None:
            self.user_vectors_ = np.asarray(self.model_.user_factors, "float64")
            self.item_vectors_ = np.asarray(self.model_.item_factors, "float64")
            self.lowest_ = self._lowest()

    def _has_vectors(self) -> bool:
        return hasattr(self, "user_vectors_")

    def similar_items(self, item: int, n: int = 10, *, min_ratings: int = 1) -> pd.DataFrame:
        """The n films that the model finds most like one film: columns rank, item, score.

        Raises:
            NotFittedError: ``fit`` has not been called.
            UnknownItemError: the film has no positive rating, or there is no such film.
            ParameterError: n is below 1 or above the number of films, or min_ratings is below 1.
        """
        self._check_item(item, n)
        check_count(min_ratings, "min_ratings")
        items, similarity = self.model_.similar_items(int(item), N=self.train_.n_items)
        listed = (items != item) & (self.item_counts_[items] >= min_ratings)
        items, similarity = items[listed][:n], similarity[listed][:n].astype("float64")
        ranks = np.arange(1, len(items) + 1)
        return pd.DataFrame({"rank": ranks, "item": items, "score": similarity})

    def _predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        if self._has_vectors():
            return super()._predict(users, items)
        predicted = np.empty(len(users))
        for some, pairs, row in blocks_of_pairs(users, self.train_.n_items):
            predicted[pairs] = self._scores(some)[row, items[pairs]]
        return predicted

    def _scores(self, users: np.ndarray) -> np.ndarray:
        if self._has_vectors():
            return super()._scores(users)
        n_items = self.train_.n_items
        items, found = self.model_.recommend(
            users, self.chosen_[users], N=n_items, filter_already_liked_items=False
        )
        scores = np.zeros((len(users), n_items))
        row, place = np.nonzero(items >= 0)
        scores[row, items[row, place]] = found[row, place]
        return scores

    def _fallback(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        known_user = self._is_trained(users, self.user_counts_)
        return np.where(known_user, self.lowest_, super()._fallback(users, items))


def _class_of(name: str) -> type:
    """The recommender of that name."""
    if name not in MODULES:
        raise ParameterError(
            f"implicit has no recommender called {name!r}. There are {', '.join(MODULES)}."
        )
    found: type = getattr(library(MODULES[name]), name)
    return found
