"""Find the lessons, by the number or by the slug in the name of their file; read and write them.

``05_factorize_movielens.ipynb`` has the number 05 and the slug ``factorize_movielens``. The number
is a place in the order and nothing else: everything that belongs to a lesson is kept by its slug.
Numbers may have gaps.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.errors import LessonError
from helpers.files import written_whole

if TYPE_CHECKING:
    from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
NAME = re.compile(r"(?P<number>\d\d)_(?P<slug>\w+)")


def folder() -> Path:
    """The folder that holds the notebooks of this checkout.

    Raises:
        LessonError: the package was installed without them.
    """
    if not NOTEBOOKS.is_dir():
        raise LessonError(
            f"There is no folder {NOTEBOOKS}: the lessons come with the repository, not with the "
            "installed package. Clone the repository and run this command from there."
        )
    return NOTEBOOKS


def number_of(lesson: Path) -> str:
    """The two digits with which the name of the file begins.

    Example:
        >>> number_of(Path("05_factorize_movielens.ipynb"))
        '05'
    """
    return lesson.stem.partition("_")[0]


def slug_of(lesson: Path) -> str:
    """The name of the file without its number: it stays when lessons are inserted or reordered.

    Example:
        >>> slug_of(Path("05_factorize_movielens.ipynb"))
        'factorize_movielens'
    """
    return lesson.stem.partition("_")[2]


def find(wanted: Sequence[str] = (), *, notebooks: Path | None = None) -> list[Path]:
    """The lessons of those numbers or slugs, in the order of the course; all when none is given.

    Args:
        wanted: ``"5"``, ``"05"`` or ``"factorize_movielens"``.
        notebooks: the folder of the lessons; that of this checkout if it is left out.

    Raises:
        LessonError: there is no such lesson, there are no lessons at all, or two of them have the
            same number or the same slug.
    """
    notebooks = folder() if notebooks is None else notebooks
    lessons = sorted(
        path for path in notebooks.glob("[0-9][0-9]_*.ipynb") if NAME.fullmatch(path.stem)
    )
    if not lessons:
        raise LessonError(f"There are no lessons in {notebooks}: no file is called 01_….ipynb.")
    by_number: dict[str, Path] = {}
    by_slug: dict[str, Path] = {}
    for path in lessons:
        for name, known in ((number_of(path), by_number), (slug_of(path), by_slug)):
            if name in known:
                raise LessonError(
                    f"{known[name].name} and {path.name} in {notebooks} are both called {name!r}: "
                    "give one of them another number and name, or a name without a number."
                )
            known[name] = path
    chosen = {_named(text, by_number, by_slug) for text in wanted} or set(lessons)
    return [path for path in lessons if path in chosen]


def _named(text: str, by_number: dict[str, Path], by_slug: dict[str, Path]) -> Path:
    """The lesson of that number or slug."""
    number = f"{int(text):02d}" if text.isascii() and text.isdecimal() else text
    path = by_number.get(number) or by_slug.get(text)
    if path is None:
        known = ", ".join(f"{number_of(path)} {slug_of(path)}" for path in by_number.values())
        raise LessonError(f"There is no lesson {text!r}. The lessons are {known}.")
    return path


def numbers(*, notebooks: Path | None = None) -> dict[str, str]:
    """The number of each lesson by its slug, in the order of the course.

    Raises:
        LessonError: as ``find``.

    Example:
        >>> numbers()["fill_in_a_rating_matrix"]
        '01'
    """
    return {slug_of(path): number_of(path) for path in find(notebooks=notebooks)}


def code_cells(lesson: Path) -> int:
    """How many code cells a lesson has, which is what its progress is counted in."""
    return sum(cell.cell_type == "code" for cell in read(lesson).cells)


def read(lesson: Path) -> NotebookNode:
    """The notebook in that file.

    Raises:
        LessonError: the file is missing, or no notebook.
    """
    import nbformat

    try:
        return nbformat.read(lesson, as_version=4)
    except (OSError, UnicodeDecodeError, nbformat.reader.NotJSONError) as error:
        raise LessonError(f"{lesson} cannot be read as a notebook: {error}") from error


def write(notebook: NotebookNode, target: Path) -> None:
    """Write all of the notebook or nothing, with the same bytes on every system."""
    import nbformat

    with written_whole(target) as unfinished:
        unfinished.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
