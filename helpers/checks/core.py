"""An exercise: judges an answer, prints the verdict, and gives a deeper hint with each try."""

from __future__ import annotations

import reprlib
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from helpers.errors import ParameterError, WrongAnswerError

# What a judge returns: one of these, or what to say about a wrong answer. The text may contain
# NEXT_HINT, which is replaced by the hint whose turn it is.
RIGHT = None
NOT_ATTEMPTED = ""
NEXT_HINT = "{next hint}"

# Wrong answers that we expect, each with what to say about it.
Mistakes = Sequence[tuple[Any, str]]

LINE_WIDTH = 92


class Exercise:
    """Call it with an answer, and it prints what it thinks of it.

    Args:
        judge: takes the answer and the context (the data of the lesson, if the answer depends
            on it); returns ``RIGHT``, ``NOT_ATTEMPTED``, ``NEXT_HINT`` or what to say.
        right: what to say when the answer is right.
        hints: what to say about the first wrong answer, the second, …; the last one repeats.
        to_do: what to say about an answer that is not there yet.

    Raises:
        ParameterError: there is no hint.

    Example:
        >>> from helpers.checks import number
        >>> half = number(0.5, right="Yes.", hints=["How many sides has a coin?", "Heads is one."])
        >>> half(...)
        … Not attempted yet: put your answer in place of the three dots.
        >>> half(0.3)
        ✗ Not yet. How many sides has a coin?
        >>> half(0.4)
        ✗ Not yet. Heads is one.
        >>> half(1 / 2)
        ✓ Yes.
    """

    def __init__(
        self,
        judge: Callable[..., str | None],
        *,
        right: str,
        hints: Sequence[str],
        to_do: str = "put your answer in place of the three dots.",
    ) -> None:
        if not hints:
            raise ParameterError("An exercise needs at least one hint for a wrong answer.")
        self.judge = judge
        self.right = right
        self.hints = tuple(hints)
        self.to_do = to_do
        self.tries = 0

    def __call__(self, answer: Any, *context: Any, strict: bool = False) -> None:
        """Print what is right or wrong about the answer.

        Raises:
            WrongAnswerError: only when ``strict``, for an answer that is wrong or missing.
        """
        verdict = NOT_ATTEMPTED if is_missing(answer) else self._judged(answer, context)
        if verdict is RIGHT:
            _say(f"✓ {self.right}")
            return
        if verdict == NOT_ATTEMPTED:
            message = f"… Not attempted yet: {self.to_do}"
        else:
            hint = self.hints[min(self.tries, len(self.hints) - 1)]
            message = f"✗ Not yet. {verdict.replace(NEXT_HINT, hint)}"
            self.tries += 1
        if strict:
            raise WrongAnswerError(message)
        _say(message)

    def _judged(self, answer: Any, context: tuple[Any, ...]) -> str | None:
        try:
            return self.judge(answer, *context)
        except Exception as error:
            # An answer of a type that nobody thought of must not end in a traceback.
            return f"The answer cannot be read ({type(error).__name__}: {error})."


def is_missing(answer: Any) -> bool:
    """True for the placeholder ``...``, for None, and for a list that still holds one of them."""
    if isinstance(answer, list | tuple):
        return any(is_missing(part) for part in answer)
    return answer is None or answer is ...


def compare(
    answer: np.ndarray,
    expected: Any,
    mistakes: Mistakes,
    context: tuple[Any, ...],
    tolerance: float,
) -> str | None:
    """``RIGHT``, what to say about the expected mistake that this answer is, or ``NEXT_HINT``."""
    if is_close(answer, resolve(expected, context), tolerance):
        return RIGHT
    for wrong, message in mistakes:
        if is_close(answer, resolve(wrong, context), tolerance):
            return message
    return NEXT_HINT


def resolve(expected: Any, context: tuple[Any, ...]) -> Any:
    """The expected answer itself, or what it returns for the context when it is a function."""
    return expected(*context) if callable(expected) else expected


def is_close(value: Any, truth: Any, tolerance: float) -> bool:
    """True for numbers of one shape that differ by less than the tolerance, or for equal text."""
    try:
        value, truth = np.asarray(value, dtype="float64"), np.asarray(truth, dtype="float64")
    except (TypeError, ValueError):
        return np.array_equal(np.asarray(value, dtype=object), np.asarray(truth, dtype=object))
    return value.shape == truth.shape and np.allclose(value, truth, tolerance, tolerance)


def shown(value: Any) -> str:
    """The value in a few characters."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    return reprlib.repr(value)


def _say(message: str) -> None:
    print(textwrap.fill(message, LINE_WIDTH))
