"""Change the numbers and links by which lessons name each other to those of a plan."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from course import parts
from course.editions.links import with_links
from course.plan import Chapter, Plan

if TYPE_CHECKING:
    from nbformat import NotebookNode

BETWEEN = r",\s+|,?\s+and\s+|,?\s+or\s+|\s+to\s+"
MENTION = re.compile(rf"\b(lessons?\s+)(\d\d(?:(?:{BETWEEN})\d\d)*)\b", flags=re.IGNORECASE)


def follow(
    notebook: NotebookNode, plan: Plan, chapter: Chapter, *, ships: Callable[[str], bool]
) -> NotebookNode:
    """A copy of a lesson that names the others as the plan does, and links to the plan's next.

    Args:
        notebook: the lesson.
        plan: the plan.
        chapter: the place of this lesson in it.
        ships: whether the edition has the file with that path, relative to the notebooks; a link
            to one that it lacks becomes plain text.
    """
    found = parts.split(notebook)
    upcoming = plan.next(chapter)
    if (upcoming.slug if upcoming else "") != chapter.following:
        for part in found:
            if part.level == 2 and part.title == "Next":
                part.cells = part.cells[:1]
                part.cells[0].source = f"## Next\n\n{_next(upcoming)}"
    followed = parts.join(notebook, found)
    numbers = {name.partition("_")[0]: f"“{title}”" for name, title in plan.titles.items()}
    numbers |= {c.source_number: c.number for c in plan.chapters}
    files = {f"{name}.ipynb": "" for name in plan.titles}
    files |= {f"{c.name}.ipynb": f"{c.new_name}.ipynb" for c in plan.chapters}

    def lead(file: str) -> str:
        return files.get(file, file if ships(file) else "")

    for cell in followed.cells:
        if cell.cell_type == "markdown":
            cell.source = with_links(cell.source, lead)
        _renumber_cell(cell, numbers)
    return followed


def renumber(text: str, numbers: dict[str, str]) -> str:
    """The text with each number after "lesson" or "lessons" replaced.

    Example:
        >>> renumber("as in lessons 01, 02 and 05", {"01": "01", "02": "“Two”", "05": "03"})
        'as in lessons 01, “Two” and 03'
    """

    def replaced(match: re.Match[str]) -> str:
        listed = re.sub(r"(\d\d)\s+to\s+(\d\d)", lambda m: _range(m, numbers), match[2])
        return match[1] + re.sub(r"\d\d(?!\d)", lambda m: numbers.get(m[0], m[0]), listed)

    return MENTION.sub(replaced, text)


def _range(match: re.Match[str], numbers: dict[str, str]) -> str:
    """A range as it is if all its lessons have kept their numbers, else its lessons one by one."""
    # Not every number between the two is that of a lesson.
    within = [number for number in sorted(numbers) if match[1] <= number <= match[2]]
    if all(numbers[number] == number for number in within):
        return match[0]
    return " and ".join([", ".join(within[:-1]), within[-1]] if within[:-1] else within)


def _next(upcoming: Chapter | None) -> str:
    if upcoming is None:
        return (
            "That was the last lesson of this course. The [course map](../README.md) has them all."
        )
    return f"[{upcoming.title}]({upcoming.new_name}.ipynb) comes next."


def _renumber_cell(cell: NotebookNode, numbers: dict[str, str]) -> None:
    """The numbers in prose, in comments and printed text, and in what was printed."""
    cell.source = renumber(cell.source, numbers)
    for output in cell.get("outputs", []):
        if "text" in output:
            output.text = renumber(output.text, numbers)
        for kind, value in copy.copy(output.get("data", {})).items():
            if kind.startswith("text/") and isinstance(value, str):
                output.data[kind] = renumber(value, numbers)
