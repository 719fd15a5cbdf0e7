import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn import metrics as sklearn_metrics

from helpers.arrays import top_n
from helpers.errors import DataError, ParameterError
from helpers.metrics import (
    auc,
    auc_of_ranking,
    graded_ndcg_at_k,
    hit_rate_at_k,
    map_at_k_over_min,
    map_at_k_over_relevant,
    mrr_at_k,
    ndcg_at_k,
    per_user,
    precision_at_k,
    recall_at_k,
)

RANKING_METRICS = (
    precision_at_k,
    recall_at_k,
    hit_rate_at_k,
    mrr_at_k,
    map_at_k_over_min,
    map_at_k_over_relevant,
    ndcg_at_k,
)

# Three users, five items. The first has two relevant items and finds both; the second has three
# and finds one, in second place; the third has one, in third place.
RANKED = np.array([[0, 1, 2], [4, 2, 3], [3, 4, 2]])
WHOLE = np.array([[0, 1, 2, 3, 4], [4, 2, 3, 0, 1], [3, 4, 2, 0, 1]])
RELEVANT = sparse.csr_matrix([[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 0, 1, 0, 0]])
STARS = np.array([[5, 4, 0, 0, 0], [3, 5, 4, 0, 0], [0, 0, 2, 0, 0]])
SECOND, THIRD = 1 / np.log2(3), 1 / 2


@pytest.mark.parametrize(
    ("metric", "k", "expected"),
    [
        (precision_at_k, 1, np.mean([1, 0, 0])),
        (precision_at_k, 2, np.mean([1, 1 / 2, 0])),
        (precision_at_k, 3, np.mean([2 / 3, 1 / 3, 1 / 3])),
        (recall_at_k, 1, np.mean([1 / 2, 0, 0])),
        (recall_at_k, 2, np.mean([1, 1 / 3, 0])),
        (recall_at_k, 3, np.mean([1, 1 / 3, 1])),
        (hit_rate_at_k, 1, 1 / 3),
        (hit_rate_at_k, 2, 2 / 3),
        (hit_rate_at_k, 3, 1),
        (mrr_at_k, 1, 1 / 3),
        (mrr_at_k, 2, np.mean([1, 1 / 2, 0])),
        (mrr_at_k, 3, np.mean([1, 1 / 2, 1 / 3])),
        (map_at_k_over_min, 1, 1 / 3),
        (map_at_k_over_min, 2, np.mean([1, 1 / 4, 0])),
        (map_at_k_over_min, 3, np.mean([1, 1 / 6, 1 / 3])),
        (map_at_k_over_relevant, 1, np.mean([1 / 2, 0, 0])),
        (map_at_k_over_relevant, 2, np.mean([1, 1 / 6, 0])),
        (map_at_k_over_relevant, 3, np.mean([1, 1 / 6, 1 / 3])),
        (ndcg_at_k, 1, 1 / 3),
        (ndcg_at_k, 2, np.mean([1, SECOND / (1 + SECOND), 0])),
        (ndcg_at_k, 3, np.mean([1, SECOND / (1 + SECOND + THIRD), THIRD])),
    ],
)
def test_ranking_metrics_by_hand(metric, k, expected):
    assert metric(RANKED, RELEVANT, k) == pytest.approx(expected)
    assert metric(RANKED, RELEVANT.toarray(), k) == pytest.approx(expected)


@pytest.mark.parametrize("metric", RANKING_METRICS)
def test_users_without_a_relevant_item_do_not_count(metric):
    ranked = np.vstack([RANKED, [[0, 1, 2]]])
    relevant = sparse.vstack([RELEVANT, sparse.csr_matrix((1, 5))])
    assert metric(ranked, relevant, 2) == metric(RANKED, RELEVANT, 2)


@pytest.mark.parametrize("metric", RANKING_METRICS)
def test_a_stored_zero_is_not_relevant_and_stars_weigh_no_more_than_one(metric):
    relevant = RELEVANT + sparse.csr_matrix(([9], ([1], [4])), shape=(3, 5))
    relevant.data = np.where(relevant.data == 9, 0, 4.5)
    assert relevant.nnz == RELEVANT.nnz + 1
    assert metric(RANKED, relevant, 2) == metric(RANKED, RELEVANT, 2)


