"""Leave exercises out of a lesson: statement, hint, check, solution and every mention."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from course import parts

if TYPE_CHECKING:
    from nbformat import NotebookNode

EXERCISE_MINUTES = re.compile(r" · (\d+) minutes for the exercises")
SENTENCE_END = re.compile(r"(?<=[.?!:)])(\s+)(?=[A-Z(*\[`])")
MENTION = re.compile(r"\bexercise (\d+)\b", flags=re.IGNORECASE)


def keep_exercises(notebook: NotebookNode, kept: Collection[int]) -> NotebookNode:
    """A copy of a lesson with these exercises only. They and their checks keep their numbers.

    The minutes for the exercises shrink in proportion. A sentence elsewhere that mentions a removed
    exercise is removed too.
    """
    there = parts.exercises(notebook)
    gone = {number for number in there if number not in kept}
    if not gone:
        return parts.join(notebook, parts.split(notebook))
    found = []
    for part in parts.split(notebook):
        empty = part.level == 2 and part.title == "Exercises" and gone == set(there)
        if part.exercise in gone or empty:
            continue
        if part.exercise is None:
            _adapt(part, gone, 1 - len(gone) / len(there))
        found.append(part)
    return parts.join(notebook, found)


def _adapt(part: parts.Part, gone: set[int], share: float) -> None:
    """Adapt the prose of a part to the exercises that are left."""
    for cell in part.cells:
        if cell.cell_type == "markdown":
            cell.source = without_mentions(cell.source, gone)
            if part.title == "Time":
                cell.source = EXERCISE_MINUTES.sub(lambda m: _minutes(m, share), cell.source)


def _minutes(match: re.Match[str], share: float) -> str:
    minutes = round(int(match[1]) * share)
    return f" · {minutes} minutes for the exercises" if minutes else ""


def without_mentions(text: str, gone: Collection[int]) -> str:
    """The text without the sentences that mention these exercises.

    Example:
        >>> without_mentions("It stops. Exercise 3 mends that. Go on.", {3})
        'It stops. Go on.'
    """
    pieces = SENTENCE_END.split(text)
    # Sentences and the space after each alternate.
    left: list[str] = []
    for sentence, space in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        if any(int(number) in gone for number in MENTION.findall(sentence)):
            if left and "\n\n" in space:
                left[-1] = left[-1].rstrip(" \n") + space
            continue
        left.append(sentence + space)
    return "".join(left)
