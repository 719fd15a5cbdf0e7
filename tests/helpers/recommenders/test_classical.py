"""What holds for every recommender that needs no network."""

import numpy as np
import pandas as pd
import pytest

from helpers.interactions import Interactions
from helpers.recommenders import Biases, ItemNeighbours, Popularity, UserNeighbours

MODELS = {
    "popularity": Popularity,
    "popularity by mean": lambda: Popularity(by="mean"),
    "biases": Biases,
    "item neighbours": lambda: ItemNeighbours(shrinkage=1),
    "item neighbours, raw": lambda: ItemNeighbours(centring="none", damping=0),
    "item neighbours, mean": lambda: ItemNeighbours(centring="mean", similarity="pearson"),
    "user neighbours": lambda: UserNeighbours(shrinkage=1),
    "user neighbours, raw": lambda: UserNeighbours(centring="none", damping=0),
    "user neighbours, mean": lambda: UserNeighbours(centring="mean", k=5),
}

pytestmark = pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)


@pytest.fixture
def train(world):
    """The last user and the last film have no training rating."""
    return world.subset((world.user < world.n_users - 1) & (world.item < world.n_items - 1))


def test_fit_returns_the_model_and_predicts_finite_numbers(make, train):
    model = make()
    assert model.fit(train) is model
    assert model.predict(train.user, train.item).dtype == "float64"
    assert np.isfinite(model.scores(np.arange(train.n_users))).all()


def test_no_seen_film_is_recommended_to_anybody(make, train):
    table = make().fit(train).recommend(np.arange(train.n_users), n=train.n_items)
    seen = set(zip(train.user.tolist(), train.item.tolist(), strict=True))
    offered = list(zip(table["user"], table["item"], strict=True))
    assert seen.isdisjoint(offered)
    assert len(offered) == len(set(offered)) == train.n_users * train.n_items - len(train)


def test_predictions_are_the_scores_on_the_scale(make, train):
    model = make().fit(train)
    users, items = map(np.ravel, np.indices((train.n_users, train.n_items)))
    scores = model.scores(np.arange(train.n_users)).ravel()
    expected = np.clip(scores, 0.5, 5) if model.predicts_stars else scores
    np.testing.assert_allclose(model.predict(users, items), expected, rtol=1e-9)


def test_a_prediction_does_not_depend_on_its_batch_mates(make, train):
    model = make().fit(train)
    together = model.predict([3, 7, 3, -1], [2, 4, 9, 2])
    alone = [model.predict([u], [i])[0] for u, i in ((3, 2), (7, 4), (3, 9), (-1, 2))]
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_allclose(model.scores([7, 3, 5])[1], model.scores([3])[0], rtol=1e-12)


def test_unknown_users_and_films_get_a_fallback_that_is_nobody_else_s(make, train):
    model = make().fit(train)
    last_user, last_item = train.n_users - 1, train.n_items - 1
    for unknown in (-1, last_user, train.n_users, 10**9):
        assert model.predict([unknown], [3]) == model.predict([-1], [3])
        pd.testing.assert_frame_equal(
            model.recommend([unknown], n=4).drop(columns="user"),
            model.recommend([-1], n=4).drop(columns="user"),
        )
    for unknown in (-1, last_item, train.n_items):
        assert model.predict([3], [unknown]) == model.predict([3], [-1])


def test_the_order_of_rows_does_not_matter(make, train):
    rows = np.random.default_rng(5).permutation(len(train))
    first, second = make().fit(train), make().fit(train.subset(rows))
    users = np.arange(train.n_users)
    np.testing.assert_allclose(first.scores(users), second.scores(users), rtol=1e-7)


def test_other_ids_give_the_same_films(make, world):
    table = world.to_frame()
    contiguous = Interactions.from_frames(
        table.assign(user_id=table["user"], movie_id=table["item"])[
            ["user_id", "movie_id", "rating"]
        ],
        rating_scale=(0.5, 5),
    )
    sparse_ids = make().fit(world).recommend(np.arange(5), n=6)
    pd.testing.assert_frame_equal(
        sparse_ids, make().fit(contiguous).recommend(np.arange(5), n=6), rtol=1e-7
    )


def test_fitting_twice_is_fitting_once(make, train, make_world):
    model = make().fit(make_world(seed=9)).fit(train)
    np.testing.assert_array_equal(model.scores([2]), make().fit(train).scores([2]))


@pytest.mark.parametrize("scale", [(1, 5), (0.5, 5), (0, 10), (-3, -1)])
def test_predictions_stay_on_the_scale_of_the_data(make, make_world, scale):
    world = make_world(rating_scale=scale)
    model = make().fit(world)
    if model.predicts_stars:
        users, items = map(np.ravel, np.indices((world.n_users, world.n_items)))
        predicted = model.predict(users, items)
        assert predicted.min() >= scale[0]
        assert predicted.max() <= scale[1]


def test_one_rating_is_enough(make):
    ratings = pd.DataFrame({"user_id": [1], "movie_id": [1], "rating": [4.0]})
    model = make().fit(Interactions.from_frames(ratings, rating_scale=(1, 5)))
    assert model.predict([0], [0]) in (4.0, 1.0)
    assert model.recommend([0], n=1).empty
