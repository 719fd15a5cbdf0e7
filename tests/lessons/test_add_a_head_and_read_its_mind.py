"""Lesson 02: its head is the helpers' head, a line, and its exercises know the usual mistakes."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from definitions import definition

from helpers import plots, training
from helpers.checks.lessons import add_a_head_and_read_its_mind as checks
from helpers.recommenders.keras.architectures import dense_head_model, dot_product_model

EVERY_USER, EVERY_ITEM = np.divmod(np.arange(30), 6)


@pytest.fixture(scope="module")
def of_the_lesson():
    import keras

    names = {"keras": keras, "layers": keras.layers, "dot_product_model": dot_product_model}
    build = definition("add_a_head_and_read_its_mind", "dense_head_model", **names)
    training.set_seed(1)
    return build(5, 6, 8)


def test_the_head_of_the_lesson_is_the_head_of_the_helpers(of_the_lesson):
    theirs = dense_head_model(5, 6, 8)
    theirs.set_weights(of_the_lesson.get_weights())
    ours = training.predict(of_the_lesson, EVERY_USER, EVERY_ITEM)
    assert of_the_lesson.count_params() == theirs.count_params() == 90
    assert np.allclose(ours, training.predict(theirs, EVERY_USER, EVERY_ITEM), rtol=1e-6)


def test_the_whole_network_is_the_solution_of_exercise_3(of_the_lesson):
    every_prediction = definition("add_a_head_and_read_its_mind", "every_prediction", solution=True)
    P, Q, slope, intercept = of_the_lesson.get_weights()
    by_hand = every_prediction(P, Q, slope[0, 0], intercept[0]).ravel()
    assert np.allclose(training.predict(of_the_lesson, EVERY_USER, EVERY_ITEM), by_hand, atol=1e-6)


@pytest.mark.parametrize(
    "exercise", [checks.exercise_1, checks.exercise_2, checks.exercise_3, checks.exercise_4]
)
def test_an_exercise_that_is_not_attempted_says_so(exercise, capsys):
    exercise(...)
    assert "Not attempted" in capsys.readouterr().out


@pytest.mark.parametrize("answer", [5, 5.0, 24.9**0.5, np.sqrt(24.86)])
def test_exercise_1_takes_the_square_root_as_well(answer):
    checks.exercise_1(answer, strict=True)


def test_exercise_1_knows_the_squared_error(capsys):
    checks.exercise_1(24.9)
    assert "squared error itself" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("rows_of", "expected"),
    [
        (lambda ids, _known: pd.factorize(ids)[0], "numbers the ids anew"),
        (lambda ids, known: np.searchsorted(np.sort(known), ids), "Where does each id stand"),
        (lambda ids, known: [max([*known].index(i), 0) for i in ids], "ValueError"),
        (lambda ids, known: [[*known, i].index(i) % len(known) for i in ids], "row 0"),
        (lambda ids, known: [[*known].index(i) for i in ids if i in known], "is gone"),
    ],
)
def test_exercise_2_names_the_misconception(rows_of, expected, capsys):
    checks.exercise_2.tries = 0
    checks.exercise_2(rows_of)
    assert expected in capsys.readouterr().out.replace("\n", " ")


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (lambda P, Q, a, b: a * (P @ Q.T + b), "multiplies first"),
        (lambda P, Q, a, b: a * P @ (a * Q).T + b, "came in twice"),
        (lambda P, Q, a, b: (a * P @ Q.T + b).T, "other way round"),
        (lambda P, Q, _a, b: P @ Q.T + b, "the slope"),
    ],
)
def test_exercise_3_names_the_misconception(network, expected, capsys):
    checks.exercise_3(network)
    assert expected in capsys.readouterr().out.replace("\n", " ")


PAIR = pd.DataFrame({"no head": [0.4, 0.5, 0.3, 0.7], "a head": [0.45, 0.4, 0.5, 0.5]})
WORDS = {"x_label": "seeds averaged", "y_label": "mean test error (stars²)"}


def drawn(table):
    return plots.learning_curve(table, title="The lead changes", **WORDS)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (PAIR.expanding().mean(), "begin at 0 seeds"),
        (PAIR.set_axis([1, 2, 3, 4]), "each seed by itself"),
        (PAIR, "each seed by itself"),
        (PAIR.cumsum().set_axis([1, 2, 3, 4]), "These are sums"),
        (PAIR.expanding().median().set_axis([1, 2, 3, 4]), "first row of `pair`"),
        (PAIR.expanding().mean().set_axis([1, 2, 3, 4]), "✓"),
    ],
)
def test_exercise_4_looks_at_what_is_drawn(table, said, capsys):
    checks.exercise_4.tries = 0
    checks.exercise_4(drawn(table), PAIR)
    assert said in " ".join(capsys.readouterr().out.split())


def test_exercise_4_takes_a_chart_of_pandas_and_asks_for_its_labels(capsys):
    axes = PAIR.expanding().mean().set_axis([1, 2, 3, 4]).plot()
    checks.exercise_4(axes, PAIR)
    assert "horizontal axis has no label" in capsys.readouterr().out
    axes.set(xlabel="seeds averaged", ylabel="test error (stars²)", title="The lead changes")
    checks.exercise_4(axes, PAIR, strict=True)
    plt.close(axes.figure)
