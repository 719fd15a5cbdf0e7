"""Hybrids: one scale for two recommenders, a switch by what is known, nothing fitted twice."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from helpers.errors import ParameterError
from helpers.evaluation import evaluate, provenance
from helpers.recommenders import (
    EASE,
    Biases,
    FactorizationMachine,
    HandMade,
    Popularity,
    SwitchingHybrid,
    WeightedHybrid,
    lists,
    load,
    save,
)
from helpers.recommenders.hybrids import scaled
from helpers.splits import per_user_split

rows = arrays("float64", (3, 6), elements=st.integers(-20, 20).map(float))


def by_table(train, table):
    return HandMade(train, scores=lambda users: np.asarray(table, "float64")[users])


def test_ranks_and_z_scores_by_hand():
    scores = np.array([[10.0, 30.0, 30.0, 20.0, 60.0]])
    np.testing.assert_allclose(scaled(scores, "rank"), [[0, 0.625, 0.625, 0.25, 1]])
    spread = np.sqrt((400 + 0 + 0 + 100 + 900) / 5)
    np.testing.assert_allclose(scaled(scores, "z-score"), np.array([[-20, 0, 0, -10, 30]]) / spread)


@pytest.mark.parametrize("scale", ["rank", "z-score"])
@given(scores=rows, factor=st.sampled_from([0.01, 3.0, 1000.0]), shift=st.integers(-9, 9))
def test_neither_unit_nor_offset_matters(scale, scores, factor, shift):
    moved = scaled(scores * factor + shift, scale)
    np.testing.assert_allclose(moved, scaled(scores, scale), atol=1e-6)


@pytest.mark.parametrize("scale", ["rank", "z-score"])
def test_equal_scores_say_nothing(scale):
    assert np.ptp(scaled(np.full((2, 4), 3.0), scale)) == 0


def test_a_weighted_sum_by_hand(world):
    table = np.tile(np.arange(world.n_items, dtype="float64"), (world.n_users, 1))
    first, second = by_table(world, table), by_table(world, -1000 * table)
    hybrid = WeightedHybrid(first, second, 0.75, scale="rank").fit(world)
    places = table / (world.n_items - 1)
    np.testing.assert_allclose(hybrid.scores([4]), (0.75 * places + 0.25 * (1 - places))[[4]])


@pytest.mark.parametrize(("weight", "expected"), [(1, 0), (0, 1)])
def test_all_the_weight_on_one_is_the_order_of_that_one(world, weight, expected):
    parts = EASE(5.0), Popularity()
    hybrid = WeightedHybrid(*parts, weight).fit(world)
    found = hybrid.rank(np.arange(5), 8)[0]
    np.testing.assert_array_equal(found, parts[expected].rank(np.arange(5), 8)[0])


@pytest.mark.parametrize("block", [1, 60, 4_000_000])
def test_pairs_and_rows_say_the_same(world, monkeypatch, block):
    monkeypatch.setattr(lists, "SCORES_PER_BLOCK", block)
    for hybrid in (
        WeightedHybrid(EASE(5.0), Biases(), 0.3).fit(world),
        SwitchingHybrid(Popularity(), EASE(5.0), 9).fit(world),
    ):
        users, items = world.user[:40], world.item[:40]
        every = hybrid.scores(users)[np.arange(40), items]
        np.testing.assert_allclose(hybrid.predict(users, items), every)


def test_what_is_no_user_or_film_has_a_score_too(world):
    hybrid = WeightedHybrid(EASE(5.0), Popularity()).fit(world)
    found = hybrid.predict([-1, 0, 99], [3, -1, 99])
    assert np.isfinite(found).all()
    assert found[1] == hybrid.scores([0]).min()
    assert found[0] == hybrid.scores([-1])[0, 3]
    with pytest.raises(ParameterError, match="do not pair up"):
        hybrid.predict([0], [1, 2])


def test_the_switch_asks_the_first_for_those_with_few_ratings(world):
    counts = np.bincount(world.user, minlength=world.n_users)
    hybrid = SwitchingHybrid(Popularity(), EASE(5.0), int(np.median(counts))).fit(world)
    few = counts < np.median(counts)
    assert 0 < few.sum() < len(few)
    scores = hybrid.scores(np.arange(world.n_users))
    popular = Popularity().fit(world).scores(np.flatnonzero(few))
    np.testing.assert_array_equal(scores[few], popular)
    ease = EASE(5.0).fit(world).scores(np.flatnonzero(~few))
    np.testing.assert_array_equal(scores[~few], ease)
    np.testing.assert_array_equal(hybrid.scores([-1, 99]), popular[:1].repeat(2, axis=0))


def test_a_switch_between_models_of_stars_predicts_stars(world):
    assert SwitchingHybrid(Biases(), Biases(1, 1)).predicts_stars
    assert not SwitchingHybrid(Biases(), Popularity()).predicts_stars
    found = SwitchingHybrid(Biases(), Biases(1, 1), 3).fit(world).predict([-1, 0], [2, 2])
    assert found[0] == Biases().fit(world).predict([-1], [2])[0]


def test_what_has_learnt_from_these_ratings_is_not_fitted_again(world):
    ease = EASE(5.0).fit(world)
    learnt = ease.precision_
    hybrid = WeightedHybrid(ease, Popularity()).fit(world)
    assert hybrid.first.precision_ is learnt
    hybrid.fit(world.subset(np.arange(len(world) - 1)))
    assert hybrid.first.precision_ is not learnt


def test_a_hybrid_is_evaluated_like_any_other(make_world):
    split = per_user_split(make_world(60, 40))
    result = evaluate(WeightedHybrid(EASE(5.0), Popularity()).fit(split.train), split, ["ndcg"])
    assert 0 < result["ndcg"] < 1


def test_its_settings_and_its_size_are_those_of_both(world):
    hybrid = WeightedHybrid(EASE(5.0), Popularity(), 0.7).fit(world)
    first = "EASE(regularization=5.0, threshold=None, star_weight=0.0)"
    second = "Popularity(by='count', damping=10.0)"
    rest = "weight=0.7, scale='z-score'"
    assert repr(hybrid) == f"WeightedHybrid(first={first}, second={second}, {rest})"
    assert provenance.settings(hybrid)["first"] == first
    parts = (provenance.n_parameters(part) for part in (hybrid.first, hybrid.second))
    assert provenance.n_parameters(hybrid) == sum(parts) > 0


@pytest.mark.parametrize(
    "make",
    [
        lambda: WeightedHybrid(EASE(5.0), WeightedHybrid(Biases(), Popularity()), 0.4),
        lambda: SwitchingHybrid(Popularity(), EASE(5.0), 9),
    ],
    ids=["weighted", "switching"],
)
def test_a_hybrid_comes_back_from_its_file(world, tmp_path, make):
    hybrid = make().fit(world)
    again = load(save(hybrid, tmp_path / "hybrid.zip"))
    users = np.arange(-1, world.n_users)
    np.testing.assert_array_equal(again.scores(users), hybrid.scores(users))
    pd.testing.assert_frame_equal(again.recommend([3]), hybrid.recommend([3]))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: WeightedHybrid(EASE(), Popularity(), 1.1), "weight = 1.1"),
        (lambda: WeightedHybrid(EASE(), Popularity(), scale="stars"), "scale must be"),
        (lambda: WeightedHybrid(EASE(), None), "second must be a recommender, not NoneType"),
        (lambda: SwitchingHybrid("EASE", Popularity()), "first must be a recommender, not str"),
        (lambda: SwitchingHybrid(EASE(), Popularity(), 0), "at_least = 0"),
    ],
)
def test_settings_that_make_no_sense(make, said):
    with pytest.raises(ParameterError, match=said):
        make()


def test_a_part_that_cannot_fold_in_says_so(world):
    hybrid = WeightedHybrid(Biases().fit(world), Popularity()).fit(world)
    with pytest.raises(ParameterError, match="A Biases cannot score somebody"):
        hybrid.scores_for(3 * np.eye(1, world.n_items))
    assert not hasattr(FactorizationMachine, "scores_for")
