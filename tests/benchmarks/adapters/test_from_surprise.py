import copy
import pickle

import numpy as np
import pytest

from benchmarks.adapters import FromSurprise
from helpers.errors import NotFittedError, ParameterError, UnknownItemError
from helpers.evaluation import evaluate
from helpers.evaluation.provenance import n_parameters, settings
from helpers.splits import random_split


def own_estimates(model, world):
    """What the algorithm itself says of every pair; an index that it never saw is unknown to it."""
    users, items = np.arange(world.n_users), np.arange(world.n_items)
    estimates = [
        [model.algorithm_.predict(user, item, clip=False).est for item in items.tolist()]
        for user in users.tolist()
    ]
    return np.array(estimates)


@pytest.fixture
def train(world):
    """Without the ratings of two users and of two films, one of them at the end."""
    last = world.n_items - 1
    return world.subset((world.user > 1) & (world.item > 0) & (world.item < last))


@pytest.mark.parametrize(
    "make",
    [
        lambda: FromSurprise("BaselineOnly"),
        lambda: FromSurprise("SVD", n_factors=5),
        lambda: FromSurprise("SVD", n_factors=5, biased=False),
    ],
    ids=["biases", "factors", "factors without biases"],
)
def test_every_score_is_the_algorithm_s_own_estimate(make, surprise, world, train):
    model = make().fit(train)
    expected = own_estimates(model, world)
    np.testing.assert_allclose(model.scores(np.arange(world.n_users)), expected, rtol=1e-9)
    users, items = map(np.ravel, np.indices(expected.shape))
    clipped = np.clip(expected, *world.rating_scale)
    np.testing.assert_allclose(model.predict(users, items), clipped.ravel(), rtol=1e-9)


def test_an_algorithm_of_one_s_own_is_asked_pair_by_pair(surprise, world, train):
    class Chance(surprise.SVD):
        """Inherits factors, but estimates something else."""

        def estimate(self, u, i):
            asked.append((u, i))
            return 3.0 if isinstance(u, str) or isinstance(i, str) else 1 + (u + 2 * i) % 4

    asked = []
    model = FromSurprise(Chance(n_factors=2)).fit(train)
    scores = model.scores(np.arange(world.n_users))
    # All unknown users are alike, and so are all unknown films.
    known_users, known_items = world.n_users - 2, world.n_items - 2
    assert len(asked) == known_users * known_items + known_users + known_items + 1
    np.testing.assert_array_equal(scores, own_estimates(model, world))


def test_an_unknown_index_gets_what_the_algorithm_says_of_the_unknown(surprise, world, train):
    model = FromSurprise("SVD", n_factors=3).fit(train)
    algorithm = model.algorithm_
    of_the_film = algorithm.predict("nobody", 5).est
    of_the_user = algorithm.predict(5, "nothing").est
    of_neither = algorithm.predict("nobody", "nothing").est
    users, items = [0, -1, 10**6, 5, 5, 5, 0], [5, 5, 5, 0, -1, 10**6, 0]
    expected = [of_the_film] * 3 + [of_the_user] * 3 + [of_neither]
    np.testing.assert_allclose(model.predict(users, items), expected)
    assert model.scores([-1]).shape == (1, world.n_items)
    assert model.scores([]).shape == (0, world.n_items)
    assert model.predict([], []).shape == (0,)


def test_a_ranking_leaves_out_what_was_seen(surprise, world):
    model = FromSurprise("BaselineOnly").fit(world)
    offered = model.recommend(np.arange(world.n_users), n=world.n_items)
    seen = set(zip(world.user.tolist(), world.item.tolist(), strict=True))
    assert seen.isdisjoint(zip(offered["user"], offered["item"], strict=True))
    assert len(seen) + len(offered) == world.n_users * world.n_items


def test_each_fit_is_of_a_silent_copy(surprise, world, capsys):
    algorithm = surprise.BaselineOnly()
    model = FromSurprise(algorithm).fit(world)
    again = model.fit(world.subset(np.arange(50)))
    assert again is model
    assert not hasattr(algorithm, "trainset")
    assert algorithm.verbose
    assert capsys.readouterr().out == ""
    assert again.algorithm_.trainset.n_ratings == 50


def test_a_seed_repeats_and_another_differs(surprise, world):
    def scores(**options):
        return FromSurprise("SVD", n_factors=3, **options).fit(world).scores([4])

    np.testing.assert_array_equal(scores(random_state=1), scores(random_state=1))
    np.testing.assert_array_equal(scores(), scores(random_state=0))
    assert not np.allclose(scores(random_state=1), scores(random_state=2))
    kept = FromSurprise(surprise.SVD(n_factors=3, random_state=1)).fit(world)
    np.testing.assert_array_equal(kept.scores([4]), scores(random_state=1))


def test_it_is_made_from_a_name_a_class_or_an_object(surprise, world):
    made = [
        FromSurprise("SVD", n_factors=3),
        FromSurprise(surprise.SVD, n_factors=3),
        FromSurprise(surprise.SVD(n_factors=3)),
    ]
    first, *others = (model.fit(world).scores([2, 3]) for model in made)
    for other in others:
        np.testing.assert_array_equal(first, other)


def test_arguments_are_not_shared(surprise, world):
    options = {"method": "als"}
    model = FromSurprise("BaselineOnly", bsl_options=options)
    options["method"] = "sgd"
    assert model.algorithm.bsl_options == {"method": "als"}


