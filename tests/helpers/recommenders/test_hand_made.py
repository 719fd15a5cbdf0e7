"""HandMade says what the model says, one way or the other, and refuses what would mislead."""

import numpy as np
import pytest

from helpers import evaluation
from helpers.errors import DataError, ParameterError
from helpers.recommenders import Biases, HandMade, lists
from helpers.splits import random_split


@pytest.fixture
def split(world):
    return random_split(world)


@pytest.fixture
def truth(world):
    return np.random.default_rng(1).normal(3, 2, (world.n_users, world.n_items))


def both(train, truth, **options):
    """The same scores by pairs and by rows."""
    return (
        HandMade(train, predict=lambda users, items: truth[users, items], **options),
        HandMade(train, scores=lambda users: truth[users], **options),
    )


@pytest.mark.parametrize("scores_per_block", [1, lists.SCORES_PER_BLOCK])
def test_pairs_and_rows_say_the_same(monkeypatch, split, truth, scores_per_block):
    monkeypatch.setattr(lists, "SCORES_PER_BLOCK", scores_per_block)
    part = split.test
    for model in both(split.train, truth):
        np.testing.assert_array_equal(
            model.predict(part.user, part.item), truth[part.user, part.item]
        )
        np.testing.assert_array_equal(model.scores([7, 3]), truth[[7, 3]])


def test_stars_stay_on_the_scale_and_scores_do_not(split, truth):
    part = split.test
    for model in both(split.train, truth, stars=True):
        said = model.predict(part.user, part.item)
        np.testing.assert_array_equal(said, np.clip(truth[part.user, part.item], 0.5, 5))
        assert model.scores([0]).min() < 0.5


def test_the_model_speaks_for_the_whole_catalogue_and_for_nobody_else(world, truth):
    cold = world.subset((world.user > 0) & (world.item > 0))
    for stars, outside in ((False, 0), (True, cold.rating.mean(dtype="float64"))):
        for model in both(cold, truth.clip(1, 4), stars=stars):
            found = model.predict([0, 5, 0, -1, 5], [5, 0, 0, 5, world.n_items])
            expected = [*truth.clip(1, 4)[[0, 5, 0], [5, 0, 0]], outside, outside]
            np.testing.assert_allclose(found, expected, rtol=1e-6)
            np.testing.assert_allclose(model.scores([0, 5]), truth.clip(1, 4)[[0, 5]])
            np.testing.assert_allclose(model.scores([-1]), outside, rtol=1e-6)


def test_a_column_of_predictions_is_as_good_as_a_row(split):
    column = HandMade(split.train, predict=lambda users, items: (users + items)[:, None] * 1.0)
    assert column.predict([1, 2], [3, 4]).tolist() == [4, 6]


def test_a_copy_of_an_estimator_is_measured_as_the_estimator(split):
    biases = Biases().fit(split.train)
    copy = HandMade(split.train, predict=biases.unclipped, stars=True)
    ours, theirs = (evaluation.evaluate(one, split, ["rmse", "ndcg"]) for one in (copy, biases))
    assert ours.table.equals(theirs.table)
    assert evaluation.compare(ours, theirs)["difference"].abs().max() == 0


def test_it_is_not_measured_on_what_it_has_learnt(split, truth):
    for model in both(split.test, truth, stars=True):
        with pytest.raises(DataError, match="has learnt from"):
            evaluation.evaluate(model, split, ["rmse"])


def test_it_is_fitted_on_the_ratings_that_it_was_trained_on_and_on_no_others(split, truth):
    for model in both(split.train, truth):
        said = model.scores([3])
        assert model.fit(split.train, split.validation) is model
        assert model.fit(split.train.subset(np.arange(len(split.train)))) is model
        with pytest.raises(ParameterError, match="trained on other ratings than these"):
            model.fit(split.test)
        np.testing.assert_array_equal(model.scores([3]), said)


def test_wrong_shapes_are_named(split):
    with pytest.raises(ParameterError, match="Give a function"):
        HandMade(split.train)
    with pytest.raises(ParameterError, match=r"shape \(\) for 2 pairs"):
        HandMade(split.train, predict=lambda _users, _items: 3.0).predict([0, 1], [0, 1])
    with pytest.raises(ParameterError, match=r"shape \(2, 3\) for 2 users"):
        HandMade(split.train, scores=lambda users: np.ones((len(users), 3))).scores([0, 1])


def test_it_is_shown_without_its_functions(split, truth):
    assert repr(HandMade(split.train, scores=lambda users: truth[users])) == "HandMade()"
