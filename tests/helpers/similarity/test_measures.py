import tracemalloc
from functools import partial

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import sparse, stats
from sklearn.metrics.pairwise import cosine_similarity

from helpers.arrays import (
    centre_columns,
    centre_rows,
)
from helpers.errors import CourseError, DataError, ParameterError
from helpers.similarity import (
    adjusted_cosine,
    cosine,
    overlap,
    pairs,
    pearson,
    pearson_zero_filled,
    products,
)

MEASURES = (cosine, pearson, adjusted_cosine)
APPROXIMATE = {"rtol": 1e-9, "atol": 1e-10}


def make(rows=9, columns=14, share=0.5, seed=0):
    generator = np.random.default_rng(seed)
    stars = generator.integers(1, 11, (rows, columns)) / 2
    return np.where(generator.random((rows, columns)) < share, stars, 0)


tables = st.builds(
    make,
    rows=st.integers(2, 9),
    columns=st.integers(1, 14),
    share=st.floats(0.1, 1),
    seed=st.integers(0, 1000),
)


@pytest.fixture(params=["by list", "filled", "crowded"])
def way(request, monkeypatch):
    """Each way in which a block can be computed, which only sizes decide elsewhere."""
    monkeypatch.setattr(pairs, "WELL_FILLED", 2 if request.param == "by list" else 0)
    if request.param == "crowded":
        monkeypatch.setattr(products, "PAIRS_WORTH_IT", 1)
        monkeypatch.setattr(products, "CROWDED", 0.2)
    return request.param


def co_rated(first, second):
    both = (first != 0) & (second != 0)
    return first[both], second[both]


def pair_by_pair(table, others, measure):
    return np.array([[measure(*co_rated(row, other)) for other in others] for row in table])


def pearson_of_pair(first, second):
    if len(first) < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0
    return stats.pearsonr(first, second).statistic


def shared_cosine_of_pair(first, second):
    return first @ second / np.sqrt((first @ first) * (second @ second)) if len(first) else 0


@given(tables)
def test_cosine_agrees_with_scikit_learn(table):
    np.testing.assert_allclose(cosine(table).toarray(), cosine_similarity(table), **APPROXIMATE)
    np.testing.assert_allclose(
        cosine(table[:2], table).toarray(), cosine_similarity(table[:2], table), **APPROXIMATE
    )


@given(tables)
def test_cosine_of_shared_columns_agrees_with_a_loop_over_pairs(table):
    expected = pair_by_pair(table, table, shared_cosine_of_pair)
    np.testing.assert_allclose(cosine(table, norms="shared").toarray(), expected, **APPROXIMATE)


@given(tables)
def test_pearson_agrees_with_scipy_on_what_both_have_rated(table):
    np.testing.assert_allclose(
        pearson(table).toarray(), pair_by_pair(table, table, pearson_of_pair), **APPROXIMATE
    )
    np.testing.assert_allclose(
        pearson(table[1:], table).toarray(),
        pair_by_pair(table[1:], table, pearson_of_pair),
        **APPROXIMATE,
    )


@given(tables, st.floats(-1e4, 1e4))
def test_pearson_does_not_depend_on_the_level_of_the_stars(table, level):
    shifted = np.where(table != 0, table + 1e4 + 1 + level, 0)
    np.testing.assert_allclose(
        pearson(shifted).toarray(), pearson(table).toarray(), rtol=1e-5, atol=1e-6
    )


@given(tables)
def test_pearson_of_the_zero_filled_table_agrees_with_numpy(table):
    table = np.hstack([table, np.zeros((len(table), 1))])
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = np.corrcoef(table)
    constant = np.ptp(table, axis=1) == 0
    expected[constant] = np.nan
    expected[:, constant] = np.nan
    np.testing.assert_allclose(pearson_zero_filled(table), expected, **APPROXIMATE)
    np.testing.assert_allclose(pearson_zero_filled(table[:1], table), expected[:1], **APPROXIMATE)


def test_adjusted_cosine_by_hand():
    # Users in columns: the means are 4, 2 and 3.
    films = np.array([[5, 1, 4], [3, 3, 0], [4, 2, 2]])
    result = adjusted_cosine(films).toarray()
    # So the deviations are (1, -1, 1), (-1, 1, unknown) and (0, 0, -1).
    expected = [[1, -1, -1 / np.sqrt(3)], [-1, 1, 0], [-1 / np.sqrt(3), 0, 1]]
    np.testing.assert_allclose(result, expected, **APPROXIMATE)
    whole = adjusted_cosine(films, norms="all").toarray()
    assert whole[0, 1] == pytest.approx(-2 / np.sqrt(3 * 2))


