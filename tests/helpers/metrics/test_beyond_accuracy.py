import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.spatial.distance import pdist
from scipy.stats import entropy

from helpers.errors import DataError, ParameterError
from helpers.metrics import (
    catalogue_coverage_at_k,
    genre_calibration_at_k,
    gini_of_exposure_at_k,
    intra_list_diversity_at_k,
    novelty_at_k,
    per_user,
    popularity_lift_at_k,
    serendipity_at_k,
)

# The lists of three users, and five films: how many of eight users rated them, their genres
# (comedy, drama), and what each of the three users had rated.
RANKED = np.array([[0, 1], [4, 2], [3, 4]])
COUNTS = np.array([8, 4, 2, 1, 1])
GENRES = np.array([[1, 0], [1, 0], [1, 1], [0, 1], [0, 1]])
PROFILE = np.array([[0, 0, 0, 5, 0], [0, 0, 0, 2, 0], [3, 0, 0, 0, 0]])
RELEVANT = np.array([[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 0, 1, 0, 0]])
HALF = np.sqrt(1 / 2)

MEASURES = {
    "coverage": lambda ranked, k: catalogue_coverage_at_k(ranked, 5, k),
    "gini": lambda ranked, k: gini_of_exposure_at_k(ranked, 5, k),
    "novelty": lambda ranked, k: novelty_at_k(ranked, COUNTS, 8, k),
    "diversity": lambda ranked, k: intra_list_diversity_at_k(ranked, GENRES, k),
    "serendipity": lambda ranked, k: serendipity_at_k(ranked, RELEVANT, [[0, 1]] * 3, k),
    "lift": lambda ranked, k: popularity_lift_at_k(ranked, PROFILE, COUNTS, k),
    "calibration": lambda ranked, k: genre_calibration_at_k(ranked, PROFILE, GENRES, k),
}


def test_the_table_by_hand():
    assert catalogue_coverage_at_k(RANKED, 5, 1) == 3 / 5
    assert catalogue_coverage_at_k(RANKED, 10, 2) == 5 / 10
    # Exposures 1, 1, 1, 1, 2: eight differences of 1, both ways, over 2 · 5² · mean 6/5.
    assert gini_of_exposure_at_k(RANKED, 5, 2) == pytest.approx(8 / 60)
    novelty = per_user.novelty_at_k(RANKED, COUNTS, 8, 2)
    assert novelty == pytest.approx([(0 + 1) / 2, (3 + 2) / 2, 3])
    diversity = per_user.intra_list_diversity_at_k(RANKED, GENRES, 2)
    assert diversity == pytest.approx([0, 1 - HALF, 0])
    serendipity = per_user.serendipity_at_k(RANKED, RELEVANT, [[0, 1]] * 3, 2)
    assert serendipity == pytest.approx([0, 1 / 2, 0])
    lift = per_user.popularity_lift_at_k(RANKED, PROFILE, COUNTS, 2)
    assert lift == pytest.approx([6 / 1 - 1, 1.5 / 1 - 1, 1 / 8 - 1])
    assert popularity_lift_at_k(RANKED, PROFILE, COUNTS, 2) == pytest.approx(8.5 / 10 - 1)
    calibration = per_user.genre_calibration_at_k(RANKED, PROFILE, GENRES, 2)
    second = np.log(1 / (0.99 * 0.75 + 0.01))
    assert calibration == pytest.approx([np.log(100), second, np.log(100)])


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_the_order_of_users_and_empty_places_do_not_matter(measure):
    value = measure(RANKED, 2)
    padded = np.hstack([RANKED, np.full((3, 1), -1)])
    if measure is not MEASURES["serendipity"]:
        assert measure(padded, 3) == pytest.approx(value)
    if measure not in [MEASURES[name] for name in ("serendipity", "lift", "calibration")]:
        assert measure(RANKED[[2, 0, 1]], 2) == pytest.approx(value)


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
@pytest.mark.parametrize(
    ("ranked", "error", "message"),
    [
        ([[0, 0]] * 3, DataError, "twice"),
        ([[0, 5]] * 3, DataError, "catalogue has 0 to 4"),
        ([0, 1], ParameterError, "whole numbers of shape"),
        ([[0]] * 3, ParameterError, "k = 2"),
    ],
)
def test_lists_that_make_no_sense(measure, ranked, error, message):
    with pytest.raises(error, match=message):
        measure(ranked, 2)


