"""Pages that name the lessons, made from the list: ``course lessons --update`` rewrites them.

A map of the lessons is between two comments on its page; the rest of a page is left as it is. Links
that name the file of a lesson get its present number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from course import lessons, listing, parts
from course.listing import Listed
from course.measured import board_pages
from helpers.errors import LessonError
from helpers.evaluation import stored_leaderboard

if TYPE_CHECKING:
    from nbformat import NotebookNode

BEGIN = "<!-- lessons: made by `course lessons --update` -->"
END = "<!-- lessons: end -->"
README = "README.md"
PAGES = ("README.md", "book/*.md", "book/teach/**/*.md")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")


@dataclass(frozen=True)
class Row:
    """A lesson as the maps show it.

    Attributes:
        path: its notebook.
        listed: what the list says of it.
        title: its heading.
        times: what it states.
    """

    path: Path
    listed: Listed
    title: str
    times: parts.Times

    @property
    def number(self) -> str:
        """The two digits of the lesson."""
        return lessons.number_of(self.path)

    @property
    def short_title(self) -> str:
        """The heading up to its colon."""
        return self.title.partition(":")[0]


def readme_map(rows: list[Row]) -> str:
    """The course map of the README: a table with a line for each part and each lesson."""
    lines = ["| | lesson | runs in | to teach | ends with |", "|---|---|--:|--:|---|"]
    for roman, part, group in _by_part(rows):
        lines.append(f"| **{roman}** | **{part}** | | | |")
        lines += [
            f"| {row.number} | [{row.title}](notebooks/{row.path.name}) | "
            f"{row.times.run_seconds} s | {row.listed.minutes} min | {row.listed.ends_with} |"
            for row in group
        ]
    return "\n".join(lines)


def teachers_pages(rows: list[Row]) -> str:
    """Links to the page of each lesson in the teacher's pack, part by part."""
    return "\n".join(
        f"- {part}: "
        + " · ".join(f"[{row.number} {row.short_title}]({row.listed.slug}.md)" for row in group)
        for _roman, part, group in _by_part(rows)
    )


def syllabus(rows: list[Row]) -> str:
    """The minutes of each lesson, and of all."""
    lines = ["| lesson | teaching | exercises |", "|---|--:|--:|"]
    lines += [
        f"| [{row.number} {row.short_title}]({row.listed.slug}.md) | {row.times.teaching} | "
        f"{row.times.exercises} |"
        for row in rows
    ]
    teaching = sum(row.times.teaching for row in rows)
    exercises = sum(row.times.exercises for row in rows)
    return "\n".join([*lines, f"| all | {teaching} | {exercises} |"])


MAPS: dict[str, Callable[[list[Row]], str]] = {
    README: readme_map,
    "book/teach/index.md": teachers_pages,
    "book/teach/syllabus.md": syllabus,
}


def outdated(root: Path) -> dict[Path, str]:
    """The files that do not fit the lessons, with the text that they should have.

    Args:
        root: the folder of a checkout.

    Raises:
        PlanError: the list and the notebooks do not agree: see ``listing.course``.
        LessonError: a lesson states no times.
        DataError: a page lacks the comments around its map.
    """
    notebooks = root / "notebooks"
    listed = listing.course(notebooks)
    read = {path: lessons.read(path) for path in lessons.find(notebooks=notebooks)}
    rows = [_row(path, notebook, listed) for path, notebook in read.items()]
    texts = dict(_pages(root, rows)) | dict(_notebooks(read))
    return {path: text for path, text in texts.items() if text != path.read_text(encoding="utf-8")}


def with_names(text: str, paths: list[Path]) -> str:
    """The text with the present number before each name of a lesson's notebook or page.

    Example:
        >>> with_names("[b](07_b.ipynb), 07_b", [Path("01_a.ipynb"), Path("05_b.ipynb")])
        '[b](05_b.ipynb), 07_b'
    """
    names = {lessons.slug_of(path): path.stem for path in paths}
    slugs = "|".join(map(re.escape, names))
    return re.sub(
        rf"(?<!\w)\d\d_({slugs})(?=\.(?:ipynb|html)\b)", lambda match: names[match[1]], text
    )


def _pages(root: Path, rows: list[Row]) -> Iterator[tuple[Path, str]]:
    for path in sorted({path for pattern in PAGES for path in root.glob(pattern)}):
        text = with_names(path.read_text(encoding="utf-8"), [row.path for row in rows])
        name = path.relative_to(root).as_posix()
        if name == README:
            boards = stored_leaderboard("random"), stored_leaderboard("time")
            table = board_pages.readme_table(*boards, notebooks=root / "notebooks")
            text = board_pages.with_table(text, table)
        if name in MAPS:
            text = board_pages.between(text, MAPS[name](rows), BEGIN, END)
        yield path, text


def _notebooks(read: dict[Path, NotebookNode]) -> Iterator[tuple[Path, str]]:
    import nbformat

    for path, notebook in read.items():
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = with_names(cell.source, list(read))
        yield path, nbformat.writes(notebook) + "\n"


def _row(path: Path, notebook: NotebookNode, listed: dict[str, Listed]) -> Row:
    times = parts.times(notebook)
    if times is None:
        raise LessonError(f"{path.name} states no times in its first cell: see CONTRIBUTING.md.")
    return Row(path, listed[lessons.slug_of(path)], parts.title(notebook), times)


def _by_part(rows: list[Row]) -> Iterator[tuple[str, str, list[Row]]]:
    """The number of each part, its name and its lessons."""
    groups = groupby(rows, key=lambda row: row.listed.part)
    for place, (part, group) in enumerate(groups):
        yield ROMAN[place], part, list(group)
