import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.linear_model import Ridge

from helpers.errors import DataError, NotFittedError, ParameterError, UnknownItemError
from helpers.interactions import Interactions
from helpers.metrics import hit_rate_at_k, ndcg_at_k
from helpers.recommenders.linear import ease
from helpers.recommenders.linear.ease import EASE
from helpers.recommenders.simple.popularity import Popularity
from helpers.splits import per_user_split

SHAPES = pytest.mark.parametrize("shape", [(30, 25), (20, 35)], ids=["by films", "by users"])


def dense_weights(chosen, regularization):
    precision = np.linalg.inv(chosen.T @ chosen + regularization * np.eye(chosen.shape[1]))
    weights = -precision / np.diag(precision)
    np.fill_diagonal(weights, 0)
    return weights


@SHAPES
def test_the_scores_are_those_of_the_closed_form(shape, make_world):
    world = make_world(*shape)
    chosen = (world.matrix() > 0).toarray().astype(float)
    model = EASE(7).fit(world)
    users = np.arange(world.n_users)
    weights = dense_weights(chosen, 7)
    np.testing.assert_allclose(model.scores(users), chosen @ weights, rtol=1e-9, atol=1e-12)
    pairs = np.random.default_rng(0).integers(0, [[shape[0]], [shape[1]]], (2, 50))
    np.testing.assert_allclose(
        model.predict(*pairs), (chosen @ weights)[tuple(pairs)], rtol=1e-9, atol=1e-12
    )
    for item in (0, 11):
        np.testing.assert_allclose(model.weights_to(item), weights[:, item], atol=1e-12)


def test_a_column_of_weights_is_a_ridge_regression_on_the_other_films(world):
    chosen = (world.matrix() > 0).toarray().astype(float)
    model = EASE(5).fit(world)
    for item in (2, 17):
        others = np.arange(world.n_items) != item
        ridge = Ridge(alpha=5, fit_intercept=False).fit(chosen[:, others], chosen[:, item])
        np.testing.assert_allclose(model.weights_to(item)[others], ridge.coef_, rtol=1e-6)
        assert model.weights_to(item)[item] == 0


@SHAPES
@pytest.mark.parametrize("threshold", [None, 3.5])
def test_the_star_weight_makes_a_liked_film_count_more(shape, threshold, make_world):
    world = make_world(*shape)
    stars = world.matrix().toarray().astype(float)
    positive = stars > 0 if threshold is None else stars >= threshold
    chosen = np.where(positive, 1 + 0.2 * (stars - stars[positive].mean()), 0)
    model = EASE(7, threshold, star_weight=0.2).fit(world)
    users = np.flatnonzero(positive.any(axis=1))
    expected = (chosen @ dense_weights(chosen, 7))[users]
    np.testing.assert_allclose(model.scores(users), expected, rtol=1e-9, atol=1e-12)
    items = np.arange(len(users)) % world.n_items
    both_known = model.item_counts_[items] > 0
    np.testing.assert_allclose(
        model.predict(users, items)[both_known],
        expected[np.arange(len(users)), items][both_known],
        rtol=1e-9,
        atol=1e-12,
    )


@SHAPES
@pytest.mark.parametrize("star_weight", [0, 0.2])
def test_by_films_and_by_users_the_scores_are_the_same(shape, star_weight, make_world):
    world = make_world(*shape)
    model = EASE(7, star_weight=star_weight).fit(world)
    users = np.arange(world.n_users)
    found = []
    for solve in (model._fit_by_items, model._fit_by_users):
        solve(model.chosen_)
        found.append((model.scores(users), model.predict(users % 20, users % 25)))
        found[-1] += (model.weights_to(3),)
    for by_films, by_users in zip(*found, strict=True):
        np.testing.assert_allclose(by_films, by_users, rtol=1e-9, atol=1e-12)