def test_its_settings_name_the_algorithm_and_its_arguments(surprise, world):
    model = FromSurprise("SVD", n_factors=3, random_state=5)
    found = settings(model)
    assert (found["algorithm"], found["n_factors"], found["random_state"]) == ("SVD", 3, 5)
    assert found["biased"] is True
    assert "verbose" not in found
    assert " at 0x" not in repr(found)
    options = settings(FromSurprise("BaselineOnly", bsl_options={"reg_u": 5}))
    assert options["bsl_options"] == "{'reg_u': 5}"


def test_its_parameters_are_the_arrays_that_it_learnt(surprise, world):
    users, items = world.n_users, world.n_items
    assert n_parameters(FromSurprise("BaselineOnly").fit(world)) == users + items
    assert n_parameters(FromSurprise("SVD", n_factors=3).fit(world)) == (users + items) * 4


def test_a_fitted_copy_scores_the_same(surprise, world):
    model = FromSurprise("SVD", n_factors=3).fit(world)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        np.testing.assert_array_equal(twin.scores([1, 2]), model.scores([1, 2]))


def test_what_cannot_be_made(surprise):
    with pytest.raises(ParameterError, match=r"no algorithm called 'ALS'. There are .*SVD"):
        FromSurprise("ALS")
    with pytest.raises(ParameterError, match="no algorithm called 'AlgoBase'"):
        FromSurprise("AlgoBase")
    with pytest.raises(ParameterError, match=r"SVD does not take dim. It takes n_factors"):
        FromSurprise("SVD", dim=3)
    with pytest.raises(ParameterError, match="made already, so it cannot take n_factors"):
        FromSurprise(surprise.SVD(), n_factors=3)
    with pytest.raises(ParameterError, match="int is not an algorithm of Surprise"):
        FromSurprise(3)


def test_nothing_can_be_asked_before_fit(surprise):
    for ask in (lambda model: model.scores([0]), lambda model: model.similar_items(0)):
        with pytest.raises(NotFittedError):
            ask(FromSurprise("SVD"))


def test_only_an_item_based_algorithm_has_similar_items(surprise, world):
    with pytest.raises(NotImplementedError, match="SVD cannot say which items are similar"):
        FromSurprise("SVD", n_factors=2).fit(world).similar_items(0)


FACTORS = [
    ("SVDpp", {"n_factors": 3}),
    ("NMF", {"n_factors": 3}),
    ("NMF", {"n_factors": 3, "biased": True, "n_epochs": 5}),
]
OTHERS = [("SlopeOne", {}), ("CoClustering", {})]
NEIGHBOURS = [
    (name, {"k": k, "min_k": min_k, "sim_options": {"name": measure, "user_based": user_based}})
    for name in ("KNNBasic", "KNNWithMeans", "KNNWithZScore", "KNNBaseline")
    for user_based in (True, False)
    for k, min_k, measure in ((4, 1, "pearson_baseline"), (40, 3, "msd"), (3, 2, "cosine"))
]


@pytest.mark.parametrize(("name", "options"), FACTORS + OTHERS + NEIGHBOURS)
def test_the_matrices_say_what_surprise_says_pair_by_pair(
    name, options, real_surprise, world, train
):
    model = FromSurprise(name, **options).fit(train)
    expected = own_estimates(model, world)
    np.testing.assert_allclose(model.scores(np.arange(world.n_users)), expected, rtol=1e-9)


def test_small_blocks_change_nothing(real_surprise, world, monkeypatch):
    model = FromSurprise("KNNBaseline", sim_options={"user_based": False}).fit(world)
    whole = model.scores(np.arange(world.n_users))
    monkeypatch.setattr("benchmarks.adapters.surprise_scores.SIMILARITIES_PER_BLOCK", 40)
    np.testing.assert_allclose(model.scores(np.arange(world.n_users)), whole, rtol=1e-12)


def test_the_error_is_that_of_a_run_in_surprise_alone(real_surprise, world):
    split = random_split(world, validation=0, test=0.2, random_state=3)
    model = FromSurprise("SVD", n_factors=5, random_state=4).fit(split.train)
    table = split.train.to_frame()[["user_id", "movie_id", "rating"]]
    reader = real_surprise.Reader(rating_scale=world.rating_scale)
    ratings = real_surprise.Dataset.load_from_df(table, reader).build_full_trainset()
    theirs = real_surprise.SVD(n_factors=5, random_state=4).fit(ratings)
    held = split.test.to_frame()[["user_id", "movie_id", "rating"]]
    predictions = theirs.test(list(held.itertuples(index=False, name=None)))
    expected = real_surprise.accuracy.rmse(predictions, verbose=False)
    assert evaluate(model, split, ["rmse"])["rmse"] == pytest.approx(expected, rel=1e-9)


def test_similar_items_are_surprise_s_neighbours(real_surprise, world, train):
    options = {"name": "pearson_baseline", "user_based": False}
    model = FromSurprise("KNNBaseline", sim_options=options).fit(train)
    found = model.similar_items(4, n=5)
    inner = model.algorithm_.get_neighbors(int(model.inner_items_[4]), 5)
    assert model.inner_items_[found["item"]].tolist() == inner[: len(found)]
    assert found["score"].is_monotonic_decreasing
    assert (found["score"] > 0).all()
    with pytest.raises(UnknownItemError):
        model.similar_items(0)
    with pytest.raises(ParameterError, match="n = 0"):
        model.similar_items(4, n=0)


def test_slope_one_of_surprise_loses_half_a_star(real_surprise, make_world):
    """What the adapter warns of. Should this fail, Surprise was mended: take the warning out."""
    world = make_world(rating_scale=(0.5, 5))
    whole = make_world(rating_scale=(0.5, 5))
    whole.rating[:] = np.floor(whole.rating)
    ours, truncated = (FromSurprise("SlopeOne").fit(one).algorithm_.dev for one in (world, whole))
    np.testing.assert_array_equal(ours, truncated)
