import numpy as np
import pandas as pd
import pytest

from helpers.errors import ParameterError
from helpers.interactions import Interactions
from helpers.metrics import hit_rate_at_k, ndcg_at_k
from helpers.recommenders import Popularity
from helpers.splits import per_user_split

RATINGS = pd.DataFrame(
    {
        "user_id": [1, 2, 3, 1, 2, 3, 1],
        "movie_id": [10, 10, 10, 20, 20, 30, 40],
        "rating": [2.0, 3.0, 4.0, 5.0, 4.5, 5.0, 5.0],
    }
)


@pytest.fixture
def interactions():
    return Interactions.from_frames(RATINGS, rating_scale=(1, 5))


def test_the_score_is_the_number_of_ratings(interactions):
    model = Popularity().fit(interactions)
    assert model.scores([0])[0].tolist() == [3, 2, 1, 1]
    assert model.predict([1], [0]) == 3


def test_the_most_rated_film_that_the_user_has_not_seen_comes_first(interactions):
    model = Popularity().fit(interactions)
    assert model.recommend([1, 2], n=2)["item"].tolist() == [2, 3, 1, 3]


def test_the_plain_mean_puts_a_film_with_one_rating_first_and_the_damped_one_does_not(interactions):
    plain = Popularity(by="mean", damping=0).fit(interactions)
    np.testing.assert_allclose(plain.scores([0])[0], [3, 4.75, 5, 5])
    damped = Popularity(by="mean", damping=2).fit(interactions)
    mean = RATINGS["rating"].mean()
    expected = [(9 + 2 * mean) / 5, (9.5 + 2 * mean) / 4, (5 + 2 * mean) / 3, (5 + 2 * mean) / 3]
    np.testing.assert_allclose(damped.scores([0])[0], expected)
    assert damped.recommend([-1], n=1)["item"].tolist() == [1]


def test_a_film_without_a_rating_is_last_by_count_and_average_by_mean(interactions):
    train = interactions.subset(interactions.item != 3)
    assert Popularity().fit(train).predict([0, -1], [3, 99]).tolist() == [0, 0]
    by_mean = Popularity(by="mean").fit(train)
    np.testing.assert_allclose(by_mean.predict([0, -1], [3, 99]), train.rating.mean())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"by": "stars"}, r"one of \('count', 'mean'\)"), ({"damping": -1}, "damping = -1")],
)
def test_impossible_arguments(arguments, message):
    with pytest.raises(ParameterError, match=message):
        Popularity(**arguments)


def test_published_ranking_on_movielens_latest_small(latest_small):
    """Mean of five draws of the test set, one of which moves the hit rate by 0.02."""
    found = []
    for seed in range(5):
        split = per_user_split(latest_small, validation=0, test=0.2, random_state=seed)
        ranked, _scores = Popularity().fit(split.train).rank(np.arange(latest_small.n_users), 10)
        relevant = split.test.matrix()
        found.append((ndcg_at_k(ranked, relevant, 10), hit_rate_at_k(ranked, relevant, 10)))
    assert np.mean(found, axis=0) == pytest.approx([0.186, 0.646], abs=0.01)
