import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics.pairwise import cosine_similarity

from helpers.data import load
from helpers.errors import DataError, NotFittedError, ParameterError, UnknownItemError
from helpers.evaluation import auc_by_ratings
from helpers.features import item_terms
from helpers.interactions import Interactions
from helpers.recommenders import EASE, ContentProfiles
from helpers.splits import per_user_split


def by_hand(films, counting, centred):
    """Scores of all pairs with dense arrays and scikit-learn."""
    counts = item_terms(films.movies, ("genre", "decade")).counts
    vectors = TfidfTransformer(smooth_idf=False).fit_transform(counts).toarray()
    stars = films.matrix().toarray().astype(float)
    rated = stars > 0
    means = stars.sum(axis=1) / np.maximum(rated.sum(axis=1), 1)
    above = np.where(rated, stars - means[:, None], 0)
    weights = {"choices": rated * 1.0, "likes": rated & (above >= 0), "stars": above}[counting]
    profiles = weights @ vectors
    profiles /= np.maximum(np.linalg.norm(profiles, axis=1, keepdims=True), 1e-12)
    if centred:
        profiles -= profiles[rated.any(axis=1)].mean(axis=0)
    return cosine_similarity(profiles, vectors)


WAYS = pytest.mark.parametrize(
    ("counting", "centred"),
    [("choices", True), ("choices", False), ("likes", True), ("stars", False)],
)


@WAYS
def test_the_scores_are_those_of_scikit_learn(films, counting, centred):
    model = ContentProfiles(counting=counting, centred=centred).fit(films)
    users = np.flatnonzero(model.user_counts_)
    expected = by_hand(films, counting, centred)
    np.testing.assert_allclose(model.scores(users), expected[users], rtol=1e-9, atol=1e-12)
    rows, items = np.random.default_rng(0).integers(0, [[len(users)], [25]], (2, 60))
    np.testing.assert_allclose(
        model.predict(users[rows], items), expected[users[rows], items], rtol=1e-9, atol=1e-12
    )


def test_a_film_that_nobody_has_rated_is_scored_like_any_other(films):
    model = ContentProfiles().fit(films)
    assert model.item_counts_[3] == 0
    scores = model.scores(np.flatnonzero(model.user_counts_))[:, 3]
    assert len(np.unique(scores)) > 20
    twin = films.movies.copy()
    twin.loc[3, ["title", "genres"]] = twin.loc[8, ["title", "genres"]].to_list()
    again = ContentProfiles().fit(
        Interactions.from_frames(
            films.to_frame()[["user_id", "movie_id", "rating"]],
            twin,
            rating_scale=films.rating_scale,
            keep_unrated=True,
        )
    )
    # The user without a rating has gone from the catalogue; everybody else is scored alike.
    both = again.scores(np.arange(again.train_.n_users))
    np.testing.assert_allclose(both[:, 3], both[:, 8])


def test_the_lesson_s_four_films():
    movies = pd.DataFrame(
        {
            "movie_id": [1, 2, 3, 4],
            "title": ["Lantern (1987)", "Harbour (1994)", "Zoo (1999)", "Yesterday (1999)"],
            "genres": ["Drama|War", "Drama", "Comedy", "Drama|War"],
        }
    )
    ratings = pd.DataFrame({"user_id": [1, 1, 2, 2], "movie_id": [1, 2, 3, 2], "rating": 4.0})
    films = Interactions.from_frames(ratings, movies, rating_scale=(1, 5), keep_unrated=True)
    model = ContentProfiles(centred=False).fit(films)
    # Terms of two films and more: Drama (3 of 4 films), War (2), 1990s (3).
    drama, war, nineties = 1 + np.log([4 / 3, 4 / 2, 4 / 3])
    lantern = np.array([drama, war, 0]) / np.hypot(drama, war)
    harbour, zoo = np.array([drama, 0, nineties]) / np.hypot(drama, nineties), np.array([0, 0, 1])
    new = np.array([drama, war, nineties]) / np.sqrt(drama**2 + war**2 + nineties**2)
    for user, profile in enumerate((lantern + harbour, zoo + harbour)):
        expected = profile @ new / np.linalg.norm(profile)
        assert model.predict([user], [3]) == pytest.approx(expected)
    assert model.predict([0], [3]) > model.predict([1], [3])


