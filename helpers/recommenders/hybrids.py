"""Hybrids: two recommenders as one, by a weighted sum or by a switch."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Literal, get_args

import numpy as np
from scipy import sparse

from helpers.errors import ParameterError
from helpers.interactions import Interactions
from helpers.recommenders.arguments import check_count, check_one_of
from helpers.recommenders.base import Recommender, WholeCatalogue
from helpers.recommenders.folding_in import FoldsIn
from helpers.recommenders.lists import blocks_of_pairs

Scale = Literal["z-score", "rank"]


@dataclass(repr=False, eq=False)
class TwoAsOne(WholeCatalogue, FoldsIn):
    """What the hybrids share: two recommenders that learn from the same ratings.

    ``fit`` fits both, but one that has learnt from these very interactions already is taken as it
    is. New users can be scored if both recommenders fold in.
    """

    first: Recommender
    second: Recommender

    def __post_init__(self) -> None:
        for name, part in (("first", self.first), ("second", self.second)):
            if not isinstance(part, Recommender):
                raise ParameterError(f"{name} must be a recommender, not {type(part).__name__}.")

    def _fit(self, train: Interactions, validation: Interactions | None) -> None:
        for part in (self.first, self.second):
            if getattr(part, "train_", None) is not train:
                part.fit(train, validation)

    def _fallback(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        return self._predict(users, items)

    def _of_newcomers(self, part: Recommender, ratings: sparse.csr_matrix) -> np.ndarray:
        if not isinstance(part, FoldsIn):
            raise ParameterError(
                f"A {type(part).__name__} cannot score somebody who is not in the data: choose a "
                "recommender that has scores_for."
            )
        return part.scores_for(ratings)


@dataclass(repr=False, eq=False)
class WeightedHybrid(TwoAsOne):
    """Scores a film by weight · first + (1 − weight) · second, both brought to one scale.

    Scores of two recommenders have nothing to do with each other: stars here, sums of weights
    there. So each user's scores of the whole catalogue are scaled first, either to mean 0 and
    standard deviation 1 (``"z-score"``) or to their places, from 0 for the last film to 1 for the
    first, equal scores sharing their mean place (``"rank"``). Otherwise the recommender whose
    scores happen to spread more would decide alone (Burke 2002 on hybrids of this kind). The
    result is unit-free.

    Fallback: each of the two says what it has for an unknown user or film. What is no film at all
    gets the user's lowest score.

    Args:
        first: a recommender, fitted or not (see ``TwoAsOne``).
        second: another.
        weight: of the first, 0 to 1; choose it on a validation set.
        scale: see above.

    Raises:
        ParameterError: one is not a recommender, or the weight or the scale is impossible.

    Example:
        >>> import pandas as pd
        >>> from helpers.recommenders import EASE, Popularity
        >>> ratings = pd.DataFrame(
        ...     {"user_id": [1, 1, 2, 2, 3, 3, 4], "movie_id": [10, 20, 10, 20, 20, 30, 10]}
        ... ).assign(rating=5.0)
        >>> hybrid = WeightedHybrid(EASE(1), Popularity(), 0.8)
        >>> hybrid.fit(Interactions.from_frames(ratings)).recommend([3], n=1)[["user", "item"]]
           user  item
        0     3     1
    """

    weight: float = 0.5
    _: KW_ONLY
    scale: Scale = "z-score"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.weight <= 1:
            raise ParameterError(f"weight = {self.weight} is not possible: choose 0 to 1.")
        check_one_of(self.scale, "scale", get_args(Scale))

    def _mixed(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        return self.weight * scaled(first, self.scale) + (1 - self.weight) * scaled(
            second, self.scale
        )

    def _scores(self, users: np.ndarray) -> np.ndarray:
        return self._mixed(self.first.scores(users), self.second.scores(users))

    def _predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        no_film = (items < 0) | (items >= self.train_.n_items)
        films = np.where(no_film, 0, items)
        predicted = np.empty(len(users))
        for some, pairs, row in blocks_of_pairs(users, self.train_.n_items):
            scores = self._scores(some)
            lowest = scores.min(axis=1)[row]
            predicted[pairs] = np.where(no_film[pairs], lowest, scores[row, films[pairs]])
        return predicted

    def _scores_for(self, ratings: sparse.csr_matrix) -> np.ndarray:
        parts = (self._of_newcomers(part, ratings) for part in (self.first, self.second))
        return self._mixed(*parts)


@dataclass(repr=False, eq=False)
class SwitchingHybrid(TwoAsOne):
    """Asks the first recommender for users with few ratings, the second for all others.

    Nothing is mixed, so no scale matters: each user's list is that of one recommender. Scores of
    two users may therefore be of two kinds.

    Fallback: an unknown user has no rating, so the first answers.

    Args:
        first: the recommender for users with fewer training ratings than ``at_least``.
        second: the recommender for the others.
        at_least: how many ratings it takes, 1 or more; choose it on a validation set.

    Raises:
        ParameterError: one is not a recommender, or ``at_least`` is not a whole number from 1.

    Example:
        >>> import pandas as pd
        >>> from helpers.recommenders import EASE, Popularity
        >>> ratings = pd.DataFrame(
        ...     {"user_id": [1, 1, 2, 2, 3, 3, 4], "movie_id": [10, 20, 10, 20, 20, 30, 10]}
        ... ).assign(rating=5.0)
        >>> hybrid = SwitchingHybrid(Popularity(), EASE(1), at_least=2)
        >>> hybrid.fit(Interactions.from_frames(ratings)).scores([3]).round(1)
        array([[3., 3., 1.]])
    """

    at_least: int = 5

    def __post_init__(self) -> None:
        super().__post_init__()
        check_count(self.at_least, "at_least")
        self.predicts_stars = self.first.predicts_stars and self.second.predicts_stars

    def _scores(self, users: np.ndarray) -> np.ndarray:
        scores = np.empty((len(users), self.train_.n_items))
        for part, rows in self._asked(users):
            scores[rows] = part.scores(users[rows])
        return scores

    def _asked(self, users: np.ndarray) -> list[tuple[Recommender, np.ndarray]]:
        """Each recommender and the positions of the users that it answers for."""
        inside = (users >= 0) & (users < self.train_.n_users)
        count = np.where(inside, self.user_counts_[np.where(inside, users, 0)], 0)
        enough = count >= self.at_least
        return [(self.first, np.flatnonzero(~enough)), (self.second, np.flatnonzero(enough))]

    def _predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        predicted = np.empty(len(users))
        for part, rows in self._asked(users):
            predicted[rows] = part.predict(users[rows], items[rows])
        return predicted

    def _scores_for(self, ratings: sparse.csr_matrix) -> np.ndarray:
        enough = ratings.getnnz(axis=1) >= self.at_least
        scores = np.empty(ratings.shape)
        for part, rows in ((self.first, ~enough), (self.second, enough)):
            if rows.any():
                scores[rows] = self._of_newcomers(part, ratings[rows])
        return scores


def scaled(scores: np.ndarray, scale: Scale) -> np.ndarray:
    """Each row on a scale that does not depend on its unit, float64; see ``WeightedHybrid``.

    A row of equal scores is 0 (z-score) or ½ (rank) throughout.

    Example:
        >>> scaled(np.array([[1.0, 2.0, 4.0, 4.0]]), "rank").round(2)
        array([[0.  , 0.33, 0.83, 0.83]])
    """
    if scale == "rank":
        from scipy.stats import rankdata  # half a second that other recommenders save

        places: np.ndarray = (rankdata(scores, axis=1) - 1) / max(scores.shape[1] - 1, 1)
        return places
    centred = scores - scores.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, keepdims=True)
    differ = np.ptp(scores, axis=1, keepdims=True) > 0
    return np.divide(centred, spread, out=np.zeros_like(centred), where=differ)
