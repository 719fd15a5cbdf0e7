"""Work on the rows of a matrix: centre, scale, pick the largest."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from helpers.errors import DataError, ParameterError

# The largest of each group of this many values is looked at first. With fewer groups than this for
# each value to be chosen, it saves little.
GROUP, GROUPS_PER_CHOICE = 16, 4


def centre_rows(matrix: Any) -> sparse.csr_matrix:
    """The matrix less the mean of the stored values of each row; values that become 0 stay stored.

    Example:
        >>> centre_rows(np.array([[5.0, 3.0, 0.0], [0.0, 2.0, 2.0]])).toarray()
        array([[ 1., -1.,  0.],
               [ 0.,  0.,  0.]])
    """
    centred = as_csr(matrix).copy()
    counts = np.diff(centred.indptr)
    means = row_sums(centred) / np.maximum(counts, 1)
    centred.data -= np.repeat(means, counts)
    return centred


def centre_columns(matrix: Any) -> sparse.csr_matrix:
    """The matrix less the mean of the stored values of each column; see ``centre_rows``."""
    return centre_rows(as_csr(matrix).T).T.tocsr()


def largest(values: np.ndarray, k: int) -> np.ndarray:
    """Mask of the k largest values of each row, the lower column first among equal values.

    Args:
        values: shape (rows, columns), floating, without NaN.
        k: a whole number from 1 to the number of columns.

    Returns:
        bool, the shape of ``values``, with k True in each row.

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
    if columns // GROUP < GROUPS_PER_CHOICE * k:
        return _partitioned(values, k)
    # The k-th largest of the maxima of groups is at most the k-th largest value. So only values
    # that reach it are candidates, mostly a few more than k per row.
    grouped = columns - columns % GROUP
    maxima = values[:, :grouped].reshape(len(values), GROUP, -1).max(axis=1)
    least = np.partition(maxima, maxima.shape[1] - k, axis=1)[:, [maxima.shape[1] - k]]
    reach = np.flatnonzero(values >= least)
    row = reach // columns
    counts = np.bincount(row, minlength=len(values))
    # With many equal values, such as −inf for excluded items, little would be left out.
    full = counts > maxima.shape[1]
    reach, row, counts = reach[~full[row]], row[~full[row]], np.where(full, 0, counts)
    place = row, np.arange(len(row)) - (np.cumsum(counts) - counts)[row]
    padded = np.full((len(values), max(k, counts.max(initial=0))), -np.inf)
    padded[place] = values.ravel()[reach]
    chosen = np.zeros(values.shape, dtype=bool)
    chosen.ravel()[reach[_partitioned(padded, k)[place]]] = True
    chosen[full] = _partitioned(values[full], k)
    return chosen


def _partitioned(values: np.ndarray, k: int) -> np.ndarray:
    """Do ``largest`` by looking at every value."""
    worst = np.partition(values, -k, axis=1)[:, [-k]]
    chosen: np.ndarray = values >= worst
    if np.count_nonzero(chosen) > k * len(values):
        # Among equal values at the cut a partition takes any; this takes the lower column.
        uneven = np.flatnonzero(np.count_nonzero(chosen, axis=1) > k)
        above = values[uneven] > worst[uneven]
        tied = chosen[uneven] & ~above
        free = k - np.count_nonzero(above, axis=1)
        first = np.cumsum(tied, axis=1, dtype="int32") <= free[:, np.newaxis]
        chosen[uneven] = above | (tied & first)
    return chosen


def as_csr(matrix: Any) -> sparse.csr_matrix:
    """A sparse matrix by rows, float64, sorted and without duplicates; DataError if not finite."""
    converted = sparse.csr_matrix(matrix, dtype="float64")
    if not np.isfinite(converted.data).all():
        raise DataError("The matrix holds a value that is not a finite number. Remove it first.")
    if not converted.has_canonical_format:
        # The arrays may still belong to the caller.
        converted = converted.copy()
        converted.sum_duplicates()
    return converted


def squares_of(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Each stored value squared."""
    return with_values(matrix, matrix.data**2)


def ones_of(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """1 for each stored value, even for a stored 0."""
    return with_values(matrix, np.ones_like(matrix.data))


def unit_rows(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Each row divided by its length; a row of zeros does not change."""
    lengths = np.sqrt(row_sums(squares_of(matrix)))
    lengths[lengths == 0] = 1
    return with_values(matrix, matrix.data / np.repeat(lengths, np.diff(matrix.indptr)))


def with_values(matrix: sparse.csr_matrix, values: np.ndarray) -> sparse.csr_matrix:
    """A matrix with the same stored places and other values."""
    return sparse.csr_matrix((values, matrix.indices, matrix.indptr), shape=matrix.shape)


def row_sums(matrix: sparse.csr_matrix) -> np.ndarray:
    """Sum of each row, float64, shape (rows,)."""
    return np.asarray(matrix.sum(axis=1), dtype="float64").ravel()