@pytest.mark.parametrize("name", ["coverage", "gini", "novelty", "diversity", "lift"])
def test_nothing_but_empty_lists(name):
    with pytest.raises(DataError, match="nothing to measure"):
        MEASURES[name](np.full((3, 2), -1), 2)


@given(seed=st.integers(0, 10_000))
def test_gini_is_half_the_relative_mean_difference(seed):
    generator = np.random.default_rng(seed)
    ranked = np.argsort(generator.random((6, 9)) ** (np.arange(9) + 1), axis=1)[:, :3]
    exposure = np.bincount(ranked.ravel(), minlength=9)
    differences = np.abs(exposure[:, None] - exposure).mean()
    expected = differences / (2 * exposure.mean())
    assert gini_of_exposure_at_k(ranked, 9, 3) == pytest.approx(expected, rel=1e-9)


def test_gini_from_one_list_for_all_to_every_film_alike():
    assert gini_of_exposure_at_k([[3]] * 50, 100, 1) == pytest.approx(1 - 1 / 100)
    assert gini_of_exposure_at_k(np.arange(100)[:, None], 100, 1) == pytest.approx(0)


@given(seed=st.integers(0, 10_000))
def test_diversity_is_the_mean_distance_of_scipy(seed):
    generator = np.random.default_rng(seed)
    features = generator.random((9, 4)) + 0.01
    ranked = np.argsort(generator.random((5, 9)), axis=1)[:, :4]
    expected = [pdist(features[row], "cosine").mean() for row in ranked]
    found = per_user.intra_list_diversity_at_k(ranked, features, 4)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_a_film_without_features_is_far_from_all():
    features = sparse.csr_matrix([[1, 0], [0, 0], [1, 0]])
    assert intra_list_diversity_at_k([[0, 1, 2]], features, 3) == pytest.approx(2 / 3)
    assert np.isnan(per_user.intra_list_diversity_at_k([[0, -1]], features, 2)).all()


@given(seed=st.integers(0, 10_000), alpha=st.sampled_from([0.01, 0.3, 1]))
def test_calibration_is_the_divergence_of_scipy(seed, alpha):
    generator = np.random.default_rng(seed)
    genres = generator.random((9, 4)) < 0.5
    genres[:, 0] |= ~genres.any(axis=1)
    profile = generator.integers(0, 3, (5, 9))
    profile[:, 2] += ~profile.any(axis=1)
    ranked = np.argsort(generator.random((5, 9)), axis=1)[:, :4]
    shares = genres / genres.sum(axis=1, keepdims=True)
    expected = []
    for user in range(5):
        own = profile[user] @ shares / profile[user].sum()
        offered = shares[ranked[user]].mean(axis=0)
        expected.append(entropy(own, (1 - alpha) * offered + alpha * own))
    found = per_user.genre_calibration_at_k(ranked, profile, genres, 4, alpha)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_a_list_with_the_genres_of_the_profile_is_calibrated():
    profile = np.array([[1, 0, 0, 1, 0]])
    assert genre_calibration_at_k([[1, 4]], profile, GENRES, 2) == pytest.approx(0, abs=1e-12)
    assert genre_calibration_at_k([[2]], profile, GENRES, 1) == pytest.approx(0, abs=1e-12)


def test_a_user_without_known_genres_has_no_calibration():
    genres = np.array([[1, 0], [0, 0]])
    values = per_user.genre_calibration_at_k([[0], [1], [0]], [[1, 0], [1, 0], [0, 1]], genres, 1)
    assert np.isnan(values).tolist() == [False, True, True]


