"""Lesson 07: its networks are the helpers', its flattery is none, its exercises know mistakes."""

from __future__ import annotations

import re
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from definitions import definition

from course import lessons
from helpers import training
from helpers.checks.lessons import go_deep_stop_early_recommend as checks
from helpers.recommenders.keras.architectures import deep_factorization_model, head_on_dot_model

USERS, ITEMS, WIDTH = 5, 6, 4
EVERY_USER, EVERY_ITEM = np.divmod(np.arange(USERS * ITEMS), ITEMS)
SAVE_AND_LOAD = """
import sys
import numpy as np
from helpers import training
import keras
from helpers.recommenders.keras.architectures import deep_factorization_model
from helpers.recommenders.keras.layers import row_penalty_layer

model = deep_factorization_model(5, 6, 4, 3.0, dropout=0.4, l2_factors=0.05)
model.save(sys.argv[1])
keras.saving.get_custom_objects().clear()
row_penalty_layer.cache_clear()
try:
    keras.saving.load_model(sys.argv[1])
except TypeError as error:
    print("RowPenalty" in str(error))
row_penalty_layer()
loaded = keras.saving.load_model(sys.argv[1])
print(np.array_equal(*(training.predict(m, [1, 2], [3, 4]) for m in (model, loaded))))
"""


def of_the_lesson(on_both):
    """The lesson's two functions, put together as its cells do."""
    import keras

    layers = keras.layers
    inputs, vectors = definition(
        "go_deep_stop_early_recommend", "look_up", keras=keras, layers=layers
    )(USERS, ITEMS, WIDTH)
    deep = definition("go_deep_stop_early_recommend", "deep", layers=layers)
    if on_both:
        values = layers.Concatenate()([*vectors, layers.Multiply()(vectors)])
    else:
        values = layers.Dot(axes=1)(vectors)
    return keras.Model(inputs, deep(values))


@pytest.mark.parametrize("on_both", [False, True])
def test_the_networks_of_the_lesson_are_those_of_the_helpers(on_both):
    training.set_seed(1)
    ours = of_the_lesson(on_both)
    build = deep_factorization_model if on_both else head_on_dot_model
    theirs = build(USERS, ITEMS, WIDTH)
    if on_both:
        biases = [np.zeros((USERS, 1)), np.zeros((ITEMS, 1))]
        for name, bias in zip(("user_bias", "item_bias"), biases, strict=True):
            theirs.get_layer(name).set_weights([bias])
    for name, table in zip(("user_factors", "item_factors"), ours.get_weights()[:2], strict=True):
        theirs.get_layer(name).set_weights([table])
    last = "interaction" if on_both else "score"
    for name, layer in zip(("hidden_1", "hidden_2", last), ours.layers[-3:], strict=True):
        theirs.get_layer(name).set_weights(layer.get_weights())
    said = [training.predict(model, EVERY_USER, EVERY_ITEM) for model in (ours, theirs)]
    assert np.ptp(said[0]) > 1e-4
    assert np.allclose(*said, rtol=1e-4, atol=1e-7)


def test_flattery_falls_with_the_ratings_and_rises_with_the_candidates():
    flattery = definition("go_deep_stop_early_recommend", "flattery", np=np, SEED=0)
    errors = np.random.default_rng(1).chisquare(1, (20, 4000))
    few, many = flattery(errors, 50), flattery(errors, 1500)
    assert few > many > 0
    assert few > flattery(errors[:3], 50) > 0
    assert flattery(errors[:1], 50) == pytest.approx(0, abs=1e-12)


def test_the_stored_run_ends_with_the_mean_of_both_in_front():
    notebook = nbformat.read(lessons.find(["go_deep_stop_early_recommend"])[0], as_version=4)
    figures = map(float, re.findall(r"\d\.\d+", lessons.headline(notebook)))
    averages, dot_product, deep, both = figures
    assert both < min(dot_product, deep) - 0.005
    assert max(dot_product, deep) < averages - 0.005


def test_stars_return_from_their_share():
    to_stars = definition("go_deep_stop_early_recommend", "to_stars", solution=True)
    for low, high in ((1, 5), (0.5, 5), (0, 10)):
        stars = np.linspace(low, high, 7)
        assert np.allclose(to_stars((stars - low) / (high - low), low, high), stars, rtol=1e-12)


def test_the_best_weight_is_that_of_least_squares():
    best_weight = definition("go_deep_stop_early_recommend", "best_weight", solution=True)
    stars, a, b = np.random.default_rng(0).normal(3, 1, (3, 50))
    truth = np.linalg.lstsq((a - b)[:, None], stars - b, rcond=None)[0][0]
    assert best_weight(stars, a, b) == pytest.approx(truth, rel=1e-9)


def test_a_saved_network_needs_its_penalty_layer_as_the_lesson_says(tmp_path):
    # In a process of its own, because there the register of layers can be emptied.
    done = subprocess.run(
        [sys.executable, "-c", SAVE_AND_LOAD, str(tmp_path / "network.keras")],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert done.stdout.split() == ["True", "True"]


@pytest.mark.parametrize("exercise", [checks.exercise_1, checks.exercise_2, checks.exercise_3])
def test_an_exercise_that_is_not_attempted_says_so(exercise, capsys):
    exercise(...)
    assert "Not attempted" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "expected"), [("a", "rises all the way"), ("C", "one number"), ("d", "seed")]
)
def test_exercise_1_has_a_reason_for_every_wrong_letter(answer, expected, capsys):
    checks.exercise_1(answer)
    assert expected in capsys.readouterr().out.replace("\n", " ")


@pytest.mark.parametrize(
    ("to_stars", "expected"),
    [
        (lambda share, low, high: high * share, "colleague's line"),
        (lambda share, low, high: 5 * share, "Undo the last one first"),
        (lambda share, low, high: low + high * share, "above the scale"),
        (lambda share, low, high: 1 + 4 * share, "half stars"),
        (lambda share, low, high: (high - low) * share, "Where does the scale begin"),
        (lambda share, low, high: (share + low) * (high - low), "Which is undone first"),
        (lambda share, low, high: (share - low) / (high - low), "the way there once more"),
        (lambda share, low, high: low + share * (high - low), "put back"),
    ],
)
def test_exercise_2_names_the_misconception(to_stars, expected, capsys):
    checks.exercise_2.tries = 0
    checks.exercise_2(to_stars)
    assert expected in capsys.readouterr().out.replace("\n", " ")


@pytest.mark.parametrize(
    ("best_weight", "expected"),
    [
        (lambda s, a, b: 0.5, "Let the ratings decide"),
        (lambda s, a, b: (b - a) @ (s - a) / ((a - b) @ (a - b)), "the second one"),
        (lambda s, a, b: (a - b) @ (s - b), "no scale yet"),
        (lambda s, a, b: np.mean((s - b) / (a - b)), "mean of ratios"),
        (lambda s, a, b: (a - b) @ s / ((a - b) @ (a - b)), "leaves over"),
        (lambda s, a, b: float((a - b) @ (s - b) / np.sum((a - b) ** 2)), "Yes"),
    ],
)
def test_exercise_3_names_the_misconception(best_weight, expected, capsys):
    checks.exercise_3(best_weight)
    assert expected in capsys.readouterr().out.replace("\n", " ")
