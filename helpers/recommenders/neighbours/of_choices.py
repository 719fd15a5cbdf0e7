"""Implicit item neighbours: which films are chosen by the same people, whatever their stars."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.errors import ParameterError
from helpers.interactions import Interactions
from helpers.recommenders.arguments import check_count, check_not_negative
from helpers.recommenders.folding_in import FoldsIn
from helpers.recommenders.lists import best_items
from helpers.recommenders.positives import PositiveOnly
from helpers.similarity import cosine


@dataclass(repr=False, eq=False)
class ImplicitItemNeighbours(PositiveOnly, FoldsIn):
    """Scores a film by its similarity to the films that the user chose, added up.

    The similarity of films i and j is the cosine of their columns of 0 and 1, n_ij / √(n_i n_j)
    with n the number of users who chose one or both, times n_ij / (n_ij + shrinkage). Each film
    keeps its k nearest, and score(u, i) = Σ s_ij over the neighbours j of i that u chose. It is a
    sum, not a mean: a film that ten of the user's choices speak for ranks above one that a
    single choice speaks for more strongly. That is what ranks well, and what ``ItemNeighbours``,
    which predicts stars, does not do (Deshpande and Karypis 2004; Cremonesi et al. 2010). The
    scores are unit-free, 0 or more.

    Arguments, fallback and errors of the threshold are those of ``PositiveOnly``. The defaults
    are round numbers near the best on validation sets of MovieLens latest-small.

    Args:
        k: how many neighbours each film has.
        shrinkage: 0 or more; the users in common at which a similarity counts half.
        threshold: stars from which a rating is a choice; None takes all.

    Attributes:
        similarities_: sparse, 0 to 1: row i holds the neighbours of film i.

    Raises:
        ParameterError: a hyper-parameter is out of range.

    Example:
        >>> ratings = pd.DataFrame(
        ...     {"user_id": [1, 1, 2, 2, 3, 3, 4], "movie_id": [10, 20, 10, 20, 30, 40, 10]}
        ... ).assign(rating=5.0)
        >>> model = ImplicitItemNeighbours(shrinkage=0).fit(Interactions.from_frames(ratings))
        >>> model.recommend([3], n=1)[["item", "score"]].round(2)
           item  score
        0     1   0.82
    """

    k: int = 100
    _: KW_ONLY
    shrinkage: float = 10.0
    threshold: float | None = None

    def __post_init__(self) -> None:
        check_count(self.k, "k")
        check_not_negative(self.shrinkage, "shrinkage")
        self._check_threshold()

    def _fit(self, train: Interactions, _validation: Interactions | None) -> None:
        self.chosen_ = self._positives(train)
        films = self.chosen_.T.tocsr()
        self.similarities_ = cosine(films, shrinkage=self.shrinkage, top_k=self.k)
        self.n_parameters_ = int(self.similarities_.nnz)

    def similar_items(self, item: int, n: int = 10) -> pd.DataFrame:
        """The n nearest neighbours of a film, at most k: columns rank, item, score (similarity).

        Raises:
            NotFittedError: ``fit`` has not been called.
            UnknownItemError: the film has no positive rating, or there is no such film.
            ParameterError: n is below 1 or above k.
        """
        self._check_item(item, n)
        if n > self.k:
            raise ParameterError(f"n = {n} is not possible: each film keeps {self.k} neighbours.")
        similarity = self.similarities_[[item]].toarray()[0]
        return best_items(similarity, n, similarity == 0)

    def _predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        both = self.chosen_[users].multiply(self.similarities_[items])
        return np.asarray(both.sum(axis=1), dtype="float64").ravel()

    def _scores(self, users: np.ndarray) -> np.ndarray:
        scores: np.ndarray = (self.chosen_[users] @ self.similarities_.T).toarray()
        return scores

    def _scores_for(self, ratings: sparse.csr_matrix) -> np.ndarray:
        scores: np.ndarray = (self._chosen_by(ratings) @ self.similarities_.T).toarray()
        return scores
