"""Two towers: the loss worked by hand, retrieval that beats popularity, and speed."""

from __future__ import annotations

from time import process_time

import numpy as np
import pytest

from helpers import training
from helpers.errors import ParameterError
from helpers.metrics import ndcg_at_k, recall_at_k
from helpers.recommenders import Popularity
from helpers.recommenders.keras.architectures import in_batch_model, two_tower_model
from helpers.recommenders.keras.two_tower import TwoTower, in_batch_softmax, tower_vectors
from helpers.splits import per_user_split


@pytest.fixture(scope="module")
def split(planted):
    return per_user_split(planted, random_state=0)


@pytest.fixture(scope="module")
def fitted(split) -> TwoTower:
    model = TwoTower(8, hidden=(16,), batch_size=128, learning_rate=0.02)
    return model.fit(split.train, split.validation)


def test_retrieves_better_than_popularity(fitted, split):
    users, relevant = np.arange(120), split.test.matrix()
    ours, _ = fitted.rank(users, 10)
    popular, _ = Popularity().fit(split.train).rank(users, 10)
    assert ndcg_at_k(ours, relevant, 10) > 1.2 * ndcg_at_k(popular, relevant, 10)
    assert recall_at_k(ours, relevant, 10) > 1.2 * recall_at_k(popular, relevant, 10)


def test_scores_are_one_matrix_product(fitted, split):
    known = split.train.user[:20], split.train.item[:20]
    by_network = training.predict(fitted.model_, *known)
    np.testing.assert_allclose(fitted.predict(*known), by_network, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(
        fitted.scores(known[0])[np.arange(20), known[1]], by_network, rtol=1e-4, atol=1e-5
    )


def test_loss_by_hand():
    # Shares 3/4, 1/4; the batch holds items 0 and 1. Subtracting log q multiplies exp by 1/q.
    loss = in_batch_softmax([3, 1])
    scores = np.log(np.array([[1.0, 2.0], [3.0, 4.0]], "float32"))
    found = np.array(loss(np.array([[0], [1]]), scores))
    weights = np.array([[1 / 0.75, 2 / 0.25], [3 / 0.75, 4 / 0.25]])
    np.testing.assert_allclose(found, -np.log(np.diag(weights) / weights.sum(axis=1)), rtol=1e-5)


def test_second_copy_of_the_right_item_is_no_wrong_answer():
    loss = in_batch_softmax([1, 1])
    scores = np.zeros((3, 3), "float32")
    found = np.array(loss(np.array([[0], [1], [0]]), scores))
    np.testing.assert_allclose(found, np.log([2, 3, 2]), rtol=1e-5)


def test_temperature_divides_the_scores():
    items, scores = np.array([[0], [1]]), np.array([[0.5, -0.2], [0.1, 0.3]], "float32")
    np.testing.assert_allclose(
        in_batch_softmax([1, 1], temperature=0.1)(items, scores),
        in_batch_softmax([1, 1])(items, 10 * scores),
        rtol=1e-5,
    )


def test_towers_meet_only_in_the_dot_product():
    training.set_seed(0)
    features = np.random.default_rng(0).normal(size=(6, 3))
    model = two_tower_model(5, 6, 4, 3.5, item_features=features, hidden=(8,))
    users, items = tower_vectors(model, "user"), tower_vectors(model, "item")
    assert users.shape == (5, 4)
    assert items.shape == (6, 4)
    pairs = np.repeat(np.arange(5), 6), np.tile(np.arange(6), 5)
    np.testing.assert_allclose(
        training.predict(model, *pairs).reshape(5, 6), 3.5 + users @ items.T, rtol=1e-5
    )
    learnt = (5 * 4 + 6 * 4) + (4 * 8 + 8 + 8 * 4 + 4) + ((4 + 3) * 8 + 8 + 8 * 4 + 4)
    assert sum(int(np.prod(weight.shape)) for weight in model.trainable_weights) == learnt
    assert model.count_params() == learnt + 6 * 3


def test_in_batch_model_shares_the_towers():
    training.set_seed(0)
    model = two_tower_model(5, 6, 4, normalize=True)
    users, items = np.array([[0], [3], [4]], "int32"), np.array([[5], [1], [1]], "int32")
    table = np.array(in_batch_model(model)([users, items]))
    np.testing.assert_allclose(np.diag(table), np.array(model([users, items]))[:, 0], rtol=1e-5)
    np.testing.assert_allclose(table[:, 1], table[:, 2], rtol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(tower_vectors(model, "item"), axis=1), 1, rtol=1e-5)


def test_unknown_users_get_the_popular_and_unrated_films_come_last(planted):
    train = planted.subset((planted.user > 0) & (planted.item > 0))
    model = TwoTower(4, hidden=(), epochs=1, patience=None).fit(train)
    popular, _ = Popularity().fit(train).rank([0, -1], 5)
    for user in (0, -1):
        ranked, _ = model.rank([user], 5)
        np.testing.assert_array_equal(ranked[0], popular[0])
    scores = model.scores([7])[0]
    assert scores.argmin() == 0
    assert model.predict([7], [-1])[0] == scores[0]


def test_similar_items_are_of_the_same_group(fitted):
    groups = [fitted.similar_items(item, 5)["item"] % 4 == item % 4 for item in range(20)]
    assert np.mean(groups) > 0.5


def test_ten_of_nine_thousand_within_ten_milliseconds(make_world):
    world = make_world(n_users=20, n_items=9_000, share=0.2)
    model = TwoTower(32, hidden=(8,), epochs=1, patience=None).fit(world)
    model.recommend([0], 10)
    # Of the processor, which a busy machine does not lengthen.
    seconds = []
    for user in range(15):
        start = process_time()
        model.recommend([user], 10)
        seconds.append(process_time() - start)
    assert min(seconds) < 0.010


@pytest.mark.parametrize(
    "call",
    [
        lambda: in_batch_softmax([0, 0]),
        lambda: in_batch_softmax([1, -1]),
        lambda: in_batch_softmax([1], temperature=0),
        lambda: TwoTower(temperature=-1),
        lambda: TwoTower(dropout=1),
        lambda: tower_vectors(two_tower_model(2, 2, 2), "film"),
        lambda: two_tower_model(2, 3, 2, item_features=np.ones((2, 4))),
        lambda: two_tower_model(2, 3, 2, user_features=np.array([[np.nan], [1.0]])),
    ],
)
def test_bad_arguments(call):
    with pytest.raises(ParameterError):
        call()