@pytest.mark.parametrize("metric", RANKING_METRICS)
def test_empty_places_are_misses_even_when_the_last_item_is_relevant(metric):
    relevant = sparse.csr_matrix([[1, 0, 0, 0, 1]])
    assert metric([[-1, -1]], relevant, 2) == 0
    assert metric([[0, -1]], relevant, 2) == metric([[0, 3]], relevant, 2) > 0


def brute_force(ranked, relevant, k):
    values = []
    for places, row in zip(ranked, relevant, strict=True):
        wanted = set(np.flatnonzero(row))
        if not wanted:
            continue
        gains = [1 if place in wanted else 0 for place in places[:k]]
        ideal = sum(1 / np.log2(p + 2) for p in range(min(k, len(wanted))))
        gained = sum(gain / np.log2(p + 2) for p, gain in enumerate(gains))
        first = 1 / (gains.index(1) + 1) if 1 in gains else 0
        precise = sum(sum(gains[: p + 1]) / (p + 1) for p, gain in enumerate(gains) if gain)
        shares = [sum(gains) / k, sum(gains) / len(wanted), max(gains), first]
        averages = [precise / min(len(wanted), k), precise / len(wanted)]
        values.append([*shares, *averages, gained / ideal])
    return np.mean(values, axis=0)


@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 8))
def test_ranking_metrics_agree_with_a_loop_over_users(seed, k, users):
    generator = np.random.default_rng(seed)
    relevant = generator.random((users, 8)) < 0.4
    relevant[0, 3] = True
    ranked = np.argsort(generator.random((users, 8)), axis=1)[:, :6]
    measured = [metric(ranked, relevant, k) for metric in RANKING_METRICS]
    assert measured == pytest.approx(brute_force(ranked, relevant, k))
    assert all(0 <= value <= 1 for value in measured)


@given(st.integers(0, 10_000), st.integers(1, 9))
def test_ndcg_agrees_with_scikit_learn(seed, k):
    generator = np.random.default_rng(seed)
    relevant = generator.random((7, 9)) < 0.4
    relevant[:, 0] |= ~relevant.any(axis=1)
    scores = generator.random((7, 9))
    expected = sklearn_metrics.ndcg_score(relevant.astype(float), scores, k=k)
    assert ndcg_at_k(np.argsort(-scores, axis=1), relevant, k) == pytest.approx(expected)


@pytest.mark.parametrize("metric", RANKING_METRICS)
def test_the_perfect_list_scores_one(metric):
    relevant = np.eye(4, 6, k=1) + np.eye(4, 6, k=2)
    ranked = np.argsort(-relevant, axis=1, kind="stable")
    assert metric(ranked, relevant, 2) == 1


@pytest.mark.parametrize("metric", RANKING_METRICS)
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([0, 1], RELEVANT, 1), ParameterError, r"\(users, places\)"),
        ((RANKED * 1.0, RELEVANT, 1), ParameterError, "float64"),
        ((RANKED[:2], RELEVANT, 1), ParameterError, "2 ranked lists and 3 rows"),
        ((RANKED, RELEVANT, 0), ParameterError, "k = 0"),
        ((RANKED, RELEVANT, 4), ParameterError, "3 places"),
        ((RANKED, RELEVANT, 1.5), ParameterError, "k = 1.5"),
        ((RANKED, RELEVANT[:, :4], 3), DataError, "catalogue has 0 to 3"),
        ((RANKED - 2, RELEVANT, 3), DataError, "from -2"),
        (([[0, 1, 1]] * 3, RELEVANT, 3), DataError, "twice in the list of row 0"),
        (([[0, 1, 2], [3, 4, 3], [0, 1, 2]], RELEVANT, 3), DataError, "in the list of row 1"),
        ((RANKED, RELEVANT * 0, 3), DataError, "No user has a relevant item"),
        ((RANKED, RELEVANT * np.nan, 3), DataError, "NaN"),
    ],
)
def test_ranking_metrics_refuse_what_makes_no_sense(metric, arguments, error, message):
    with pytest.raises(error, match=message):
        metric(*arguments)


