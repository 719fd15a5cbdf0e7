"""An exercise: judges an answer, prints the verdict, and gives a deeper hint with each try."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from helpers.checks.limits import TooLongError, time_limit
from helpers.checks.words import error_text, shown
from helpers.errors import ParameterError, WrongAnswerError

__all__ = ["Exercise", "compare", "is_close", "is_missing", "resolve", "shown"]

# A judge returns one of these, or what to say about a wrong answer. The text may contain
# NEXT_HINT, which is replaced by the next hint.
RIGHT = None
NOT_ATTEMPTED = ""
NEXT_HINT = "{next hint}"

# Wrong answers that we expect, each with what to say about it.
Mistakes = Sequence[tuple[Any, str]]

LINE_WIDTH = 92
# Cases are small, so this is long even on a slow machine with other work to do.
SECONDS = 10.0
DEEPEST = 3


class Exercise:
    """Call it with an answer; it prints whether the answer is right, or what is wrong.

    Args:
        judge: takes the answer and the context (the data of the lesson, if the answer depends
            on it); returns ``RIGHT``, ``NOT_ATTEMPTED``, ``NEXT_HINT`` or what to say.
        right: what to say when the answer is right.
        hints: the first, the second, …; the last one repeats. It gives one for each wrong answer
            that is not an expected mistake, and for an expected one that is made again.
        to_do: what to say about an answer that is not there yet.

    Attributes:
        tries: how many hints it has given.

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
        self._last: str | None = None

    def __call__(self, answer: Any, *context: Any, strict: bool = False) -> None:
        """Print what is right or wrong about the answer.

        Raises:
            WrongAnswerError: only when ``strict``, for an answer that is wrong or missing.
        """
        verdict = self._judged(answer, context)
        if verdict is RIGHT:
            _say(f"✓ {self.right}")
            return
        if verdict == NOT_ATTEMPTED:
            message = f"… Not attempted yet: {self.to_do}"
        else:
            message = f"✗ Not yet. {self._with_hint(verdict)}"
        if strict:
            raise WrongAnswerError(message)
        _say(message)

    def _with_hint(self, verdict: str) -> str:
        """What to say, with the next hint if one is due; a repeated mistake also gets one."""
        if verdict == self._last and NEXT_HINT not in verdict:
            verdict = f"{verdict} {NEXT_HINT}"
        else:
            self._last = verdict
        if NEXT_HINT not in verdict:
            return verdict
        hint = self.hints[min(self.tries, len(self.hints) - 1)]
        self.tries += 1
        return verdict.replace(NEXT_HINT, hint)

    def _judged(self, answer: Any, context: tuple[Any, ...]) -> str | None:
        try:
            with time_limit(SECONDS):
                return NOT_ATTEMPTED if is_missing(answer) else self.judge(answer, *context)
        except TooLongError:
            return f"It ran for {SECONDS:g} s and was stopped. Does a loop in it never end?"
        except UnusableError as unusable:
            return str(unusable)
        except KeyboardInterrupt:  # the stop button
            raise
        except BaseException as error:
            # An answer of a type that nobody thought of must not end in a traceback.
            return f"The answer cannot be read ({error_text(error)})."


class UnusableError(Exception):
    """The lesson passes a value to the check that is not the original one."""


def is_missing(answer: Any, depth: int = DEEPEST) -> bool:
    """True for the placeholder ``...``, for None, and for a list that still holds one of them."""
    if isinstance(answer, list | tuple):
        return depth > 0 and any(is_missing(part, depth - 1) for part in answer)
    return answer is None or answer is ...


def compare(
    answer: np.ndarray,
    expected: Any,
    mistakes: Mistakes,
    context: tuple[Any, ...],
    tolerance: float,
) -> str | None:
    """``RIGHT``, what to say if the answer is an expected mistake, or ``NEXT_HINT``."""
    if is_close(answer, resolve(expected, context), tolerance):
        return RIGHT
    for wrong, message in mistakes:
        with suppress(UnusableError):  # with these data, nobody can make that mistake
            if is_close(answer, resolve(wrong, context), tolerance):
                return message
    return NEXT_HINT


def resolve(expected: Any, context: tuple[Any, ...]) -> Any:
    """The expected answer itself, or, if it is a function, its result for the context.

    Raises:
        UnusableError: the function fails, so a name of the lesson has another value now.
    """
    if not callable(expected):
        return expected
    try:
        return expected(*context)
    except Exception as error:
        raise UnusableError(
            "The check cannot use what the lesson passes to it: has one of its names got another "
            f"value since? Run the lesson from the top ({error_text(error)})."
        ) from error


def is_close(value: Any, truth: Any, tolerance: float) -> bool:
    """True for numbers of one shape that differ by less than the tolerance, or for equal text.

    NaN equals NaN. A complex number equals no other, and text is not a number.
    """
    try:
        kind, wanted = np.asarray(value).dtype.kind, np.asarray(truth).dtype.kind
        if kind == "c" or (kind in "US" and wanted in "iufb"):
            return False
        value, truth = np.asarray(value, dtype="float64"), np.asarray(truth, dtype="float64")
    except (TypeError, ValueError, OverflowError):
        return np.array_equal(np.asarray(value, dtype=object), np.asarray(truth, dtype=object))
    if value.shape != truth.shape:
        return False
    return np.allclose(value, truth, tolerance, tolerance, equal_nan=True)


def _say(message: str) -> None:
    # A learner's error or column may have a name that no console can print.
    message = message.encode("utf-8", "backslashreplace").decode()
    print(textwrap.fill(message, LINE_WIDTH))
