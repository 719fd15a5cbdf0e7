"""TF-IDF: a term counts more if fewer films have it."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from helpers.arrays.rows import as_csr, unit_rows


def inverse_document_frequency(counts: Any) -> np.ndarray:
    """1 + ln(n / n_t) of each term, where n_t of the n films have it (Spärck Jones 1972).

    A term that every film has weighs 1, and a rarer term weighs more. The 1 keeps common terms
    from vanishing, as in scikit-learn without smoothing. A term that no film has weighs as much
    as one that a single film has.

    Args:
        counts: sparse matrix or array, shape (films, terms); any value but 0 is an occurrence.

    Returns:
        float64, at least 1, shape (terms,).

    Raises:
        DataError: a count is not finite.

    Example:
        >>> inverse_document_frequency([[1, 1], [1, 0], [1, 0], [1, 0]]).round(2)
        array([1.  , 2.39])
    """
    matrix = as_csr(counts)
    films = np.bincount(matrix.indices[matrix.data != 0], minlength=matrix.shape[1])
    weights: np.ndarray = 1 + np.log(max(matrix.shape[0], 1) / np.maximum(films, 1))
    return weights


def tfidf(counts: Any, idf: np.ndarray | None = None) -> sparse.csr_matrix:
    """Counts times ``inverse_document_frequency``, each row scaled to length 1 (Salton 1975).

    So the dot product of two rows is the cosine of their angle. A film without any term keeps a
    row of zeros.

    Args:
        counts: how often each film has each term, shape (films, terms).
        idf: weights to use instead, shape (terms,), such as those of other films.

    Returns:
        Sparse, float64, shape (films, terms).

    Raises:
        DataError: a count is not finite.

    Example:
        >>> tfidf([[1, 1], [1, 0], [1, 0], [1, 0]]).toarray().round(2)
        array([[0.39, 0.92],
               [1.  , 0.  ],
               [1.  , 0.  ],
               [1.  , 0.  ]])
    """
    weights = inverse_document_frequency(counts) if idf is None else idf
    return unit_rows(sparse.csr_matrix(as_csr(counts).multiply(weights)))