@given(
    seed=st.integers(0, 10_000),
    counting=st.sampled_from(["choices", "likes", "stars"]),
    centred=st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_explanations_add_up_to_the_score(films, seed, counting, centred):
    model = ContentProfiles(counting=counting, centred=centred).fit(films)
    user, item = np.random.default_rng(seed).integers(0, [30, 25])
    if model.user_counts_[user] == 0 or item == 24:
        assert model.explain(user, item).empty and model.explain_terms(user, item).empty
        return
    score = model.predict([user], [item])[0]
    for rows in (model.explain(user, item), model.explain_terms(user, item)):
        assert rows["contribution"].sum() == pytest.approx(score)
    of_films = model.explain(user, item).query("item >= 0")
    assert of_films["contribution"].is_monotonic_decreasing
    seen = dict(zip(films.item[films.user == user], films.rating[films.user == user], strict=True))
    assert [seen[film] for film in of_films["item"]] == of_films["rating"].tolist()
    if centred:
        assert model.explain(user, item)["title"].iloc[-1] == "what everybody watches"


def terms_of(terms, film):
    return terms.names[np.sort(terms.counts[film].indices)].tolist()


def test_an_explanation_names_what_two_films_share(films):
    model = ContentProfiles().fit(films)
    user = int(np.flatnonzero(model.user_counts_)[0])
    terms = item_terms(films.movies, ("genre", "decade"))
    row = model.explain(user, 3).iloc[0]
    shared = set(terms_of(terms, 3)) & set(terms_of(terms, int(row["item"])))
    assert set(row["terms"].split(", ")) == {name.split(": ")[1] for name in shared}
    assert set(model.explain_terms(user, 3)["term"]) == set(terms_of(terms, 3))


def test_fallbacks(films):
    model = ContentProfiles().fit(films)
    shares = np.bincount(films.item, minlength=25) / 29
    for unknown in (5, -1, 10**6):
        np.testing.assert_allclose(model.scores([unknown])[0], shares)
        np.testing.assert_allclose(model.predict([unknown] * 2, [8, -1]), [shares[8], 0])
    assert (model.scores(np.flatnonzero(model.user_counts_))[:, 24] == 0).all()
    assert model.predict([0, 0], [24, 10**6]).tolist() == [0, 0]


def test_a_user_of_stars_who_gives_all_the_same_is_unknown(films):
    flat = films.to_frame()[["user_id", "movie_id"]].assign(rating=4.0)
    same = Interactions.from_frames(flat, films.movies, rating_scale=(0.5, 5))
    model = ContentProfiles(counting="stars").fit(same)
    np.testing.assert_allclose(model.scores([0])[0], model.popularity_)


def test_a_single_user_has_nothing_of_their_own(films):
    one = films.subset(films.user == 1)
    model = ContentProfiles().fit(one)
    assert model.scores([1]) == pytest.approx(np.zeros((1, 25)), abs=1e-6)
    assert ContentProfiles(centred=False).fit(one).scores([1]).max() > 0.5


def test_batch_mates_and_order_of_rows_change_nothing(films):
    model = ContentProfiles().fit(films)
    alone = [model.predict([u], [i])[0] for u, i in ((3, 2), (7, 4), (3, 9), (-1, 2))]
    np.testing.assert_array_equal(model.predict([3, 7, 3, -1], [2, 4, 9, 2]), alone)
    rows = np.random.default_rng(5).permutation(len(films))
    again = ContentProfiles().fit(films.subset(rows)).scores([3, 4])
    np.testing.assert_allclose(model.scores([3, 4]), again, rtol=1e-9, atol=1e-12)


def test_similar_items_are_those_of_highest_cosine(films):
    model = ContentProfiles().fit(films)
    cosines = cosine_similarity(model.vectors_[[3]], model.vectors_)[0]
    cosines[3] = -1
    found = model.similar_items(3, n=6)
    np.testing.assert_allclose(found["score"], np.sort(cosines)[::-1][:6])
    assert 3 not in found["item"].tolist() and found["rank"].tolist() == [1, 2, 3, 4, 5, 6]


def test_what_cannot_be_asked(films, world):
    with pytest.raises(ParameterError, match="counting must be one of"):
        ContentProfiles(counting="views")
    with pytest.raises(ParameterError, match="choose some of"):
        ContentProfiles(["colour"]).fit(films)
    with pytest.raises(DataError, match="nothing is known of them"):
        ContentProfiles().fit(world)
    for ask in ("explain", "explain_terms"):
        with pytest.raises(NotFittedError):
            getattr(ContentProfiles(), ask)(0, 0)
    model = ContentProfiles().fit(films)
    for item in (24, -1, 10**6):
        with pytest.raises(UnknownItemError, match=f"index {item} has no term"):
            model.similar_items(item)
    with pytest.raises(ParameterError, match="n = 0"):
        model.similar_items(3, n=0)


def test_on_latest_small_with_tags_the_lines_of_lesson_10_cross_as_well():
    archive = Path(os.environ.get("COURSE_REAL_DATA", "")) / "ml-latest-small.zip"
    if not archive.is_file():
        pytest.skip("COURSE_REAL_DATA names no folder with ml-latest-small.zip")
    films = Interactions.from_dataset(load(archive, with_tags=True))
    split = per_user_split(films, random_state=0)
    models = {"label": ContentProfiles(), "ease": EASE()}
    models["tags"] = ContentProfiles(("genre", "decade", "tag"))
    found = {
        name: auc_by_ratings(model.fit(split.train), split, resamples=100)["value"]
        for name, model in models.items()
    }
    label, ease = found["label"], found["ease"]
    assert ease["0"] == 0.5 and label["0"] > 0.74
    assert ease["1–2"] < label["1–2"] - 0.05 and label["10–29"] < ease["10–29"] - 0.01
    # Fifty-eight people wrote the tags: they change little where they are needed.
    assert found["tags"]["0"] == pytest.approx(label["0"], abs=0.04)
