import copy
import pickle

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from benchmarks.adapters import FromImplicit
from helpers.errors import DataError, ParameterError, UnknownItemError
from helpers.evaluation.provenance import n_parameters, settings
from helpers.recommenders import ImplicitALS

ALS, COSINE = "AlternatingLeastSquares", "CosineRecommender"
KINDS = [(ALS, {"factors": 4}), (COSINE, {"K": 6})]


@pytest.fixture(params=KINDS, ids=["factors", "neighbours"])
def make(request, implicit):
    name, options = request.param
    return lambda **more: FromImplicit(name, **options, **more)


@pytest.fixture
def train(world):
    """Without the ratings of two users and of two films, one of them at the end."""
    last = world.n_items - 1
    return world.subset((world.user > 1) & (world.item > 0) & (world.item < last))


def own_scores(model, users):
    """What the model itself says of every film that it can recommend; NaN of the others."""
    items, found = model.model_.recommend(
        users, model.chosen_[users], N=model.train_.n_items, filter_already_liked_items=False
    )
    scores = np.full((len(users), model.train_.n_items), np.nan)
    row, place = np.nonzero(items >= 0)
    scores[row, items[row, place]] = found[row, place]
    return scores


def test_every_score_is_the_model_s_own(make, world, train):
    model = make().fit(train)
    users = np.arange(2, world.n_users)
    expected, scores = own_scores(model, users), model.scores(users)
    trained = np.flatnonzero(model.item_counts_)
    reached = ~np.isnan(expected[:, trained])
    np.testing.assert_allclose(
        scores[:, trained][reached], expected[:, trained][reached], rtol=1e-5, atol=1e-6
    )
    assert (scores[:, trained][~reached] == 0).all()
    assert reached.mean() > 0.3


def test_predictions_are_scores(make, world, train):
    model = make().fit(train)
    scores = model.scores(np.arange(world.n_users))
    users, items = map(np.ravel, np.indices(scores.shape))
    np.testing.assert_allclose(model.predict(users, items), scores.ravel(), rtol=1e-9, atol=1e-12)
    assert model.predict([], []).shape == (0,)
    assert model.scores([]).shape == (0, world.n_items)


def test_who_chose_nothing_gets_what_is_popular(make, world, train):
    model = make().fit(train)
    shares = model.item_counts_ / (world.n_users - 2)
    for unknown in (0, 1, -1, 10**6):
        np.testing.assert_allclose(model.scores([unknown])[0], shares)


def test_a_film_that_nobody_chose_stands_below_every_other(make, world, train):
    model = make().fit(train)
    scores = model.scores(np.arange(2, world.n_users))
    cold = model.item_counts_ == 0
    assert cold.sum() == 2
    assert (scores[:, cold].max(axis=1) <= scores[:, ~cold].min(axis=1)).all()
    offered = model.recommend(np.arange(2, world.n_users), n=5)
    assert not np.isin(offered["item"], np.flatnonzero(cold)).any()


def test_the_threshold_decides_what_is_a_choice(make, world):
    model = make(threshold=4).fit(world)
    same = make().fit(world.subset(world.rating >= 4))
    np.testing.assert_allclose(model.scores([3, 4]), same.scores([3, 4]))
    with pytest.raises(DataError, match="threshold of 6"):
        make(threshold=6).fit(world)
    with pytest.raises(ParameterError, match="threshold"):
        make(threshold=np.nan)


def test_each_fit_is_of_a_silent_copy(make, world, capfd):
    model = make()
    first = model.fit(world).scores([3])
    again = model.fit(world).scores([3])
    np.testing.assert_array_equal(first, again)
    assert getattr(model.model, "item_factors", None) is None
    assert getattr(model.model, "similarity", None) is None
    assert capfd.readouterr() == ("", "")


def test_a_model_that_has_learnt_is_refused(make, world):
    fitted = make().fit(world).model_
    with pytest.raises(ParameterError, match=r"has learnt already\. Give an unfitted one"):
        FromImplicit(fitted)


def test_a_model_of_a_gpu_is_refused(implicit):
    class OfGpu(implicit.neighbours.CosineRecommender):
        __module__ = "implicit.gpu.als"

    with pytest.raises(ParameterError, match="use_gpu=False"):
        FromImplicit(OfGpu())


