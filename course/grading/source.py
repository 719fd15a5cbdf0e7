"""The trusted lesson, cut into what the grader needs; and a submission, compared with it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from course import lessons
from course.grading.parsing import parse
from course.grading.submitted import Cell
from helpers.errors import LessonError

if TYPE_CHECKING:
    from nbformat import NotebookNode

CHECKS = re.compile(r"^from helpers\.checks\.lessons import (\w+)\b", flags=re.MULTILINE)
MENTION = re.compile(r"\.(exercise_\w+)\(")
HEADING = re.compile(r"^### +Exercise\b", flags=re.MULTILINE)


@dataclass(frozen=True)
class Task:
    """One exercise of a lesson.

    Attributes:
        name: what its check is called, such as ``exercise_1``.
        cell_id: the id of its cell, the same in every edition.
        attempt: the cell as it is handed out, with its three dots.
        check: the line that calls the check.
        solution: the cells that solve it.
        before: cells of the lesson between the exercise before and this one.
    """

    name: str
    cell_id: str
    attempt: str
    check: str
    solution: tuple[str, ...] = ()
    before: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The name for a reader, as in "exercise 1"."""
        return self.name.replace("_", " ")


@dataclass(frozen=True)
class Source:
    """A lesson of the course: its cells up to the first exercise, then its exercises.

    Attributes:
        path: the solved notebook.
        module: the module of its checks, such as ``factorize_movielens``.
        cells: the code before the first exercise.
        tasks: the exercises in their order.
        known: every code cell, to tell a student's own cells from ours.
    """

    path: Path
    module: str
    cells: tuple[str, ...]
    tasks: tuple[Task, ...]
    known: frozenset[str] = field(repr=False)

    @property
    def slug(self) -> str:
        """The name of the lesson without its number."""
        return lessons.slug_of(self.path)


@dataclass
class Attempt:
    """The cells in which a student answers an exercise.

    Attributes:
        own: the exercise cell, and the student's cells between its heading and it.
        after: the student's cells that follow: trials, or the answer itself.
    """

    own: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)


def read(path: Path) -> Source:
    """A lesson as the grader sees it.

    Raises:
        LessonError: it is not a notebook, it imports no checks, or an exercise calls none.
    """
    notebook = lessons.read(path)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    module = CHECKS.search("\n".join(cell.source for cell in code))
    if module is None:
        raise LessonError(f"{path.name} imports no checks, so there is nothing to grade in it.")
    cells: list[str] = []
    tasks: list[Task] = []
    between: list[str] = []
    for place, cell in enumerate(code):
        tags = cell.metadata.get("tags", [])
        if "exercise" in tags:
            tasks.append(_task(path, code[place:], between))
            between = []
        elif "solution" not in tags and not (tasks and tasks[-1].check in cell.source):
            (between if tasks else cells).append(cell.source)
    known = frozenset(cell.source.strip() for cell in code)
    return Source(path, module[1], tuple(cells), tuple(tasks), known)


def _task(path: Path, code: list[NotebookNode], before: list[str]) -> Task:
    """The exercise whose cell comes first, from what follows up to the next one."""
    cell, solution, check = code[0], [], None
    for other in code:
        tags = other.metadata.get("tags", [])
        if other is not cell and "exercise" in tags:
            break
        if "solution" in tags:
            solution.append(other.source)
        elif check is None:
            check = next(_checks(other.source), None)
    if check is None:
        raise LessonError(f"{path.name}: no check is called for the exercise {cell.source!r}.")
    name = MENTION.search(check)
    assert name is not None
    return Task(name[1], cell["id"], cell.source, check, tuple(solution), tuple(before))


def _checks(source: str) -> Iterator[str]:
    """The statements of a cell that call a check, without ``strict``."""
    for node in parse(source).body:
        text = ast.unparse(node)
        if isinstance(node, ast.Expr) and MENTION.search(text):
            yield text


def attempts(source: Source, cells: Sequence[Cell]) -> dict[str, Attempt]:
    """The student's cells of each exercise that the notebook has.

    A cell is known by its id; if a program has changed the ids, by its tag and the check that it
    calls. Cells of the lesson are left out. Cells that students have added belong to the exercise
    whose heading is above them.
    """
    found: dict[str, Attempt] = {}
    current: Attempt | None = None
    added: list[str] | None = None
    for cell in cells:
        if not cell.code:
            added = [] if HEADING.search(cell.source) else added
            continue
        task = _task_of(source, cell, set(found))
        if task is not None:
            current = found.setdefault(task.name, Attempt())
            current.own += [*(added or []), cell.source]
            added = None
        elif cell.source.strip() not in source.known and cell.source.strip():
            if added is not None:
                added.append(cell.source)
            elif current is not None:
                current.after.append(cell.source)
    return found


def _task_of(source: Source, cell: Cell, answered: set[str]) -> Task | None:
    """The exercise to which this exercise cell belongs."""
    by_id = [task for task in source.tasks if task.cell_id in cell.ids]
    if by_id:
        return by_id[0]
    tagged = "exercise" in cell.tags
    names = set(MENTION.findall(cell.source))
    mentioned = [task for task in source.tasks if task.name in names]
    if len(mentioned) != 1:
        return None
    ours = cell.source.strip() in source.known and cell.source != mentioned[0].attempt
    first = mentioned[0].name not in answered and not ours
    return mentioned[0] if tagged or first else None
