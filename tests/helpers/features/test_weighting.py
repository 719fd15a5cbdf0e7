import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer

from helpers.data import load
from helpers.errors import DataError
from helpers.features import inverse_document_frequency, item_terms, tfidf

COUNTS = arrays(
    "int64", st.tuples(st.integers(1, 6), st.integers(1, 5)), elements=st.integers(0, 3)
)


def test_by_hand():
    """The table of the lesson: Drama stands on three of four films, War on two, Comedy on one."""
    counts = np.array([[1, 1, 0], [1, 0, 0], [0, 0, 1], [1, 1, 0]])
    weights = 1 + np.log([4 / 3, 4 / 2, 4 / 1])
    assert inverse_document_frequency(counts) == pytest.approx(weights)
    assert weights == pytest.approx([1.29, 1.69, 2.39], abs=0.005)
    found = tfidf(counts).toarray()
    assert found[0] == pytest.approx(np.array([1.288, 1.693, 0]) / 2.127, abs=0.001)
    assert found[1].tolist() == [1, 0, 0]
    assert found[0] @ found[1] == pytest.approx(0.605, abs=0.001)


@given(COUNTS)
@settings(max_examples=60)
def test_it_is_scikit_learn_s(counts):
    counts = counts[:, counts.any(axis=0)]
    if not counts.size:
        return
    oracle = TfidfTransformer(smooth_idf=False)
    expected = oracle.fit_transform(counts)
    np.testing.assert_allclose(inverse_document_frequency(counts), oracle.idf_)
    np.testing.assert_allclose(tfidf(counts).toarray(), expected.toarray(), atol=1e-12)


@given(COUNTS)
@settings(max_examples=40)
def test_rows_have_the_length_one_or_nothing(counts):
    lengths = np.sqrt(tfidf(counts).power(2).sum(axis=1))
    assert np.asarray(lengths).ravel() == pytest.approx(counts.any(axis=1).astype(float))
    assert (inverse_document_frequency(counts) >= 1).all()


def test_of_every_film_it_is_scikit_learn_s():
    counts = item_terms(load("movielens-small").movies).counts
    expected = TfidfTransformer(smooth_idf=False).fit_transform(counts)
    assert abs(tfidf(counts) - expected).max() < 1e-12


def test_other_weights():
    found = tfidf([[1, 1], [0, 2]], np.array([3.0, 4.0])).toarray()
    assert found == pytest.approx(np.array([[0.6, 0.8], [0, 1]]))


def test_the_counts_are_left_alone():
    counts = sparse.csr_matrix(([0.0, 1.0], ([0, 1], [0, 1])), shape=(2, 2))
    assert inverse_document_frequency(counts) == pytest.approx([1 + np.log(2)] * 2)
    assert counts.nnz == 2


def test_a_count_that_is_no_number():
    with pytest.raises(DataError, match="not a finite number"):
        tfidf([[1, np.nan]])
