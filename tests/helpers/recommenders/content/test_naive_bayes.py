import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.naive_bayes import BernoulliNB

from helpers.errors import DataError, NotFittedError, ParameterError
from helpers.features import item_terms
from helpers.interactions import Interactions
from helpers.recommenders import NaiveBayes, lists


def likes_of(films, user):
    rows = films.user == user
    return films.item[rows], films.rating[rows] >= films.rating[rows].mean(dtype="float64")


@pytest.mark.parametrize("smoothing", [0.5, 1, 4])
def test_the_odds_are_those_of_scikit_learn(films, smoothing):
    model = NaiveBayes(smoothing=smoothing).fit(films)
    has = (item_terms(films.movies, ("genre", "decade")).counts > 0).toarray()
    for user in (0, 7, 29):
        items, likes = likes_of(films, user)
        # Its own prior is not smoothed, so it is handed ours.
        counts = np.array([(~likes).sum(), likes.sum()]) + smoothing
        oracle = BernoulliNB(alpha=smoothing, class_prior=counts / counts.sum())
        oracle.fit(has[items], likes)
        expected = oracle.predict_log_proba(has[:24])
        np.testing.assert_allclose(
            model.scores([user])[0, :24], expected[:, 1] - expected[:, 0], rtol=1e-9, atol=1e-9
        )
        np.testing.assert_allclose(
            model.probability(np.full(24, user), np.arange(24)), np.exp(expected[:, 1])
        )


def test_by_hand():
    """The lesson's user, who liked two films and not the third."""
    movies = pd.DataFrame(
        {
            "movie_id": [1, 2, 3, 4],
            "title": ["Lantern", "Harbour", "Zoo", "New"],
            "genres": ["War|Drama", "Drama", "Comedy", "Comedy|War"],
        }
    )
    ratings = pd.DataFrame({"user_id": 1, "movie_id": [1, 2, 3], "rating": [5.0, 4.0, 1.0]})
    films = Interactions.from_frames(ratings, movies, keep_unrated=True)
    model = NaiveBayes("genre").fit(films)
    # Each class gets one film with each term, and one without. The new film lacks Drama.
    prior = (2 + 1) / (1 + 1)
    comedy, war, no_drama = (1 / 4) / (2 / 3), (2 / 4) / (1 / 3), (1 / 4) / (2 / 3)
    odds = prior * comedy * war * no_drama
    assert np.exp(model.predict([0], [3])) == pytest.approx(odds)
    assert model.probability([0], [3]) == pytest.approx(odds / (1 + odds))
    rows = model.explain_terms(0, 3).set_index("term")["contribution"]
    assert np.exp(rows).to_dict() == pytest.approx(
        {
            "genre: War": war,
            "genre: Comedy": comedy,
            "what it lacks": no_drama,
            "how often the user likes": prior,
        }
    )


def test_pairs_are_scored_like_the_whole_catalogue(films, monkeypatch):
    model = NaiveBayes().fit(films)
    users = np.repeat(np.arange(-1, 31), 27)
    items = np.tile(np.arange(-1, 26), 32)
    expected = model.predict(users, items)
    inside = (items >= 0) & (items < 25)
    np.testing.assert_allclose(
        expected[inside], model.scores(np.arange(-1, 31)).ravel(), rtol=1e-9, atol=1e-12
    )
    monkeypatch.setattr(lists, "SCORES_PER_BLOCK", 20)
    np.testing.assert_array_equal(model.predict(users, items), expected)
    order = np.random.default_rng(0).permutation(len(users))
    np.testing.assert_array_equal(model.predict(users[order], items[order]), expected[order])


@given(seed=st.integers(0, 10_000), smoothing=st.floats(0.1, 10))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_explanations_add_up_to_the_score(films, seed, smoothing):
    model = NaiveBayes(smoothing=smoothing).fit(films)
    user, item = np.random.default_rng(seed).integers(0, [30, 25])
    rows = model.explain_terms(user, item)
    if user == 5 or item == 24:
        assert rows.empty
    else:
        assert rows["contribution"].sum() == pytest.approx(model.predict([user], [item])[0])
        assert rows["contribution"][:-2].is_monotonic_decreasing


def test_fallbacks(films):
    model = NaiveBayes().fit(films)
    means = np.array(
        [films.rating[films.user == user].mean() for user in np.arange(30) if user != 5]
    )
    means = np.insert(means, 5, np.nan)
    likes = films.rating >= means[films.user]
    share = (likes.sum() + 1) / (len(films) + 2)
    of_film = likes[films.item == 8]
    odds = (of_film.sum() + 10 * share) / ((~of_film).sum() + 10 * (1 - share))
    for unknown in (5, -1, 10**6):
        assert model.predict([unknown], [8]) == pytest.approx(np.log(odds))
        usual = np.log(share / (1 - share))
        assert model.predict([unknown] * 3, [3, -1, 99]) == pytest.approx([usual] * 3)
    _items, own = likes_of(films, 0)
    prior = np.log((own.sum() + 1) / ((~own).sum() + 1))
    assert model.predict([0, 0], [24, -1]) == pytest.approx([prior] * 2)
    assert np.isfinite(model.scores(np.arange(30))).all()


def test_who_likes_everything_is_no_division_by_zero(films):
    flat = films.to_frame()[["user_id", "movie_id"]].assign(rating=4.0)
    same = Interactions.from_frames(flat, films.movies, rating_scale=(0.5, 5))
    model = NaiveBayes().fit(same)
    scores = model.scores(np.arange(same.n_users))
    assert np.isfinite(scores).all() and np.isfinite(model.scores([-1])).all()
    # Next to nothing was disliked, so the odds of what was seen often are the best.
    assert (model.predict([0], [int(same.item[same.user == 0][0])]) > 0).all()


def test_what_cannot_be_asked(films, world):
    for smoothing in (0, -1, np.inf):
        with pytest.raises(ParameterError, match="smoothing = "):
            NaiveBayes(smoothing=smoothing)
    with pytest.raises(DataError, match="nothing is known of them"):
        NaiveBayes().fit(world)
    with pytest.raises(NotFittedError):
        NaiveBayes().explain_terms(0, 0)
    with pytest.raises(NotFittedError):
        NaiveBayes().probability([0], [0])
    with pytest.raises(NotImplementedError, match="no notion"):
        NaiveBayes().fit(films).similar_items(3)
