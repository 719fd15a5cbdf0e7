"""The one list of lessons, ``book/course.toml``: what it says of each, and whether it is true.

Its table ``[lessons]`` has one line for each lesson, in the order in which they are taught::

    [lessons]
    explore_movielens = { part = "Ratings", minutes = 70, budget = 10, exercises = [1, 2, 3],
                          ends_with = "the best film of all time" }  # on one line
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Any

from course import lessons
from helpers.errors import PlanError

FILE = "course.toml"
MOST_SECONDS = 60  # of any lesson


@dataclass(frozen=True)
class Listed:
    """What the list says of a lesson.

    Attributes:
        slug: the name of its notebook without the number.
        part: the part of the course that it belongs to.
        minutes: to teach it and to do its exercises.
        budget: seconds that it may take.
        exercises: the numbers of its exercises.
        ends_with: what a learner has reached, in a few words.
    """

    slug: str
    part: str
    minutes: int
    budget: float
    exercises: tuple[int, ...]
    ends_with: str


KEYS = tuple(field.name for field in fields(Listed))[1:]


def read(file: Path) -> dict[str, Listed]:
    """The list in that file by slug, in its order.

    Raises:
        PlanError: the file is missing or not TOML; something of a lesson is missing, unknown or of
            the wrong kind; the lessons of a part do not follow each other.
    """
    listed = {
        slug: _listed(slug, value, f"{file}, [lessons] {slug}")
        for slug, value in table(file).items()
    }
    begun: list[str] = []
    for lesson in listed.values():
        if lesson.part in begun[:-1]:
            raise PlanError(
                f"{file}, [lessons] {lesson.slug}: the part {lesson.part!r} has ended before "
                f"{begun[-1]!r}. Move the line to the others of its part, or change its part."
            )
        if lesson.part not in begun:
            begun.append(lesson.part)
    return listed


def course(notebooks: Path | None = None) -> dict[str, Listed]:
    """The list of a checkout by slug, which its notebooks agree with.

    Args:
        notebooks: the folder of the lessons; that of this checkout if it is left out.

    Raises:
        PlanError: as ``read``; a lesson has no line or a line no lesson; their orders differ.
    """
    notebooks = lessons.folder() if notebooks is None else notebooks
    file = notebooks.parent / "book" / FILE
    listed = read(file)
    there = {lessons.slug_of(path): path for path in lessons.find(notebooks=notebooks)}
    for slug in listed:
        if slug not in there:
            raise PlanError(
                f"{file}, [lessons] {slug}: there is no notebook {notebooks / f'NN_{slug}.ipynb'}. "
                "Add it, or delete the line."
            )
    for slug, path in there.items():
        if slug not in listed:
            raise PlanError(f"{path.name} is not in {file}. Add a line such as:\n{example(slug)}")
    for before, after in pairwise(listed):
        if there[before] > there[after]:
            raise PlanError(
                f"{file} has {before} before {after}, but {there[after].name} comes before "
                f"{there[before].name}. Move the line, or give the notebook another number."
            )
    return listed


def example(slug: str) -> str:
    """A line of the list, to be adapted."""
    return (
        f'{slug} = {{ part = "Ratings", minutes = 60, budget = 30, exercises = [1, 2, 3], '
        'ends_with = "a figure or a thought" }'
    )


def table(file: Path) -> dict[str, Any]:
    """The table ``[lessons]`` of the list, or of a plan in the same form.

    Raises:
        PlanError: the file is missing or not TOML, or has no such table, or something else.
    """
    one = "[lessons]\nfactorize_movielens = [1, 2]"
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise PlanError(
            f"There is no file {file}. The plan of the whole course is book/{FILE} in the "
            "repository: copy it, then change the copy."
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlanError(
            f"{file} cannot be read as TOML: {error}. Each lesson has one line of its own, as "
            f"in:\n{one}"
        ) from error
    unknown = [key for key in found if key != "lessons"]
    if unknown:
        raise PlanError(f"{file}: the key {unknown[0]!r} is unknown. Allowed is: [lessons].")
    wanted = found.get("lessons")
    if not isinstance(wanted, dict) or not wanted:
        raise PlanError(f"{file}: there is no lesson under [lessons]. For example:\n{one}")
    return wanted


def check_keys(value: dict[str, Any], place: str, *, needed: Collection[str]) -> None:
    """Refuse a line that lacks a key or has one that nobody reads.

    Raises:
        PlanError: that is so.
    """
    unknown = [key for key in value if key not in KEYS]
    if unknown:
        raise PlanError(f"{place}: {unknown[0]!r} is unknown. Allowed are: {', '.join(KEYS)}.")
    missing = [key for key in needed if key not in value]
    if missing:
        raise PlanError(f"{place}: {missing[0]!r} is missing.")


def _listed(slug: str, value: Any, place: str) -> Listed:
    if not isinstance(value, dict):
        raise PlanError(
            f"{place}: {value!r} is short. The list needs the whole line, as in:\n{example(slug)}"
        )
    check_keys(value, place, needed=KEYS)
    for key in ("part", "ends_with"):
        if not isinstance(value[key], str) or not value[key].strip():
            raise PlanError(f"{place}: {key} = {value[key]!r} is not a text in quotes.")
    if type(value["minutes"]) is not int or value["minutes"] <= 0:
        raise PlanError(f"{place}: minutes = {value['minutes']!r} is not a whole number above 0.")
    budget = value["budget"]
    if type(budget) not in (int, float) or not 0 < budget <= MOST_SECONDS:
        raise PlanError(
            f"{place}: budget = {budget!r}; a lesson may take up to {MOST_SECONDS} seconds."
        )
    exercises = value["exercises"]
    if not isinstance(exercises, list) or any(type(number) is not int for number in exercises):
        raise PlanError(f"{place}: exercises = {exercises!r} is not a list of numbers.")
    return Listed(
        slug, value["part"], value["minutes"], budget, tuple(exercises), value["ends_with"]
    )
