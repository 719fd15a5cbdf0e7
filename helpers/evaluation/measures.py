"""The metrics that an evaluation knows by name, and what each user adds to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from helpers import metrics
from helpers.errors import ParameterError
from helpers.evaluation.resampling import Sums
from helpers.features import genre_indicators
from helpers.interactions import Interactions
from helpers.metrics import per_user


@dataclass(frozen=True, eq=False)
class Lists:
    """The lists of all evaluated users, and what they are measured against.

    Attributes:
        users: evaluated users, ascending, shape (users,).
        ranked: items, best first, padded with −1, shape (users, k).
        stars: held-out stars of the relevant items, sparse, shape (users, items).
        relevant: 1 for these items, of the same shape.
        seen: 1 for what was masked, of the same shape.
        auc: area under the curve of each user, shape (users,); empty if it was not asked for.
        train: what the recommender learnt from.
        k: how many places count.
    """

    users: np.ndarray
    ranked: np.ndarray
    stars: sparse.csr_matrix
    relevant: sparse.csr_matrix
    seen: sparse.csr_matrix
    auc: np.ndarray
    train: Interactions
    k: int

    @cached_property
    def profile(self) -> sparse.csr_matrix:
        """1 for the training films of each evaluated user."""
        return binary_rows(self.train, self.users)

    @cached_property
    def item_counts(self) -> np.ndarray:
        """How many users rated each film in training."""
        return np.bincount(self.train.item, minlength=self.train.n_items)

    @cached_property
    def genres(self) -> sparse.csr_matrix:
        """Genre indicators of the films."""
        indicators = genre_indicators(self.train.movies["genres"])
        return sparse.csr_matrix(indicators.to_numpy("float64"))

    @cached_property
    def popular(self) -> np.ndarray:
        """The most popular films that each user has not seen, shape (users, k); padded with −1."""
        order = np.argsort(-self.item_counts, kind="stable")
        seen = self.seen[:, order]
        seen.sort_indices()
        counts = np.diff(seen.indptr)
        # Number of unseen films before each seen one; from there on all move down one place.
        unseen = seen.indices - np.arange(seen.nnz) + np.repeat(seen.indptr[:-1], counts)
        early = unseen < self.k
        cells = np.repeat(np.arange(len(counts)), counts)[early] * self.k + unseen[early]
        pushed = np.bincount(cells, minlength=len(counts) * self.k).reshape(-1, self.k)
        places = np.arange(self.k) + pushed.cumsum(axis=1)
        popular: np.ndarray = np.append(order, -1)[np.minimum(places, len(order))]
        return popular


def _novelty(lists: Lists) -> np.ndarray:
    n_users = len(np.unique(lists.train.user))
    return per_user.novelty_at_k(lists.ranked, lists.item_counts, n_users, lists.k)


def _lift(lists: Lists) -> Sums:
    offered, own = per_user.popularity_of_lists(
        lists.ranked, lists.profile, lists.item_counts, lists.k
    )
    return Sums(np.nan_to_num(offered), np.nan_to_num(own), "lift")


RATING = ("rmse", "mae", "mape")
OF_USERS: dict[str, Callable[[Lists], np.ndarray]] = {
    "precision": lambda x: per_user.precision_at_k(x.ranked, x.relevant, x.k),
    "recall": lambda x: per_user.recall_at_k(x.ranked, x.relevant, x.k),
    "hit_rate": lambda x: per_user.hit_rate_at_k(x.ranked, x.relevant, x.k),
    "mrr": lambda x: per_user.mrr_at_k(x.ranked, x.relevant, x.k),
    "map_over_min": lambda x: per_user.map_at_k_over_min(x.ranked, x.relevant, x.k),
    "map_over_relevant": lambda x: per_user.map_at_k_over_relevant(x.ranked, x.relevant, x.k),
    "ndcg": lambda x: per_user.ndcg_at_k(x.ranked, x.relevant, x.k),
    "graded_ndcg": lambda x: per_user.graded_ndcg_at_k(x.ranked, x.stars, x.k),
    "auc": lambda x: x.auc,
    "novelty": _novelty,
    "diversity": lambda x: per_user.intra_list_diversity_at_k(x.ranked, x.genres, x.k),
    "serendipity": lambda x: per_user.serendipity_at_k(x.ranked, x.relevant, x.popular, x.k),
    "calibration": lambda x: per_user.genre_calibration_at_k(x.ranked, x.profile, x.genres, x.k),
}
OF_SUMS: dict[str, Callable[[Lists], Sums]] = {"popularity_lift": _lift}
OF_CATALOGUE: dict[str, Callable[[Lists], float]] = {
    "coverage": lambda x: metrics.catalogue_coverage_at_k(x.ranked, x.train.n_items, x.k),
    "gini": lambda x: metrics.gini_of_exposure_at_k(x.ranked, x.train.n_items, x.k),
}
NEED_GENRES = ("diversity", "calibration")
ON_REQUEST = ("mape", "auc", "graded_ndcg", "map_over_relevant")
LOWER_IS_BETTER = (*RATING, "gini", "calibration")
METRICS = (*RATING, *OF_USERS, *OF_SUMS, *OF_CATALOGUE)


def chosen_metrics(
    wanted: Iterable[str] | None, train: Interactions, predicts_stars: bool, k: int
) -> list[str]:
    """The names that were asked for, or all that apply; a ParameterError if one does not."""
    lacking = dict.fromkeys(NEED_GENRES, "the films have no genres")
    if "genres" in train.movies:
        lacking = {}
    if k < 2:
        lacking["diversity"] = "a list of one film has no pair"
    if not predicts_stars:
        lacking.update(dict.fromkeys(RATING, "the recommender does not predict stars"))
    if wanted is None:
        return [name for name in METRICS if name not in ON_REQUEST and name not in lacking]
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    for name in names:
        if name not in METRICS:
            raise ParameterError(f"No metric is called {name!r}. There are {', '.join(METRICS)}.")
        if name in lacking:
            raise ParameterError(f"{name!r} cannot be measured: {lacking[name]}.")
    return list(dict.fromkeys(names))


def rating_sums(name: str, held: Interactions, predicted: np.ndarray, users: np.ndarray) -> Sums:
    """What each of the users adds to a rating metric."""
    truth = held.rating.astype("float64")
    # Checks the values, and that MAPE has no star of 0 to divide by.
    getattr(metrics, name)(truth, predicted)
    error = np.abs(truth - predicted)
    if name == "rmse":
        error **= 2
    elif name == "mape":
        error /= np.abs(truth)
    sums = np.bincount(held.user, error, held.n_users)[users]
    counts = np.bincount(held.user, minlength=held.n_users)[users].astype("float64")
    return Sums(sums, counts, "root" if name == "rmse" else "mean")


def binary_rows(interactions: Interactions, users: np.ndarray) -> sparse.csr_matrix:
    """1 for each rating of the users, float64, shape (users, items)."""
    ones = np.ones(len(interactions))
    shape = (interactions.n_users, interactions.n_items)
    matrix = sparse.csr_matrix((ones, (interactions.user, interactions.item)), shape=shape)
    return matrix[users]
