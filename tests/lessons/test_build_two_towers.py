"""Lesson 06: its features, towers and loss are the helpers'; its exercises know the mistakes."""

from __future__ import annotations

import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from definitions import definition

from course import lessons
from helpers import features, training
from helpers.arrays import top_n
from helpers.checks.lessons import build_two_towers as checks
from helpers.features import inputs as model_features
from helpers.interactions import Interactions
from helpers.recommenders import HandMade
from helpers.recommenders.keras import two_tower
from helpers.recommenders.keras.architectures import two_tower_model

N_USERS, N_ITEMS = 4, 6


@pytest.fixture(scope="module")
def interactions():
    rng = np.random.default_rng(0)
    pairs = rng.choice(N_USERS * N_ITEMS, 15, replace=False)
    user, item = np.divmod(np.sort(pairs), N_ITEMS)
    ratings = pd.DataFrame({"user_id": user, "movie_id": item, "rating": rng.integers(1, 6, 15)})
    movies = pd.DataFrame(
        {
            "movie_id": range(N_ITEMS),
            "title": [f"Film {n} ({1980 + n * n})" for n in range(N_ITEMS - 1)] + ["No year"],
            "genres": ["Comedy", "Comedy|Drama", "Drama", "", "War", "Drama|War"],
        }
    )
    return Interactions.from_frames(ratings, movies, rating_scale=(1, 5), keep_unrated=True)


@pytest.fixture(scope="module")
def films(interactions):
    return definition("build_two_towers", "film_features", features=features, np=np)(
        interactions.movies
    )


@pytest.fixture(scope="module")
def profiles(interactions, films):
    return definition("build_two_towers", "user_profiles", pd=pd)(interactions, films)


def test_the_features_of_a_film_are_those_of_the_helpers(interactions, films):
    assert np.allclose(films, model_features.item_features(interactions), atol=1e-6)


def test_the_profiles_of_the_users_are_those_of_the_helpers(interactions, films, profiles):
    theirs = model_features.user_features(interactions, films)
    assert profiles.shape == (N_USERS, 2 * films.shape[1])
    assert np.allclose(profiles, theirs, atol=1e-6)


def test_a_user_without_ratings_has_a_profile_of_zeros(interactions, films):
    user_profiles = definition("build_two_towers", "user_profiles", pd=pd)
    profiles = user_profiles(interactions.subset(interactions.user != 1), films)
    assert profiles.shape == (N_USERS, 2 * films.shape[1])
    assert (profiles[1] == 0).all()
    assert np.abs(profiles[[0, 2, 3]]).max(axis=1).min() > 0


