"""A right answer in another form: named by its form, and never taken for a wrong one."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.checks import array, function, number
from helpers.checks.nearly import nearly

TRUTH = np.array([1.0, 2.5, 4.0])


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (TRUTH[:, None], "shape (3, 1)"),
        (TRUTH[None, :], "shape (1, 3)"),
        (np.diag(TRUTH) + 1 - np.eye(3), "on the diagonal"),
        (-TRUTH, "sign"),
        (100 * TRUTH, "per cent"),
        (TRUTH / 100, "hundredth"),
        (np.array([4.0, 1.0, 2.5]), "another order"),
        ((TRUTH, [0.1], 3), "Part 1"),
        (([0.1], TRUTH), "Part 2"),
        (["1.0", "2.5", "4.0"], "as text"),
        (pd.DataFrame({"x": TRUTH}), "`.ravel()`"),
    ],
)
def test_a_right_value_in_another_form_is_named(answer, said):
    assert said in nearly(answer, TRUTH, 1e-3)


@pytest.mark.parametrize("answer", [TRUTH, [1.0, 2.5, 4.1], "x", None, object(), [[1], [2, 3]], ()])
def test_of_all_else_nothing_is_said(answer):
    assert nearly(answer, TRUTH, 1e-3) is None


def test_a_table_that_is_turned_is_named():
    table = np.arange(6.0).reshape(2, 3)
    assert "`.T`" in nearly(table.T, table, 1e-3)
    assert "wanted" in nearly(table.ravel(), table, 1e-3)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=4), st.lists(st.floats(-5, 5), max_size=4))
def test_whatever_the_numbers_the_truth_itself_is_never_called_another_form(truth, answer):
    assert nearly(truth, truth, 1e-3) is None
    said = nearly(answer, truth, 1e-3)
    assert said is None or isinstance(said, str)


def heard(exercise, answer, capsys):
    exercise(answer)
    return capsys.readouterr().out.replace("\n", " ")


def test_each_kind_of_exercise_says_so(capsys):
    words = {"right": "Yes.", "hints": ["Think."]}
    assert "per cent" in heard(number(0.25, **words), 25, capsys)
    assert "(3, 1)" in heard(array(TRUTH, **words), TRUTH[:, None], capsys)
    twice = function(lambda x: 2 * x, [(TRUTH,), (TRUTH + 1,)], **words)
    assert "(3, 1)" in heard(twice, lambda x: 2 * x[:, None], capsys)
    assert "Think." in heard(twice, lambda x: x[:, None], capsys)


def test_a_number_as_printed_is_right_unless_a_mistake_prints_alike(capsys):
    words = {"right": "Yes.", "hints": ["Think."], "printed": 2}
    assert "Yes." in heard(number(0.8764, **words), 0.88, capsys)
    alike = number(0.8764, mistakes=[(0.8812, "The mean.")], **words)
    assert "unrounded" in heard(alike, 0.88, capsys)
    assert "The mean." in heard(alike, 0.8812, capsys)
    assert "Think." in heard(alike, 0.87, capsys)
