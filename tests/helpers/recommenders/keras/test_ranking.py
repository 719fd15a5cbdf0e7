"""BPR and the softmax over all films: they rank better than popularity, and as published."""

import numpy as np
import pytest

from helpers import training
from helpers.errors import ParameterError
from helpers.metrics import ndcg_at_k
from helpers.recommenders import BPR, Popularity, SoftmaxFactorization
from helpers.recommenders.keras.choice_models import catalogue_loss, catalogue_model
from helpers.recommenders.keras.ranking import rows_of_choices
from helpers.splits import per_user_split

FAST = {"epochs": 10, "learning_rate": 0.03}
MODELS = {
    "BPR": lambda: BPR(8, batch_size=512, **FAST),
    "BPR, hardest of four": lambda: BPR(8, batch_size=512, popularity=0, pool=4, **FAST),
    "BPR, three drawn": lambda: BPR(8, batch_size=512, negatives=3, **FAST),
    "Softmax": lambda: SoftmaxFactorization(8, batch_size=16, **FAST),
}


@pytest.fixture(scope="module")
def split(planted):
    return per_user_split(planted, random_state=0)


def ndcg(model, split):
    ranked, _ = model.fit(split.train).rank(np.arange(split.train.n_users), 10)
    return ndcg_at_k(ranked, split.test.matrix(), 10)


@pytest.mark.parametrize("name", MODELS)
def test_it_ranks_better_than_popularity(name, split):
    assert ndcg(MODELS[name](), split) > 1.2 * ndcg(Popularity(), split)


def test_what_popular_wrong_answers_do_and_log_q_takes_back(split):
    """The mean score of the famous, less that of the others: down without the correction."""
    counts = np.bincount(split.train.item, minlength=split.train.n_items)
    famous = counts >= np.quantile(counts[counts > 0], 0.75)
    gap = {}
    for correct in (True, False):
        model = BPR(8, batch_size=512, correct=correct, **FAST).fit(split.train)
        scores = model.user_vectors_ @ model.item_vectors_.T + model.item_offsets_
        gap[correct] = scores[:, famous].mean() - scores[:, ~famous & (counts > 0)].mean()
    assert gap[True] > gap[False] + 0.3


def test_the_catalogue_model_scores_as_its_arrays_do(world):
    model = SoftmaxFactorization(4, epochs=1).fit(world)
    users = np.array([3, 0, 7], "int32")
    by_keras = np.asarray(model.model_(users[:, None]))
    np.testing.assert_allclose(model.scores(users), by_keras, rtol=1e-4, atol=1e-5)


def test_the_catalogue_loss_by_hand():
    # exp(s) = 1, 2, 5: the chosen films have probabilities 2/8 and 5/8.
    scores = np.log(np.array([[1.0, 2.0, 5.0]], "float32"))
    found = catalogue_loss(np.array([[0, 1, 1]]), scores)
    assert float(found[0]) == pytest.approx(-np.log(2 / 8) - np.log(5 / 8), rel=1e-5)


def test_the_catalogue_penalty_prices_users_and_films():
    import keras

    training.set_seed(0)
    model = catalogue_model(5, 6, 4, l2=2.0)
    users, chosen = np.array([[1], [3]], "int32"), np.eye(6, dtype="float32")[:2]
    model.compile(keras.optimizers.SGD(0.0), catalogue_loss)
    found = model.train_on_batch(users, chosen)
    bare = np.mean(catalogue_loss(chosen, np.asarray(model(users))))
    own = model.get_layer("user_factors").get_weights()[0][[1, 3]]
    films = model.get_layer("item_factors").get_weights()[0]
    price = 2 * ((own**2).sum(axis=1).mean() + (films**2).sum() / 5)
    assert found - bare == pytest.approx(price, rel=1e-4)


def test_rows_of_choices_are_each_user_once(world):
    rows = rows_of_choices()(world, 7, np.random.default_rng(0))
    batches = [rows[number] for number in range(len(rows))]
    users = np.concatenate([users[:, 0] for users, _chosen in batches])
    assert sorted(users) == sorted(np.unique(world.user))
    matrix = (world.matrix() > 0).toarray()
    for each, chosen in batches:
        np.testing.assert_array_equal(chosen, matrix[each[:, 0]])


@pytest.mark.parametrize("name", ["BPR", "Softmax"])
def test_unknown_users_get_the_popular_and_unrated_films_come_last(name, planted):
    train = planted.subset((planted.user > 0) & (planted.item > 0))
    model = MODELS[name]().fit(train)
    popular, _ = Popularity().fit(train).rank([0, -1], 5)
    for user in (0, -1):
        np.testing.assert_array_equal(model.rank([user], 5)[0][0], popular[0])
    scores = model.scores([7])[0]
    assert scores.argmin() == 0 and model.predict([7], [-1])[0] == scores[0]


@pytest.mark.parametrize("name", ["BPR", "Softmax"])
def test_it_stops_on_validation(name, split):
    model = MODELS[name]()
    model.epochs, model.patience, model.l2, model.learning_rate = 30, 1, 0, 0.1
    history = model.fit(split.train, split.validation).history_
    assert len(history) == int(history["val_loss"].argmin()) + 2 < 30


def test_similar_items_are_of_the_same_group(split):
    model = MODELS["Softmax"]().fit(split.train)
    groups = [model.similar_items(item, 5)["item"] % 4 == item % 4 for item in range(20)]
    assert np.mean(groups) > 0.5


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: BPR(0), "dim = 0"),
        (lambda: BPR(negatives=0), "negatives = 0"),
        (lambda: BPR(pool=0), "pool = 0"),
        (lambda: BPR(pool=2, negatives=2), "set negatives = 1"),
        (lambda: BPR(popularity=-1), "popularity = -1"),
        (lambda: BPR(l2=-1), "l2 = -1"),
        (lambda: SoftmaxFactorization(0), "dim = 0"),
        (lambda: SoftmaxFactorization(l2=np.nan), "l2 = nan"),
        (lambda: SoftmaxFactorization(learning_rate=0), "learning_rate = 0"),
    ],
)
def test_what_is_refused(call, said):
    with pytest.raises(ParameterError, match=said):
        call()


def test_a_factorization_trained_in_keras_ranks_latest_small_near_als(latest_small):
    split = per_user_split(latest_small, validation=0, test=0.2, random_state=0)
    assert ndcg(SoftmaxFactorization(), split) >= 0.330
