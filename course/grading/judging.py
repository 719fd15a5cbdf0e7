"""A verdict on what a student has handed in, from the course's own checks."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

from helpers.checks import Exercise
from helpers.checks.core import NEXT_HINT, NOT_ATTEMPTED, RIGHT, is_missing

IS_RIGHT, IS_WRONG, IS_MISSING = "right", "wrong", "not attempted"
# The exercise is not in the notebook; its cell raises; its process had to be ended; our own
# solution is not judged right on this machine, so nobody's is; the file is not a lesson.
IS_ABSENT, IS_ERROR, IS_STOPPED, IS_OPEN, IS_UNREADABLE = (
    *("not found", "error", "stopped", "not graded", "unreadable"),
)


@dataclass(frozen=True)
class Verdict:
    """A word for the table, and a sentence for the student."""

    word: str
    message: str


def exercise(module: str, name: str) -> Exercise:
    """The exercise of that name from the checks of this installation."""
    return getattr(importlib.import_module(f"helpers.checks.lessons.{module}"), name)


def judge(wanted: Exercise, answer: Any, context: tuple[Any, ...]) -> Verdict:
    """What the check says of the answer, with the deepest of its hints."""
    if is_missing(answer):
        return Verdict(IS_MISSING, "The three dots have not been replaced.")
    try:
        said = wanted.judge(answer, *context)
    except Exception as error:
        return Verdict(IS_WRONG, f"The answer cannot be read ({type(error).__name__}: {error}).")
    if said is RIGHT:
        return Verdict(IS_RIGHT, wanted.right)
    if said == NOT_ATTEMPTED:
        return Verdict(IS_MISSING, "The function returns nothing yet.")
    return Verdict(IS_WRONG, said.replace(NEXT_HINT, wanted.hints[-1]))