@pytest.mark.parametrize("gain", ["linear", "exponential"])
def test_graded_ndcg_by_hand(gain):
    two, three, four, five = (2, 3, 4, 5) if gain == "linear" else (3, 7, 15, 31)
    second = four * SECOND / (five + four * SECOND + three * THIRD)
    expected = [1, second, two * THIRD / two]
    values = per_user.graded_ndcg_at_k(RANKED, STARS, 3, gain)
    assert values == pytest.approx(expected)
    assert graded_ndcg_at_k(RANKED, STARS, 3, gain) == pytest.approx(np.mean(expected))


def test_grades_of_one_are_the_binary_ndcg():
    for gain in ("linear", "exponential"):
        assert graded_ndcg_at_k(RANKED, RELEVANT, 3, gain) == ndcg_at_k(RANKED, RELEVANT, 3)


@given(st.integers(0, 10_000), st.integers(1, 9), st.sampled_from(["linear", "exponential"]))
def test_graded_ndcg_agrees_with_scikit_learn(seed, k, gain):
    generator = np.random.default_rng(seed)
    grades = generator.integers(0, 6, (7, 9)) * (generator.random((7, 9)) < 0.5)
    grades[:, 0] += ~grades.any(axis=1)
    scores = generator.random((7, 9))
    gains = grades if gain == "linear" else 2.0**grades - 1
    expected = sklearn_metrics.ndcg_score(gains, scores, k=k)
    found = graded_ndcg_at_k(np.argsort(-scores, axis=1), grades, k, gain)
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("relevance", "gain", "error", "message"),
    [
        (-STARS, "linear", DataError, "negative or infinite"),
        (np.where(STARS == 5, np.nan, STARS), "linear", DataError, "NaN"),
        (np.where(STARS == 5, np.inf, STARS), "linear", DataError, "negative or infinite"),
        (STARS, "square", ParameterError, "gain must be"),
        (STARS * 0, "linear", DataError, "No user has a relevant item"),
    ],
)
def test_graded_ndcg_refuses_what_is_no_grade(relevance, gain, error, message):
    with pytest.raises(error, match=message):
        graded_ndcg_at_k(RANKED, relevance, 3, gain)


def test_auc_by_hand():
    expected = [1, 1 / 6, 2 / 4]
    assert per_user.auc_of_ranking(WHOLE, RELEVANT) == pytest.approx(expected)
    scores = -np.argsort(WHOLE, axis=1).astype(float)
    assert per_user.auc(scores, RELEVANT) == pytest.approx(expected)
    assert auc(scores, RELEVANT) == auc_of_ranking(WHOLE, RELEVANT) == pytest.approx(5 / 9)


@given(st.integers(0, 10_000))
def test_auc_agrees_with_scikit_learn_ties_included(seed):
    generator = np.random.default_rng(seed)
    scores = generator.integers(0, 4, (6, 9)).astype(float)
    excluded = generator.random((6, 9)) < 0.2
    relevant = (generator.random((6, 9)) < 0.4) & ~excluded
    found = per_user.auc(scores, relevant, excluded)
    for row in range(6):
        kept = ~excluded[row]
        if relevant[row].any() and (kept & ~relevant[row]).any():
            expected = sklearn_metrics.roc_auc_score(relevant[row, kept], scores[row, kept])
            assert found[row] == pytest.approx(expected, rel=1e-9)
        else:
            assert np.isnan(found[row])


@given(st.integers(0, 10_000))
def test_auc_of_scores_without_ties_is_that_of_their_ranking(seed):
    generator = np.random.default_rng(seed)
    scores = generator.permuted(np.tile(np.arange(9.0), (5, 1)), axis=1)
    excluded = generator.random((5, 9)) < 0.2
    relevant = (generator.random((5, 9)) < 0.4) & ~excluded
    ranked = top_n(scores, 9, excluded)
    np.testing.assert_allclose(
        per_user.auc_of_ranking(ranked, relevant), per_user.auc(scores, relevant, excluded)
    )


def test_scores_all_alike_are_chance():
    assert auc(np.zeros((3, 5)), RELEVANT) == 0.5