def test_the_towers_of_the_lesson_are_those_of_the_helpers(films, profiles):
    import keras

    build = definition("build_two_towers", "tower", keras=keras, layers=keras.layers)
    training.set_seed(1)
    theirs = two_tower_model(
        N_USERS, N_ITEMS, 32, user_features=profiles, item_features=films, hidden=(64,)
    )
    for name, known in (("user", profiles), ("item", films)):
        here, there = build(name, known), theirs.get_layer(f"{name}_tower")
        for ours, other in zip(here.trainable_weights, there.trainable_weights, strict=True):
            ours.assign(other)
        index = np.arange(len(known))[:, None]
        assert here.count_params() == there.count_params()
        assert np.allclose(here(index), there(index), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("chosen", [[0, 1, 2, 3], [5, 5, 0, 5]])
def test_the_loss_of_the_lesson_is_that_of_the_helpers(chosen):
    from keras import ops

    counts = np.array([9, 1, 4, 2, 7, 30])
    scores = np.random.default_rng(2).normal(size=(4, 4)).astype("float32")
    film = np.array(chosen)[:, None]
    log_q = np.log(counts / counts.sum()).astype("float32")
    ours = definition("build_two_towers", "in_batch_softmax", ops=ops)(log_q)(film, scores)
    theirs = two_tower.in_batch_softmax(counts)(film, scores)
    assert np.allclose(ours, theirs, rtol=1e-5)


def test_the_recommender_of_two_tables_of_vectors_is_their_product(interactions):
    by_vectors = definition("build_two_towers", "by_vectors", HandMade=HandMade, train=interactions)
    left, right = np.random.default_rng(6).normal(size=(10, 3))[:N_USERS], np.ones((N_ITEMS, 3))
    model = by_vectors(left, right * np.arange(N_ITEMS)[:, None], offset=2.0, stars=True)
    scores = left.sum(axis=1)[:, None] * np.arange(N_ITEMS) + 2
    assert np.allclose(model.scores(range(N_USERS)), scores)
    users, items = np.indices(scores.shape).reshape(2, -1)
    assert np.allclose(model.predict(users, items), scores.ravel().clip(1, 5))
    seen = interactions.matrix().toarray() > 0
    theirs = top_n(scores, N_ITEMS, seen)
    assert model.rank(range(N_USERS), N_ITEMS)[0].tolist() == theirs.tolist()


def test_the_stored_run_finds_more_than_popularity():
    notebook = nbformat.read(lessons.find(["build_two_towers"])[0], as_version=4)
    figures = map(float, re.findall(r"\d\.\d+", lessons.headline(notebook)))
    error, biases, recall, popularity, low, high = figures
    assert error < biases - 0.005
    assert 0 < low < recall - popularity < high


def test_the_stopper_of_the_tutorial_is_made_and_never_passed():
    notebook = nbformat.read(lessons.find(["build_two_towers"])[0], as_version=4)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert "EarlyStopping(" in code
    assert "callbacks=" not in code


@pytest.mark.parametrize(
    ("exercise", "context"),
    [
        (checks.exercise_1, ()),
        (checks.exercise_2, (np.ones((3, 2)), np.ones((3, 2)))),
        (checks.exercise_3, ()),
    ],
)
def test_an_exercise_that_is_not_attempted_says_so(exercise, context, capsys):
    exercise(..., *context)
    assert "Not attempted" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (1024, "how many candidates"),
        (1 / 1024, "the probability of the right film"),
        (-6.93147, "Mind the sign"),
        (10, "base 2"),
        (3.0103, "base 10"),
        (0, "certain"),
        (6.93, "✓"),
    ],
)
def test_exercise_1_names_the_misconception(answer, said, capsys):
    checks.exercise_1(answer)
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (lambda u, v: np.full(3, np.tensordot(u, v, axes=2)), "that was printed"),
        (lambda u, v: np.full(3, np.tensordot(u, v, axes=2) / 3), "the mean score"),
        (lambda u, v: u @ v.T, "its diagonal"),
        (lambda u, v: np.einsum("nk,nk->k", u, v), "other way round"),
        (lambda u, v: u * v, "their sum over the width"),
        (lambda u, v: np.einsum("nk,nk->n", u, v), "✓"),
    ],
)
def test_exercise_2_names_the_misconception(score, said, capsys):
    users, items = np.random.default_rng(3).normal(size=(2, 3, 8))
    checks.exercise_2(score(users, items), users, items)
    assert said in capsys.readouterr().out.replace("\n", " ")


def _retriever(seen_score, sign):
    def recommend(user_vector, item_vectors, seen, n):
        scores = item_vectors @ user_vector
        if seen_score is not None:
            scores[seen] = seen_score
        return np.argsort(sign * scores, kind="stable")[:n]

    return recommend


@pytest.mark.parametrize(
    ("recommend", "said"),
    [
        (_retriever(None, -1), "films that the user has seen"),
        (_retriever(0, -1), "beats every negative score"),
        (lambda u, v, seen, n: np.argsort(-(v[~seen] @ u))[:n], "row 0 is another film"),
        (_retriever(np.inf, 1), "worst films"),
        (lambda u, v, seen, n: _retriever(-np.inf, -1)(u, v, seen, n)[::-1], "at the end"),
        (
            lambda u, v, seen, n: _retriever(-np.inf, -1)(
                u, v / np.linalg.norm(v, axis=1)[:, None], seen, n
            ),
            "plain dot product",
        ),
        (_retriever(-np.inf, -1), "✓"),
    ],
)
def test_exercise_3_names_the_misconception(recommend, said, capsys):
    checks.exercise_3(recommend)
    assert said in capsys.readouterr().out.replace("\n", " ")


def test_the_solution_of_exercise_3_lists_what_the_lesson_lists():
    recommend = definition("build_two_towers", "recommend", solution=True, np=np)
    user, items = (
        np.random.default_rng(4).normal(size=3),
        np.random.default_rng(5).normal(size=(9, 3)),
    )
    seen = np.arange(9) % 3 == 0
    theirs = top_n((items @ user)[None, :], 4, seen[None, :])[0]
    assert recommend(user, items, seen, 4).tolist() == theirs.tolist()
