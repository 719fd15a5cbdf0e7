"""Lesson 11: its formulas are the helpers', its curves cross where it says, its exercises teach."""

from __future__ import annotations

import re
from itertools import combinations

import nbformat
import numpy as np
import pytest
from definitions import definition

from helpers import data, evaluation, lessons, splits
from helpers.checks import lesson_11 as checks
from helpers.interactions import Interactions
from helpers.recommenders import EASE, Popularity, SwitchingHybrid, WeightedHybrid
from helpers.recommenders.factorization_machine import pairwise_sum
from helpers.recommenders.hybrids import scaled


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(lessons.find(["11"])[0], as_version=4)


def prose(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def printed(notebook, word):
    """The text that the one cell prints whose code holds that word."""
    (cell,) = [c for c in notebook.cells if c.cell_type == "code" and word in c.source]
    return "\n".join(
        output.get("text", "") or output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
    )


def test_the_z_scores_of_the_lesson_are_those_of_the_helpers():
    z = definition("11", "z")
    scores = np.random.default_rng(0).normal(3, 5, (6, 9))
    np.testing.assert_allclose(z(scores), scaled(scores, "z-score"))


def test_the_pairs_of_the_lesson_are_those_of_the_helpers_and_all_pairs():
    from keras import ops

    pairs = definition("11", "pairs", ops=ops)
    vectors = np.random.default_rng(1).normal(size=(4, 5, 3)).astype("float32")
    found = np.array(pairs(vectors))
    assert found.shape == (4, 1)
    np.testing.assert_allclose(found[:, 0], pairwise_sum(vectors), rtol=1e-4, atol=1e-5)
    for row, value in zip(vectors, found[:, 0], strict=True):
        assert value == pytest.approx(sum(a @ b for a, b in combinations(row, 2)), abs=1e-4)


def test_the_pencil_says_seven(notebook):
    text = prose(notebook)
    assert "(1, 0)" in text and "(1, 2)" in text and "(0, 3)" in text
    assert pairwise_sum([[[1, 0], [1, 2], [0, 3]]]).tolist() == [7]
    assert "(29 − 15) / 2 = 7" in text
    assert (2**2 + 5**2, 1 + (1 + 4) + 9) == (29, 15)


@pytest.fixture(scope="module", params=[0, 1])
def world(request):
    films = Interactions.from_dataset(data.load("movielens-small"))
    seed = request.param
    corners = splits.cold_corners(films, users=0.4, films=0.2, random_state=seed)
    people = evaluation.newcomers(corners.cold_users, 20, random_state=seed)
    models = EASE(500).fit(corners.train), Popularity().fit(corners.train)
    return corners, people, *models


def test_one_rating_is_worse_than_none_and_ten_are_better(world):
    _corners, people, ease, popularity = world
    none, one, ten = (people.ndcg(ease, people.told(n)) for n in (0, 1, 10))
    np.testing.assert_array_equal(none, people.ndcg(popularity, people.told(3)))
    fall = evaluation.resampling.Sums.of_values(one - none)
    draws = evaluation.resampling.bootstrap([fall], 1000, 0)
    assert evaluation.resampling.interval(draws, 0.95)[1][0] < -0.03
    assert ten.mean() > none.mean() + 0.05


def test_the_hybrids_repair_the_fall(world):
    corners, people, ease, popularity = world
    mixed = WeightedHybrid(ease, popularity, 0.5).fit(corners.train)
    switched = SwitchingHybrid(popularity, ease, 4).fit(corners.train)
    for hybrid in (mixed, switched):
        few, many = (people.ndcg(hybrid, people.told(n)).mean() for n in (1, 20))
        assert few > people.ndcg(ease, people.told(1)).mean() + 0.03
        assert many > people.ndcg(popularity, people.told(20)).mean() + 0.05


@pytest.mark.parametrize("exercise", [checks.exercise_1, checks.exercise_2, checks.exercise_3])
def test_an_exercise_that_is_not_attempted_says_so(exercise, capsys):
    exercise(...)
    assert "Not attempted" in capsys.readouterr().out


@pytest.mark.parametrize(("letter", "said"), [("a", "after"), ("c", "Chance"), ("d", "folded in")])
def test_exercise_1_has_a_reason_for_each_wrong_letter(letter, said, capsys):
    checks.exercise_1(letter)
    assert said in capsys.readouterr().out.replace("\n", " ")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda v: (v.sum() ** 2 - (v**2).sum()) / 2, "the colleague's"),
        (lambda v: (v.sum(axis=1) ** 2 - (v**2).sum(axis=1)).sum() / 2, "along each vector"),
        (lambda v: (v.sum(axis=0) ** 2 - (v**2).sum(axis=0)).sum(), "How often"),
        (lambda v: (v.sum(axis=0) ** 2).sum() / 2, "with itself"),
        (lambda v: v.sum(axis=0) ** 2 - (v**2).sum(axis=0), "add up to a single one"),
        (lambda v: 0.0, "your pencil said 7"),
    ],
)
def test_exercise_2_names_the_misconception(answer, said, capsys):
    checks.exercise_2.tries = 0
    checks.exercise_2(answer)
    assert said in capsys.readouterr().out.replace("\n", " ")


def test_exercise_2_takes_the_helper_and_every_pair():
    checks.exercise_2(lambda v: pairwise_sum(v[None])[0], strict=True)
    checks.exercise_2(lambda v: sum(a @ b for a, b in combinations(v, 2)), strict=True)


def entropy(stars):
    share = np.unique(stars, return_counts=True)[1] / len(stars)
    return -(share * np.log2(share)).sum()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (entropy, "How many people can answer"),
        (lambda s: len(s) * entropy(s), "popularity decides nearly alone"),
        (lambda s: np.log(len(s)) * entropy(s) * np.log(2), "in bits"),
        (lambda s: -np.log(len(s)) * entropy(s), "the sign is not"),
        (lambda s: np.log(len(s)) * np.std(s), "standard deviation"),
        (lambda s: np.log(len(s)), "renown"),
        (lambda s: 7.0, "counts the votes"),
    ],
)
def test_exercise_3_names_the_misconception(answer, said, capsys):
    checks.exercise_3.tries = 0
    checks.exercise_3(answer)
    assert said in capsys.readouterr().out.replace("\n", " ")


def test_the_worth_of_exercise_3_is_that_of_the_helper():
    checks.exercise_3(lambda s: np.log(len(s)) * entropy(s), strict=True)


def test_the_headline_is_what_the_curves_say(notebook):
    said = [float(value) for value in re.findall(r"\d\.\d+", lessons.headline(notebook))]
    assert len(said) >= 3
