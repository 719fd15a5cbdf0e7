"""Exercises whose answer is a table: judged by columns, number of rows, order and content."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import pandas as pd

from helpers.checks.core import (
    NEXT_HINT,
    RIGHT,
    Exercise,
    Mistakes,
    UnusableError,
    is_close,
    resolve,
)
from helpers.checks.words import shown

MOST_NAMES = 12


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
        tolerance: allowed error of a number, relative, and absolute near 0.

    Example:
        >>> top = frame(pd.DataFrame({"film": ["A", "B"], "mean": [4.5, 4.0]}),
        ...             right="Yes.", hints=["Sort it."])
        >>> top(pd.DataFrame({"film": ["A", "B"]}))
        ✗ Not yet. The table has no column 'mean'; it has 'film'.
        >>> top(pd.DataFrame({"film": ["B", "A"], "mean": [4.0, 4.5]}))
        ✗ Not yet. The rows are right, but their order is not.
    """

    def judge(answer: Any, *context: Any) -> str | None:
        if not isinstance(answer, pd.DataFrame):
            return f"The answer should be a DataFrame, and it is {shown(answer)}."
        truth = resolve(expected, context)
        twice = answer.columns[answer.columns.duplicated()]
        for name in truth.columns:
            if name in twice:
                return f"The table has more than one column {str(name)!r}: which one do you mean?"
        if _same_rows(answer, truth, ordered, tolerance):
            return RIGHT
        for wrong, message in mistakes:
            with suppress(UnusableError):
                if _same_rows(answer, resolve(wrong, context), ordered, tolerance):
                    return message
        return _difference(answer, truth, tolerance)

    return Exercise(judge, right=right, hints=hints)


def _same_rows(answer: pd.DataFrame, truth: pd.DataFrame, ordered: bool, tolerance: float) -> bool:
    if len(answer) != len(truth) or not set(truth.columns) <= set(answer.columns):
        return False
    columns = list(truth.columns)
    left, right = answer[columns], truth
    if not ordered:
        try:
            left, right = left.sort_values(columns), right.sort_values(columns)
        except TypeError:  # values of several kinds have no order
            return False
    return all(_same_column(left[name], right[name], tolerance) for name in columns)


def _same_column(answer: pd.Series, truth: pd.Series, tolerance: float) -> bool:
    if pd.api.types.is_numeric_dtype(truth):
        return is_close(answer.to_numpy(), truth.to_numpy(), tolerance)
    return answer.astype(str).tolist() == truth.astype(str).tolist()


def _difference(answer: pd.DataFrame, truth: pd.DataFrame, tolerance: float) -> str:
    for name in truth.columns:
        if name not in answer:
            return _missing_column(answer, name)
    if len(answer) != len(truth):
        return f"{NEXT_HINT} The table has {len(answer):,} rows, which is not the right number."
    if _same_rows(answer, truth, False, tolerance):
        return "The rows are right, but their order is not."
    for name in truth.columns:
        if not _same_column(answer[name], truth[name], tolerance):
            numbers = pd.api.types.is_numeric_dtype(truth[name])
            if numbers and pd.api.types.infer_dtype(answer[name]) == "string":
                return f"The column {str(name)!r} should hold numbers, but it holds text."
            return f"{NEXT_HINT} Look at the column {str(name)!r}."
    return NEXT_HINT


def _missing_column(answer: pd.DataFrame, name: Any) -> str:
    if name in answer.index.names:
        return f"{str(name)!r} is the index of the table: reset_index() makes it a column."
    names = ", ".join(repr(str(other)) for other in answer.columns[:MOST_NAMES])
    return f"The table has no column {str(name)!r}; it has {names or 'none at all'}."