def test_a_user_who_finds_every_candidate_relevant_has_no_auc():
    assert np.isnan(per_user.auc([[1.0, 2.0]], [[1, 1]])).all()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([1.0, 2.0], [[1, 0]]), ParameterError, r"\(users, items\)"),
        (([[1.0, 2.0]], [[1, 0, 0]]), ParameterError, "relevance has shape"),
        (([[1.0, 2.0]], [[1, 0]], [[True]]), ParameterError, "mask has shape"),
        (([[np.nan, 2.0]], [[1, 0]]), DataError, "not a finite number"),
        (([[1.0, 2.0]], [[1, 0]], [[True, False]]), DataError, "row 0 is excluded"),
        (([[1.0, 2.0]], [[0, 0]]), DataError, "No user"),
    ],
)
def test_auc_refuses_what_makes_no_sense(arguments, error, message):
    with pytest.raises(error, match=message):
        auc(*arguments)


def test_auc_of_a_list_that_ends_early_is_refused():
    with pytest.raises(DataError, match="row 1 lacks a relevant item"):
        auc_of_ranking(RANKED, RELEVANT)


@pytest.mark.parametrize("metric", RANKING_METRICS)
def test_the_mean_is_over_the_values_of_the_users_with_something_to_find(metric):
    relevant = sparse.vstack([RELEVANT, sparse.csr_matrix((1, 5))]).tocsr()
    values = getattr(per_user, metric.__name__)(np.vstack([RANKED, RANKED[:1]]), relevant, 2)
    assert np.isnan(values).tolist() == [False, False, False, True]
    assert metric(RANKED, RELEVANT, 2) == pytest.approx(values[:3].mean())


def test_per_user_values_do_not_need_anybody_with_something_to_find():
    assert np.isnan(per_user.recall_at_k(RANKED, RELEVANT * 0, 2)).all()


@pytest.mark.parametrize("metric", RANKING_METRICS)
@given(seed=st.integers(0, 10_000), k=st.integers(1, 6))
def test_permuting_users_or_renaming_items_changes_nothing(metric, seed, k):
    generator = np.random.default_rng(seed)
    relevant = generator.random((6, 8)) < 0.4
    relevant[0, 3] = True
    ranked = np.argsort(generator.random((6, 8)), axis=1)[:, :6]
    value = metric(ranked, relevant, k)
    users, names = generator.permutation(6), generator.permutation(8)
    assert metric(ranked[users], relevant[users], k) == pytest.approx(value, rel=1e-12)
    assert metric(np.argsort(names)[ranked], relevant[:, names], k) == pytest.approx(value)


@given(seed=st.integers(0, 10_000), k=st.integers(2, 6))
def test_an_irrelevant_item_at_the_end_never_helps(seed, k):
    generator = np.random.default_rng(seed)
    relevant = generator.random((6, 8)) < 0.4
    relevant[:, 7] = False
    relevant[0, 3] = True
    shorter = np.argsort(generator.random((6, 7)), axis=1)[:, : k - 1]
    longer = np.hstack([shorter, np.full((6, 1), 7)])
    for metric in RANKING_METRICS:
        before, after = metric(shorter, relevant, k - 1), metric(longer, relevant, k)
        assert after <= before + 1e-12
    for metric in (recall_at_k, hit_rate_at_k, mrr_at_k, map_at_k_over_relevant):
        before, after = metric(shorter, relevant, k - 1), metric(longer, relevant, k)
        assert after == pytest.approx(before)


@given(seed=st.integers(0, 10_000))
def test_moving_a_relevant_item_up_never_harms(seed):
    generator = np.random.default_rng(seed)
    relevant = generator.random((1, 8)) < 0.4
    relevant[0, 3] = True
    ranked = np.argsort(generator.random((1, 8)), axis=1)
    found = relevant[0, ranked[0]]
    for place in np.flatnonzero(found[1:] & ~found[:-1]):
        swapped = ranked.copy()
        swapped[0, [place, place + 1]] = ranked[0, [place + 1, place]]
        for metric in RANKING_METRICS:
            assert metric(swapped, relevant, 5) >= metric(ranked, relevant, 5) - 1e-12
        assert auc_of_ranking(swapped, relevant) > auc_of_ranking(ranked, relevant)


