"""Neural collaborative filtering: learns a planted taste, and scores as its network does."""

import numpy as np
import pytest

from helpers import training
from helpers.errors import ParameterError
from helpers.metrics import ndcg_at_k
from helpers.recommenders import NeuralCollaborative, Popularity
from helpers.recommenders.keras.neumf import SIMILARITIES
from helpers.splits import per_user_split


@pytest.fixture(scope="module")
def split(planted):
    return per_user_split(planted, random_state=0)


@pytest.mark.parametrize(
    ("similarity", "loss"), [("neumf", "pairs"), ("dot", "pairs"), ("neumf", "single")]
)
def test_it_learns_a_planted_taste(similarity, loss, split):
    options = {"dim": 8, "hidden": (16, 8), "epochs": 12, "batch_size": 512, "l2": 0.001}
    how = {"loss": loss, "negatives": 4, "popularity": 0, "learning_rate": 0.02}
    model = NeuralCollaborative(similarity, **options, **how).fit(split.train)
    users, relevant = np.arange(split.train.n_users), split.test.matrix()
    ours, _ = model.rank(users, 10)
    popular, _ = Popularity().fit(split.train).rank(users, 10)
    assert ndcg_at_k(ours, relevant, 10) > 1.1 * ndcg_at_k(popular, relevant, 10)
    assert model.history_["loss"].iloc[-1] < model.history_["loss"].iloc[0]


@pytest.mark.parametrize("similarity", SIMILARITIES)
def test_all_scores_at_once_are_those_of_the_network(similarity, world):
    model = NeuralCollaborative(similarity, dim=3, hidden=(5, 4), epochs=1).fit(world)
    users = np.array([3, 0, 17, 3])
    pairs = np.repeat(users, world.n_items), np.tile(np.arange(world.n_items), 4)
    expected = training.predict(model.model_, *pairs).reshape(4, -1)
    np.testing.assert_allclose(model.scores(users), expected, rtol=1e-4, atol=1e-6)
    # The network adds up in float32; a plain dot product of its vectors is taken in float64.
    absolute = 1e-6 if similarity in ("dot", "gmf") else 0
    found = model.predict(*pairs).reshape(4, -1)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=absolute)


def test_one_hidden_layer_is_enough(world):
    model = NeuralCollaborative("mlp", dim=3, hidden=(5,), epochs=1).fit(world)
    pairs = np.arange(20), np.arange(20)
    expected = training.predict(model.model_, *pairs)
    np.testing.assert_allclose(model.scores(pairs[0])[pairs], expected, rtol=1e-4, atol=1e-6)


def test_unknown_users_get_the_popular_and_unrated_films_come_last(planted):
    train = planted.subset((planted.user > 0) & (planted.item > 0))
    model = NeuralCollaborative("dot", dim=4, epochs=1).fit(train)
    popular, _ = Popularity().fit(train).rank([0, -1], 5)
    for user in (0, -1):
        np.testing.assert_array_equal(model.rank([user], 5)[0][0], popular[0])
    scores = model.scores([7])[0]
    assert scores.argmin() == 0
    assert model.predict([7], [-1])[0] == scores[0]


@pytest.mark.parametrize("loss", ["pairs", "single"])
def test_it_stops_on_validation(loss, split):
    options = {"dim": 8, "epochs": 40, "learning_rate": 0.1, "l2": 0, "patience": 1}
    model = NeuralCollaborative("dot", loss=loss, **options)
    history = model.fit(split.train, split.validation).history_
    assert len(history) == int(history["val_loss"].argmin()) + 2 < 40


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"similarity": "cosine"}, "similarity must be"),
        ({"loss": "mse"}, "loss must be"),
        ({"dim": 0}, "dim = 0"),
        ({"hidden": (8, 0)}, "A width in hidden = 0"),
        ({"l2": -1}, "l2 = -1"),
        ({"negatives": 0}, "negatives = 0"),
        ({"popularity": -0.5}, "popularity = -0.5"),
        ({"epochs": 0}, "epochs = 0"),
    ],
)
def test_what_is_refused(options, said):
    with pytest.raises(ParameterError, match=said):
        NeuralCollaborative(**options)


def test_a_network_without_a_layer_is_refused(world):
    with pytest.raises(ParameterError, match="hidden is empty"):
        NeuralCollaborative(hidden=()).fit(world)
