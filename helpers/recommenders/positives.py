"""What the recommenders for implicit feedback share: a rating is a yes, or is left out."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from helpers.errors import DataError, ParameterError
from helpers.interactions import Interactions
from helpers.interactions.checking import reaches
from helpers.recommenders.arguments import values_or
from helpers.recommenders.base import Recommender


class PositiveOnly(Recommender):
    """Learns from which films a user chose, not from how many stars they got.

    Fallback: a user without a positive rating gets every film's share of the users who chose it,
    so popularity decides. A film without one scores 0 for everybody.

    Args:
        threshold: stars from which a rating counts as positive; None counts every rating, for
            to watch a film is a choice, whatever came of it.
    """

    threshold: float | None
    _needs = "positive training rating"

    def _check_threshold(self) -> None:
        if self.threshold is not None and not np.isfinite(self.threshold):
            raise ParameterError(
                f"threshold = {self.threshold} is not possible: give stars, or None for all."
            )

    def _positives(self, train: Interactions, star_weight: float = 0.0) -> sparse.csr_matrix:
        """1 for each positive rating, float64, shape (n_users, n_items).

        With a star weight it is 1 + weight · (stars − mean stars of the positive ratings).
        What is not positive teaches nothing, so the counts, which decide on the fallback, are
        those of the positive ratings.
        """
        part = (
            train if self.threshold is None else train.subset(reaches(train.rating, self.threshold))
        )
        if len(part) == 0:
            raise DataError(
                f"No rating reaches the threshold of {self.threshold:g} stars: the highest is "
                f"{train.rating.max():g}. Choose a lower one."
            )
        self._count(part)
        self.popularity_ = self.item_counts_ / np.count_nonzero(self.user_counts_)
        stars = part.rating.astype("float64")
        self.star_mean_ = float(stars.mean())
        values = 1 + star_weight * (stars - self.star_mean_)
        shape = (part.n_users, part.n_items)
        return sparse.csr_matrix((values, (part.user, part.item)), shape=shape)

    def _heard(self, ratings: sparse.csr_matrix) -> sparse.csr_matrix:
        """The ratings of a newcomer that are choices, of films of which something was learnt."""
        heard = ratings.tocoo()
        kept = self.item_counts_[heard.col] > 0
        if self.threshold is not None:
            kept &= reaches(heard.data, self.threshold)
        rated = (heard.data[kept], (heard.row[kept], heard.col[kept]))
        return sparse.csr_matrix(rated, shape=ratings.shape)

    def _chosen_by(self, ratings: sparse.csr_matrix, star_weight: float = 0.0) -> sparse.csr_matrix:
        """What ``_positives`` would have made of these rows."""
        chosen = ratings.copy()
        chosen.data = 1 + star_weight * (ratings.data - self.star_mean_)
        return chosen

    def _fallback(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:  # noqa: ARG002
        # A film without a positive rating has the share 0.
        return values_or(self.popularity_, items)
