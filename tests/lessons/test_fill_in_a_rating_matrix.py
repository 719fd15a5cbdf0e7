"""Lesson 01: its code and the helpers' agree, and what its prose states is so."""

import re
from itertools import combinations

import nbformat
import numpy as np
import pandas as pd
import pytest
from definitions import definition

from course import lessons
from helpers.checks.lessons import fill_in_a_rating_matrix as checks
from helpers.recommenders.keras.architectures import dot_product_model

USER = np.array([0, 0, 1, 1, 2, 3, 3, 4])
ITEM = np.array([0, 1, 1, 2, 2, 3, 4, 4])
STARS = np.array([5, 3, 4, 2, 5, 1, 2, 5.0])


@pytest.fixture(scope="module")
def factorize():
    return definition("fill_in_a_rating_matrix", "factorize", np=np, SEED=42)


def test_the_model_of_the_lesson_is_the_model_of_the_helpers():
    import keras

    five = pd.DataFrame(index=range(5))
    names = {"keras": keras, "layers": keras.layers, "users": five, "movies": five}
    here, there = (
        definition("fill_in_a_rating_matrix", "dot_product_model", **names)(7),
        dot_product_model(5, 5, 7),
    )
    there.set_weights(here.get_weights())
    pairs = [USER[:, None], ITEM[:, None]]
    assert here.count_params() == there.count_params() == 70
    assert np.allclose(here(pairs), there(pairs), rtol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_gradient_descent_hits_all_eight_ratings(factorize, seed):
    P, Q = factorize(USER, ITEM, STARS, seed=seed)
    assert P.shape == Q.shape == (5, 2)
    assert np.abs((P @ Q.T)[USER, ITEM] - STARS).max() < 0.05


def test_its_runs_disagree_about_the_gap(factorize):
    answers = [
        np.dot(P[0], Q[2])
        for P, Q in (factorize(USER, ITEM, STARS, seed=seed) for seed in range(5))
    ]
    assert max(answers) - min(answers) > 4


def test_one_number_each_decides_the_gap(factorize):
    P, Q = factorize(USER, ITEM, STARS, width=1, epochs=1000, seed=0)
    assert P[0] @ Q[2] == pytest.approx(1.5, rel=1e-3)


def test_a_step_goes_down_the_gradient(factorize):
    # One epoch on one rating of 5 from a known start, by hand.
    start_P, start_Q = factorize(USER[:1], ITEM[:1], STARS[:1], epochs=0)
    P, Q = factorize(USER[:1], ITEM[:1], STARS[:1], epochs=1)
    error = 5 - start_P[0] @ start_Q[0]
    assert np.allclose(P[0], start_P[0] + 0.05 * error * start_Q[0])
    assert np.allclose(Q[0], start_Q[0] + 0.05 * error * start_P[0])
    assert np.array_equal(P[1:], start_P[1:])


def test_two_held_out_ratings_measure_luck(factorize):
    errors = {"mean": [], 1: [], 2: []}
    for held_out in map(list, combinations(range(8), 2)):
        rest = np.delete(np.arange(8), held_out)
        centre = STARS[rest].mean()
        errors["mean"].append(np.mean((STARS[held_out] - centre) ** 2))
        for seed in (1, 2):
            P, Q = factorize(USER[rest], ITEM[rest], STARS[rest] - centre, start=0.05, seed=seed)
            guess = centre + (P @ Q.T)[USER[held_out], ITEM[held_out]]
            errors[seed].append(np.mean((STARS[held_out] - guess) ** 2))
    assert all(min(row) < 0.5 and max(row) > 6 for row in errors.values())
    assert np.mean(errors[2]) < np.mean(errors["mean"]) < np.mean(errors[1])


def number(text: str) -> float:
    value, *unit = text.replace(",", "").split()
    scale = {"million": 1e6, "billion": 1e9, "trillion": 1e12, "kB": 1e3, "MB": 1e6, "GB": 1e9}
    return float(value) * (scale[unit[0]] if unit else 1)


def test_the_table_of_sizes_adds_up():
    notebook = nbformat.read(lessons.find(["fill_in_a_rating_matrix"])[0], as_version=4)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    rows = re.findall(r"^\|([^|]+)\|" + r"([^|]+)\|" * 5, prose, flags=re.MULTILINE)[2:]
    assert len(rows) == 3
    for _name, *cells in rows:
        users, films, matrix, parameters, memory = map(number, cells)
        assert matrix == pytest.approx(users * films, rel=0.01)
        assert parameters == pytest.approx((users + films) * 50, rel=0.02)
        assert memory == pytest.approx(parameters * 4, rel=0.02)


@pytest.mark.parametrize("exercise", [checks.exercise_1, checks.exercise_2, checks.exercise_3])
def test_an_exercise_that_is_not_attempted_says_so(exercise, capsys):
    exercise(...)
    assert "Not attempted" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "said"), [(2, "User2"), (1, "difference"), (8 / 3, "Upside down"), (4, "only one")]
)
def test_exercise_1_names_the_misconception(answer, said, capsys):
    checks.exercise_1(answer)
    assert said in capsys.readouterr().out


def test_exercise_2_tells_which_of_the_two_rows_is_wrong(factorize, capsys):
    P, Q = factorize(USER, ITEM, STARS - STARS.mean())
    mean = STARS.mean()
    for rows, said in [((1, 3), "Whose rows"), ((0, 3), "Which film"), ((1, 2), "Which user")]:
        checks.exercise_2(mean + P[rows[0]] @ Q[rows[1]], P, Q, mean)
        assert said in capsys.readouterr().out
    checks.exercise_2(mean + P[0] @ Q[2], P, Q, mean, strict=True)


@pytest.mark.parametrize(
    ("predict", "expected"),
    [
        (lambda user, item, mean: mean + user @ item, "6.5 stars"),
        (lambda user, item, _mean: user @ item, "start from"),
        (lambda user, item, mean: np.clip(mean + user * item, 1, 5), "for each factor"),
        (lambda user, item, mean: min(max(mean + user @ item, 0.5), 5), "it returned 0.5"),
    ],
)
def test_exercise_3_names_the_misconception(predict, expected, capsys):
    checks.exercise_3(predict)
    assert expected in capsys.readouterr().out.replace("\n", " ")