@SHAPES
@pytest.mark.parametrize("star_weight", [0, 0.2])
@pytest.mark.parametrize("gain", [0, ease.DENSE_GAIN], ids=["sparse", "dense"])
def test_small_blocks_and_either_product_change_nothing(
    gain, star_weight, shape, make_world, monkeypatch
):
    world = make_world(*shape)
    expected = EASE(7, star_weight=star_weight).fit(world)
    for name, value in (("DENSE_GAIN", gain), ("CELLS_PER_BLOCK", 60), ("SQUARE", 7)):
        monkeypatch.setattr(ease, name, value)
    found = EASE(7, star_weight=star_weight).fit(world)
    users = np.arange(world.n_users)
    np.testing.assert_allclose(found.scores(users), expected.scores(users), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.weights_to(3), expected.weights_to(3), rtol=1e-9, atol=1e-12)


def test_the_same_stars_everywhere_leave_the_model_of_the_paper(world):
    flat = world.to_frame().assign(user_id=world.user, movie_id=world.item, rating=4.0)
    flat = flat[["user_id", "movie_id", "rating"]]
    same = Interactions.from_frames(flat, rating_scale=(0.5, 5))
    users = np.arange(same.n_users)
    np.testing.assert_array_equal(
        EASE(5, star_weight=0.2).fit(same).scores(users), EASE(5).fit(same).scores(users)
    )


def test_by_hand():
    # Two films, three users: XᵀX + I = [[4, 2], [2, 3]], whose inverse is [[3, −2], [−2, 4]] / 8.
    table = pd.DataFrame(
        {"user_id": [1, 1, 2, 2, 3], "movie_id": [1, 2, 1, 2, 1], "rating": [5, 4, 1, 2, 3]}
    )
    model = EASE(1).fit(Interactions.from_frames(table))
    assert model.weights_to(0) == pytest.approx([0, 2 / 3])
    assert model.weights_to(1) == pytest.approx([2 / 4, 0])
    assert model.predict([2, 0], [1, 0]) == pytest.approx([2 / 4, 2 / 3])
    assert model.n_parameters_ == 2


@SHAPES
def test_the_threshold_decides_what_is_a_choice(shape, make_world):
    world = make_world(*shape)
    model = EASE(5, threshold=4).fit(world)
    chosen = sparse.csr_matrix(world.matrix() >= 4).toarray().astype(float)
    users = np.flatnonzero(chosen.any(axis=1))
    expected = (chosen @ dense_weights(chosen, 5))[users]
    np.testing.assert_allclose(model.scores(users), expected, rtol=1e-9, atol=1e-12)
    offered = model.recommend(users, n=world.n_items)
    seen = set(zip(world.user.tolist(), world.item.tolist(), strict=True))
    assert seen.isdisjoint(zip(offered["user"], offered["item"], strict=True))


@SHAPES
def test_who_chose_nothing_gets_what_is_popular(shape, make_world):
    world = make_world(*shape)
    train = world.subset((world.user > 0) & (world.item > 0))
    model = EASE(5).fit(train)
    shares = np.bincount(train.item, minlength=world.n_items) / (world.n_users - 1)
    for unknown in (0, -1, 10**6):
        np.testing.assert_allclose(model.scores([unknown])[0], shares)
        np.testing.assert_allclose(model.predict([unknown] * 2, [3, -1]), [shares[3], 0])
    assert (model.scores(np.arange(world.n_users))[:, 0] == 0).all()
    assert model.predict([3, 3], [0, 10**6]).tolist() == [0, 0]


@SHAPES
def test_batch_mates_and_order_of_rows_change_nothing(shape, make_world):
    world = make_world(*shape)
    model = EASE(5).fit(world)
    together = model.predict([3, 7, 3, -1], [2, 4, 9, 2])
    alone = [model.predict([u], [i])[0] for u, i in ((3, 2), (7, 4), (3, 9), (-1, 2))]
    np.testing.assert_array_equal(together, alone)
    rows = np.random.default_rng(5).permutation(len(world))
    again = EASE(5).fit(world.subset(rows)).scores([3, 4])
    np.testing.assert_allclose(model.scores([3, 4]), again, rtol=1e-7, atol=1e-10)
    np.testing.assert_array_equal(model.fit(world).scores([3]), EASE(5).fit(world).scores([3]))


