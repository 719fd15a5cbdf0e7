"""Similarities block by block: shrunk, filtered and cut to the best of each row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from helpers.errors import ParameterError
from helpers.similarity.rows import largest, ones_of

# 2 million values of 8 bytes are 16 MB; a block holds up to a dozen arrays of that size.
VALUES_PER_BLOCK = 2_000_000
# A result without top_k stores 12 bytes a pair: 1.2 GB when every one of these pairs is similar.
LARGEST_FULL_RESULT = 100_000_000
# What rounding leaves of a 0 is no similarity.
ROUNDING = 1e-12


@dataclass(frozen=True)
class Options:
    """What is made of a similarity; see the package. Checked when it is made."""

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


@dataclass(frozen=True)
class Pairs:
    """The pairs of rows that share a column, and in how many columns they meet."""

    row: np.ndarray
    other: np.ndarray
    n: np.ndarray

    def of(self, products: sparse.csr_matrix) -> np.ndarray:
        """What a matrix (rows, others) holds for each pair."""
        values: np.ndarray = products.toarray()[self.row, self.other]
        return values


# From a block of rows, and the pairs of its rows with others, to the similarity of each pair.
Block = Callable[[sparse.csr_matrix, Pairs], np.ndarray]


def collect(
    left: sparse.csr_matrix, right: sparse.csr_matrix, block: Block, options: Options
) -> sparse.csr_matrix:
    """Similarity of each row on the left with each on the right, float64, sparse."""
    if options.top_k is None:
        check_size(left, right, "Set top_k to keep the best of each row.")
    known = ones_of(right).T.tocsr()
    parts = [sparse.csr_matrix((0, right.shape[0]))]
    step = max(1, VALUES_PER_BLOCK // max(right.shape[0], 1))
    for start in range(0, left.shape[0], step):
        part = left[start : start + step]
        shared = ones_of(part) @ known
        row = np.repeat(np.arange(part.shape[0]), np.diff(shared.indptr))
        pairs = Pairs(row, shared.indices, shared.data)
        values = np.clip(block(part, pairs), -1, 1)
        if options.shrinkage > 0:
            values *= pairs.n / (pairs.n + options.shrinkage)
        kept = (pairs.n >= options.min_overlap) & (np.abs(values) > ROUNDING)
        if options.top_k is not None:
            kept &= values > 0
            if options.with_itself:
                kept &= pairs.other != start + pairs.row
        found = _from_sorted_rows(values[kept], row[kept], pairs.other[kept], shared.shape)
        parts.append(found if options.top_k is None else _keep_largest(found, options.top_k))
    return sparse.vstack(parts, format="csr")


def _keep_largest(matrix: sparse.csr_matrix, k: int) -> sparse.csr_matrix:
    counts = np.diff(matrix.indptr)
    row = np.repeat(np.arange(len(counts)), counts)
    position = np.arange(matrix.nnz) - np.repeat(matrix.indptr[:-1], counts)
    crowded = counts > k
    if not crowded.any():
        return matrix
    # Only rows with more than k values need a choice: they are padded to one length.
    padded_row = np.cumsum(crowded) - 1
    choose = crowded[row]
    padded = np.full((int(crowded.sum()), int(counts.max())), -np.inf)
    padded[padded_row[row[choose]], position[choose]] = matrix.data[choose]
    kept = ~choose
    kept[choose] = largest(padded, k)[padded_row[row[choose]], position[choose]]
    return _from_sorted_rows(matrix.data[kept], row[kept], matrix.indices[kept], matrix.shape)


def _from_sorted_rows(
    values: np.ndarray, row: np.ndarray, column: np.ndarray, shape: tuple[int, int]
) -> sparse.csr_matrix:
    start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=shape[0]))])
    matrix = sparse.csr_matrix((values, column, start), shape=shape)
    matrix.sort_indices()
    return matrix


def check_size(left: sparse.csr_matrix, right: sparse.csr_matrix, advice: str) -> None:
    """Raise a ParameterError where the full result would be too large."""
    if left.shape[0] * right.shape[0] > LARGEST_FULL_RESULT:
        raise ParameterError(
            f"{left.shape[0]:,} × {right.shape[0]:,} similarities are too many to hold at once "
            f"(at most {LARGEST_FULL_RESULT:,}). {advice}"
        )
