"""The plan of a course: which lessons it has, in which order, with which exercises.

A plan is a small TOML file. Its table ``[lessons]`` has a line for each lesson, in the order in
which they are taught; what is not there is left out::

    [lessons]
    explore_movielens = [1, 3]
    find_neighbours = [2]

Lines of ``book/course.toml`` may be copied as they are: ``explore_movielens = { exercises = [1, 3],
minutes = 70, … }``. A plan reads their exercises and no more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from course import lessons, listing, parts
from helpers.errors import PlanError

NUMBERED = re.compile(r"\d\d_(?P<slug>\w+)")


@dataclass(frozen=True)
class Chapter:
    """A lesson at its place in the plan.

    Attributes:
        slug: the name of its notebook without the number; it identifies the lesson.
        title: its heading.
        source_number: the two digits with which the whole course calls this lesson.
        number: the two digits with which the plan does.
        exercises: the numbers of the exercises that it keeps.
        following: the slug of the lesson that follows it in the whole course; empty at the end.
    """

    slug: str
    title: str
    source_number: str
    number: str
    exercises: tuple[int, ...]
    following: str = ""

    @property
    def name(self) -> str:
        """The file name in the course, without ``.ipynb``."""
        return f"{self.source_number}_{self.slug}"

    @property
    def new_name(self) -> str:
        """The file name in the edition, without ``.ipynb``."""
        return f"{self.number}_{self.slug}"


@dataclass(frozen=True)
class Plan:
    """The chapters of an edition, and the titles of all lessons by their name in the course."""

    chapters: tuple[Chapter, ...]
    titles: dict[str, str]

    def next(self, chapter: Chapter) -> Chapter | None:
        """The chapter after that one; None after the last."""
        after = self.chapters.index(chapter) + 1
        return self.chapters[after] if after < len(self.chapters) else None


def read(file: Path | None = None, *, notebooks: Path | None = None) -> Plan:
    """The plan in that file, checked against the lessons that there are.

    The whole course in its order keeps its numbers. Any other plan is numbered from 01, without
    gaps.

    Args:
        file: a TOML file; the one that comes with the course if it is left out.
        notebooks: the folder of the lessons; that of this checkout if it is left out.

    Raises:
        PlanError: the file is missing or not TOML; it names a lesson or an exercise that the course
            does not have, or one twice; it names no lesson.
    """
    notebooks = lessons.folder() if notebooks is None else notebooks
    if file is None:
        listing.course(notebooks)
        file = notebooks.parent / "book" / listing.FILE
    paths = lessons.find(notebooks=notebooks)
    course = {lessons.slug_of(path): lessons.read(path) for path in paths}
    numbers = lessons.numbers(notebooks=notebooks)
    wanted = listing.table(file)
    following = dict(pairwise(course))
    whole = list(wanted) == list(course)
    chapters = []
    for place, (slug, value) in enumerate(wanted.items(), 1):
        if slug not in course:
            raise PlanError(_unknown(slug, list(course), file))
        kept = _exercises(value, parts.exercises(course[slug]), f"{file}, [lessons] {slug}")
        number = numbers[slug] if whole else f"{place:02d}"
        heading, after = parts.title(course[slug]), following.get(slug, "")
        chapters.append(Chapter(slug, heading, numbers[slug], number, kept, after))
    titles = {f"{numbers[slug]}_{slug}": parts.title(course[slug]) for slug in course}
    return Plan(tuple(chapters), titles)


def _unknown(name: str, known: list[str], file: Path) -> str:
    """What to write instead of a name that no lesson has."""
    numbered = NUMBERED.fullmatch(name)
    if numbered and numbered["slug"] in known:
        return (
            f"{file}, [lessons]: a lesson is named without its number. Write "
            f"{numbered['slug']} instead of {name}."
        )
    return f"{file}, [lessons]: there is no lesson {name!r}. There are: {', '.join(known)}."


def _exercises(value: Any, known: list[int], place: str) -> tuple[int, ...]:
    """The numbers of the exercises to keep, in the order of the lesson."""
    if isinstance(value, dict):
        listing.check_keys(value, place, needed=["exercises"])
        value = value["exercises"]
    allowed = f"Allowed is a list of numbers out of {known}; [] keeps none."
    if not isinstance(value, list) or any(type(number) is not int for number in value):
        raise PlanError(f"{place}: {value!r} is not a list of numbers. {allowed}")
    unknown = [number for number in value if number not in known]
    if unknown:
        raise PlanError(f"{place}: there is no exercise {unknown[0]}. {allowed}")
    if len(set(value)) < len(value):
        raise PlanError(f"{place}: an exercise is named twice. {allowed}")
    return tuple(sorted(value))