@given(tables)
def test_adjusted_cosine_is_the_cosine_of_centred_columns(table):
    known = table != 0
    means = table.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    centred = np.where(known, table - means, 0)
    expected = np.zeros((len(table), len(table)))
    for i, j in np.ndindex(expected.shape):
        both = known[i] & known[j]
        first, second = centred[i, both], centred[j, both]
        length = np.sqrt((first @ first) * (second @ second))
        expected[i, j] = first @ second / length if length > 1e-9 else 0
    np.testing.assert_allclose(adjusted_cosine(table).toarray(), expected, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("measure", MEASURES)
@given(table=tables)
def test_a_similarity_is_symmetric_and_between_minus_one_and_one(measure, table):
    result = measure(table).toarray()
    np.testing.assert_allclose(result, result.T, **APPROXIMATE)
    assert np.abs(result).max(initial=0) <= 1


def test_overlap_counts_shared_columns_and_a_stored_zero_is_a_rating():
    table = make()
    expected = (table != 0).astype(int) @ (table != 0).astype(int).T
    np.testing.assert_array_equal(overlap(table).toarray(), expected)
    centred = centre_rows(np.array([[3.0, 3.0, 0.0], [0.0, 2.0, 4.0]]))
    np.testing.assert_array_equal(overlap(centred).toarray(), [[2, 1], [1, 2]])
    np.testing.assert_array_equal(overlap(table[:1], table).toarray(), expected[:1])


@pytest.mark.parametrize("measure", MEASURES)
@given(table=tables, shrinkage=st.sampled_from([0.5, 10, 100]))
def test_shrinkage_multiplies_by_n_over_n_plus_lambda(measure, table, shrinkage):
    n = overlap(table).toarray()
    expected = measure(table).toarray() * n / (n + shrinkage)
    result = measure(table, shrinkage=shrinkage).toarray()
    np.testing.assert_allclose(result, expected, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("measure", MEASURES)
@given(table=tables, least=st.integers(1, 6))
def test_minimum_overlap_drops_what_rests_on_less(measure, table, least):
    expected = np.where(
        overlap(table).toarray() >= least, measure(table, min_overlap=1).toarray(), 0
    )
    result = measure(table, min_overlap=least).toarray()
    np.testing.assert_allclose(result, expected, **APPROXIMATE)


@pytest.mark.parametrize("measure", MEASURES)
@given(table=tables, k=st.integers(1, 10))
def test_the_top_k_are_the_k_largest_positive_ones_without_the_row_itself(measure, table, k):
    whole = measure(table).toarray()
    np.fill_diagonal(whole, 0)
    result = measure(table, top_k=k)
    for row, (kept, every) in enumerate(zip(result.toarray(), whole, strict=True)):
        best = sorted((-value, column) for column, value in enumerate(every) if value > 1e-12)[:k]
        assert result[[row]].nnz == len(best)
        np.testing.assert_allclose(sorted(-kept[kept > 0]), [v for v, _ in best], **APPROXIMATE)


def test_equal_similarities_are_kept_by_the_lower_column():
    table = np.ones((6, 3))
    assert cosine(table, top_k=2)[[3]].indices.tolist() == [0, 1]
    assert cosine(table, top_k=2)[[0]].indices.tolist() == [1, 2]


def test_rows_of_others_are_not_taken_for_the_row_itself():
    table = make()
    result = cosine(table[[4]], table, top_k=1)
    assert result.indices.tolist() == [4]
    assert result.data == pytest.approx(1)


OPTIONS = [
    {},
    {"top_k": 5},
    {"shrinkage": 3, "min_overlap": 2},
    {"shrinkage": 3, "min_overlap": 2, "top_k": 5},
    {"top_k": 100},
]


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("options", OPTIONS)
def test_blocks_do_not_change_the_result(measure, options, monkeypatch):
    table = make(rows=30, columns=40)
    whole = measure(table, **options).toarray()
    monkeypatch.setattr(pairs, "PAIRS_PER_BLOCK", 70)
    np.testing.assert_array_equal(measure(table, **options).toarray(), whole)


@pytest.mark.parametrize("measure", [*MEASURES, partial(cosine, norms="shared")])
@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("slices", [False, True])
def test_every_way_gives_the_same_result(measure, options, slices, way, monkeypatch):
    table = make(rows=40, columns=30, share=0.35)
    n = overlap(table).toarray()
    whole = measure(table, min_overlap=options.get("min_overlap", 1)).toarray()
    expected = whole * n / np.maximum(n + options.get("shrinkage", 0), 1)
    if "top_k" in options:
        np.fill_diagonal(expected, 0)
        for row in expected:
            row[np.argsort(-row, kind="stable")[options["top_k"] :]] = 0
            row[row < 0] = 0
    if slices:
        monkeypatch.setattr(pairs, "DENSE_VALUES", 1600)
        monkeypatch.setattr(pairs, "PAIRS_PER_BLOCK", 90)
    result = measure(table, **{"min_overlap": 1} | options)
    np.testing.assert_allclose(result.toarray(), expected, rtol=1e-12, atol=1e-13)
    assert result.nnz == np.count_nonzero(np.abs(expected) > 1e-12)
    assert result.has_sorted_indices


@given(table=tables, k=st.integers(1, 10))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_every_way_counts_choices_alike(way, table, k):
    choices = (table != 0).astype("float64")
    whole = cosine_similarity(choices)
    np.testing.assert_allclose(cosine(choices).toarray(), whole, rtol=1e-12, atol=1e-15)
    np.fill_diagonal(whole, 0)
    result = cosine(choices, top_k=k).toarray()
    for row, every in zip(result, whole, strict=True):
        # Sums of whole numbers have no rounding, so that equals are equals.
        best = sorted(range(len(every)), key=lambda i: (-round(every[i], 12), i))[:k]
        assert np.flatnonzero(row).tolist() == sorted(i for i in best if every[i] > 0)


@pytest.mark.parametrize("measure", [cosine, pearson, partial(cosine, norms="shared")])
def test_every_way_tells_the_rows_from_the_others(measure, way):
    table, others = make(rows=40, columns=30), make(rows=25, columns=30, share=0.6, seed=1)
    matrices = sparse.csr_matrix(table), sparse.csr_matrix(others)
    assert products.crowded_columns(*matrices).any() == (way == "crowded")
    both = measure(np.vstack([table, others])).toarray()
    np.testing.assert_allclose(measure(table, others).toarray(), both[:40, 40:], **APPROXIMATE)


def test_similarities_of_choices_are_the_same_to_the_bit_in_every_way(monkeypatch):
    choices = (make(rows=60, columns=80, share=0.4) != 0).astype("float64")
    listed = cosine(choices).toarray()
    monkeypatch.setattr(products, "PAIRS_WORTH_IT", 1)
    monkeypatch.setattr(products, "CROWDED", 0.2)
    assert products.crowded_columns(*[sparse.csr_matrix(choices)] * 2).any()
    np.testing.assert_array_equal(cosine(choices).toarray(), listed)


def test_a_row_of_stored_zeros_is_like_nothing():
    """Such as the stars of a user who gives everything the same, once they are centred."""
    centred = centre_rows(np.array([[3.0, 3, 3], [1, 2, 3], [0, 4, 2]]))
    assert centred[[0]].nnz == 3
    for options in ({}, {"norms": "shared"}, {"shrinkage": 2, "top_k": 2}):
        result = cosine(centred, **options).toarray()
        assert result[0].tolist() == result[:, 0].tolist() == [0, 0, 0]
    assert cosine(centred)[1, 2] == pytest.approx(-1 / 2)


def test_columns_are_crowded_where_both_sides_know_them():
    known = np.zeros((1200, 5))
    known[:120, 0], known[:60, 1], known[:, 2] = 1, 1, 1
    left, right = sparse.csr_matrix(known), sparse.csr_matrix(known[:1000, ::-1])
    assert products.crowded_columns(left, left).tolist() == [True, False, True, False, False]
    # The columns of the right side are turned around, and column 0 is empty there.
    assert products.crowded_columns(left, right).tolist() == [False, False, True, False, False]
    assert not products.crowded_columns(left[:800], left[:800]).any()
    assert not products.crowded_columns(left[:, :2], left[:, :2]).any()
    # A column that most know is not worth it where it leaves other pairs without a product.
    most = sparse.csr_matrix(known[:, 2:3] * (np.arange(1200) < 1100)[:, None])
    assert not products.crowded_columns(most, most).any()


def test_with_how_many_others_a_row_can_have_a_column_in_common():
    left = sparse.csr_matrix(np.array([[0, 0, 1, 0], [1, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]]))
    # Nobody here knows the last column.
    right = sparse.csr_matrix(np.array([[1, 0, 0, 0], [1, 1, 0, 0], [0, 1, 1, 0]]))
    none, some = np.zeros(4, dtype=bool), np.array([False, True, False, False])
    assert products.most_pairs(left, right, none).tolist() == [1, 3, 0, 0]
    assert products.most_pairs(left, right, some).tolist() == [3, 3, 3, 3]


def test_no_more_columns_are_dense_than_have_room(monkeypatch):
    known = np.ones((1000, 4))
    known[:300, [0, 2]] = 0
    known[:400, 1] = 0
    matrix = sparse.csr_matrix(known)
    assert products.crowded_columns(matrix, matrix).all()
    monkeypatch.setattr(products, "DENSE_VALUES", 2000)
    assert products.crowded_columns(matrix, matrix).tolist() == [True, False, False, True]
    monkeypatch.setattr(products, "PAIRS_WORTH_IT", 1)
    few = matrix[:500]
    for left, right in ((matrix, few), (few, matrix)):
        assert products.crowded_columns(left, right).sum() == 2


@pytest.mark.parametrize("measure", [*MEASURES, pearson_zero_filled, overlap])
def test_no_rows_have_no_similarities(measure):
    assert measure(np.zeros((0, 3))).shape == (0, 0)


def peak_megabytes(function, *arguments, **options):
    tracemalloc.start()
    try:
        function(*arguments, **options)
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def test_a_large_catalogue_needs_little_memory():
    # 80,000 × 80,000 similarities would be 51,200 MB.
    generator = np.random.default_rng(0)
    place = generator.integers(80_000, size=150_000), generator.integers(10_000, size=150_000)
    films = sparse.csr_matrix((generator.normal(size=150_000), place), shape=(80_000, 10_000))
    assert not products.crowded_columns(films, films).any()
    assert peak_megabytes(cosine, films, shrinkage=10, top_k=20) < 300


def test_crowded_columns_need_no_more_memory_than_is_set(monkeypatch):
    # 2,500 × 2,500 numbers of 8 bytes are 50 MB, and it takes a dozen such arrays.
    known = np.random.default_rng(0).random((2500, 100)) < 0.3
    films = sparse.csr_matrix(known * np.arange(1.0, 101))
    assert products.crowded_columns(films, films).any()
    monkeypatch.setattr(pairs, "DENSE_VALUES", 1_000_000)
    monkeypatch.setattr(pairs, "PAIRS_PER_BLOCK", 100_000)
    assert peak_megabytes(cosine, films, shrinkage=10, top_k=20) < 60


def test_a_long_row_beside_short_ones_needs_little_memory():
    # Film 0 meets all, every other film 21 at most: 4,000 rows as long as its own are 128 MB.
    film = np.concatenate([np.zeros(200, dtype=int), np.arange(4000)])
    user = np.concatenate([np.arange(200), np.arange(4000) // 20])
    films = sparse.csr_matrix((np.ones(len(film)), (film, user)), shape=(4000, 200))
    assert peak_megabytes(cosine, films, top_k=5) < 40


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("pairs_per_block", [20, 100_000])
def test_products_that_cancel_out_keep_their_place(options, pairs_per_block, monkeypatch):
    monkeypatch.setattr(pairs, "PAIRS_PER_BLOCK", pairs_per_block)
    # Where Σ a b is 0, a sparse product stores nothing, and a shared column is one all the same.
    table = sparse.csr_matrix(np.random.default_rng(0).choice([-1.0, 1.0], (30, 4)))
    expected = cosine(table.toarray(), **options)
    wide = sparse.hstack([table, sparse.csr_matrix((30, 500))], format="csr")
    far = sparse.vstack([wide, sparse.csr_matrix((500, 504))], format="csr")
    result = cosine(far, **options)
    np.testing.assert_allclose(result[:30, :30].toarray(), expected.toarray(), rtol=1e-12)
    assert result.nnz == expected.nnz


@pytest.mark.parametrize("measure", MEASURES)
def test_the_input_is_left_alone(measure):
    table = sparse.coo_matrix(make())
    doubled = sparse.csr_matrix(
        (np.repeat(table.data, 2) / 2, (np.repeat(table.row, 2), np.repeat(table.col, 2))),
        shape=table.shape,
    )
    matrix = sparse.csr_matrix(make())
    for given_matrix in (doubled, matrix):
        before = given_matrix.copy()
        np.testing.assert_array_equal(measure(given_matrix).toarray(), measure(table).toarray())
        np.testing.assert_array_equal(given_matrix.data, before.data)
        np.testing.assert_array_equal(given_matrix.indices, before.indices)


@pytest.mark.parametrize("measure", MEASURES)
def test_rows_without_a_rating_are_like_nothing(measure):
    table = np.vstack([make(), np.zeros((1, 14))])
    result = measure(table).toarray()
    assert not result[-1].any()
    assert not result[:, -1].any()
    assert measure(np.zeros((3, 4)), top_k=2).nnz == 0


def test_constant_rows_have_no_correlation():
    assert pearson(np.array([[3.1, 3.1, 3.1], [1.0, 2.0, 4.5]])).toarray()[0].tolist() == [0, 0]


def test_correlation_of_zero_filled_rows_is_about_who_rated():
    # The two users agree on nothing that they share, yet both rated the same two films of five.
    table = np.array([[5, 1, 0, 0, 0], [1, 5, 0, 0, 0]])
    assert pearson(table)[0, 1] == pytest.approx(-1)
    assert pearson_zero_filled(table)[0, 1] > 0


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"shrinkage": -1}, "shrinkage = -1"),
        ({"shrinkage": float("nan")}, "shrinkage = nan"),
        ({"min_overlap": 0}, "min_overlap = 0"),
        ({"top_k": 0}, "top_k = 0"),
        ({"top_k": 2.5}, "top_k = 2.5"),
    ],
)
def test_impossible_options(measure, option, message):
    with pytest.raises(ParameterError, match=message):
        measure(make(), **option)


