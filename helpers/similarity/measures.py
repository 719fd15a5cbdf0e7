"""Cosine, Pearson and adjusted cosine of the rows of a sparse matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, get_args

import numpy as np
from scipy import sparse

from helpers.arrays.rows import (
    as_csr,
    centre_columns,
    centre_rows,
    ones_of,
    row_sums,
    squares_of,
    unit_rows,
)
from helpers.errors import ParameterError
from helpers.similarity.pairs import Measure, Options, Pairs, check_size
from helpers.similarity.products import Term

Norms = Literal["all", "shared"]

# A variance below this share of the sum of squares is a rounding error: the row is constant.
NEGLIGIBLE = 1e-10
EXACT_IN_SINGLE_PRECISION = 2**24


def cosine(
    rows: Any,
    others: Any = None,
    *,
    norms: Norms = "all",
    shrinkage: float = 0.0,
    min_overlap: int = 1,
    top_k: int | None = None,
) -> sparse.csr_matrix:
    """Cosine of the angle between each two rows; unknown entries count as 0.

    Centre the rows first (``centre_rows``) if the values are stars. Otherwise unknown means
    "hated", and two users who rate everything 5 and everything 1 point the same way.

    Args:
        rows: sparse matrix or array (0 is unknown), shape (a, columns).
        others: what to compare them with, shape (b, columns); the rows themselves if None.
        norms: divide by the lengths of the whole rows (``"all"``), or only of the columns that
            both have rated (``"shared"``), then two rows that share one column are identical.
        shrinkage: λ ≥ 0, see the package.
        min_overlap: fewest shared columns, at least 1.
        top_k: how many to keep per row, at least 1; all, and the row itself, if None.

    Returns:
        float64, shape (a, b), −1 to 1; no entry if the similarity is 0 or undefined.

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
    options = Options(shrinkage, min_overlap, top_k, others is None)
    left, right = _pair(rows, others)
    known = _counts(left, right)
    if norms == "all" and (left.data == 1).all() and (right.data == 1).all():
        # An empty row has n = 0 with every other row, so the divisor does not matter.
        lengths = [np.sqrt(np.maximum(np.diff(each.indptr), 1)) for each in (left, right)]

        def of_choices(pairs: Pairs, n: np.ndarray) -> np.ndarray:
            # Whole numbers have no rounding, so that equal similarities have equal values.
            scale = pairs.of_rows(lengths[0]) * pairs.of_others(lengths[1])
            return np.divide(n, scale, out=scale)

        return Measure([known], of_choices, options).of_all()
    if norms == "all":
        products = Term(*_both(unit_rows, left, right))
        needed = [known, products] if options.need_counts else [products]
        return Measure(needed, lambda _pairs, *sums: sums[-1], options).of_all()

    def shared(pairs: Pairs, *sums: np.ndarray) -> np.ndarray:  # noqa: ARG001
        _n, product, left_squares, right_squares = sums
        return _ratio(product, np.sqrt(left_squares * right_squares))

    terms = [known, Term(left, right), *_squares(left, right)]
    return Measure(terms, shared, options).of_all()


def pearson(
    rows: Any,
    others: Any = None,
    *,
    shrinkage: float = 0.0,
    min_overlap: int = 2,
    top_k: int | None = None,
) -> sparse.csr_matrix:
    """Pearson correlation of each two rows over the columns that both have rated.

    The means are also over the shared columns only, as ``scipy.stats.pearsonr`` does on the
    co-rated values. Two rows that share two columns correlate perfectly or not at all: use
    ``shrinkage`` or ``min_overlap``.

    Args, result and errors are those of ``cosine``. A pair has no entry if one of the rows is
    constant over the shared columns.

    Example:
        >>> ratings = np.array([[1.0, 2.0, 3.0, 5.0], [2.0, 4.0, 5.0, 0.0]])
        >>> pearson(ratings).toarray().round(3)
        array([[1.   , 0.982],
               [0.982, 1.   ]])
    """
    options = Options(shrinkage, min_overlap, top_k, others is None)
    left, right = _pair(rows, others)
    # A correlation does not depend on the level of a row; smaller numbers cancel less.
    left, right = _both(centre_rows, left, right)

    def formula(pairs: Pairs, *sums: np.ndarray) -> np.ndarray:  # noqa: ARG001
        n, product, left_squares, right_squares, left_sum, right_sum = sums
        n = np.maximum(n, 1, dtype="float64")
        covariance = product - left_sum * right_sum / n
        left_variance = _variance(left_squares, left_sum, n)
        right_variance = _variance(right_squares, right_sum, n)
        return _ratio(covariance, np.sqrt(left_variance * right_variance))

    terms = [
        _counts(left, right),
        Term(left, right),
        *_squares(left, right),
        Term(left, ones_of(right)),
        Term(ones_of(left), right),
    ]
    return Measure(terms, formula, options).of_all()


def adjusted_cosine(
    rows: Any,
    *,
    norms: Norms = "shared",
    shrinkage: float = 0.0,
    min_overlap: int = 1,
    top_k: int | None = None,
) -> sparse.csr_matrix:
    """Cosine of rows after subtracting the mean of each column (Sarwar et al. 2001).

    With films in rows and users in columns this removes what a user's stars have in common, so
    that a generous user does not make every two films similar. ``norms="shared"`` is the paper's
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
    *rated* two films. It is here for comparison.

    Returns:
        Dense float64, shape (a, b); NaN for a row without any variation.

    Raises:
        ParameterError: the columns differ, or the result would have more than 100 million pairs:
            compare some rows with all ``others`` then.
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


def _both(
    function: Callable[[sparse.csr_matrix], sparse.csr_matrix],
    left: sparse.csr_matrix,
    right: sparse.csr_matrix,
) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """The function applied to both; if they are the same object, the results are, too."""
    first = function(left)
    return first, first if right is left else function(right)


def _counts(left: sparse.csr_matrix, right: sparse.csr_matrix) -> Term:
    """How many columns two rows share."""
    # Single precision holds every whole number up to its limit, at half the cost.
    dtype = "float32" if left.shape[1] <= EXACT_IN_SINGLE_PRECISION else "float64"
    return Term(*_both(lambda matrix: ones_of(matrix).astype(dtype), left, right))


def _squares(left: sparse.csr_matrix, right: sparse.csr_matrix) -> tuple[Term, Term]:
    """Squares of the rows on the left, and of those on the right, over what both have rated."""
    return Term(squares_of(left), ones_of(right)), Term(ones_of(left), squares_of(right))


def _variance(squares: np.ndarray, sums: np.ndarray, n: Any) -> np.ndarray:
    variance = squares - sums**2 / n
    return np.where(variance > NEGLIGIBLE * squares, variance, 0)


def _ratio(values: np.ndarray, scale: np.ndarray) -> np.ndarray:
    return np.divide(values, scale, out=np.zeros(values.shape), where=scale != 0)
