"""How alike the rows of a sparse matrix are: cosine, Pearson, adjusted cosine.

Rows are compared with rows, as in scikit-learn: pass ``interactions.matrix()`` to compare users
and its transpose to compare films. An entry that is stored is a rating, even where its value is 0
(a centred rating can be); an entry that is not stored is unknown. The work goes block by block,
so that no array of rows × rows is ever dense.

Every function knows three ways to distrust a similarity that rests on little:

- ``shrinkage`` λ multiplies it by n / (n + λ), where n is the number of columns that both rows
  have rated (Bell and Koren 2007; Koren 2008, with λ = 100);
- ``min_overlap`` drops it where n is smaller;
- ``top_k`` keeps the k largest of each row, positive ones only and never the row itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from scipy import sparse

from helpers.errors import DataError, ParameterError

Norms = Literal["all", "shared"]

# 2 million values of 8 bytes are 16 MB; a block holds up to a dozen arrays of that size.
VALUES_PER_BLOCK = 2_000_000
# A result without top_k stores 12 bytes a pair: 1.2 GB when every one of these pairs is similar.
LARGEST_FULL_RESULT = 100_000_000
# Below this share of the sum of squares a variance is rounding, and the row is constant.
NEGLIGIBLE = 1e-10

Block = Callable[[sparse.csr_matrix], np.ndarray]


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
        rows: sparse matrix or array, shape (a, columns).
        others: what to compare them with, shape (b, columns); the rows themselves when None.
        norms: divide by the lengths of the whole rows (``"all"``), or only of the columns that
            both have rated (``"shared"``), which calls two rows that share one column identical.
        shrinkage: λ ≥ 0, see the head of this module.
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
    transposed = right.T.tocsr()
    squares, known = _squares(right).T.tocsr(), _known(right).T.tocsr()
    lengths = np.sqrt(_row_sums(_squares(right)))

    def block(part: sparse.csr_matrix) -> np.ndarray:
        products = _dense(part @ transposed)
        if norms == "all":
            scale = np.outer(np.sqrt(_row_sums(_squares(part))), lengths)
        else:
            scale = _dense(_squares(part) @ known) * _dense(_known(part) @ squares)
            np.sqrt(scale, out=scale)
        return _ratio(products, scale)

    return _collect(left, right, block, _Options(shrinkage, min_overlap, top_k, others is None))


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
    values, squares, known = (
        matrix.T.tocsr() for matrix in (right, _squares(right), _known(right))
    )

    def block(part: sparse.csr_matrix) -> np.ndarray:
        mask = _known(part)
        n = np.maximum(_dense(mask @ known), 1)
        left_sum, right_sum = _dense(part @ known), _dense(mask @ values)
        covariance = _dense(part @ values) - left_sum * right_sum / n
        left_variance = _variance(_dense(_squares(part) @ known), left_sum, n)
        right_variance = _variance(_dense(mask @ squares), right_sum, n)
        return _ratio(covariance, np.sqrt(left_variance * right_variance))

    return _collect(left, right, block, _Options(shrinkage, min_overlap, top_k, others is None))


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
    _check_size(left, right, "Compare fewer rows at a time.")
    n = left.shape[1]
    left_sum, right_sum = _row_sums(left), _row_sums(right)
    covariance = _dense(left @ right.T.tocsr()) - np.outer(left_sum, right_sum) / n
    scale = np.sqrt(
        np.outer(
            _variance(_row_sums(_squares(left)), left_sum, n),
            _variance(_row_sums(_squares(right)), right_sum, n),
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
    return (_known(left) @ _known(right).T).astype("int64").tocsr()


def centre_rows(matrix: Any) -> sparse.csr_matrix:
    """The matrix less the mean of the stored values of each row; what is 0 now stays stored.

    Example:
        >>> centre_rows(np.array([[5.0, 3.0, 0.0], [0.0, 2.0, 2.0]])).toarray()
        array([[ 1., -1.,  0.],
               [ 0.,  0.,  0.]])
    """
    centred = _as_csr(matrix).copy()
    counts = np.diff(centred.indptr)
    means = _row_sums(centred) / np.maximum(counts, 1)
    centred.data -= np.repeat(means, counts)
    return centred


def centre_columns(matrix: Any) -> sparse.csr_matrix:
    """The matrix less the mean of the stored values of each column; see ``centre_rows``."""
    return centre_rows(_as_csr(matrix).T).T.tocsr()


def largest(values: np.ndarray, k: int) -> np.ndarray:
    """Mask of the k largest values of each row, equal values by the lower column.

    Args:
        values: shape (rows, columns), floating, without NaN.
        k: a whole number from 1 to the number of columns.

    Returns:
        bool, the shape of ``values``, k times True in each row.

    Raises:
        ParameterError: k is below 1 or above the number of columns.

    Example:
        >>> largest(np.array([[0.5, 0.9, 0.5]]), 2)
        array([[ True,  True, False]])
    """
    columns = values.shape[1]
    if not isinstance(k, int | np.integer) or not 1 <= k <= columns:
        raise ParameterError(
            f"{k} of {columns:,} items is not possible: choose a whole number from 1 to "
            f"{columns:,}."
        )
    worst = np.partition(values, columns - k, axis=1)[:, [columns - k]]
    chosen = values > worst
    free = k - chosen.sum(axis=1)
    tied = values == worst
    # A partition takes any of the equals at the cut; the lower column makes it repeatable.
    uneven = np.flatnonzero(tied.sum(axis=1) > free)
    tied[uneven] &= np.cumsum(tied[uneven], axis=1) <= free[uneven, np.newaxis]
    return chosen | tied


@dataclass(frozen=True)
class _Options:
    shrinkage: float
    min_overlap: int
    top_k: int | None
    with_itself: bool

    def __post_init__(self) -> None:
        if not (np.isfinite(self.shrinkage) and self.shrinkage >= 0):
            raise ParameterError(f"shrinkage = {self.shrinkage} is not possible: choose 0 or more.")
        for name, value in (("min_overlap", self.min_overlap), ("top_k", self.top_k)):
            if value is not None and (not isinstance(value, int | np.integer) or value < 1):
                raise ParameterError(
                    f"{name} = {value} is not possible: choose a whole number from 1."
                )


def _collect(
    left: sparse.csr_matrix, right: sparse.csr_matrix, block: Block, options: _Options
) -> sparse.csr_matrix:
    if options.top_k is None:
        _check_size(left, right, "Set top_k to keep the best of each row.")
    known = _known(right).T.tocsr()
    parts = [sparse.csr_matrix((0, right.shape[0]))]
    step = max(1, VALUES_PER_BLOCK // max(right.shape[0], 1))
    for start in range(0, left.shape[0], step):
        part = left[start : start + step]
        values = block(part)
        if options.shrinkage > 0 or options.min_overlap > 1:
            n = _dense(_known(part) @ known)
            values *= n / np.maximum(n + options.shrinkage, 1)
            values[n < options.min_overlap] = 0
        if options.top_k is not None:
            if options.with_itself:
                itself = np.arange(len(values))
                values[itself, start + itself] = 0
            np.maximum(values, 0, out=values)
            if options.top_k < values.shape[1]:
                values *= largest(values, options.top_k)
        parts.append(sparse.csr_matrix(values))
    return sparse.vstack(parts, format="csr")


def _check_size(left: sparse.csr_matrix, right: sparse.csr_matrix, advice: str) -> None:
    if left.shape[0] * right.shape[0] > LARGEST_FULL_RESULT:
        raise ParameterError(
            f"{left.shape[0]:,} × {right.shape[0]:,} similarities are too many to hold at once "
            f"(at most {LARGEST_FULL_RESULT:,}). {advice}"
        )


def _pair(rows: Any, others: Any) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    left = _as_csr(rows)
    right = left if others is None else _as_csr(others)
    if left.shape[1] != right.shape[1]:
        raise ParameterError(
            f"Rows of {left.shape[1]:,} columns cannot be compared with rows of "
            f"{right.shape[1]:,}: both must describe the same columns."
        )
    return left, right


def _as_csr(matrix: Any) -> sparse.csr_matrix:
    converted = sparse.csr_matrix(matrix, dtype="float64")
    if not np.isfinite(converted.data).all():
        raise DataError("The matrix holds a value that is not a finite number. Remove it first.")
    converted.sum_duplicates()
    return converted


def _squares(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    return _with_values(matrix, matrix.data**2)


def _known(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    return _with_values(matrix, np.ones_like(matrix.data))


def _with_values(matrix: sparse.csr_matrix, values: np.ndarray) -> sparse.csr_matrix:
    return sparse.csr_matrix((values, matrix.indices, matrix.indptr), shape=matrix.shape)


def _row_sums(matrix: sparse.csr_matrix) -> np.ndarray:
    return np.asarray(matrix.sum(axis=1), dtype="float64").ravel()


def _dense(matrix: sparse.csr_matrix) -> np.ndarray:
    dense: np.ndarray = matrix.toarray()
    return dense


def _variance(squares: np.ndarray, sums: np.ndarray, n: Any) -> np.ndarray:
    variance = squares - sums**2 / n
    return np.where(variance > NEGLIGIBLE * squares, variance, 0)


def _ratio(values: np.ndarray, scale: np.ndarray) -> np.ndarray:
    undefined = scale == 0
    scale[undefined] = 1
    values[undefined] = 0
    values /= scale
    return np.clip(values, -1, 1, out=values)
