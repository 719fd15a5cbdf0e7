"""Exercises whose answer is a value: a number, an array, a choice among letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

from helpers.checks.core import NEXT_HINT, RIGHT, Exercise, Mistakes, compare, resolve
from helpers.checks.nearly import nearly
from helpers.checks.words import shown
from helpers.errors import ParameterError


def number(
    expected: Any,
    *,
    right: str,
    hints: Sequence[str],
    mistakes: Mistakes = (),
    tolerance: float = 1e-3,
    printed: int | None = None,
) -> Exercise:
    """An exercise whose answer is one number.

    Args:
        expected: the number, or a function of the context that returns it.
        right: what to say about the right answer.
        hints: what to say about a wrong one, deeper with each try.
        mistakes: wrong answers that you expect, each with what to say about it.
        tolerance: allowed error of an answer, relative, and absolute near 0.
        printed: decimals that the lesson prints: an answer that is typed as printed is right too,
            unless it could also be an expected mistake: then the check asks for more decimals.

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
        if isinstance(answer, Decimal | Real) and not isinstance(answer, bool):
            answer = float(answer)
        values = np.asarray(answer)
        if values.size != 1 or values.dtype.kind not in "iuf":
            return f"The answer should be one number, and it is {shown(answer)}."
        values = values.reshape(())
        verdict = compare(values, expected, mistakes, context, tolerance)
        if verdict is not RIGHT and printed is not None:
            verdict = _as_printed(values, expected, mistakes, context, printed) or verdict
            verdict = RIGHT if verdict == AS_PRINTED else verdict
        if verdict == NEXT_HINT and (near := nearly(values, resolve(expected, context), tolerance)):
            return near
        if verdict == NEXT_HINT and not np.isfinite(values).all():
            return (
                f"The answer is {shown(values)}, which is not a finite number: was something "
                "divided by 0, or is a missing value in the sum?"
            )
        return verdict

    return Exercise(judge, right=right, hints=hints)


AS_PRINTED = "as printed"
TOO_ROUND = (
    "Rounded like this, it may be the right number or a likely mistake. Hand over the number "
    "itself, unrounded."
)


def _as_printed(
    value: np.ndarray, expected: Any, mistakes: Mistakes, context: tuple[Any, ...], digits: int
) -> str | None:
    """``AS_PRINTED`` for the right number as a lesson prints it, ``TOO_ROUND`` if unclear."""

    def rounds_to(truth: Any) -> bool:
        return bool(abs(float(value) - round(float(truth), digits)) < 10**-digits / 1000)

    if not rounds_to(resolve(expected, context)):
        return None
    likely = [resolve(wrong, context) for wrong, _message in mistakes]
    return TOO_ROUND if any(map(rounds_to, likely)) else AS_PRINTED


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
        tolerance: allowed error of a value, relative, and absolute near 0.

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
        if verdict == NEXT_HINT and (near := nearly(answer, resolve(expected, context), tolerance)):
            return near
        shape = np.shape(resolve(expected, context))
        if verdict == NEXT_HINT and values.shape != shape:
            return f"The answer should have the shape {shape}, and it has the shape {values.shape}."
        return verdict

    return Exercise(judge, right=right, hints=hints)


def choice(
    expected: str, *, right: str, wrong: Mapping[str, str], hints: Sequence[str] = ()
) -> Exercise:
    """An exercise whose answer is one of several letters, with a reason for every wrong one.

    Args:
        expected: the right letter.
        right: why it is right.
        wrong: why each of the other letters is wrong; every other letter, and no more.
        hints: what to add when a wrong letter is chosen again, deeper each time.

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
    no_letter = f"Choose one of the letters {options}, in quotes."

    def judge(answer: Any, *_context: Any) -> str | None:
        letter = str(answer).strip().casefold()
        return RIGHT if letter == expected else wrong.get(letter, no_letter)

    hints = hints or ["Read the other options once more: which of them does that rule out?"]
    return Exercise(judge, right=right, hints=hints, to_do=f"choose one of the letters {options}.")
