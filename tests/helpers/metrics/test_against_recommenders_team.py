"""Our metrics on the small tables of recommenders-team/recommenders, against its published values.

The tables and values are those of the unit tests of version 1.2.1 (``tests/unit/recommenders/
evaluation``), which give four or five digits. On random lists the two agree to rounding where
the definitions do, and these differ:

- its ``map`` divides by the relevant items, ``map_at_k`` by min(relevant, k); one word in ours;
- a row of truth is relevant there even with 0 stars; here 0 is not relevant;
- its ``novelty`` divides by all records, ours by the users: the two differ by log2 of the records
  a user; a film without a training rating counts 0 bits there, as if one user knew it here;
- its ``diversity`` compares films by who rated both, unless it is given features;
- its ``catalog_coverage`` divides by the films that have training ratings;
- its ``auc`` pools all users, ours is the mean of the users' own;
- its ``serendipity`` is relevance · (1 − mean similarity to the user's films) (Zhang et al. 2012),
  ours counts the relevant films that popularity does not list (Ge et al. 2010): other figures.
"""

import numpy as np
import pytest

from helpers import metrics
from helpers.metrics import per_user

PUBLISHED_DIGITS = 1e-4
N_ITEMS = 15

# Items start at 1 there; column 0 stays empty. Lists in falling order of the predictions.
TRUTH = (
    {3: 3, 1: 5, 2: 4},
    {1: 5, 4: 5, 5: 3, 6: 3, 7: 1},
    {2: 5, 5: 5, 6: 5, 8: 4, 9: 4, 10: 3, 11: 3, 12: 3, 13: 2, 14: 1},
)
LISTS = ([3, 10, 12], [10, 3, 5, 11, 13], [4, 10, 7, 13, 1, 3, 5, 2, 11, 14])
# Stars and predictions of the eight pairs that are in both.
STARS = [3, 3, 5, 5, 3, 3, 2, 1]
PREDICTIONS = [14, 12, 7, 8, 13, 6, 11, 5]

# Who rated what, what three users are recommended, and features of the five films.
TRAIN = np.array([[1, 1, 0, 1, 0], [0, 0, 1, 1, 0], [0, 0, 1, 1, 1]])
OFFERED = np.array([[2, 4], [1, 4], [0, 1]])
FEATURES = [[0, 1, 1, 0, 0], [0, 1, 0, 1, 0], [0, 0, 1, 1, 0], [0, 0, 1, 0, 1], [0, 0, 0, 1, 1]]


@pytest.fixture
def grades():
    table = np.zeros((3, N_ITEMS))
    for user, stars in enumerate(TRUTH):
        table[user, list(stars)] = list(stars.values())
    return table


@pytest.fixture
def ranked():
    return np.array([items + [-1] * (10 - len(items)) for items in LISTS])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("precision_at_k", 0.26666),
        ("recall_at_k", 0.37777),
        ("ndcg_at_k", 0.38172),
        ("map_at_k_over_relevant", 0.23613),
        ("map_at_k_over_min", 0.23613),
    ],
)
def test_rankings(name, value, ranked, grades):
    found = getattr(metrics, name)(ranked, grades, 10)
    assert found == pytest.approx(value, rel=PUBLISHED_DIGITS)


def test_a_perfect_list_has_a_precision_of_its_length_over_k(grades):
    # 3, 5 and 10 relevant films in ten places.
    best = np.argsort(-grades, axis=1, kind="stable")[:, :10]
    assert metrics.precision_at_k(best, grades, 10) == pytest.approx(0.6)
    assert metrics.ndcg_at_k(best, grades, 10) == pytest.approx(1)


def test_graded_ndcg_of_the_encyclopaedia_s_example():
    relevance = [[3, 2, 3, 0, 1, 2, 3, 2]]
    found = metrics.graded_ndcg_at_k([[0, 1, 2, 3, 4, 5]], relevance, 6)
    assert found == pytest.approx(0.785, rel=2 * PUBLISHED_DIGITS)


def test_ratings():
    assert metrics.rmse(STARS, PREDICTIONS) == pytest.approx(7.254309, rel=PUBLISHED_DIGITS)
    assert metrics.mae(STARS, PREDICTIONS) == pytest.approx(6.375, rel=PUBLISHED_DIGITS)


def test_area_under_the_curve_of_all_pairs_as_if_of_one_user():
    liked = np.array([STARS]) >= 3
    assert metrics.auc([PREDICTIONS], liked) == pytest.approx(0.75)


def test_coverage():
    assert metrics.catalogue_coverage_at_k(OFFERED, n_items=5, k=2) == pytest.approx(0.8)


def test_novelty_divides_by_records_there_and_by_users_here():
    counts, records, users = TRAIN.sum(axis=0), TRAIN.sum(), len(TRAIN)
    alone = per_user.novelty_at_k(np.arange(5)[:, None], counts, records, 1)
    np.testing.assert_allclose(alone, [3, 3, 2, 1.41504, 3], rtol=PUBLISHED_DIGITS)
    theirs = metrics.novelty_at_k(OFFERED, counts, records, 2)
    assert theirs == pytest.approx(2.83333, rel=PUBLISHED_DIGITS)
    ours = metrics.novelty_at_k(OFFERED, counts, users, 2)
    assert theirs - ours == pytest.approx(np.log2(records / users), rel=1e-9)


def test_diversity_by_who_rated_both_and_by_features():
    by_users = per_user.intra_list_diversity_at_k(OFFERED, TRAIN.T, 2)
    np.testing.assert_allclose(by_users, [0.29289, 1, 0], rtol=PUBLISHED_DIGITS, atol=1e-9)
    assert by_users.mean() == pytest.approx(0.43096, rel=PUBLISHED_DIGITS)
    by_features = per_user.intra_list_diversity_at_k(OFFERED, FEATURES, 2)
    np.testing.assert_allclose(by_features, [0.5, 0.5, 0.5])
