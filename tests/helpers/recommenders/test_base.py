import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import sparse

from helpers.errors import DataError, NotFittedError, ParameterError
from helpers.interactions import Interactions
from helpers.recommenders import lists
from helpers.recommenders.base import Recommender

FALLBACK = -100.0


class Oracle(Recommender):
    """Knows the scores beforehand; whatever was not seen in training gets −100."""

    def __init__(self, truth):
        self.truth = truth

    def _fit(self, train, validation):
        pass

    def _predict(self, users, items):
        return self.truth[users, items]

    def _scores(self, users):
        return self.truth[users]

    def _fallback(self, users, items):
        return np.full(len(users), FALLBACK)


class StarOracle(Oracle):
    predicts_stars = True


@pytest.fixture
def split(world):
    """A world whose last user and last film have no training rating, and what was left out."""
    left_out = (world.user == world.n_users - 1) | (world.item == world.n_items - 1)
    left_out |= np.arange(len(world)) % 4 == 0
    return world.subset(~left_out), world.subset(left_out)


@pytest.fixture
def truth(world):
    return np.random.default_rng(1).random((world.n_users, world.n_items))


@pytest.fixture
def oracle(split, truth):
    return Oracle(truth).fit(split[0])


def test_a_perfect_oracle_recommends_the_best_unseen_films(split, truth, oracle):
    train, _held_out = split
    scores = truth.copy()
    scores[:, train.n_items - 1] = FALLBACK
    scores[train.user, train.item] = -np.inf
    expected = np.argsort(-scores, axis=1)[:-1, :5]
    ranked, best = oracle.rank(np.arange(train.n_users - 1), 5)
    np.testing.assert_array_equal(ranked, expected)
    np.testing.assert_allclose(best, np.take_along_axis(scores[:-1], expected, axis=1))


def test_recommend_is_rank_as_a_table(oracle):
    table = oracle.recommend([4, 2], n=3)
    assert table.columns.tolist() == ["user", "rank", "item", "score"]
    assert table["user"].tolist() == [4, 4, 4, 2, 2, 2]
    assert table["rank"].tolist() == [1, 2, 3, 1, 2, 3]
    ranked, scores = oracle.rank([4, 2], 3)
    assert table["item"].tolist() == ranked.ravel().tolist()
    assert table["score"].tolist() == scores.ravel().tolist()


def test_every_film_of_the_catalogue_can_be_recommended(split, oracle):
    train, _held_out = split
    ranked, _scores = oracle.rank(np.arange(train.n_users), train.n_items)
    seen = train.matrix().toarray() > 0
    for user, items in enumerate(ranked):
        offered = items[items >= 0]
        assert sorted(offered.tolist()) == np.flatnonzero(~seen[user]).tolist()


def test_films_beyond_the_number_of_users_can_be_recommended(make_world):
    world = make_world(n_users=5, n_items=40)
    assert world.n_items > world.n_users
    truth = np.ones((world.n_users, world.n_items))
    ranked, _scores = Oracle(truth).fit(world).rank(np.arange(world.n_users), world.n_items)
    for user, items in enumerate(ranked):
        met = [*items[items >= 0], *world.item[world.user == user]]
        assert sorted(met) == list(range(world.n_items))


def test_seen_films_come_back_only_when_asked(split, oracle):
    train, _held_out = split
    ranked, _scores = oracle.rank([0], train.n_items, exclude_seen=False)
    assert sorted(ranked[0].tolist()) == list(range(train.n_items))


@pytest.mark.parametrize("exclude_seen", [True, False])
def test_what_else_is_left_out_comes_beside_what_was_seen(split, oracle, exclude_seen):
    users = np.array([3, 0, -1])
    hidden = np.random.default_rng(2).random((3, split[0].n_items)) < 0.4
    ranked, best = oracle.rank(users, 6, exclude_seen, excluded=sparse.csr_matrix(hidden))
    seen = np.vstack([split[0].matrix().toarray()[[3, 0]], np.zeros((1, split[0].n_items))]) > 0
    scores = np.where(hidden | (seen & exclude_seen), -np.inf, oracle.scores(users))
    expected = np.argsort(-scores, axis=1, kind="stable")[:, :6]
    np.testing.assert_array_equal(ranked, expected)
    np.testing.assert_array_equal(best, np.take_along_axis(scores, expected, axis=1))
    with pytest.raises(ParameterError, match=r"shape \(2, \d+\), but 3 users"):
        oracle.rank(users, 6, excluded=sparse.csr_matrix(hidden[:2]))


