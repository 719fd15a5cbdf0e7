"""Sums of products over the columns that two rows have in common, for each two rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from helpers.arrays.rows import with_values

# A column with entries in this share of the rows is multiplied faster by BLAS, with all its zeros,
# than entry by entry: BLAS does about a hundred products in the time of one.
CROWDED = 1 / 12
# With fewer pairs than this there is no time to save.
PAIRS_WORTH_IT = 1_000_000
# Values that may be dense at once, in addition to the blocks, in the crowded columns and in their
# products: 256 MB each if they have 8 bytes.
DENSE_VALUES = 32_000_000


@dataclass(frozen=True)
class Term:
    """Values of the rows on the left and on the right, to be multiplied and summed.

    Both are matrices (rows, columns) of one dtype with the places of all terms.
    """

    left: sparse.csr_matrix
    right: sparse.csr_matrix


class Sums:
    """Σ left · right over the columns, for each row on the left with each on the right.

    The crowded columns are multiplied as dense matrices, all others as sparse ones. ``turned`` is
    ``turning`` of the right side, which the terms have in common.
    """

    def __init__(self, term: Term, crowded: np.ndarray, turned: sparse.csr_matrix) -> None:
        self.left, self.right = term.left, with_values(turned, term.right.data[turned.data])
        self.crowded_left: np.ndarray | None = None
        if crowded.any():
            self.crowded_left = _dense_columns(term.left, crowded)
            # The same array on both sides: BLAS then computes one half and mirrors it.
            same = term.right is term.left
            self.crowded_right = self.crowded_left if same else _dense_columns(term.right, crowded)
            self.left, self.right = term.left[:, ~crowded], self.right[~crowded]

    def of_crowded(self, rows: slice) -> np.ndarray | None:
        """The part of the crowded columns, dense, (rows, others); None if there are none."""
        if self.crowded_left is None:
            return None
        products: np.ndarray = self.crowded_left[rows] @ self.crowded_right.T
        return products

    def of_others(self, rows: slice) -> sparse.csr_matrix:
        """The part of all other columns, sparse, (rows, others)."""
        return self.left[rows] @ self.right


def turning(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """The matrix transposed, by rows; it holds the position of each stored value, not the value."""
    return with_values(matrix, np.arange(matrix.nnz)).T.tocsr()


def crowded_columns(left: sparse.csr_matrix, right: sparse.csr_matrix) -> np.ndarray:
    """Mask of the columns that are worth multiplying densely."""
    n_left, n_right = left.shape[0], right.shape[0]
    known = np.bincount(left.indices, minlength=left.shape[1]).astype("float64")
    products = known * np.bincount(right.indices, minlength=left.shape[1])
    crowded = products >= CROWDED**2 * n_left * n_right
    most = DENSE_VALUES // max(n_left, n_right, 1)
    if crowded.sum() > most:
        crowded[np.argsort(-products, kind="stable")[most:]] = False
    # Few such columns leave most pairs without a product: then no block should be dense.
    enough = max(n_left * n_right, PAIRS_WORTH_IT)
    return crowded if products[crowded].sum() >= enough else np.zeros_like(crowded)


def most_pairs(
    left: sparse.csr_matrix, right: sparse.csr_matrix, crowded: np.ndarray
) -> np.ndarray:
    """How many rows on the right can share a column with each row on the left, int64."""
    n_left, n_right = left.shape[0], right.shape[0]
    if crowded.any():
        return np.full(n_left, n_right)
    known = np.bincount(right.indices, minlength=left.shape[1])
    met = np.concatenate([[0], np.cumsum(known[left.indices])])
    return np.minimum(np.diff(met[left.indptr]), n_right)


def _dense_columns(matrix: sparse.csr_matrix, columns: np.ndarray) -> np.ndarray:
    dense: np.ndarray = matrix[:, columns].toarray()
    return dense
