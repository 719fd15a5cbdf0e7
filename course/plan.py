"""The plan of a course: which lessons it has, in which order, with which exercises.

A plan is a small TOML file. Its table ``[lessons]`` has a line for each lesson, in the order in
which they are taught; what is not there is left out::

    [lessons]
    03_explore_movielens = [1, 3]
    04_find_neighbours = [2]
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from course import lessons, parts
from helpers.errors import PlanError

DEFAULT = Path("book") / "course.toml"


@dataclass(frozen=True)
class Chapter:
    """A lesson at its place in the plan.

    Attributes:
        name: the file name of the lesson in the course, without ``.ipynb``; it identifies it.
        title: its heading.
        number: its place in the plan, from 1.
        exercises: the numbers of the exercises that it keeps.
        following: the name of the lesson that follows it in the whole course; empty at the end.
    """

    name: str
    title: str
    number: int
    exercises: tuple[int, ...]
    following: str = ""

    @property
    def source_number(self) -> str:
        """The two digits with which the whole course calls this lesson."""
        return self.name[:2]

    @property
    def slug(self) -> str:
        """What names the lesson wherever its place does not matter, such as its checks."""
        return self.name.partition("_")[2]

    @property
    def new_name(self) -> str:
        """The file name in the edition, without ``.ipynb``."""
        return f"{self.number:02d}{self.name[2:]}"


@dataclass(frozen=True)
class Plan:
    """The chapters of an edition, and the titles of all lessons of the course by their name."""

    chapters: tuple[Chapter, ...]
    titles: dict[str, str]

    def next(self, chapter: Chapter) -> Chapter | None:
        """The chapter after that one; None after the last."""
        return self.chapters[chapter.number] if chapter.number < len(self.chapters) else None


def read(file: Path | None = None, *, notebooks: Path | None = None) -> Plan:
    """The plan in that file, checked against the lessons that there are.

    Args:
        file: a TOML file; the one that comes with the course where it is left out.
        notebooks: the folder of the lessons; that of this checkout where it is left out.

    Raises:
        PlanError: the file is missing or no TOML; it names a lesson or an exercise that the course
            does not have, one twice, or none.
    """
    notebooks = lessons.folder() if notebooks is None else notebooks
    file = notebooks.parent / DEFAULT if file is None else file
    course = {path.stem: lessons.read(path) for path in lessons.find(notebooks=notebooks)}
    wanted = _table(file, list(course))
    names = list(course)
    following = dict(pairwise(names))
    chapters = []
    for number, (name, value) in enumerate(wanted.items(), 1):
        if name not in course:
            known = ", ".join(names)
            raise PlanError(f"{file}, [lessons]: there is no lesson {name!r}. There are: {known}.")
        kept = _exercises(value, parts.exercises(course[name]), f"{file}, [lessons] {name}")
        heading, after = parts.title(course[name]), following.get(name, "")
        chapters.append(Chapter(name, heading, number, kept, after))
    return Plan(tuple(chapters), {name: parts.title(course[name]) for name in names})


def _table(file: Path, names: list[str]) -> dict[str, Any]:
    """The table [lessons] as it stands in the file."""
    example = f"[lessons]\n{names[0]} = [1, 2]"
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise PlanError(
            f"There is no file {file}. The plan of the whole course is {DEFAULT.as_posix()} in the "
            "repository: copy it, then change the copy."
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlanError(
            f"{file} cannot be read as TOML: {error}. Each lesson has one line of its own, as in:\n"
            f"{example}"
        ) from error
    unknown = [key for key in found if key != "lessons"]
    if unknown:
        raise PlanError(f"{file}: the key {unknown[0]!r} is unknown. Allowed is: [lessons].")
    wanted = found.get("lessons")
    if not isinstance(wanted, dict) or not wanted:
        raise PlanError(f"{file}: there is no lesson under [lessons]. For example:\n{example}")
    return wanted


def _exercises(value: Any, known: list[int], place: str) -> tuple[int, ...]:
    """The numbers of the exercises to keep, in the order of the lesson."""
    allowed = f"Allowed is a list of numbers out of {known}; [] keeps none."
    if not isinstance(value, list) or any(type(number) is not int for number in value):
        raise PlanError(f"{place}: {value!r} is no list of numbers. {allowed}")
    unknown = [number for number in value if number not in known]
    if unknown:
        raise PlanError(f"{place}: there is no exercise {unknown[0]}. {allowed}")
    if len(set(value)) < len(value):
        raise PlanError(f"{place}: an exercise stands there twice. {allowed}")
    return tuple(sorted(value))
