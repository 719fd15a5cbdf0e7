"""Implicit ALS: factors of what users chose, with more confidence in a yes than in a silence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.errors import ParameterError
from helpers.interactions import Interactions
from helpers.recommenders.base import check_count, check_not_negative
from helpers.recommenders.positives import PositiveOnly
from helpers.recommenders.top_n import top_n

# 2 million numbers of 8 bytes are 16 MB; a step holds a few arrays of that size.
CELLS_PER_BATCH = 2_000_000


class ImplicitALS(PositiveOnly):
    """Scores a film by user vector · item vector, learnt by alternating least squares.

    Minimises Σ c_ui (p_ui − x_u · y_i)² + λ (Σ ‖x_u‖² + Σ ‖y_i‖²) over *all* pairs, chosen or not
    (Hu, Koren and Volinsky 2008): p is 1 where the user chose the film, else 0, and the
    confidence c is 1 + α for a choice and 1 for a silence. With the films held, the best vector
    of a user is (YᵀY + α Y_uᵀ Y_u + λ I)⁻¹ (1 + α) Σ y_i over the films Y_u that they chose; YᵀY
    is shared by all. The same the other way round, in turn. The scores are unit-free, mostly
    between 0 and 1.

    Arguments, fallback and errors of the threshold are those of ``PositiveOnly``. The defaults
    are round numbers near the best on validation sets of MovieLens latest-small.

    Args:
        dim: width of the vectors.
        alpha: how much more a choice weighs than a silence, 0 or more.
        regularization: λ > 0.
        iterations: how often both sides are solved.
        threshold: stars from which a rating is a choice; None takes all.
        random_state: seed of the first item vectors.

    Attributes:
        user_factors_: shape (n_users, dim); ``item_factors_``: shape (n_items, dim). A row
            without a positive rating is 0.

    Raises:
        ParameterError: a hyper-parameter is out of range.

    Example:
        >>> ratings = pd.DataFrame(
        ...     {"user_id": [1, 1, 2, 2, 3, 3, 4], "movie_id": [10, 20, 10, 20, 30, 40, 10]}
        ... ).assign(rating=5.0)
        >>> als = ImplicitALS(dim=2, regularization=0.1).fit(Interactions.from_frames(ratings))
        >>> als.recommend([3], n=1)[["user", "item"]]
           user  item
        0     3     1
    """

    def __init__(
        self,
        dim: int = 96,
        *,
        alpha: float = 8.0,
        regularization: float = 60.0,
        iterations: int = 10,
        threshold: float | None = None,
        random_state: int = 0,
    ) -> None:
        check_count(dim, "dim")
        check_count(iterations, "iterations")
        check_not_negative(alpha, "alpha")
        if not (np.isfinite(regularization) and regularization > 0):
            raise ParameterError(
                f"regularization = {regularization} is not possible: it must be > 0."
            )
        self.dim = dim
        self.alpha = alpha
        self.regularization = regularization
        self.iterations = iterations
        self.threshold = threshold
        self.random_state = random_state
        self._check_threshold()

    def _fit(self, train: Interactions) -> None:
        chosen = self._positives(train)
        choosers = chosen.T.tocsr()
        generator = np.random.default_rng(self.random_state)
        scale = 1 / np.sqrt(self.dim)
        self.item_factors_ = generator.normal(scale=scale, size=(train.n_items, self.dim))
        self.item_factors_[self.item_counts_ == 0] = 0
        for _iteration in range(self.iterations):
            self.user_factors_ = self._solved(chosen, self.item_factors_)
            self.item_factors_ = self._solved(choosers, self.user_factors_)

    def _solved(self, chosen: sparse.csr_matrix, others: np.ndarray) -> np.ndarray:
        """The best vector of each row with the vectors of the other side held.

        A row with fewer choices than the vectors are wide is solved in the space of its choices:
        (S + α YᵀY)⁻¹ Yᵀ = S⁻¹ Yᵀ (I + α Y S⁻¹ Yᵀ)⁻¹. In the long tail that is much smaller.
        """
        shared = others.T @ others + self.regularization * np.eye(self.dim)
        through = np.linalg.solve(shared, others.T).T
        factors = np.zeros((chosen.shape[0], self.dim))
        for rows, columns, filled in _batches(chosen, self.dim):
            mine = others[columns] * filled[:, :, None]
            if filled.shape[1] < self.dim:
                short = through[columns] * filled[:, :, None]
                small = np.eye(filled.shape[1]) + self.alpha * (mine @ short.transpose(0, 2, 1))
                weights = np.linalg.solve(small, filled.astype("float64")[:, :, None])
                factors[rows] = (1 + self.alpha) * (weights * short).sum(axis=1)
            else:
                equations = shared + self.alpha * (mine.transpose(0, 2, 1) @ mine)
                wanted = (1 + self.alpha) * mine.sum(axis=1)
                factors[rows] = np.linalg.solve(equations, wanted[:, :, None])[:, :, 0]
        return factors

    def similar_items(self, item: int, n: int = 10) -> pd.DataFrame:
        """The n films whose vectors point most nearly the same way: columns rank, item, score.

        The score is the cosine of the two vectors, −1 to 1.

        Raises:
            NotFittedError: ``fit`` has not been called.
            UnknownItemError: the film has no positive rating, or there is no such film.
            ParameterError: n is below 1 or above the number of films.
        """
        self._check_known_item(item, n)
        vectors = self.item_factors_
        lengths = np.linalg.norm(vectors, axis=1)
        cosine = vectors @ vectors[item] / np.maximum(lengths * lengths[item], 1e-12)
        left_out = self.item_counts_ == 0
        left_out[item] = True
        ranked = top_n(cosine[None, :], n, left_out[None, :])[0]
        ranked = ranked[ranked >= 0]
        return pd.DataFrame(
            {"rank": np.arange(1, len(ranked) + 1), "item": ranked, "score": cosine[ranked]}
        )

    def _predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        return np.einsum("ij,ij->i", self.user_factors_[users], self.item_factors_[items])

    def _scores(self, users: np.ndarray) -> np.ndarray:
        scores: np.ndarray = self.user_factors_[users] @ self.item_factors_.T
        return scores


def _batches(
    chosen: sparse.csr_matrix, dim: int
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Rows of like length, their columns padded to one width, and which of these are filled.

    Rows without a column are left out.
    """
    count = np.diff(chosen.indptr)
    order = np.argsort(-count, kind="stable")[: np.count_nonzero(count)]
    start = 0
    while start < len(order):
        width = int(count[order[start]])
        size = max(1, CELLS_PER_BATCH // (dim * max(width, dim)))
        rows = order[start : start + size]
        place = np.arange(width)
        filled = place < count[rows][:, None]
        positions = np.where(filled, chosen.indptr[rows][:, None] + place, 0)
        yield rows, chosen.indices[positions], filled
        start += size