def test_a_user_who_has_rated_almost_everything_gets_a_shorter_list():
    ratings = pd.DataFrame({"user_id": [1, 1, 2], "movie_id": [1, 2, 3], "rating": 3.0})
    model = Oracle(np.ones((2, 3))).fit(Interactions.from_frames(ratings))
    assert model.recommend([0], n=3)["item"].tolist() == [2]
    ranked, scores = model.rank([0], 3)
    assert ranked.tolist() == [[2, -1, -1]]
    assert np.isnan(scores[0, 1:]).all()


def test_what_was_not_trained_gets_the_fallback_and_nobody_s_score(split, truth, oracle):
    train, _held_out = split
    last_user, last_item = train.n_users - 1, train.n_items - 1
    users = [0, 0, 0, 0, last_user, -1, train.n_users, 10**9]
    items = [1, last_item, -1, train.n_items, 1, 1, 1, 1]
    np.testing.assert_array_equal(oracle.predict(users, items), [truth[0, 1]] + [FALLBACK] * 7)
    scores = oracle.scores([0, -1, last_user])
    assert scores[0, 1] == truth[0, 1]
    assert scores[0, last_item] == FALLBACK
    assert (scores[1:] == FALLBACK).all()


def test_a_model_may_know_more_than_what_was_rated(split, truth):
    """A film without a training rating, and a user without one, by what is written on them."""

    class Reader(Oracle):
        def _known_items(self):
            return np.arange(self.train_.n_items) != 2

        def _known_users(self):
            return np.ones(self.train_.n_users, dtype=bool)

    train, _held_out = split
    model, last_user, last_item = Reader(truth).fit(train), train.n_users - 1, train.n_items - 1
    assert model.predict([0, last_user], [last_item] * 2).tolist() == truth[[0, -1], -1].tolist()
    expected = truth.copy()
    expected[:, 2] = FALLBACK
    np.testing.assert_array_equal(model.scores(np.arange(train.n_users)), expected)
    assert model.predict([0, -1, 0], [2, 1, -1]).tolist() == [FALLBACK] * 3
    assert last_item in model.rank([0], train.n_items)[0]


def test_an_unknown_user_is_offered_the_fallback_s_ranking(oracle):
    assert oracle.recommend([-1], n=3)["item"].tolist() == [0, 1, 2]


def test_blocks_of_users_do_not_change_the_ranking(oracle, split, monkeypatch):
    users = np.arange(split[0].n_users)
    whole = oracle.rank(users, 4)
    for scored, ranked in ((60, 60), (60, 1000), (500, 60), (1, 1)):
        monkeypatch.setattr(lists, "SCORES_PER_BLOCK", scored)
        monkeypatch.setattr(lists, "RANKED_AT_ONCE", ranked)
        for once, blocked in zip(whole, oracle.rank(users, 4), strict=True):
            np.testing.assert_array_equal(blocked, once)


def slow_rank(model, users, n, exclude_seen):
    """Every film of every user, sorted one by one."""
    seen = model.train_.matrix().toarray() > 0
    for user in users:
        inside = 0 <= user < len(seen)
        scores = model.scores([user])[0]
        open_items = [
            item
            for item, score in enumerate(scores)
            if not (exclude_seen and inside and seen[user, item]) and score > -np.inf
        ]
        best = sorted(open_items, key=lambda item: (-scores[item], item))[:n]
        pads = n - len(best)
        yield best + [-1] * pads, scores[best].tolist() + [np.nan] * pads


@pytest.fixture(params=[(40, 90), (10**6, 10**6)], ids=["blocks", "whole"])
def sizes(request, monkeypatch):
    monkeypatch.setattr(lists, "RANKED_AT_ONCE", request.param[0])
    monkeypatch.setattr(lists, "SCORES_PER_BLOCK", request.param[1])


@given(
    seed=st.integers(0, 10_000),
    levels=st.integers(1, 40),
    unscored=st.floats(0, 0.5),
    users=st.lists(st.integers(-2, 32), max_size=12),
    n=st.integers(1, 25),
    exclude_seen=st.booleans(),
    cold=st.booleans(),
)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=50,
)
def test_ranking_agrees_with_sorting_user_by_user(
    *, seed, levels, unscored, users, n, exclude_seen, cold, world, sizes
):
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, levels, (world.n_users, world.n_items)) / 3
    truth[generator.random(truth.shape) < unscored] = generator.choice([np.nan, -np.inf])
    train = world.subset((world.user != 4) & (world.item != 7)) if cold else world
    model = Oracle(truth).fit(train)
    ranked, best = model.rank(users, n, exclude_seen)
    assert (ranked.dtype, best.dtype) == ("int32", "float64")
    assert ranked.shape == best.shape == (len(users), n)
    for row, (items, scores) in enumerate(slow_rank(model, users, n, exclude_seen)):
        assert ranked[row].tolist() == items
        np.testing.assert_array_equal(best[row], scores)


