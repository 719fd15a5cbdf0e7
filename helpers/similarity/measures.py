"""Cosine, Pearson and adjusted cosine of the rows of a sparse matrix."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
from scipy import sparse

from helpers.errors import ParameterError
from helpers.similarity.pairs import Options, Pairs, check_size, collect
from helpers.similarity.rows import (
    as_csr,
    centre_columns,
    centre_rows,
    ones_of,
    row_sums,
    squares_of,
    unit_rows,
)

Norms = Literal["all", "shared"]

# Below this share of the sum of squares a variance is rounding, and the row is constant.
NEGLIGIBLE = 1e-10


def cosine(
    rows: Any,
    others: Any = None,
    *,
    norms: Norms = "all",
    shrinkage: float = 0.0,
    min_overlap: int = 1,
    top_k: int | None = None,
) -> sparse.csr_matrix:
    """Cosine of the angle between each two rows, unknown entries counting as 0.

    Centre the rows first (``centre_rows``) where the values are stars: else unknown means
    "hated", and two users who rate everything 5 and everything 1 point the same way.

    Args:
        rows: sparse matrix or array (where 0 is unknown), shape (a, columns).
        others: what to compare them with, shape (b, columns); the rows themselves when None.
        norms: divide by the lengths of the whole rows (``"all"``), or only of the columns that
            both have rated (``"shared"``), which calls two rows that share one column identical.
        shrinkage: λ ≥ 0, see the package.
        min_overlap: fewest shared columns, at least 1.
        top_k: how many to keep a row, at least 1; all, and the row itself, when None.

    Returns:
        float64, shape (a, b), −1 to 1; no entry where the similarity is 0 or undefined.

    Raises:
        ParameterError: an option is out of range, the columns differ, or the full result would
            have more than 100 million pairs (set ``top_k``).
        DataError: a value is not finite.

    Example:
        >>> ratings = sparse.csr_matrix([[3.0, 4.0, 0.0], [4.0, 3.0, 0.0], [0.0, 0.0, 5.0]])
        >>> cosine(ratings).toarray().round(2)
        array([[1.  , 0.96, 0.  ],
               [0.96, 1.  , 0.  ],
               [0.  , 0.  , 1.  ]])
        >>> cosine(ratings, shrinkage=2, top_k=1).toarray().round(2)
        array([[0.  , 0.48, 0.  ],
               [0.48, 0.  , 0.  ],
               [0.  , 0.  , 0.  ]])
    """
    if norms not in get_args(Norms):
        raise ParameterError(f"norms must be 'all' or 'shared', not {norms!r}.")
    left, right = _pair(rows, others)
    if norms == "all":
        left, right = unit_rows(left), unit_rows(right)
    values, squares, known = _columns(right)

    def block(part: sparse.csr_matrix, pairs: Pairs) -> np.ndarray:
        products = pairs.of(part @ values)
        if norms == "all":
            return products
        scale = pairs.of(squares_of(part) @ known) * pairs.of(ones_of(part) @ squares)
        return _ratio(products, np.sqrt(scale))

    return collect(left, right, block, Options(shrinkage, min_overlap, top_k, others is None))


def pearson(
    rows: Any,
    others: Any = None,
    *,
    shrinkage: float = 0.0,
    min_overlap: int = 2,
    top_k: int | None = None,
) -> sparse.csr_matrix:
    """Pearson correlation of each two rows over the columns that both have rated.

    The means, too, are taken over the shared columns only, as ``scipy.stats.pearsonr`` does on
    the co-rated values. Two rows that share two columns correlate perfectly or not at all: use
    ``shrinkage`` or ``min_overlap``.

    Args, result and errors are those of ``cosine``. A pair has no entry where one of the rows is
    constant over the shared columns.

    Example:
        >>> ratings = np.array([[1.0, 2.0, 3.0, 5.0], [2.0, 4.0, 5.0, 0.0]])
        >>> pearson(ratings).toarray().round(3)
        array([[1.   , 0.982],
               [0.982, 1.   ]])
    """
    left, right = _pair(rows, others)
    # A correlation does not depend on the level of a row; smaller numbers cancel less.
    left, right = centre_rows(left), centre_rows(right)
    values, squares, known = _columns(right)

    def block(part: sparse.csr_matrix, pairs: Pairs) -> np.ndarray:
        mask = ones_of(part)
        left_sum, right_sum = pairs.of(part @ known), pairs.of(mask @ values)
        covariance = pairs.of(part @ values) - left_sum * right_sum / pairs.n
        left_variance = _variance(pairs.of(squares_of(part) @ known), left_sum, pairs.n)
        right_variance = _variance(pairs.of(mask @ squares), right_sum, pairs.n)
        return _ratio(covariance, np.sqrt(left_variance * right_variance))

    return collect(left, right, block, Options(shrinkage, min_overlap, top_k, others is None))


def adjusted_cosine(
    rows: Any,
    *,
    norms: Norms = "shared",
    shrinkage: float = 0.0,
    min_overlap: int = 1,
    top_k: int | None = None,
) -> sparse.csr_matrix:
    """Cosine of rows after the mean of each column has been taken off (Sarwar et al. 2001).

    With films in rows and users in columns this removes what a user's stars have in common, so
    that a generous user does not make every two films alike. ``norms="shared"`` is the paper's
    formula. The other arguments, the result and the errors are those of ``cosine``.

    Example:
        >>> films_by_users = np.array([[4.0, 5.0], [2.0, 3.0], [3.0, 4.0]])
        >>> adjusted_cosine(films_by_users).toarray()
        array([[ 1., -1.,  0.],
               [-1.,  1.,  0.],
               [ 0.,  0.,  0.]])
    """
    return cosine(
        centre_columns(rows),
        norms=norms,
        shrinkage=shrinkage,
        min_overlap=min_overlap,
        top_k=top_k,
    )


def pearson_zero_filled(rows: Any, others: Any = None) -> np.ndarray:
    """Pearson correlation of whole rows with every unknown entry read as 0 stars.

    This is ``numpy.corrcoef`` of the zero-filled table, which mostly says whether the same people
    *rated* two films. It stands here for comparison.

    Returns:
        Dense float64, shape (a, b); NaN for a row without any variation.

    Raises:
        ParameterError: the columns differ, or the result would pass 100 million pairs: compare
            some rows with all ``others`` then.
        DataError: a value is not finite.

    Example:
        >>> pearson_zero_filled(np.array([[5.0, 0.0, 4.0], [4.0, 0.0, 5.0]])).round(3)
        array([[1.   , 0.929],
               [0.929, 1.   ]])
    """
    left, right = _pair(rows, others)
    check_size(left, right, "Compare fewer rows at a time.")
    n = left.shape[1]
    left_sum, right_sum = row_sums(left), row_sums(right)
    covariance = (left @ right.T).toarray() - np.outer(left_sum, right_sum) / n
    scale = np.sqrt(
        np.outer(
            _variance(row_sums(squares_of(left)), left_sum, n),
            _variance(row_sums(squares_of(right)), right_sum, n),
        )
    )
    covariance[scale == 0] = np.nan
    scale[scale == 0] = 1
    return np.clip(covariance / scale, -1, 1)


def overlap(rows: Any, others: Any = None) -> sparse.csr_matrix:
    """How many columns each two rows have both rated, the support of their similarity, int64.

    Example:
        >>> overlap(np.array([[5, 3, 0], [4, 0, 0]])).toarray()
        array([[2, 1],
               [1, 1]])
    """
    left, right = _pair(rows, others)
    return (ones_of(left) @ ones_of(right).T).astype("int64").tocsr()


def _pair(rows: Any, others: Any) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    left = as_csr(rows)
    right = left if others is None else as_csr(others)
    if left.shape[1] != right.shape[1]:
        raise ParameterError(
            f"Rows of {left.shape[1]:,} columns cannot be compared with rows of "
            f"{right.shape[1]:,}: both must describe the same columns."
        )
    return left, right


def _columns(
    matrix: sparse.csr_matrix,
) -> tuple[sparse.csr_matrix, sparse.csr_matrix, sparse.csr_matrix]:
    """Values, squares and 1 where a value is known, each transposed to multiply from the right."""
    transposed = matrix.T.tocsr()
    return transposed, squares_of(transposed), ones_of(transposed)


def _variance(squares: np.ndarray, sums: np.ndarray, n: Any) -> np.ndarray:
    variance = squares - sums**2 / n
    return np.where(variance > NEGLIGIBLE * squares, variance, 0)


def _ratio(values: np.ndarray, scale: np.ndarray) -> np.ndarray:
    return np.divide(values, scale, out=np.zeros_like(values), where=scale != 0)
