"""Find what was handed in: by which student, and for which lesson."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from course import lessons
from course.grading import submitted
from helpers.errors import SubmissionError

SKIPPED = re.compile(r"^(\.|__MACOSX$)")
# What learning platforms add, as in "Ada Lovelace_12345_assignsubmission_file_".
PLATFORM = re.compile(r"_\d+_assignsubmission_file_?")
COPY = re.compile(r"\s*\(\d+\)$|[-_ ]copy\d*$", flags=re.IGNORECASE)
NUMBER = re.compile(r"(?<!\d)(\d\d)(?!\d)")
CHECKS = re.compile(r"helpers\.checks\.lessons import (\w+)")


@dataclass(frozen=True)
class Submission:
    """A notebook that was handed in.

    Attributes:
        student: from the name of the folder, or of the file.
        lesson: the slug of the lesson; empty if none is recognised.
        path: the file.
        problem: why it cannot be graded; empty if it can.
        passed_over: older files of the same student and lesson.
    """

    student: str
    lesson: str
    path: Path
    problem: str = ""
    passed_over: tuple[str, ...] = ()


def find(folder: Path, course: Sequence[Path]) -> list[Submission]:
    """The submissions in a folder, by student and lesson.

    Either one folder per student, at any depth below, or all files in one folder with the student's
    name in each, as in ``05_factorize_movielens_ada.ipynb`` or ``05_ada.ipynb``. Links are not
    followed. Of two files of one student for one lesson, the newer is taken.

    Args:
        folder: where they are.
        course: the lessons of the course, to recognise those of students.

    Raises:
        SubmissionError: there is no such folder, or no notebook in it.
    """
    if not folder.is_dir():
        raise SubmissionError(f"There is no folder {folder}.")
    found: dict[tuple[str, str], list[Submission]] = {}
    for path in sorted(folder.rglob("*.ipynb")):
        inside = path.relative_to(folder).parts
        parts = [folder.joinpath(*inside[: depth + 1]) for depth in range(len(inside))]
        linked = any(part.is_symlink() for part in parts)
        if linked or any(SKIPPED.match(part) for part in inside) or not path.is_file():
            continue
        submission = _submission(path, inside, course)
        key = (submission.student, submission.lesson or str(path))
        found.setdefault(key, []).append(submission)
    if not found:
        raise SubmissionError(
            f"There is no notebook in {folder}. Give one folder per student with the notebooks in "
            "it, or files with the student's name at the end, such as 05_ada.ipynb."
        )
    return [_newest(each) for _, each in sorted(found.items())]


def _submission(path: Path, inside: tuple[str, ...], course: Sequence[Path]) -> Submission:
    lesson, problem = _lesson(path, course)
    if len(inside) > 1:
        student = PLATFORM.split(inside[0])[0]
    else:
        student = student_of(path.stem, [lessons.slug_of(other) for other in course])
    return Submission(student.strip() or path.stem, lesson, path, problem)


def student_of(stem: str, slugs: Sequence[str]) -> str:
    """The student's name in the name of a file.

    Args:
        stem: the name of the file without ``.ipynb``. Its number is that of the edition, which may
            have another order than the course.
        slugs: those of the lessons.

    Example:
        >>> student_of("05_factorize_movielens_ada", ["factorize_movielens"])
        'ada'
        >>> student_of("Ada Lovelace_12345_assignsubmission_file_05_factorize_movielens", [])
        'Ada Lovelace'
        >>> student_of("05-grace-hopper (1)", [])
        'grace hopper'
    """
    if PLATFORM.search(stem):
        return PLATFORM.split(stem)[0]
    stem = COPY.sub("", stem)
    for slug in sorted(slugs, key=len, reverse=True):
        stem = stem.replace(f"_{slug}", "")
    return " ".join(re.split(r"[\W_]+", NUMBER.sub("", stem))).strip()


def _lesson(path: Path, course: Sequence[Path]) -> tuple[str, str]:
    """The lesson's slug and what is wrong with the file: its content says, else its name."""
    numbers = {lessons.number_of(other): lessons.slug_of(other) for other in course}
    slugs = sorted(numbers.values(), key=len, reverse=True)
    number = NUMBER.search(path.stem)
    # A slug says more than a number, which is that of the edition.
    named = next((slug for slug in slugs if slug in path.stem), "")
    named = named or (numbers.get(number[1], "") if number else "")
    try:
        notebook = submitted.read(path)
    except SubmissionError as error:
        return named, str(error)
    imported = CHECKS.search("\n".join(cell.source for cell in notebook.cells))
    for candidate in (imported[1] if imported else "", notebook.lesson, named):
        if candidate in slugs:
            return candidate, ""
    return "", "It cannot be recognised as a lesson of this course."


def _newest(submissions: list[Submission]) -> Submission:
    ordered = sorted(submissions, key=lambda each: (each.path.stat().st_mtime, each.path.name))
    last = ordered[-1]
    older = tuple(each.path.name for each in ordered[:-1])
    return Submission(last.student, last.lesson, last.path, last.problem, older)
