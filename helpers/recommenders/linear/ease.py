"""EASE: one weight between any two films, learnt in closed form."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

import numpy as np
import pandas as pd
from scipy import linalg, sparse

from helpers.errors import ParameterError
from helpers.interactions import Interactions
from helpers.recommenders.arguments import check_not_negative, check_positive
from helpers.recommenders.folding_in import FoldsIn
from helpers.recommenders.lists import SCORES_PER_BLOCK, best_items, slices
from helpers.recommenders.positives import PositiveOnly

# 16 million numbers of 4 bytes are 64 MB.
CELLS_PER_BLOCK = 16_000_000
# How many products of a dense matrix take the time of one product of a sparse one.
DENSE_GAIN = 400
# A larger inverse is mirrored in squares of this side, which stay near the processor.
SQUARE = 128


@dataclass(repr=False, eq=False)
class EASE(PositiveOnly, FoldsIn):
    """Scores a film by adding up what each film that the user chose says for or against it.

    With X the users' choices of 0 and 1, minimises ‖X − X B‖² + λ ‖B‖² over the weights B between
    films, whose diagonal is 0: no film may speak for itself. With P = (XᵀX + λ I)⁻¹ the solution
    is B_ij = −P_ij / P_jj (Steck 2019). Nothing in it is random.

    Where there are fewer users than films, the same scores come from a matrix of users × users:
    with K = (X Xᵀ + λ I)⁻¹, P = (I − Xᵀ K X) / λ and X B = X − K X / diag P (Woodbury's identity),
    which takes seconds instead of minutes on ten thousand films. The scores are unit-free, about
    1 for a film that the user surely chose; they may be negative.

    Nearly all the time goes into the inverse, in place, by LAPACK. The most that ``fit`` holds is
    one and a half matrices of films × films, of 8 bytes per number (by users: of users × users, and
    one of users × films), beside the ratings: 0.2 GB for a million of 3,700 films, 1.2 GB for
    10,000 films.

    Arguments, fallback and errors of the threshold are those of ``PositiveOnly``. A film without
    a positive rating scores 0, so it ranks above those that the model advises against.

    ``star_weight`` goes beyond the paper: a choice then counts 1 + star_weight · (stars − mean
    stars of the choices) in X, so that a film which the user liked says more than one that they
    only watched. The closed form holds for any X. On MovieLens latest-small, validation sets
    choose 0.2, which gains about 0.003 of nDCG@10.

    Args:
        regularization: λ > 0; the larger, the more the weights shrink. 200 suits small data,
            500 MovieLens 20M.
        threshold: stars from which a rating is a choice; None takes all.
        star_weight: 0 or more, per star; 0 is the model of the paper.

    Attributes:
        n_parameters_: weights between films that have ratings.

    Raises:
        ParameterError: λ is not above 0, the threshold is not a number, or the weight is negative.

    Example:
        >>> ratings = pd.DataFrame(
        ...     {"user_id": [1, 1, 2, 2, 3, 3, 4], "movie_id": [10, 20, 10, 20, 20, 30, 10]}
        ... ).assign(rating=5.0)
        >>> ease = EASE(regularization=1).fit(Interactions.from_frames(ratings))
        >>> ease.recommend([3], n=1)[["user", "item"]]
           user  item
        0     3     1
    """

    regularization: float = 200.0
    threshold: float | None = None
    _: KW_ONLY
    star_weight: float = 0.0

    def __post_init__(self) -> None:
        check_positive(self.regularization, "regularization")
        check_not_negative(self.star_weight, "star_weight")
        self._check_threshold()

    def _fit(self, train: Interactions, _validation: Interactions | None) -> None:
        chosen = self._positives(train, self.star_weight)
        self.chosen_ = chosen
        rated = int(np.count_nonzero(self.item_counts_))
        self.n_parameters_ = rated * (rated - 1)
        if train.n_users < train.n_items:
            self._fit_by_users(chosen)
        else:
            self._fit_by_items(chosen)

    def _fit_by_users(self, chosen: sparse.csr_matrix) -> None:
        self.weights_: np.ndarray | None = None
        self.smoothed_ = _by_rows(_inverse(_gram(chosen.T.tocsr()), self.regularization), chosen)
        explained = np.asarray(chosen.multiply(self.smoothed_).sum(axis=0)).ravel()
        self.precision_ = (1 - explained) / self.regularization

    def _fit_by_items(self, chosen: sparse.csr_matrix) -> None:
        precision = _inverse(_gram(chosen), self.regularization)
        self.precision_ = np.diag(precision).copy()
        precision /= -self.precision_
        np.fill_diagonal(precision, 0)
        self.weights_ = precision

    def weights_to(self, item: int) -> np.ndarray:
        """What the choice of each film adds to the score of one, float64, shape (n_items,).

        Raises:
            NotFittedError: ``fit`` has not been called.
            UnknownItemError: the film has no positive rating, or there is no such film.
        """
        self._check_item(item, 1)
        if self.weights_ is not None:
            return self.weights_[:, item].copy()
        column = self.chosen_.T @ self.smoothed_[:, item] / self.regularization
        weights: np.ndarray = column / self.precision_[item]
        weights[item] = 0
        return weights

    def similar_items(self, item: int, n: int = 10) -> pd.DataFrame:
        """The n films whose choice speaks most for one: columns rank, item, score (the weight).

        Not symmetric: that everybody who chose a rare film also chose a famous one says little
        the other way round.

        Raises:
            NotFittedError, UnknownItemError: as ``weights_to``.
            ParameterError: n is below 1 or above the number of films.
        """
        self._check_item(item, n)
        weights = self.weights_to(item)
        return best_items(weights, n, weights <= 0)

    def _scores(self, users: np.ndarray) -> np.ndarray:
        if self.weights_ is None:
            scores: np.ndarray = self.chosen_[users].toarray()
            scores -= self.smoothed_[users] / self.precision_
            return scores
        return self.chosen_[users] @ self.weights_

    def _scores_for(self, ratings: sparse.csr_matrix) -> np.ndarray:
        """The product x B of each newcomer's choices x; by users, x P = (x − x Xᵀ K X) / λ."""
        chosen = self._chosen_by(ratings, self.star_weight)
        if self.weights_ is not None:
            return chosen @ self.weights_
        own: np.ndarray = chosen.toarray()
        # This way round only the few rows of newcomers are turned into columns, not all users.
        shared = (self.chosen_ @ chosen.T.tocsr()).T.tocsr()
        spoken = own - shared @ self.smoothed_
        return own - spoken / (self.regularization * self.precision_)

    def _predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        if self.weights_ is None:
            own = np.asarray(self.chosen_[users, items]).ravel()
            return own - self.smoothed_[users, items] / self.precision_[items]
        predicted = np.empty(len(users))
        for rows in slices(len(users), SCORES_PER_BLOCK // len(self.precision_)):
            columns = self.weights_[:, items[rows]].T
            own = self.chosen_[users[rows]].multiply(columns)
            predicted[rows] = np.asarray(own.sum(axis=1)).ravel()
        return predicted


def _by_rows(dense: np.ndarray, matrix: sparse.csr_matrix) -> np.ndarray:
    """The product, row after row in memory, as whoever folds somebody in reads it."""
    product = np.empty((len(dense), matrix.shape[1]))
    for start in range(0, len(dense), SQUARE):
        product[start : start + SQUARE] = dense[start : start + SQUARE] @ matrix
    return product


def _gram(rows: sparse.csr_matrix) -> np.ndarray:
    """XᵀX, dense, float64, by columns; where X is dense, only its lower triangle is filled.

    Dense products of blocks are the faster way, unless nearly all that they multiply is 0. Of
    0 and 1 they are counts, which numbers of 4 bytes hold exactly, up to 16 million rows.
    """
    n_rows, size = rows.shape
    sparse_products = int((np.diff(rows.indptr).astype("int64") ** 2).sum())
    if n_rows * size**2 > DENSE_GAIN * sparse_products:
        gram: np.ndarray = (rows.T @ rows).toarray(order="F")
        return gram
    counts = (rows.data == 1).all()
    precision, add = ("float32", linalg.blas.ssyrk) if counts else ("float64", linalg.blas.dsyrk)
    gram = np.zeros((size, size), precision, order="F")
    block = max(1, CELLS_PER_BLOCK // size)
    for start in range(0, n_rows, block):
        dense = rows[start : start + block].astype(precision).toarray()
        gram = add(1, dense.T, beta=1, c=gram, overwrite_c=1, lower=1)
    return gram.astype("float64", copy=False)


def _inverse(gram: np.ndarray, regularization: float) -> np.ndarray:
    """(gram + λ I)⁻¹ by Cholesky's factors, in place, from the lower triangle of the matrix."""
    gram[np.diag_indices_from(gram)] += regularization
    factor, info = linalg.lapack.dpotrf(gram, lower=1, overwrite_a=1, clean=0)
    inverse, more = linalg.lapack.dpotri(factor, lower=1, overwrite_c=1)
    if info or more:
        raise ParameterError(
            f"regularization = {regularization} is too small for these ratings: the matrix cannot "
            "be inverted in double precision. Choose a larger one."
        )
    for start in range(0, len(inverse), SQUARE):
        end = start + SQUARE
        inverse[start:end, end:] = inverse[end:, start:end].T
        square = np.tril(inverse[start:end, start:end])
        inverse[start:end, start:end] = square + np.tril(square, -1).T
    symmetric: np.ndarray = inverse.T
    return symmetric
