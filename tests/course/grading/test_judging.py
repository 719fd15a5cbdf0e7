"""What the checks say of an answer becomes a verdict, whatever the answer does to the check."""

import pytest

from course.grading import judging
from helpers.checks.core import NEXT_HINT, NOT_ATTEMPTED, RIGHT, Exercise


def verdict(said, answer=1, context=()):
    """Of a check that says so; an exception is raised."""

    def judge(given, *rest):
        assert (given, rest) == (answer, context)
        if isinstance(said, Exception):
            raise said
        return said

    exercise = Exercise(judge, right="Yes.", hints=["Look.", "Look again."])
    found = judging.judge(exercise, answer, context)
    return found.word, found.message


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (RIGHT, ("right", "Yes.")),
        (NOT_ATTEMPTED, ("not attempted", "The function returns nothing yet.")),
        (NEXT_HINT, ("wrong", "Look again.")),
        ("That is the mean of the others.", ("wrong", "That is the mean of the others.")),
        (ValueError("no shape"), ("wrong", "The answer cannot be read (ValueError: no shape).")),
    ],
    ids=["right", "nothing", "hint", "mistake", "exception"],
)
def test_each_word_of_a_check(said, expected):
    assert verdict(said, answer=7, context=("data",)) == expected


def test_three_dots_are_no_answer():
    assert judging.judge(None, ..., ()).word == "not attempted"


def test_the_exercise_is_that_of_this_installation():
    from helpers.checks.lessons import start_cold

    assert judging.exercise("start_cold", "exercise_1") is start_cold.exercise_1