def test_a_seed_repeats_and_another_differs(implicit, world):
    def scores(**options):
        return FromImplicit(ALS, factors=3, **options).fit(world).scores([4])

    np.testing.assert_array_equal(scores(random_state=1), scores(random_state=1))
    np.testing.assert_array_equal(scores(), scores(random_state=0))
    assert not np.allclose(scores(random_state=1), scores(random_state=2), rtol=1e-9)


def test_it_is_made_from_a_name_a_class_or_an_object(implicit, world):
    kind = implicit.als.AlternatingLeastSquares
    with threadpool_limits(1, "blas"):
        made = [
            FromImplicit(ALS, factors=3),
            FromImplicit(kind, factors=3),
            FromImplicit(kind(factors=3)),
        ]
    first, *others = (model.fit(world).scores([2, 3]) for model in made)
    for other in others:
        np.testing.assert_array_equal(first, other)


def test_its_settings_name_the_model_and_its_arguments(implicit, world):
    found = settings(FromImplicit(ALS, factors=3, alpha=9.0, threshold=4.0, random_state=5))
    expected = {"model": ALS, "factors": 3, "alpha": 9.0, "threshold": 4.0, "random_state": 5}
    assert expected.items() <= found.items()
    assert " at 0x" not in repr(found)


def test_its_parameters_are_the_arrays_that_it_learnt(implicit, world):
    als = FromImplicit(ALS, factors=3).fit(world)
    assert n_parameters(als) == 3 * (world.n_users + world.n_items)
    assert 0 < n_parameters(FromImplicit(COSINE, K=5).fit(world)) <= world.n_items**2


def test_a_fitted_copy_scores_the_same(make, world):
    model = make().fit(world)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        np.testing.assert_array_equal(twin.scores([1, 2]), model.scores([1, 2]))


def test_similar_items_are_the_model_s_own(make, world, train):
    model = make().fit(train)
    found = model.similar_items(4, n=5)
    items, _similarity = model.model_.similar_items(4, N=world.n_items)
    cold = np.flatnonzero(model.item_counts_ == 0)
    expected = [item for item in items.tolist() if item != 4 and item not in cold][:5]
    assert found["item"].tolist() == expected
    assert found["rank"].tolist() == list(range(1, len(found) + 1))
    assert found["score"].is_monotonic_decreasing
    with pytest.raises(UnknownItemError):
        model.similar_items(0)
    with pytest.raises(ParameterError, match="n = 0"):
        model.similar_items(4, n=0)


def test_what_cannot_be_made(implicit):
    with pytest.raises(ParameterError, match=r"no recommender called 'SVD'. There are .*BM25"):
        FromImplicit("SVD")
    with pytest.raises(ParameterError, match=r"Squares does not take dim. It takes factors"):
        FromImplicit(ALS, dim=3)
    with pytest.raises(ParameterError, match="made already, so it cannot take K"):
        FromImplicit(implicit.neighbours.CosineRecommender(), K=3)
    with pytest.raises(ParameterError, match="int is not a recommender of implicit"):
        FromImplicit(3)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("BayesianPersonalizedRanking", {"factors": 4, "num_threads": 1, "iterations": 20}),
        ("LogisticMatrixFactorization", {"factors": 4, "iterations": 5}),
        ("BM25Recommender", {"K": 8}),
        ("TFIDFRecommender", {"K": 8}),
    ],
)
def test_the_others_work_and_repeat_themselves(name, options, real_implicit, world, train):
    model, again = (FromImplicit(name, **options).fit(train) for _ in range(2))
    users = np.arange(2, world.n_users)
    np.testing.assert_array_equal(model.scores(users), again.scores(users))
    expected = own_scores(model, users)
    expected[:, model.item_counts_ == 0] = np.nan
    reached = ~np.isnan(expected)
    np.testing.assert_allclose(
        model.scores(users)[reached], expected[reached], rtol=1e-5, atol=1e-6
    )


def test_als_with_alpha_and_one_is_ours_with_alpha(real_implicit, world):
    """Each in its own words; both end near the same minimum, from different starts."""
    ours = ImplicitALS(dim=3, alpha=4, regularization=5, iterations=200).fit(world)
    theirs = FromImplicit(
        ALS, factors=3, alpha=5.0, regularization=5.0, iterations=200, use_cg=False
    ).fit(world)
    users = np.arange(world.n_users)
    np.testing.assert_allclose(theirs.scores(users), ours.scores(users), atol=0.01)
