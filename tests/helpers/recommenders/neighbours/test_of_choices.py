import numpy as np
import pandas as pd
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from helpers.errors import ParameterError, UnknownItemError
from helpers.interactions import Interactions
from helpers.metrics import hit_rate_at_k, ndcg_at_k
from helpers.recommenders import ImplicitItemNeighbours, Popularity
from helpers.splits import per_user_split


def by_hand(chosen, k, shrinkage):
    """Scores of all pairs with dense arrays and scikit-learn's cosine."""
    similarity = cosine_similarity(chosen.T)
    common = chosen.T @ chosen
    similarity = similarity * common / np.maximum(common + shrinkage, 1)
    np.fill_diagonal(similarity, 0)
    for row in similarity:
        row[np.argsort(-row, kind="stable")[k:]] = 0
    return chosen @ similarity.T


@pytest.mark.parametrize(("k", "shrinkage"), [(100, 0), (100, 7.5), (24, 10)])
def test_the_scores_are_those_of_scikit_learn_s_cosine(world, k, shrinkage):
    chosen = (world.matrix() > 0).toarray().astype(float)
    model = ImplicitItemNeighbours(k, shrinkage=shrinkage).fit(world)
    users = np.arange(world.n_users)
    expected = by_hand(chosen, k, shrinkage)
    np.testing.assert_allclose(model.scores(users), expected, rtol=1e-9, atol=1e-12)
    pairs = np.random.default_rng(0).integers(0, [[30], [25]], (2, 50))
    np.testing.assert_allclose(model.predict(*pairs), expected[tuple(pairs)], rtol=1e-9)


def test_three_users_by_hand():
    # Films a, b, c; users {a, b}, {a, b, c}, {a}: cos(a, b) = 2 / √6, cos(a, c) = 1 / √3,
    # cos(b, c) = 1 / √2.
    table = pd.DataFrame({"user_id": [1, 1, 2, 2, 2, 3], "movie_id": [1, 2, 1, 2, 3, 1]})
    three = Interactions.from_frames(table.assign(rating=4.0), rating_scale=(1, 5))
    model = ImplicitItemNeighbours(shrinkage=0).fit(three)
    a_b, a_c, b_c = 2 / 6**0.5, 1 / 3**0.5, 1 / 2**0.5
    assert model.predict([0, 2, 2], [2, 1, 2]) == pytest.approx([a_c + b_c, a_b, a_c])
    assert model.recommend([2], n=2)["item"].tolist() == [1, 2]
    nearest = ImplicitItemNeighbours(k=1, shrinkage=0).fit(three)
    assert nearest.predict([0], [2]) == pytest.approx([b_c])
    assert nearest.n_parameters_ == 3
    half = ImplicitItemNeighbours(shrinkage=2).fit(three)
    assert half.predict([2, 2], [1, 2]) == pytest.approx([a_b * 2 / 4, a_c * 1 / 3])


def test_the_threshold_decides_what_is_a_choice(world):
    chosen = (world.matrix() >= 4).toarray().astype(float)
    model = ImplicitItemNeighbours(shrinkage=0, threshold=4).fit(world)
    users = np.flatnonzero(chosen.any(axis=1))
    expected = by_hand(chosen, 100, 0)[users]
    np.testing.assert_allclose(model.scores(users), expected, rtol=1e-9, atol=1e-12)


def test_who_chose_nothing_gets_what_is_popular(world):
    train = world.subset((world.user > 0) & (world.item > 0))
    model = ImplicitItemNeighbours().fit(train)
    shares = np.bincount(train.item, minlength=world.n_items) / (world.n_users - 1)
    for unknown in (0, -1, world.n_users):
        np.testing.assert_allclose(model.scores([unknown])[0], shares)
    assert model.predict([1, 0], [0, 0]).tolist() == [0, 0]


def test_similar_items_are_the_neighbours(world):
    model = ImplicitItemNeighbours(k=5).fit(world)
    found = model.similar_items(3, n=5)
    row = model.similarities_[[3]].toarray()[0]
    assert found["rank"].tolist() == [1, 2, 3, 4, 5]
    assert 3 not in found["item"].tolist()
    assert found["score"].tolist() == sorted(row[row > 0], reverse=True)
    assert row[found["item"]].tolist() == found["score"].tolist()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"k": 0}, "k = 0"),
        ({"shrinkage": -1}, "shrinkage = -1"),
        ({"threshold": np.nan}, "threshold = nan"),
    ],
)
def test_options_that_make_no_sense(options, message):
    with pytest.raises(ParameterError, match=message):
        ImplicitItemNeighbours(**options)


def test_what_cannot_be_asked(world):
    model = ImplicitItemNeighbours(k=5).fit(world.subset(world.item > 0))
    with pytest.raises(UnknownItemError, match="no positive training rating"):
        model.similar_items(0, n=3)
    with pytest.raises(ParameterError, match="keeps 5 neighbours"):
        model.similar_items(1, n=6)


def test_it_ranks_latest_small_as_published(latest_small):
    """Published for item kNN on 0 and 1: nDCG@10 .330 and hit rate .787, of one draw."""
    found = []
    for seed in range(3):
        split = per_user_split(latest_small, validation=0, random_state=seed)
        for model in (ImplicitItemNeighbours(), Popularity()):
            ranked, _scores = model.fit(split.train).rank(np.arange(latest_small.n_users), 10)
            relevant = split.test.matrix()
            found.append((ndcg_at_k(ranked, relevant, 10), hit_rate_at_k(ranked, relevant, 10)))
    mean = np.array(found).reshape(3, 2, 2).mean(axis=0)
    assert mean[0, 0] == pytest.approx(0.330, abs=0.01)
    assert mean[0, 1] > 0.787
    assert mean[0, 0] > mean[1, 0] + 0.1