def test_what_the_primitive_recommender_finds_too_is_no_surprise():
    assert serendipity_at_k(RANKED, RELEVANT, RANKED, 2) == 0
    assert serendipity_at_k(RANKED, RELEVANT, np.full((3, 2), -1), 2) == pytest.approx(0.5)


def test_a_film_without_rating_is_as_new_as_one_that_a_single_user_knows():
    assert novelty_at_k([[0]], [0, 4], 4, 1) == novelty_at_k([[0]], [1, 4], 4, 1) == 2


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: novelty_at_k(RANKED, COUNTS, 7, 2), DataError, "8 users, but there are only 7"),
        (lambda: novelty_at_k(RANKED, -COUNTS, 8, 2), DataError, "negative"),
        (lambda: novelty_at_k(RANKED, GENRES, 8, 2), ParameterError, "shape"),
        (lambda: intra_list_diversity_at_k(RANKED, GENRES * np.nan, 2), DataError, "feature"),
        (lambda: serendipity_at_k(RANKED, RELEVANT, RANKED[:2], 2), ParameterError, "do not match"),
        (lambda: serendipity_at_k(RANKED, RELEVANT, RANKED + 1, 2), DataError, "catalogue"),
        (
            lambda: popularity_lift_at_k(RANKED, PROFILE[:2], COUNTS, 2),
            ParameterError,
            "do not match",
        ),
        (lambda: popularity_lift_at_k(RANKED, PROFILE, COUNTS[:4], 2), ParameterError, "items"),
        (lambda: popularity_lift_at_k(RANKED, -PROFILE, COUNTS, 2), DataError, "negative"),
        (lambda: popularity_lift_at_k(RANKED, PROFILE, COUNTS * 0, 2), DataError, "row 0 have no"),
        (lambda: genre_calibration_at_k(RANKED, PROFILE, -GENRES, 2), DataError, "negative"),
        (lambda: genre_calibration_at_k(RANKED, PROFILE, GENRES, 2, 0), ParameterError, "alpha"),
        (lambda: genre_calibration_at_k(RANKED, PROFILE, GENRES, 2, 1.5), ParameterError, "alpha"),
        (lambda: novelty_at_k(RANKED, [], 8, 2), ParameterError, "shape"),
        (lambda: serendipity_at_k(RANKED, RELEVANT * 0, RANKED, 2), DataError, "to find"),
        (lambda: popularity_lift_at_k(RANKED, PROFILE * 0, COUNTS, 2), DataError, "to measure"),
        (lambda: genre_calibration_at_k(RANKED, PROFILE * 0, GENRES, 2), DataError, "nothing"),
    ],
)
def test_beyond_accuracy_refuses_what_makes_no_sense(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_who_lacks_a_list_or_a_profile_does_not_count():
    profile = PROFILE.copy()
    profile[1] = 0
    ranked = RANKED.copy()
    ranked[2] = -1
    for values in per_user.popularity_of_lists(ranked, profile, COUNTS, 2):
        assert np.isnan(values).tolist() == [False, True, True]


def test_a_catalogue_of_one_film():
    assert novelty_at_k([[0]], [2], 4, 1) == 1


def test_what_is_stored_as_yes_or_no_and_what_is_stored_as_zero():
    genres = sparse.csr_matrix(np.ones_like(GENRES))
    genres.data[:] = GENRES.ravel()
    assert genres.nnz > GENRES.sum()
    for features in (genres, GENRES.astype(bool)):
        for measure in (
            lambda table: intra_list_diversity_at_k(RANKED, table, 2),
            lambda table: genre_calibration_at_k(RANKED, PROFILE, table, 2),
        ):
            assert measure(features) == pytest.approx(measure(GENRES))


def test_half_a_star_in_a_profile_weighs_half():
    light = genre_calibration_at_k(RANKED, PROFILE / 10, GENRES, 2)
    assert light == pytest.approx(genre_calibration_at_k(RANKED, PROFILE, GENRES, 2))
