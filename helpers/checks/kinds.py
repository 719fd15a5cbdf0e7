"""The kinds of exercise: a number, an array, a choice, a function, a table."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from helpers.checks.core import (
    NEXT_HINT,
    NOT_ATTEMPTED,
    RIGHT,
    Exercise,
    Mistakes,
    compare,
    is_close,
    is_missing,
    resolve,
    shown,
)
from helpers.errors import ParameterError


def number(
    expected: Any,
    *,
    right: str,
    hints: Sequence[str],
    mistakes: Mistakes = (),
    tolerance: float = 1e-3,
) -> Exercise:
    """An exercise whose answer is one number.

    Args:
        expected: the number, or a function of the context that returns it.
        right: what to say about the right answer.
        hints: what to say about a wrong one, deeper with each try.
        mistakes: wrong answers that you expect, each with what to say about it.
        tolerance: how far off an answer may be, relative, and absolute near 0.

    Example:
        >>> mean = number(3.5, right="Yes.", hints=["Add, then divide."],
        ...               mistakes=[(14, "That is the sum: divide it.")])
        >>> mean("three")
        ✗ Not yet. The answer should be one number, without quotes: 'three' is text.
        >>> mean(14)
        ✗ Not yet. That is the sum: divide it.
    """

    def judge(answer: Any, *context: Any) -> str | None:
        if isinstance(answer, str):
            return f"The answer should be one number, without quotes: {shown(answer)} is text."
        values = np.asarray(answer)
        if values.size != 1 or values.dtype.kind not in "iuf":
            return f"The answer should be one number, and it is {shown(answer)}."
        return compare(values.reshape(()), expected, mistakes, context, tolerance)

    return Exercise(judge, right=right, hints=hints)


def array(
    expected: Any,
    *,
    right: str,
    hints: Sequence[str],
    mistakes: Mistakes = (),
    tolerance: float = 1e-3,
) -> Exercise:
    """An exercise whose answer is a list or an array of numbers: judged by shape, then by value.

    Args:
        expected: what NumPy reads as an array, or a function of the context that returns it.
        right: what to say about the right answer.
        hints: what to say about a wrong one, deeper with each try.
        mistakes: wrong answers that you expect, each with what to say about it.
        tolerance: how far off a value may be, relative, and absolute near 0.

    Example:
        >>> evens = array([0, 2, 4], right="Yes.", hints=["Start at zero."])
        >>> evens([0, 2])
        ✗ Not yet. The answer should have the shape (3,), and it has the shape (2,).
        >>> evens([0, 2, 4])
        ✓ Yes.
    """

    def judge(answer: Any, *context: Any) -> str | None:
        values = np.asarray(answer)
        if values.dtype.kind not in "iufb":
            return f"The answer should hold numbers only, and it is {shown(answer)}."
        verdict = compare(values, expected, mistakes, context, tolerance)
        shape = np.shape(resolve(expected, context))
        if verdict == NEXT_HINT and values.shape != shape:
            return f"The answer should have the shape {shape}, and it has the shape {values.shape}."
        return verdict

    return Exercise(judge, right=right, hints=hints)


def choice(expected: str, *, right: str, wrong: Mapping[str, str]) -> Exercise:
    """An exercise whose answer is one of several letters, with a reason for every wrong one.

    Args:
        expected: the right letter.
        right: why it is right.
        wrong: why each of the other letters is not; all of them, and no other.

    Raises:
        ParameterError: the right letter is among the wrong ones, or there is no wrong one.

    Example:
        >>> colour = choice("b", right="Yes.", wrong={"a": "That is the sea.", "c": "In autumn."})
        >>> colour("a")
        ✗ Not yet. That is the sea.
        >>> colour("d")
        ✗ Not yet. Choose one of the letters a, b, c, in quotes.
        >>> colour("B")
        ✓ Yes.
    """
    if not wrong or expected in wrong:
        raise ParameterError("A choice needs one right letter and a reason for each wrong one.")
    options = ", ".join(sorted([expected, *wrong]))
    hint = f"Choose one of the letters {options}, in quotes."

    def judge(answer: Any, *_context: Any) -> str | None:
        letter = str(answer).strip().casefold()
        return RIGHT if letter == expected else wrong.get(letter, NEXT_HINT)

    return Exercise(judge, right=right, hints=[hint], to_do=f"choose one of the letters {options}.")


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

    Args:
        reference: a function that is right.
        cases: the arguments of each call; the learner's function gets a copy.
        right: what to say about the right answer.
        hints: what to say about a wrong one, deeper with each try; the first call that went
            wrong is shown after it.
        mistakes: functions that make a mistake that you expect, each with what to say; choose
            the cases so that every mistake differs from the reference on one of them.
        tolerance: how far off a returned number may be, relative, and absolute near 0.

    Example:
        >>> double = function(lambda x: 2 * x, [(1,), (3,)], right="Yes.", hints=["Twice what?"],
        ...                   mistakes=[(lambda x: x * x, "That is the square.")])
        >>> double(lambda x: None)
        … Not attempted yet: write the body of the function in place of the three dots.
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
            try:
                results.append(answer(*copy.deepcopy(case)))
            except Exception as error:
                called = f"Called with {_arguments(case)}, your function stopped with"
                return f"{called} {type(error).__name__}: {error}"
        if all(is_missing(result) for result in results):
            return NOT_ATTEMPTED
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
        called = f"Called with {_arguments(cases[first])}, it returned {shown(results[first])}."
        return f"{NEXT_HINT} {called}"

    to_do = "write the body of the function in place of the three dots."
    return Exercise(judge, right=right, hints=hints, to_do=to_do)


def frame(
    expected: pd.DataFrame | Callable[..., pd.DataFrame],
    *,
    right: str,
    hints: Sequence[str],
    mistakes: Mistakes = (),
    ordered: bool = True,
    tolerance: float = 1e-3,
) -> Exercise:
    """An exercise whose answer is a table: judged by columns, number of rows, order and content.

    The order of the columns, the index and further columns do not matter.

    Args:
        expected: the table, or a function of the context that returns it.
        right: what to say about the right answer.
        hints: what to say about a wrong one, deeper with each try.
        mistakes: wrong tables that you expect, each with what to say about it.
        ordered: whether the order of the rows matters.
        tolerance: how far off a number may be, relative, and absolute near 0.

    Example:
        >>> top = frame(pd.DataFrame({"film": ["A", "B"], "mean": [4.5, 4.0]}),
        ...             right="Yes.", hints=["Sort it."])
        >>> top(pd.DataFrame({"film": ["A", "B"]}))
        ✗ Not yet. The table has no column 'mean'; it has 'film'.
        >>> top(pd.DataFrame({"film": ["B", "A"], "mean": [4.0, 4.5]}))
        ✗ Not yet. The rows are right, and their order is not.
    """

    def judge(answer: Any, *context: Any) -> str | None:
        if not isinstance(answer, pd.DataFrame):
            return f"The answer should be a DataFrame, and it is a {type(answer).__name__}."
        truth = resolve(expected, context)
        if _same_rows(answer, truth, ordered, tolerance):
            return RIGHT
        for wrong, message in mistakes:
            if _same_rows(answer, resolve(wrong, context), ordered, tolerance):
                return message
        return _difference(answer, truth, tolerance)

    return Exercise(judge, right=right, hints=hints)


def _arguments(case: tuple[Any, ...]) -> str:
    return f"({', '.join(shown(argument) for argument in case)})"


def _behaves_like(
    mistake: Callable[..., Any],
    results: list[Any],
    cases: Sequence[tuple[Any, ...]],
    tolerance: float,
) -> bool:
    try:
        mistaken = [mistake(*copy.deepcopy(case)) for case in cases]
    except Exception:
        # A mistake that stops with an error on one of the cases is not the one that was made.
        return False
    return all(
        is_close(result, wrong, tolerance) for result, wrong in zip(results, mistaken, strict=True)
    )


def _same_rows(answer: pd.DataFrame, truth: pd.DataFrame, ordered: bool, tolerance: float) -> bool:
    if len(answer) != len(truth) or not set(truth.columns) <= set(answer.columns):
        return False
    columns = list(truth.columns)
    left, right = answer[columns], truth
    if not ordered:
        left, right = left.sort_values(columns), right.sort_values(columns)
    return all(_same_column(left[name], right[name], tolerance) for name in columns)


def _same_column(answer: pd.Series, truth: pd.Series, tolerance: float) -> bool:
    if pd.api.types.is_numeric_dtype(truth):
        return is_close(answer.to_numpy(), truth.to_numpy(), tolerance)
    return answer.astype(str).tolist() == truth.astype(str).tolist()


def _difference(answer: pd.DataFrame, truth: pd.DataFrame, tolerance: float) -> str:
    names = ", ".join(repr(str(name)) for name in answer.columns)
    for name in truth.columns:
        if name not in answer:
            return f"The table has no column {str(name)!r}; it has {names}."
    if len(answer) != len(truth):
        return f"{NEXT_HINT} The table has {len(answer):,} rows, which is not the right number."
    if _same_rows(answer, truth, False, tolerance):
        return "The rows are right, and their order is not."
    for name in truth.columns:
        if not _same_column(answer[name], truth[name], tolerance):
            return f"{NEXT_HINT} Look at the column {str(name)!r}."
    return NEXT_HINT
