"""A notebook cut at its headings: a section can be left out, even in the middle of a cell."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

HEADING = re.compile(r"^(#{1,6}) +(.+?) *$", flags=re.MULTILINE)
FENCE = re.compile(r"^(```|~~~).*?^\1", flags=re.MULTILINE | re.DOTALL)
EXERCISE = re.compile(r"Exercise (\d+)\b")
TIMES = re.compile(
    r"Run time about (\d+) s on two cores · (\d+) minutes to teach · "
    r"(\d+) minutes for the exercises"
)


@dataclass(frozen=True)
class Times:
    """What a lesson states under ``Time``: seconds to run; minutes to teach, and for exercises."""

    run_seconds: int
    teaching: int
    exercises: int

    @property
    def minutes(self) -> int:
        """To teach the lesson and to do its exercises."""
        return self.teaching + self.exercises


@dataclass
class Part:
    """A heading and all that follows it, up to the next heading of any level.

    Attributes:
        level: 1 for the title, 2 for a section; 0 for what comes before the first heading.
        title: the heading, without its ``#``.
        cells: cells of the notebook; of a cell that holds two headings, each part has a piece.
        exercise: the number of the exercise that it belongs to, if it does.
    """

    level: int
    title: str
    cells: list[NotebookNode] = field(default_factory=list)
    exercise: int | None = None


def split(notebook: NotebookNode) -> list[Part]:
    """The parts of a notebook, in order; ``join`` puts them together again.

    Args:
        notebook: it is left as it is, and the parts hold copies.
    """
    parts = [Part(0, "")]
    for cell in copy.deepcopy(notebook.cells):
        if cell.cell_type != "markdown":
            parts[-1].cells.append(cell)
            continue
        for level, title, source in _pieces(cell.source):
            if level:
                parts.append(Part(level, title))
            if source:
                piece = copy.deepcopy(cell)
                piece.source = source
                parts[-1].cells.append(piece)
    _number(parts)
    return [part for part in parts if part.cells]


def join(notebook: NotebookNode, parts: list[Part]) -> NotebookNode:
    """A copy of the notebook that holds these parts; pieces of one cell become one cell again."""
    joined = copy.deepcopy(notebook)
    pieces = [cell for part in parts for cell in part.cells]
    joined.cells = []
    for _, group in groupby(pieces, key=lambda cell: cell["id"]):
        first, *rest = group
        cell = copy.deepcopy(first)
        if rest:
            cell.source = "".join([first.source, *(piece.source for piece in rest)])
        if cell.cell_type == "markdown":
            cell.source = cell.source.strip("\n")
        if cell.cell_type != "markdown" or cell.source:
            joined.cells.append(cell)
    return joined


def exercises(notebook: NotebookNode) -> list[int]:
    """The numbers of the exercises of a lesson, in order."""
    return list(dict.fromkeys(p.exercise for p in split(notebook) if p.exercise is not None))


def title(notebook: NotebookNode) -> str:
    """The title of a lesson: its first heading."""
    return next((part.title for part in split(notebook) if part.level), "")


def times(notebook: NotebookNode) -> Times | None:
    """The times that a lesson states in its first cell; None if it states none."""
    found = TIMES.search(notebook.cells[0].source)
    return Times(*map(int, found.groups())) if found else None


def _pieces(source: str) -> Iterator[tuple[int, str, str]]:
    """What comes before the first heading, then each heading with its text: level, title, text."""
    # A comment in a block of code is not a heading; blanks keep the positions.
    plain = FENCE.sub(lambda block: " " * len(block[0]), source)
    marks = list(HEADING.finditer(plain))
    ends = [mark.start() for mark in marks] + [len(source)]
    yield 0, "", source[: ends[0]]
    for mark, end in zip(marks, ends[1:], strict=True):
        yield len(mark[1]), mark[2], source[mark.start() : end]


def _number(parts: list[Part]) -> None:
    """Note which exercise each part belongs to: its heading is of level 3, under ``Exercises``."""
    within, current = False, None
    for part in parts:
        if part.level in (1, 2):
            within, current = part.title == "Exercises", None
        elif part.level == 3:
            match = EXERCISE.match(part.title) if within else None
            current = int(match[1]) if match else None
        part.exercise = current
