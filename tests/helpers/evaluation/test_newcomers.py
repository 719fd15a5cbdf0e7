"""Newcomers: what they tell and what they are measured by stay apart, and every list is fair."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import DataError, NotFittedError, ParameterError
from helpers.evaluation import newcomers
from helpers.interactions import Interactions
from helpers.recommenders import EASE, Popularity
from helpers.splits import cold_user_split


def make(seed=0, n_users=20, n_items=30):
    generator = np.random.default_rng(seed)
    user, item = np.nonzero(generator.random((n_users, n_items)) < 0.4)
    order = generator.permutation(len(user))
    table = pd.DataFrame({"user_id": user[order] * 3, "movie_id": item[order] + 7})
    table["rating"] = generator.integers(1, 6, len(table)).astype("float64")
    return Interactions.from_frames(table, rating_scale=(1, 5))


@given(seed=st.integers(0, 50), fewest=st.integers(1, 4))
def test_each_rating_is_told_or_held_and_none_is_both(seed, fewest):
    people = make(seed)
    new = newcomers(people, fewest, random_state=seed)
    whole = people.matrix()[new.users].toarray()
    known, held = new.known.toarray(), new.held.toarray()
    assert not ((known > 0) & (held > 0)).any()
    np.testing.assert_array_equal(known + held, whole)
    count = (whole > 0).sum(axis=1)
    np.testing.assert_array_equal((known > 0).sum(axis=1), count // 2)
    left_out = np.setdiff1d(np.arange(people.n_users), new.users)
    assert (np.bincount(people.user, minlength=people.n_users)[left_out] // 2 < fewest).all()


@given(seed=st.integers(0, 50), n=st.integers(0, 8))
def test_who_tells_more_has_told_the_rest_before(seed, n):
    new = newcomers(make(seed), random_state=seed)
    fewer, more = new.told(n).toarray(), new.told(n + 1).toarray()
    np.testing.assert_array_equal(more[fewer > 0], fewer[fewer > 0])
    expected = np.minimum(n, new.known.getnnz(axis=1))
    np.testing.assert_array_equal((fewer > 0).sum(axis=1), expected)
    np.testing.assert_array_equal(new.told(99).toarray(), new.known.toarray())


def test_an_answer_is_the_stars_of_what_they_know():
    new = newcomers(make())
    asked = [3, 0, 17]
    answers = new.answers(asked).toarray()
    others = np.setdiff1d(np.arange(30), asked)
    assert not answers[:, others].any()
    np.testing.assert_array_equal(answers[:, asked], new.known.toarray()[:, asked])
    assert new.answers([]).nnz == 0


def test_some_of_them_tell_the_same():
    new = newcomers(make())
    rows = np.array([4, 1])
    few = new.some(rows)
    np.testing.assert_array_equal(few.users, new.users[rows])
    for n in (1, 3):
        np.testing.assert_array_equal(few.told(n).toarray(), new.told(n).toarray()[rows])


@pytest.fixture(scope="module")
def cold():
    return cold_user_split(make(n_users=60))


def test_ndcg_by_hand(cold):
    """Popularity: of the films that they do not know, those that most users rated."""
    new, model = newcomers(cold.test), Popularity().fit(cold.train)
    found = new.ndcg(model, new.told(2), k=3)
    gains = 1 / np.log2([2, 3, 4])
    for row, value in enumerate(found):
        known, held = new.known.toarray()[row], new.held.toarray()[row]
        order = np.argsort(-model.item_scores_, kind="stable")
        best = [item for item in order if known[item] == 0][:3]
        ideal = gains[: min(3, np.count_nonzero(held))].sum()
        assert value == pytest.approx((gains * (held[best] > 0)).sum() / ideal)


def test_what_they_do_not_tell_changes_nothing_for_popularity(cold):
    new, model = newcomers(cold.test), Popularity().fit(cold.train)
    np.testing.assert_array_equal(new.ndcg(model, new.told(0)), new.ndcg(model, new.told(5)))


def test_a_curve_has_the_means_between_their_ends(cold):
    new, model = newcomers(cold.test), EASE(5.0).fit(cold.train)
    curve = new.curve(model, (0, 2, 4), 5)
    assert curve.index.tolist() == [0, 2, 4]
    for n, row in curve.iterrows():
        assert row["value"] == pytest.approx(new.ndcg(model, new.told(n), 5).mean())
        assert row["low"] < row["value"] < row["high"]


def test_a_recommender_that_knows_them_is_refused(cold):
    new = newcomers(cold.test)
    with pytest.raises(DataError, match="not new to it"):
        new.ndcg(EASE().fit(cold.test), new.told(1))
    with pytest.raises(NotFittedError):
        new.ndcg(EASE(), new.told(1))


@pytest.mark.parametrize(
    "ask",
    [
        lambda new: new.told(-1),
        lambda new: new.answers([30]),
        lambda new: new.answers([2, 2]),
        lambda new: new.ndcg(Popularity(), new.told(1)[:2]),
        lambda new: new.ndcg(Popularity(), new.told(1), k=0),
    ],
)
def test_questions_that_make_no_sense(ask):
    with pytest.raises(ParameterError):
        ask(newcomers(make()))


def test_nobody_has_so_many():
    with pytest.raises(DataError, match="Nobody has 500 ratings"):
        newcomers(make(), 500)
    with pytest.raises(ParameterError):
        newcomers(make(), 0)
