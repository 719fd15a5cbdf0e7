"""Every kind of exercise: right, wrong, misconceived, missing, and answers nobody thought of."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.checks import Exercise, array, choice, frame, function, number
from helpers.errors import CourseError, ParameterError, WrongAnswerError

MEAN = {
    "expected": 3.5,
    "right": "Yes.",
    "hints": ["First hint.", "Second hint."],
    "mistakes": [(14, "That is the sum.")],
}


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.strip()


def mean_exercise() -> Exercise:
    return number(**MEAN)


@pytest.mark.parametrize("answer", [3.5, np.float32(3.5), np.array([[3.5]]), 3.5004, 7 / 2])
def test_a_right_number_in_any_type_is_right(answer, capsys):
    mean_exercise()(answer)
    assert said(capsys) == "✓ Yes."


@pytest.mark.parametrize("answer", [..., None, [...], (1, None)])
def test_a_placeholder_is_not_attempted(answer, capsys):
    mean_exercise()(answer)
    assert said(capsys).startswith("… Not attempted yet")


def test_hints_deepen_with_each_try_and_the_last_repeats(capsys):
    exercise = mean_exercise()
    heard = []
    for _ in range(3):
        exercise(1)
        heard.append(said(capsys))
    assert [text.split(". ")[-1] for text in heard] == [
        "First hint.",
        "Second hint.",
        "Second hint.",
    ]


def test_an_expected_mistake_is_named(capsys):
    mean_exercise()(14)
    assert said(capsys) == "✗ Not yet. That is the sum."


@pytest.mark.parametrize(
    "answer", ["3.5", [1, 2], np.nan, np.inf, {}, object(), float, 3.5j, True, pd.Series([1, 2])]
)
def test_no_answer_raises_and_none_of_these_is_right(answer, capsys):
    mean_exercise()(answer)
    assert said(capsys).startswith("✗ Not yet.")


@pytest.mark.parametrize("answer", [..., 14, 1, "3.5"])
def test_strict_raises_for_what_is_wrong_or_missing(answer):
    with pytest.raises(WrongAnswerError) as caught:
        mean_exercise()(answer, strict=True)
    assert isinstance(caught.value, CourseError)
    assert isinstance(caught.value, AssertionError)


def test_strict_says_yes_to_a_right_answer(capsys):
    mean_exercise()(3.5, strict=True)
    assert said(capsys) == "✓ Yes."


def test_the_feedback_does_not_give_the_answer_away(capsys):
    exercise = number(8128.25, right="Yes.", hints=["Think."])
    for answer in (1, "x", [1, 2], ...):
        exercise(answer)
    assert "8128" not in said(capsys)


def test_expected_answers_may_depend_on_the_data(capsys):
    exercise = number(
        np.mean,
        right="Yes.",
        hints=["?"],
        mistakes=[(np.sum, "The sum.")],
    )
    exercise(2.0, [1, 2, 3])
    exercise(6.0, [1, 2, 3])
    assert said(capsys).splitlines() == ["✓ Yes.", "✗ Not yet. The sum."]


def test_long_feedback_is_wrapped(capsys):
    number(1, right="word " * 60, hints=["?"])(1)
    lines = said(capsys).splitlines()
    assert len(lines) > 1
    assert max(map(len, lines)) <= 92


def test_an_exercise_needs_a_hint():
    with pytest.raises(ParameterError, match="at least one hint"):
        number(1, right="Yes.", hints=[])


@given(st.lists(st.floats(-5, 5, allow_nan=False), min_size=1, max_size=5))
def test_an_array_is_right_in_any_container(values):
    exercise = array(values, right="Yes.", hints=["?"])
    for container in (list, tuple, np.array, pd.Series):
        exercise(container(values), strict=True)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ([1, 2], "shape"),
        (["a", "b", "c"], "numbers only"),
        ([3, 2, 1], "other way round"),
        ([0, 0, 0], "Count."),
        ([[1], [2, 3]], "cannot be read"),
    ],
)
def test_what_an_array_says_about_wrong_answers(answer, expected, capsys):
    exercise = array(
        [1, 2, 3], right="Yes.", hints=["Count."], mistakes=[([3, 2, 1], "The other way round.")]
    )
    exercise(answer)
    assert expected in said(capsys)


def test_every_wrong_choice_has_its_reason(capsys):
    exercise = choice("b", right="Yes.", wrong={"a": "Not the sea.", "c": "Not the sky."})
    for answer in ("a", " C ", "b", "z", ...):
        exercise(answer)
    assert said(capsys).splitlines() == [
        "✗ Not yet. Not the sea.",
        "✗ Not yet. Not the sky.",
        "✓ Yes.",
        "✗ Not yet. Choose one of the letters a, b, c, in quotes.",
        "… Not attempted yet: choose one of the letters a, b, c.",
    ]


def test_a_wrong_choice_made_again_gets_a_hint(capsys):
    wrong = {"a": "Not the sea."}
    for hints, expected in [((), "Read the other options"), (("Look up.",), "sea. Look up.")]:
        exercise = choice("b", right="Yes.", wrong=wrong, hints=hints)
        exercise("a")
        exercise("a")
        assert expected in said(capsys)


@pytest.mark.parametrize("wrong", [{}, {"b": "No."}])
def test_a_choice_that_cannot_be_judged_is_refused(wrong):
    with pytest.raises(ParameterError, match="one right letter"):
        choice("b", right="Yes.", wrong=wrong)


def dot_exercise() -> Exercise:
    cases = [(np.array([1.0, 2.0]), np.array([3.0, 4.0])), (np.array([2.0]), np.array([5.0]))]
    return function(
        np.dot,
        cases,
        right="Yes.",
        hints=["Multiply, then add."],
        mistakes=[
            (lambda user, _item: user[1], "A mistake that stops with an error on a case."),
            (np.multiply, "Add the products up."),
        ],
    )


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda user, item: float(user @ item), "✓ Yes."),
        (lambda _user, _item: ..., "… Not attempted yet: write the body"),
        (lambda _user, _item: None, "✗ Not yet. Your function returns nothing"),
        (lambda user, item: print(user @ item), "✗ Not yet. Your function returns nothing"),
        (lambda user, item: user * item, "Add the products up."),
        (
            lambda user, _item: user.sum(),
            "then add. Called with ([1.0, 2.0], [3.0, 4.0])",
        ),
        (lambda _user, _item: "a", "it returned 'a'"),
        (lambda _user: 1, "called with 2 values, but its first line takes (_user)"),
        (lambda user, *, _item: user, "its first line takes (user, *, _item)"),
        (lambda user, _item: user["film"], "stopped with IndexError"),
        (lambda user, _item: user / "2", "stopped with"),
        (lambda _user, _item: 7, "then add. Called with"),
        (3, "should be a function"),
    ],
)
def test_a_function_is_judged_by_what_it_does(answer, expected, capsys):
    dot_exercise()(answer)
    assert expected in said(capsys).replace("\n", " ")


def test_a_function_that_changes_its_arguments_does_not_change_the_cases():
    def greedy(user, item):
        user *= 0
        return 0.0

    exercise = dot_exercise()
    exercise(greedy)
    exercise(lambda user, item: user @ item, strict=True)


TABLE = pd.DataFrame({"film": ["A", "B"], "mean": [4.5, 4.0]})


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (TABLE, "✓ Yes."),
        (TABLE.assign(extra=1)[["extra", "mean", "film"]].set_index([[7, 9]]), "✓ Yes."),
        (TABLE[::-1], "their order is not"),
        (TABLE[["film"]], "no column 'mean'"),
        (TABLE[:1], "1 rows, which is not the right number"),
        (TABLE.assign(mean=0.0), "Sort it. Look at the column 'mean'"),
        (TABLE.assign(mean=[1, 2]), "You counted."),
        (TABLE["mean"], "should be a DataFrame, and it is a Series."),
        (TABLE.set_index("film"), "'film' is the index of the table: reset_index()"),
        (TABLE.assign(mean=["a", "b"]), "should hold numbers, but it holds text"),
        (TABLE.astype({"mean": object}), "✓ Yes."),
        (TABLE[["film", "mean", "mean"]], "more than one column 'mean'"),
        (pd.DataFrame(), "no column 'film'; it has none at all"),
    ],
)
def test_a_table_is_judged_by_columns_rows_order_and_content(answer, expected, capsys):
    exercise = frame(
        TABLE,
        right="Yes.",
        hints=["Sort it."],
        mistakes=[(TABLE.assign(mean=[1, 2]), "You counted.")],
    )
    exercise(answer)
    assert expected in said(capsys)


def test_the_order_of_rows_matters_only_when_asked():
    frame(TABLE, right="Yes.", hints=["?"], ordered=False)(TABLE[::-1], strict=True)


def test_a_gap_where_a_gap_belongs_is_right():
    gaps = TABLE.assign(mean=[4.5, np.nan])
    frame(gaps, right="Yes.", hints=["?"])(gaps.copy(), strict=True)


def test_the_same_mistake_made_again_gets_a_hint(capsys):
    exercise = mean_exercise()
    for answer in (14, 14, 14, 1, 14):
        exercise(answer)
    assert said(capsys).splitlines() == [
        "✗ Not yet. That is the sum.",
        "✗ Not yet. That is the sum. First hint.",
        "✗ Not yet. That is the sum. Second hint.",
        "✗ Not yet. Second hint.",
        "✗ Not yet. That is the sum.",
    ]


@pytest.mark.parametrize("answer", [np.nan, np.inf, np.float32("nan"), [np.nan]])
def test_what_measures_nothing_is_said_to_be_so(answer, capsys):
    mean_exercise()(answer)
    assert "not a finite number" in said(capsys)


@pytest.mark.parametrize("answer", [Fraction(7, 2), Decimal("3.5"), np.longdouble(3.5)])
def test_numbers_of_other_libraries_are_numbers(answer):
    mean_exercise()(answer, strict=True)


def test_a_complex_result_is_not_its_real_part(capsys):
    function(abs, [(3,)], right="Yes.", hints=["No."])(lambda x: x + 2j)
    assert said(capsys) == "✗ Not yet. No. Called with (3), it returned (3+2j)."


def test_what_the_lesson_hands_over_may_have_been_overwritten(capsys):
    exercise = number(lambda ratings: ratings.mean(), right="Yes.", hints=["?"])
    exercise(3.5, None)
    assert "another value since" in said(capsys).replace("\n", " ")


def test_a_mistake_that_the_data_do_not_allow_is_passed_over(capsys):
    exercise = number(
        np.mean,
        right="Yes.",
        hints=["Hint."],
        mistakes=[(lambda x: x["a"], "No."), (np.sum, "Sum")],
    )
    exercise(6, np.array([1, 2, 3]))
    assert said(capsys) == "✗ Not yet. Sum"