@given(seed=st.integers(0, 10_000), k=st.integers(1, 6))
def test_the_two_divisors_of_average_precision(seed, k):
    generator = np.random.default_rng(seed)
    relevant = generator.random((5, 8)) < 0.5
    relevant[:, 0] |= ~relevant.any(axis=1)
    ranked = np.argsort(generator.random((5, 8)), axis=1)
    ratio = np.minimum(relevant.sum(axis=1), k) / relevant.sum(axis=1)
    np.testing.assert_allclose(
        per_user.map_at_k_over_relevant(ranked, relevant, k),
        per_user.map_at_k_over_min(ranked, relevant, k) * ratio,
    )


def test_relevance_given_in_pieces_is_summed_and_not_altered():
    pieces = sparse.csr_matrix(([1.0, 1.0, 0.0], [2, 2, 0], [0, 3]), shape=(1, 4))
    assert recall_at_k([[2, 3]], pieces, 2) == 1
    assert pieces.nnz == 3


def test_relevance_in_small_numbers_does_not_run_over():
    pieces = sparse.csr_matrix(np.array([[0, 0, 0, 0]], dtype="uint8"))
    pieces.indices, pieces.indptr = np.array([2, 2]), np.array([0, 2])
    pieces.data = np.array([128, 128], dtype="uint8")
    assert recall_at_k([[2, 3]], pieces, 2) == 1


def test_no_users_have_no_values():
    nobody = np.empty((0, 2), dtype=int)
    assert per_user.recall_at_k(nobody, np.empty((0, 5)), 2).shape == (0,)


def test_half_a_star_is_a_grade():
    assert graded_ndcg_at_k([[1, 0]], [[0.5, 1.0]], 2) == 1


def test_auc_of_one_pair():
    assert auc([[1.0, 2.0]], [[0, 1]]) == auc_of_ranking([[1, 0]], [[0, 1]]) == 1


def test_auc_of_one_list_without_a_user_is_refused():
    with pytest.raises(ParameterError, match=r"\(users, places\)"):
        auc_of_ranking([0, 1], [[0, 1]])


def test_grades_of_play_counts_do_not_overflow():
    ranked, grades = [[1, 0], [0, 1]], [[1, 0], [2000, 0]]
    assert graded_ndcg_at_k(ranked, grades, 1, "exponential") == pytest.approx(0.5)
    high = [[1, 0], [2, 1]], [[1001.0, 1000, 0], [0, 3000, 2999]]
    low = [[1, 0], [2, 1]], [[101.0, 100, 0], [0, 100, 99]]
    found = [graded_ndcg_at_k(*each, 2, "exponential") for each in (high, low)]
    assert found[0] == pytest.approx(found[1])


@given(st.lists(st.integers(0, 40), min_size=3, max_size=3).filter(any))
def test_large_grades_are_scaled_without_a_change(grades):
    from helpers.metrics.per_user import accuracy

    matrix = sparse.csr_matrix([np.array(grades, "float64")])
    plain = accuracy._exponential(matrix)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(accuracy, "LARGEST_EXPONENT", 0)
        scaled = accuracy._exponential(matrix)
    np.testing.assert_allclose(scaled * 2.0 ** max(grades), plain, rtol=1e-9)


def test_a_mask_may_be_sparse():
    scores, relevant = [[0.0, 1.0, 2.0]], sparse.csr_matrix([[1, 0, 0]])
    assert auc(scores, relevant, sparse.csr_matrix([[0, 1, 0]])) == 0
    assert auc(scores, relevant, np.array([[0, 1, 0]])) == 0


def test_lists_of_unequal_length_are_told_how_to_be_filled():
    with pytest.raises(ParameterError, match=r"from 1 to 2 places\. Fill the shorter ones with −1"):
        ndcg_at_k([[0, 1], [2]], [[1, 0, 0], [0, 0, 1]], 2)
    with pytest.raises(ParameterError):
        ndcg_at_k([[0, 1], 2], [[1, 0, 0], [0, 0, 1]], 2)


def test_where_everything_is_relevant_there_is_nothing_to_tell_apart():
    with pytest.raises(DataError, match="a candidate that is not relevant"):
        auc([[0.0, 1.0]], [[1, 1]])
