"""Exercises whose answer is a function: judged by what it does on hidden cases."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Sequence
from typing import Any

from helpers.checks.core import NEXT_HINT, NOT_ATTEMPTED, RIGHT, Exercise, is_close, is_missing
from helpers.checks.nearly import nearly
from helpers.checks.words import error_text, shown

RETURNS_NOTHING = (
    "Your function returns nothing: give its result back with `return`, since printed text can "
    "only be read."
)


def function(
    reference: Callable[..., Any],
    cases: Sequence[tuple[Any, ...]],
    *,
    right: str,
    hints: Sequence[str],
    mistakes: Sequence[tuple[Callable[..., Any], str]] = (),
    tolerance: float = 1e-3,
) -> Exercise:
    """An exercise whose answer is a function: judged by what it does on cases of ours.

    A function that runs for longer than ``SECONDS`` of ``helpers.checks.core`` is stopped if
    ``time_limit`` can stop it.

    Args:
        reference: a function that is right.
        cases: the arguments of each call; the learner's function gets a copy.
        right: what to say about the right answer.
        hints: what to say about a wrong one, deeper with each try; the first call that went
            wrong is shown after it.
        mistakes: functions that make a mistake that you expect, each with what to say; choose
            the cases so that every mistake differs from the reference on one of them.
        tolerance: allowed error of a returned number, relative, and absolute near 0.

    Example:
        >>> double = function(lambda x: 2 * x, [(1,), (3,)], right="Yes.", hints=["Twice what?"],
        ...                   mistakes=[(lambda x: x * x, "That is the square.")])
        >>> double(lambda x: ...)
        … Not attempted yet: write the body of the function in place of the three dots.
        >>> double(lambda x: print(2 * x))
        2
        6
        ✗ Not yet. Your function returns nothing: give its result back with `return`, since printed
        text can only be read.
        >>> double(lambda x: x**2)
        ✗ Not yet. That is the square.
        >>> double(lambda x: x + 1)
        ✗ Not yet. Twice what? Called with (3), it returned 4.
    """

    def judge(answer: Any, *_context: Any) -> str | None:
        if not callable(answer):
            return f"The answer should be a function, without brackets, and it is {shown(answer)}."
        results = []
        for case in cases:
            if problem := _other_arguments(answer, case):
                return problem
            try:
                results.append(answer(*copy.deepcopy(case)))
            except (Exception, SystemExit) as error:
                called = f"Called with {_arguments(case)}, your function stopped with"
                return f"{called} {error_text(error)}"
        if all(is_missing(result) for result in results):
            returns_dots = any(is_missing(result) and result is not None for result in results)
            return NOT_ATTEMPTED if returns_dots else RETURNS_NOTHING
        return _verdict(results)

    def _verdict(results: list[Any]) -> str | None:
        verdicts = [
            is_close(result, reference(*copy.deepcopy(case)), tolerance)
            for result, case in zip(results, cases, strict=True)
        ]
        if all(verdicts):
            return RIGHT
        for mistake, message in mistakes:
            if _behaves_like(mistake, results, cases, tolerance):
                return message
        first = verdicts.index(False)
        if near := _nearly_right(results, verdicts):
            return near
        called = f"Called with {_arguments(cases[first])}, it returned {shown(results[first])}."
        return f"{NEXT_HINT} {called}"

    def _nearly_right(results: list[Any], verdicts: list[bool]) -> str | None:
        """What to say if every wrong call gave right values in another form."""
        said = []
        for result, case, right_already in zip(results, cases, verdicts, strict=True):
            if not right_already:
                expected = reference(*copy.deepcopy(case))
                said.append(nearly(result, expected, tolerance))
        return said[0] if all(said) else None

    to_do = "write the body of the function in place of the three dots."
    return Exercise(judge, right=right, hints=hints, to_do=to_do)


def _arguments(case: tuple[Any, ...]) -> str:
    return f"({', '.join(shown(argument) for argument in case)})"


def _other_arguments(answer: Callable[..., Any], case: tuple[Any, ...]) -> str | None:
    """What to say if the function cannot be called with this number of values."""
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):  # some functions written in C do not state their parameters
        return None
    try:
        signature.bind(*case)
    except TypeError:
        values = "1 value" if len(case) == 1 else f"{len(case)} values"
        return (
            f"Your function is called with {values}, but its first line takes {signature}. Keep "
            "that line as the exercise has it."
        )
    return None


def _behaves_like(
    mistake: Callable[..., Any],
    results: list[Any],
    cases: Sequence[tuple[Any, ...]],
    tolerance: float,
) -> bool:
    try:
        mistaken = [mistake(*copy.deepcopy(case)) for case in cases]
    except Exception:
        # If a mistake fails with an error on a case, it is not the learner's mistake.
        return False
    return all(
        is_close(result, wrong, tolerance) for result, wrong in zip(results, mistaken, strict=True)
    )
