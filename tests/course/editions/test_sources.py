"""What is left out of a Python file takes nothing else with it."""

import ast
import tomllib

import pytest

from course.editions.sources import (
    keep_checks,
    keep_sessions,
    keep_tables,
    leave_out_packages,
)

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

import shutil
from os import path, sep

import nox

LOCK = "a"
# Only for colab.
COLAB = (1, 2)


@nox.session
def lessons(session):
    """Lessons."""
    helper(LOCK, sep)


@nox.session(python="3.13")
def colab(session):
    """Colab."""
    only_here(session)


def only_here(session):
    shutil.copy(path, session)
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
    assert "shutil" not in kept
    assert "from os import path, sep" in kept
    assert "Only for colab" not in kept
    assert 'LOCK = "a"' in kept
    assert keep_sessions(SESSIONS, ["lessons", "colab"]) == SESSIONS


TABLES = """# Of the whole.
[project]
name = "x"
dependencies = [
    "nbval>=1",
    "nbval-more>=1",
    "numpy>=2; sys_platform == 'nbval'",
]

[project.optional-dependencies]
test = ["pytest"]

[project.scripts]
x = "x:y"

[tool.hatch.build]
a = 1

[tool.hatchery]
b = 2
"""


def test_tables_that_are_not_kept_go_whole():
    kept = tomllib.loads(keep_tables(TABLES, r"project(\.scripts)?|tool\.hatch\..*"))
    whole = tomllib.loads(TABLES)
    del whole["tool"]["hatchery"], whole["project"]["optional-dependencies"]
    assert kept == whole
    assert keep_tables(TABLES, ".*") == TABLES
    assert keep_tables(TABLES, "") == "# Of the whole.\n"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (TABLES, TABLES.replace('    "nbval>=1",\n', "")),
        ("  - nbval >=0.11,<1  # why\n  - numpy\n", "  - numpy\n"),
        ("      - \"nbval; a == 'b'\"\n      - -e .\n", "      - -e .\n"),
    ],
)
def test_a_package_that_is_left_out_is_the_only_one(text, left):
    assert leave_out_packages(text, ["nbval"]) == left
