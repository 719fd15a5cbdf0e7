"""Similarities block by block: shrunk, filtered and cut to the best of each row."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import sparse

from helpers.arrays.rows import largest
from helpers.errors import ParameterError
from helpers.similarity.products import (
    DENSE_VALUES,
    Sums,
    Term,
    crowded_columns,
    most_pairs,
    turning,
)

# A block has at most this many pairs with a column in common, plus one row. One thread holds about
# a dozen arrays of that size, and of four times that size if a block is only just filled enough.
PAIRS_PER_BLOCK = 500_000
# More threads would wait for memory, not for a processor, and each holds its own blocks.
MOST_THREADS = 4
# If a smaller share of a block's pairs has a column in common, only those are computed.
WELL_FILLED = 0.25
# A result without top_k stores 12 bytes per pair: 1.2 GB if all of these pairs are similar.
LARGEST_FULL_RESULT = 100_000_000
# A value this small is a rounding error of 0, not a similarity.
ROUNDING = 1e-12


@dataclass(frozen=True)
class Options:
    """How a similarity is changed; see the package. Values are checked when it is made."""

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

    @property
    def need_counts(self) -> bool:
        """Whether the number of columns that two rows share matters."""
        return self.shrinkage > 0 or self.min_overlap > 1


@dataclass(frozen=True)
class Pairs:
    """The pairs of a block of rows: all of them, or a list of those that share a column.

    An array about all of them has the shape (rows, others), one about a list (pairs,).
    """

    rows: slice
    listed: tuple[np.ndarray, np.ndarray] | None = None  # row within the block, other

    def of_rows(self, values: np.ndarray) -> np.ndarray:
        """A value of each row on the left, for these pairs."""
        mine: np.ndarray = values[self.rows]
        return mine[:, np.newaxis] if self.listed is None else mine[self.listed[0]]

    def of_others(self, values: np.ndarray) -> np.ndarray:
        """A value of each row on the right, for these pairs."""
        return values[np.newaxis] if self.listed is None else values[self.listed[1]]


# From pairs, and the sums of each term for these, to their similarity: float64, a new array.
Formula = Callable[..., np.ndarray]


@dataclass(frozen=True)
class Measure:
    """A measure of similarity between the rows of two matrices, and how it is changed.

    Attributes:
        terms: what is summed over the columns that two rows have in common. If the number of
            these columns matters, the first term counts them.
        formula: gets the pairs, and the sums of each term.
        options: how the similarity is changed.
    """

    terms: Sequence[Term]
    formula: Formula
    options: Options

    def of_all(self) -> sparse.csr_matrix:
        """Similarity of each row on the left with each on the right, float64, sparse."""
        left, right = self.terms[0].left, self.terms[0].right
        if self.options.top_k is None:
            check_size(left, right, "Set top_k to keep the best of each row.")
        crowded = crowded_columns(left, right)
        turned = turning(right)
        sums = [Sums(term, crowded, turned) for term in self.terms]
        parts = [sparse.csr_matrix((0, right.shape[0]))]
        most = most_pairs(left, right, crowded)
        every = np.full(len(most), right.shape[0] if crowded.any() else 0)
        for some in _slices(0, every, DENSE_VALUES // len(sums)):
            dense = [each.of_crowded(some) for each in sums]
            blocks = list(_slices(some.start, most[some], PAIRS_PER_BLOCK))
            parts.extend(_in_threads(partial(self._of_block, sums, dense, some.start), blocks))
        return sparse.vstack(parts, format="csr")

    def _of_block(
        self, sums: list[Sums], dense: list[np.ndarray | None], start: int, rows: slice
    ) -> sparse.csr_matrix:
        """The block of these rows; ``dense`` holds the sums of crowded columns from a start on."""
        here = slice(rows.start - start, rows.stop - start)
        parts = [None if part is None else part[here] for part in dense]
        first = sums[0].of_others(rows)
        if parts[0] is None and first.nnz < WELL_FILLED * first.shape[0] * first.shape[1]:
            listed = _row_of_each(first), first.indices
            pairs, values = Pairs(rows, listed), [first.data]
            values += [_looked_up(each.of_others(rows), listed) for each in sums[1:]]
        else:
            pairs, values = Pairs(rows), [_filled(first, parts[0])]
            values += [
                _filled(each.of_others(rows), part)
                for each, part in zip(sums[1:], parts[1:], strict=True)
            ]
        similarity = np.clip(self.formula(pairs, *values), -1, 1)
        return self._kept(similarity, values[0], pairs, first.shape)

    def _kept(
        self, values: np.ndarray, n: np.ndarray, pairs: Pairs, shape: tuple[int, int]
    ) -> sparse.csr_matrix:
        """The similarities of a block that are kept; it changes the block."""
        options, k = self.options, self.options.top_k
        if options.shrinkage > 0:
            values *= n / (n + np.float64(options.shrinkage))
        kept = (np.abs(values) if k is None else values) > ROUNDING
        if options.min_overlap > 1:
            kept &= n >= options.min_overlap
        if k is not None and options.with_itself:
            kept &= ~_own(pairs, shape[1])
        if pairs.listed is not None:
            row, other = pairs.listed
            found = _from_rows(values[kept], row[kept], other[kept], shape)
            return found if k is None else _keep_largest(found, k)
        if k is not None:
            # Only rows with more than k values need a choice.
            crowded = np.flatnonzero(np.count_nonzero(kept, axis=1) > k)
            if len(crowded):
                kept[crowded] = largest(np.where(kept[crowded], values[crowded], -1), k)
        row, other = np.nonzero(kept)
        return _from_rows(values[kept], row, other, shape)


def _own(pairs: Pairs, n_others: int) -> np.ndarray:
    """Mask of the pairs of a row with itself."""
    if pairs.listed is not None:
        row, other = pairs.listed
        own: np.ndarray = row + pairs.rows.start == other
        return own
    return np.eye(pairs.rows.stop - pairs.rows.start, n_others, pairs.rows.start, dtype=bool)


def _slices(start: int, sizes: np.ndarray, most: int) -> Iterator[slice]:
    """Rows from a start on, in slices; their sizes add up to at most ``most`` plus one row."""
    group = (np.cumsum(sizes) - sizes) // max(1, most)
    ends = np.append(np.flatnonzero(np.diff(group)) + 1, len(sizes))
    for first, end in zip(np.append(0, ends[:-1]), ends, strict=True):
        yield slice(start + int(first), start + int(end))


def _in_threads(
    function: Callable[[slice], sparse.csr_matrix], blocks: list[slice]
) -> list[sparse.csr_matrix]:
    if len(blocks) == 1:
        return [function(blocks[0])]
    # Sparse products, sums and sorting all release Python's lock for other threads.
    with ThreadPoolExecutor(min(os.cpu_count() or 1, MOST_THREADS)) as threads:
        return list(threads.map(function, blocks))


def _filled(products: sparse.csr_matrix, more: np.ndarray | None) -> np.ndarray:
    dense: np.ndarray = products.toarray()
    if more is not None:
        dense += more
    return dense


def _looked_up(products: sparse.csr_matrix, listed: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """A value for each pair of the list; the products do not store values that are 0."""
    values: np.ndarray = products.data
    # The pairs and their order come from the factors, which store the same places.
    if len(values) == len(listed[0]):
        return values
    n_rows, n_others = products.shape
    if n_rows * n_others <= PAIRS_PER_BLOCK / WELL_FILLED:
        looked_up: np.ndarray = products.toarray()[listed]
        return looked_up
    wanted = listed[0] * n_others + listed[1]
    found = _row_of_each(products) * n_others + products.indices
    order = np.argsort(wanted)
    filled = np.zeros(len(wanted), values.dtype)
    filled[order[np.searchsorted(wanted, found, sorter=order)]] = values
    return filled


def _row_of_each(matrix: sparse.csr_matrix) -> np.ndarray:
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))


def _keep_largest(matrix: sparse.csr_matrix, k: int) -> sparse.csr_matrix:
    counts, row = np.diff(matrix.indptr), _row_of_each(matrix)
    position = np.arange(matrix.nnz) - np.repeat(matrix.indptr[:-1], counts)
    # Rows with more than k values need a choice. They are padded to the length of the longest with
    # about as many, so that one long row does not make a hundred of them long.
    length = np.where(counts > k, np.ceil(np.log2(np.maximum(counts, 1))), 0)
    kept = np.ones(matrix.nnz, dtype=bool)
    for some in np.unique(length[length > 0]):
        rows = np.flatnonzero(length == some)
        choose = np.flatnonzero(length[row] == some)
        place = np.searchsorted(rows, row[choose]), position[choose]
        padded = np.full((len(rows), int(counts[rows].max())), -np.inf)
        padded[place] = matrix.data[choose]
        kept[choose] = largest(padded, k)[place]
    return _from_rows(matrix.data[kept], row[kept], matrix.indices[kept], matrix.shape)


def _from_rows(
    values: np.ndarray, row: np.ndarray, column: np.ndarray, shape: tuple[int, int]
) -> sparse.csr_matrix:
    start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=shape[0]))])
    matrix = sparse.csr_matrix((values, column, start), shape=shape)
    matrix.sort_indices()
    return matrix


def check_size(left: sparse.csr_matrix, right: sparse.csr_matrix, advice: str) -> None:
    """Raise a ParameterError if the full result would be too large."""
    if left.shape[0] * right.shape[0] > LARGEST_FULL_RESULT:
        raise ParameterError(
            f"{left.shape[0]:,} × {right.shape[0]:,} similarities are too many to hold at once "
            f"(at most {LARGEST_FULL_RESULT:,}). {advice}"
        )