def test_unknown_norms():
    with pytest.raises(ParameterError, match="'all' or 'shared'"):
        cosine(make(), norms="l1")


def test_a_result_that_would_be_too_large_asks_for_the_top_k():
    wide = sparse.csr_matrix((20_000, 3))
    with pytest.raises(ParameterError, match="Set top_k"):
        cosine(wide)
    with pytest.raises(ParameterError, match="fewer rows"):
        pearson_zero_filled(wide)
    assert cosine(wide, top_k=1).shape == (20_000, 20_000)


@pytest.mark.parametrize("measure", [cosine, pearson, pearson_zero_filled, overlap])
def test_rows_of_different_columns(measure):
    with pytest.raises(ParameterError, match="3 columns cannot be compared with rows of 4"):
        measure(np.ones((2, 3)), np.ones((2, 4)))


@pytest.mark.parametrize("measure", [*MEASURES, pearson_zero_filled, overlap])
def test_values_that_are_no_numbers(measure):
    with pytest.raises(DataError, match="not a finite number") as caught:
        measure(np.array([[1.0, np.nan]]))
    assert isinstance(caught.value, CourseError)


@given(tables)
def test_centring_takes_the_means_of_known_values_off_and_keeps_every_place(table):
    for centred, axis in ((centre_rows(table), 1), (centre_columns(table), 0)):
        assert centred.nnz == (table != 0).sum()
        np.testing.assert_allclose(np.asarray(centred.sum(axis=axis)).ravel(), 0, atol=1e-10)


@pytest.mark.parametrize("norms", ["all", "shared"])
def test_cosine_of_choices_with_stars_weighs_the_stars(norms):
    stars = make(seed=3)
    stars[stars == 1] = 2
    choices = (make(rows=4, seed=4) > 0).astype(float)
    for left, right in ((choices, stars), (stars, choices)):
        if norms == "all":
            expected = cosine_similarity(left, right)
        else:
            lengths = np.sqrt((left**2 @ (right > 0).T) * ((left > 0) @ (right**2).T))
            expected = np.divide(left @ right.T, lengths, where=lengths > 0, out=0 * lengths)
        np.testing.assert_allclose(
            cosine(left, right, norms=norms).toarray(), expected, **APPROXIMATE
        )
