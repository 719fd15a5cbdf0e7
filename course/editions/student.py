"""Turn a solved lesson into one to be solved."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from course.editions.numbering import follow
from course.editions.selecting import keep_exercises
from course.plan import Chapter, Plan
from course.predictions import answers

if TYPE_CHECKING:
    from nbformat import NotebookNode

TRY_OUT = "try-out"
# Tags that fold a solution away; a cell for the student's own trials is not folded.
FOLDS = ("jupyter", "cellView")


def student_edition(
    notebook: NotebookNode,
    plan: Plan,
    chapter: Chapter,
    *,
    ships: Callable[[str], bool] = lambda _path: True,
) -> NotebookNode:
    """The lesson as students get it: exercises unsolved, answers to predictions hidden, as planned.

    The ids of the cells stay, and so do their tags, except on the cells that held solutions.

    Args:
        notebook: the lesson, solved and executed.
        plan: the plan of the course.
        chapter: the place of this lesson in it.
        ships: whether the edition has the file with that path, relative to the notebooks.
    """
    lesson = keep_exercises(notebook, chapter.exercises)
    lesson = follow(unsolved(lesson), plan, chapter, ships=ships)
    lesson = hide_predictions(lesson)
    lesson.metadata["course"] = {
        "edition": "student",
        "lesson": chapter.slug,
        "exercises": list(chapter.exercises),
    }
    return lesson


def unsolved(notebook: NotebookNode) -> NotebookNode:
    """A copy with a prompt instead of each solution, and without what a solution has printed.

    Exercise cells lose their outputs, and so do cells that use a name that an exercise or solution
    cell has bound; all others keep theirs.
    """
    lesson = copy.deepcopy(notebook)
    solved: set[str] = set()
    attempt = None
    for cell in lesson.cells:
        if cell.cell_type != "code":
            continue
        tags, (used, bound) = _tags(cell), _uses_and_binds(cell)
        if "exercise" in tags:
            attempt = cell
        if "solution" in tags:
            _replace_by_prompt(cell, attempt)
        if {"exercise", "solution"} & set(tags) or used & solved:
            solved |= bound
            _forget_outputs(cell)
        else:
            solved -= bound
    return lesson


def hide_predictions(notebook: NotebookNode) -> NotebookNode:
    """A copy without the output that answers a "Predict first"; running the cell shows it.

    It is the output of the first cell with one after the question, and of a chart right below
    it. All others stay, so that the lesson can be read without a kernel, and students can compare
    their own results.
    """
    lesson = copy.deepcopy(notebook)
    for position in answers(lesson):
        _forget_outputs(lesson.cells[position])
    return lesson


def prompt(attempt: NotebookNode | None) -> str:
    """The text that replaces a solution: what to write, and where.

    Args:
        attempt: the exercise cell; its function with the three dots gives the signature.
    """
    signatures = [] if attempt is None else list(_open_functions(attempt))
    where = "in the cell above, then run it: the check answers."
    asked = f"Write {', '.join(signatures)}" if signatures else "Put your answer in place of ..."
    return f"# {asked}\n# {where}\n# This cell is for your own trials."


def _replace_by_prompt(cell: NotebookNode, attempt: NotebookNode | None) -> None:
    cell.source = prompt(attempt)
    for key in FOLDS:
        cell.metadata.pop(key, None)
    cell.metadata["tags"] = [TRY_OUT]


def _forget_outputs(cell: NotebookNode) -> None:
    cell.outputs = []
    cell.execution_count = None
    # Without stored output there is nothing to compare.
    if "nbval-check-output" in _tags(cell):
        cell.metadata["tags"] = [tag for tag in _tags(cell) if tag != "nbval-check-output"]


def _tags(cell: NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def _open_functions(cell: NotebookNode) -> Iterator[str]:
    """``name(arguments)`` of each function whose body still holds ``...``."""
    for node in ast.parse(cell.source).body:
        if isinstance(node, ast.FunctionDef) and any(
            isinstance(inner, ast.Constant) and inner.value is ... for inner in ast.walk(node)
        ):
            yield f"{node.name}({ast.unparse(node.args)})"


def _uses_and_binds(cell: NotebookNode) -> tuple[set[str], set[str]]:
    """The names that a cell takes from cells before it, and those that it binds."""
    used: set[str] = set()
    bound: set[str] = set()
    for statement in ast.parse(cell.source).body:
        read, written = _names(statement)
        used |= read - bound
        bound |= written
    return used, bound


def _names(statement: ast.stmt) -> tuple[set[str], set[str]]:
    """The names that a statement reads and those that it binds, functions and imports included."""
    read: set[str] = set()
    bound: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).split(".")[0])
    return read, bound