@SHAPES
def test_similar_items_are_those_of_highest_positive_weight(shape, make_world):
    model = EASE(5).fit(make_world(*shape))
    weights = model.weights_to(4)
    found = model.similar_items(4, n=6)
    assert found["score"].is_monotonic_decreasing
    assert found["item"].tolist() == np.argsort(-weights, kind="stable")[: len(found)].tolist()
    assert 4 not in found["item"].tolist()
    assert (found["score"] > 0).all()


def test_one_rating_is_enough():
    table = pd.DataFrame({"user_id": [1], "movie_id": [1], "rating": [4.0]})
    model = EASE().fit(Interactions.from_frames(table, rating_scale=(1, 5)))
    assert model.predict([0], [0]) == [0]
    assert model.recommend([0], n=1).empty


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"regularization": 0}, "regularization = 0 is not possible"),
        ({"regularization": np.nan}, "regularization = nan"),
        ({"threshold": np.inf}, "threshold = inf"),
        ({"star_weight": -0.1}, "star_weight = -0.1"),
        ({"star_weight": np.nan}, "star_weight = nan"),
    ],
)
def test_options_that_make_no_sense(options, message):
    with pytest.raises(ParameterError, match=message):
        EASE(**options)


def test_what_cannot_be_asked(world):
    with pytest.raises(DataError, match=r"threshold of 6 stars: the highest is 5"):
        EASE(threshold=6).fit(world)
    with pytest.raises(NotFittedError):
        EASE().weights_to(0)
    model = EASE().fit(world.subset(world.item > 0))
    with pytest.raises(UnknownItemError, match="index 0 has no positive"):
        model.similar_items(0)
    with pytest.raises(ParameterError, match="n = 0"):
        model.similar_items(1, n=0)


def ndcg_and_hits(model, train, held_out):
    ranked, _scores = model.fit(train).rank(np.arange(train.n_users), 10)
    relevant = held_out.matrix()
    return ndcg_at_k(ranked, relevant, 10), hit_rate_at_k(ranked, relevant, 10)


def draw(interactions, seed):
    return per_user_split(interactions, validation=0, test=0.2, random_state=seed)


def test_it_ranks_latest_small_as_published(latest_small):
    """Mean of five draws of the test set, one of which moves nDCG by 0.004 and hits by 0.009.

    The published 0.381 and 0.846 are of one draw. The paper's model has 0.377 over these five,
    0.379 over twenty.
    """
    models = {"paper": EASE(200), "stars": EASE(200, star_weight=0.2), "popular": Popularity()}
    found = {name: [] for name in models}
    for seed in range(5):
        split = draw(latest_small, seed)
        for name, model in models.items():
            found[name].append(ndcg_and_hits(model, split.train, split.test))
    mean = {name: np.mean(values, axis=0) for name, values in found.items()}
    assert mean["stars"][0] >= 0.378
    assert mean["stars"][0] > mean["paper"][0]
    assert mean["paper"] == pytest.approx([0.381, 0.846], abs=0.006)
    assert mean["popular"][0] == pytest.approx(0.186, abs=0.01)
    assert mean["popular"][1] == pytest.approx(0.646, abs=0.03)


def test_validation_chooses_the_star_weight(latest_small):
    weights = (0.0, 0.2, 0.4)
    found = np.zeros(len(weights))
    for seed in range(3):
        train = draw(latest_small, seed).train
        inner = draw(train, seed + 1000)
        for number, weight in enumerate(weights):
            model = EASE(200, star_weight=weight)
            found[number] += ndcg_and_hits(model, inner.train, inner.test)[0]
    assert weights[found.argmax()] == 0.2
