"""Which films to ask about: by hand, against SciPy, and against trying all of them."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import entropy

from helpers.errors import ParameterError
from helpers.evaluation import entropy_of_stars, greedy_questions, newcomers, questions
from helpers.interactions import Interactions
from helpers.recommenders import EASE
from helpers.splits import cold_user_split


@pytest.fixture(scope="module")
def table():
    """Film 0: four of one mind; 1: two of two minds; 2: four, split; 3: one; 4: nobody."""
    stars = {0: [4, 4, 4, 4], 1: [1, 5], 2: [2, 2, 5, 5], 3: [3]}
    rows = [(user, item, float(s)) for item, all_ in stars.items() for user, s in enumerate(all_)]
    ratings = pd.DataFrame(rows, columns=["user_id", "movie_id", "rating"])
    movies = pd.DataFrame({"movie_id": range(5), "title": list("abcde")})
    return Interactions.from_frames(ratings, movies, rating_scale=(1, 5), keep_unrated=True)


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("popularity", [0, 2, 1, 3]),
        ("entropy", [1, 2, 0, 3]),
        ("popularity and entropy", [2, 1, 0, 3]),
    ],
)
def test_the_order_by_hand(table, strategy, expected):
    assert questions(table, strategy, 4).tolist() == expected


def test_random_questions_are_films_that_somebody_knows_each_once(table):
    for seed in range(5):
        assert sorted(questions(table, "random", 4, random_state=seed)) == [0, 1, 2, 3]
    drawn = {tuple(questions(table, "random", 2, random_state=seed)) for seed in range(9)}
    assert len(drawn) > 1


def test_entropy_is_that_of_scipy(table):
    found = entropy_of_stars(table)
    expected = [
        entropy(np.unique(table.rating[table.item == i], return_counts=True)[1], base=2)
        for i in range(4)
    ]
    np.testing.assert_allclose(found, [*expected, 0])


@pytest.fixture(scope="module")
def cold():
    generator = np.random.default_rng(0)
    taste = np.arange(120) % 3
    chance = np.where(taste[:, None] == np.arange(24) % 3, 0.7, 0.15)
    user, item = np.nonzero(generator.random((120, 24)) < chance)
    ratings = pd.DataFrame({"user_id": user, "movie_id": item, "rating": 4.0})
    whole = Interactions.from_frames(ratings, rating_scale=(1, 5))
    return cold_user_split(whole, validation=0.3, test=0.2)


@pytest.fixture(scope="module")
def fitted(cold):
    return EASE(10.0).fit(cold.train)


def test_each_question_is_the_best_that_could_follow(cold, fitted):
    people, candidates = newcomers(cold.validation), np.arange(8)

    def reached(items):
        return people.ndcg(fitted, people.answers(items), 5).mean()

    chosen = greedy_questions(fitted, people, candidates, 3, k=5)
    assert len(set(chosen)) == 3
    for n in range(3):
        before = list(chosen[:n])
        tried = [reached([*before, item]) for item in candidates if item not in before]
        assert reached(chosen[: n + 1]) == pytest.approx(max(tried))
    best = max(reached(list(three)) for three in combinations(candidates, 3))
    assert reached(chosen) > 0.95 * best


def test_good_questions_help_people_on_whom_they_were_not_chosen(cold, fitted):
    chosen = greedy_questions(fitted, newcomers(cold.validation), np.arange(24), 4, k=5)
    new = newcomers(cold.test)
    nothing = new.ndcg(fitted, new.told(0), 5).mean()
    assert new.ndcg(fitted, new.answers(chosen), 5).mean() > nothing + 0.05


@pytest.mark.parametrize(
    "ask",
    [
        lambda table: questions(table, "beauty"),
        lambda table: questions(table, "popularity", 5),
        lambda table: questions(table, "random", 0),
        lambda table: greedy_questions(EASE().fit(table), newcomers(table), np.arange(2), 3),
    ],
)
def test_questions_that_make_no_sense(table, ask):
    with pytest.raises(ParameterError):
        ask(table)
