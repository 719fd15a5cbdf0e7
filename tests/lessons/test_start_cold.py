"""Lesson 11: its formulas are the helpers', its curves cross where it says, its exercises teach."""

from __future__ import annotations

import re
from itertools import combinations

import nbformat
import numpy as np
import pytest
from definitions import definition

from course import lessons
from helpers import data, evaluation, splits
from helpers.checks.lessons import start_cold as checks
from helpers.evaluation.resampling import Sums, bootstrap, interval
from helpers.interactions import Interactions
from helpers.recommenders import (
    EASE,
    ContentProfiles,
    Popularity,
    SwitchingHybrid,
    WeightedHybrid,
)
from helpers.recommenders.hybrids import scaled
from helpers.recommenders.keras.factorization_machine import pairwise_sum


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(lessons.find(["start_cold"])[0], as_version=4)


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
    z = definition("start_cold", "z")
    scores = np.random.default_rng(0).normal(3, 5, (6, 9))
    np.testing.assert_allclose(z(scores), scaled(scores, "z-score"))


def test_the_pairs_of_the_lesson_are_those_of_the_helpers_and_all_pairs():
    from keras import ops

    pairs = definition("start_cold", "pairs", ops=ops)
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
    models = EASE().fit(corners.train), Popularity().fit(corners.train)
    return corners, people, *models


def test_one_rating_is_worse_than_none_and_ten_are_better(world):
    _corners, people, ease, popularity = world
    none, one, ten = (people.ndcg(ease, people.told(n)) for n in (0, 1, 10))
    np.testing.assert_array_equal(none, people.ndcg(popularity, people.told(3)))
    draws = bootstrap([Sums.of_values(one - none)], 1000, 0)
    assert interval(draws, 0.95)[1][0] < -0.01
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


def rows_of(notebook, word, width):
    """The numbers of each row of the table that the cell with that word shows, by its name."""
    rows = {}
    for line in printed(notebook, word).splitlines():
        found = re.match(rf"(\S.*?)((?:\s+\d\.\d+){{{width}}})$", line)
        if found:
            rows[found[1].strip()] = [float(value) for value in found[2].split()]
    return rows


def test_the_headline_is_what_the_curves_say(notebook):
    ease, mixed, none = map(float, re.findall(r"\d\.\d+", lessons.headline(notebook)))
    assert ease < none - 0.05 and none < mixed
    curves = rows_of(notebook, "mixes = ", 7)
    assert [curves["EASE"][1], curves["mixed"][1], curves["EASE"][0]] == [ease, mixed, none]
    assert min(curves["mixed"]) >= none and curves["EASE"][4] < none < curves["EASE"][5]
    assert curves["mixed"][4] > curves["switch"][4] and curves["mixed"][6] < curves["switch"][6]


def test_the_stored_corners_are_as_the_lesson_says(notebook):
    first, last = rows_of(notebook, "def in_corner", 4), rows_of(notebook, "HybridTwoTower(", 4)
    wins = [
        ease > popular for ease, popular in zip(first["EASE"], first["popularity"], strict=True)
    ]
    assert wins == [True, False, False, False]
    assert first["content"][2] > 4 * first["EASE"][2] and first["content"][0] < 0.05
    before, after = last["towers"], last["… ids drop out"]
    assert after[0] > before[0] - 0.01 and after[0] < last["EASE"][0]
    assert all(after[corner] > 1.4 * before[corner] for corner in (2, 3))
    assert after[3] >= 9 * last["popularity"][3] and after[2] > 1.4 * last["content"][2]
    assert after[1] == pytest.approx(last["popularity"][1], abs=0.02)


def test_in_the_stored_run_features_help_only_with_a_penalty(notebook):
    errors = rows_of(notebook, "FactorizationMachine()", 4)
    averages, bare, braked = errors.values()
    assert list(errors) == ["two averages", "machine", "machine, penalty"]
    assert bare[2] > averages[2] - 0.005
    gains = np.subtract(averages, braked)
    assert gains.min() > 0 and gains.argmax() == 2


def test_half_and_half_keeps_what_both_are_good_at(world):
    corners, _people, ease, _popularity = world
    content = ContentProfiles().fit(corners.train)
    half = WeightedHybrid(ease, content, 0.5).fit(corners.train)
    mixed, alone = (
        evaluation.evaluate(model, corners.split("warm"), ["ndcg"]) for model in (half, ease)
    )
    assert evaluation.compare(mixed, alone).loc[0, "low"] > -0.01
    users = np.unique(corners.cold_films.user)
    ours, theirs = (model.scores(users)[:, corners.new_films] for model in (half, content))
    order = np.argsort(theirs, axis=1)
    assert (np.diff(np.take_along_axis(ours, order, axis=1)) > -1e-9).all()


def test_questions_that_nobody_can_answer_make_ease_worse(world):
    corners, people, ease, _popularity = world
    none = people.ndcg(ease, people.told(0)).mean()
    answers, reached = {}, {}
    for strategy in ("random", "popularity", "entropy"):
        told = people.answers(evaluation.questions(corners.train, strategy, 10))
        answers[strategy] = told.getnnz(axis=1).mean()
        reached[strategy] = people.ndcg(ease, told).mean()
    assert answers["random"] < 1 and answers["entropy"] < 1 and answers["popularity"] > 2
    assert reached["random"] < none and reached["entropy"] < none - 0.01 < reached["popularity"]


def test_the_stored_replays_are_as_the_lesson_says(notebook):
    real, simulated = (rows_of(notebook, word, 3) for word in ("real = replay", "there = "))
    nothing = real["nothing"]
    assert min(row[2] for row in real.values()) > nothing[2] - 0.005
    assert max(row[0] for row in real.values()) == real["popularity"][0]
    assert max(row[2] for row in real.values()) == real["tried out"][2]
    assert max(row[2] for row in simulated.values()) < simulated["nothing"][2] + 0.005
    assert simulated["entropy"][1] < simulated["nothing"][1] - 0.1