def test_ranking_leaves_the_model_s_own_scores_alone(world, truth):
    class Table(Oracle):
        def _scores(self, users):
            return self.truth if len(users) == len(self.truth) else self.truth[users]

    before = truth.copy()
    Table(truth).fit(world).rank(np.arange(world.n_users), 5)
    np.testing.assert_array_equal(truth, before)


@pytest.mark.parametrize("dtype", ["float32", "int64"])
def test_scores_are_float64_whatever_the_model_has(world, truth, dtype):
    model = Oracle((100 * truth).astype(dtype)).fit(world)
    assert model.scores([0, 1]).dtype == "float64"
    ranked, best = model.rank([0, 1], 3)
    assert best.dtype == "float64"
    np.testing.assert_array_equal(best[0], model.truth[0, ranked[0]])


def test_memory_is_bounded_by_the_size_of_a_block(monkeypatch):
    n_users, n_items = 4000, 2000
    generator = np.random.default_rng(0)
    pair = np.unique(generator.integers(n_users * n_items, size=60_000))
    pair = np.union1d(pair, np.arange(n_users) * n_items)
    ratings = {"user_id": pair // n_items, "movie_id": pair % n_items, "rating": 3.0}
    train = Interactions.from_frames(pd.DataFrame(ratings))
    users, items = generator.random((train.n_users, 4)), generator.random((train.n_items, 4))

    class Factors(Oracle):
        def _scores(self, asked):
            return users[asked] @ items.T

    model = Factors(None).fit(train)
    monkeypatch.setattr(lists, "SCORES_PER_BLOCK", 500_000)
    monkeypatch.setattr(lists, "RANKED_AT_ONCE", 50_000)
    tracemalloc.start()
    model.rank(np.arange(n_users), 10)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    # All scores at once would be 64 MB; a block has 4.
    assert peak < 20


def test_stars_are_clipped_to_the_scale_of_the_data_and_ranked_unclipped(make_world):
    world = make_world(rating_scale=(0.5, 5))
    beyond = np.linspace(-2, 9, world.n_items)[np.newaxis].repeat(world.n_users, axis=0)
    model = StarOracle(beyond).fit(world)
    items = np.arange(world.n_items)
    np.testing.assert_array_equal(
        model.predict(np.zeros(len(items), dtype=int), items), np.clip(beyond[0], 0.5, 5)
    )
    np.testing.assert_array_equal(model.scores([0]), beyond[:1])
    plain = Oracle(beyond).fit(world)
    assert plain.predict([0], [world.n_items - 1]) == 9


def test_nothing_can_be_asked_before_fit(truth):
    model = Oracle(truth)
    for ask in (
        lambda: model.predict([0], [0]),
        lambda: model.recommend([0]),
        lambda: model.rank([0]),
        lambda: model.scores([0]),
    ):
        with pytest.raises(NotFittedError, match="Oracle has not learnt yet: call fit first"):
            ask()


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("fitted", [False, True])
def test_a_fit_that_did_not_end_has_learnt_nothing(split, truth, error, fitted, monkeypatch):
    model = Oracle(truth)
    if fitted:
        model.fit(split[0])

    def interrupted(self, train, validation):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(Oracle, "_fit", interrupted)
        with pytest.raises(error):
            model.fit(split[0])
    with pytest.raises(NotFittedError, match="has not learnt yet: call fit first"):
        model.predict([0], [0])
    assert len(model.fit(split[0]).recommend([0], 3)) == 3


def test_nothing_can_be_learnt_from_nothing(world, truth):
    with pytest.raises(DataError, match="training set is empty"):
        Oracle(truth).fit(world.subset([]))


@pytest.mark.parametrize("n", [0, -3, 26, 2.5, True])
def test_more_films_than_there_are(oracle, n):
    for ask in (oracle.recommend, oracle.rank):
        with pytest.raises(ParameterError, match="whole number from 1 to 25"):
            ask([0], n=n)


@pytest.mark.parametrize(
    ("users", "items", "message"),
    [
        ([0, 1], [0], "2 users and 1 items do not pair up"),
        ([0.5], [1], "users must be whole-number indices, not float64"),
        ([1], ["Heat"], "items must be whole-number indices"),
        ([[0, 1]], [0, 1], "users must be one-dimensional"),
    ],
)
def test_indices_that_make_no_sense(oracle, users, items, message):
    with pytest.raises(ParameterError, match=message):
        oracle.predict(users, items)


def test_no_pair_is_no_prediction(oracle):
    assert oracle.predict([], []).shape == (0,)
    assert oracle.recommend([], n=2).empty


def test_a_model_without_vectors_has_no_similar_items(oracle):
    with pytest.raises(NotImplementedError, match="Oracle has no notion"):
        oracle.similar_items(0)
