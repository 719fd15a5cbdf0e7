"""What is left out of a Python file takes nothing else with it."""

import ast

from course.editions.sources import keep_checks, keep_sessions

CHECKS = """import numpy as np

exercise_1 = number(
    1,
    right="Yes.",
)


def _helper():
    return 2


# Why it is so.
exercise_2 = function(_helper)
"""
SESSIONS = '''"""Sessions."""

import nox

LOCK = "a"
# Only for colab.
COLAB = (1, 2)


@nox.session
def lessons(session):
    """Lessons."""
    helper(LOCK)


@nox.session(python="3.13")
def colab(session):
    """Colab."""
    session.install(LOCK, *COLAB)


def helper(x):
    return x
'''


def test_checks_that_are_not_kept_go_with_their_comment():
    assert "exercise_2" not in keep_checks(CHECKS, [1])
    assert "Why it is so" not in keep_checks(CHECKS, [1])
    assert "exercise_1" not in keep_checks(CHECKS, [2])
    assert keep_checks(CHECKS, [1, 2]) == CHECKS
    assert "_helper" in ast.dump(ast.parse(keep_checks(CHECKS, [])))


def test_sessions_that_are_not_kept_go_with_what_only_they_use():
    kept = keep_sessions(SESSIONS, ["lessons"])
    names = {n.name for n in ast.parse(kept).body if isinstance(n, ast.FunctionDef)}
    assert names == {"lessons", "helper"}
    assert "COLAB" not in kept
    assert "Only for colab" not in kept
    assert 'LOCK = "a"' in kept
    assert keep_sessions(SESSIONS, ["lessons", "colab"]) == SESSIONS
