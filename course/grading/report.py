"""The results in files: a table, one page per student, and an overview."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from course.grading import judging
from course.grading.grading import Graded, Outcome
from helpers.files import written_whole

COLUMNS = ("student", "lesson", "exercise", "verdict", "points", "message")
# A spreadsheet runs a text that begins like this as a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
UNREMARKABLE = {judging.IS_RIGHT, judging.IS_WRONG, judging.IS_MISSING}
LONGEST_FILE_NAME = 60


def write(outcome: Outcome, output: Path) -> None:
    """Write ``grades.csv``, ``index.html`` and a page for each student into a folder."""
    from jinja2 import Environment, PackageLoader

    templates = Environment(
        loader=PackageLoader("course.grading"),
        autoescape=True,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    # A lesson is called by the number that it has in the course, and by its name.
    templates.filters["number"] = lambda slug: outcome.numbers.get(slug, slug or "?")
    templates.filters["called"] = lambda slug: called(slug, outcome.numbers)
    order = {slug: place for place, slug in enumerate(outcome.numbers, 1)}
    rows = sorted(
        outcome.graded, key=lambda row: (row.student, order.get(row.lesson, 0), row.exercise)
    )
    files = file_names([row.student for row in rows])
    _write(output / "grades.csv", "\ufeff" + table(rows))
    for student, name in files.items():
        theirs = [row for row in rows if row.student == student]
        page = templates.get_template("student.html").render(
            student=student,
            rows=theirs,
            lessons=[(slug, list(of)) for slug, of in groupby(theirs, lambda row: row.lesson)],
            points=sum(row.points for row in theirs),
        )
        _write(output / name, page)
    overview = templates.get_template("overview.html").render(
        rows=rows,
        files=files,
        students=[_student(student, files[student], rows) for student in files],
        lessons=sorted({row.lesson for row in rows}, key=lambda slug: order.get(slug, 0)),
        remarkable=[row for row in rows if row.notes or row.verdict.word not in UNREMARKABLE],
        walls=outcome.walls,
        limits=outcome.limits,
    )
    _write(output / "index.html", overview)


def called(slug: str, numbers: Mapping[str, str]) -> str:
    """What a lesson is called on a page: its number and its name in words.

    Example:
        >>> called("find_neighbours", {"find_neighbours": "04"})
        '04 find neighbours'
    """
    return f"{numbers.get(slug, '')} {slug.replace('_', ' ')}".strip()


def table(rows: Sequence[Graded]) -> str:
    """The rows as CSV; no text in it is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        told = " ".join([row.verdict.message, *row.notes])
        values = (row.student, row.lesson, row.exercise, row.verdict.word, row.points, told)
        writer.writerow([_plain(value) for value in values])
    return text.getvalue()


def file_names(students: Sequence[str]) -> dict[str, str]:
    """A file name for each student: safe on every system, and all different.

    Example:
        >>> file_names(["Ada Lovelace", "../ada", "Zoë"])
        {'Ada Lovelace': 'ada-lovelace.html', '../ada': 'ada.html', 'Zoë': 'zoe.html'}
    """
    names: dict[str, str] = {}
    for student in dict.fromkeys(students):
        ascii_only = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode()
        stem = re.sub(r"[^a-z0-9]+", "-", ascii_only.casefold()).strip("-")[:LONGEST_FILE_NAME]
        stem = stem or "student"
        # On Windows these are devices, with any file extension.
        stem = f"{stem}-" if re.fullmatch(r"con|prn|aux|nul|(com|lpt)\d", stem) else stem
        # No page may overwrite the overview.
        taken, number, name = {*names.values(), "index.html"}, 2, f"{stem}.html"
        while name in taken:
            name, number = f"{stem}-{number}.html", number + 1
        names[student] = name
    return names


def _student(name: str, file: str, rows: Sequence[Graded]) -> dict[str, Any]:
    theirs = [row for row in rows if row.student == name]
    points: dict[str, int] = {}
    for row in theirs:
        points[row.lesson] = points.get(row.lesson, 0) + row.points
    return {"name": name, "file": file, "points": points, "total": sum(points.values())}


def _plain(value: Any) -> Any:
    """The value on one line, never a formula."""
    if not isinstance(value, str):
        return value
    line = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", value).split())
    return f"'{line}" if line.startswith(FORMULA) else line


def _write(path: Path, text: str) -> None:
    """Write all of it or nothing; characters that cannot be encoded are replaced."""
    with written_whole(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8", errors="replace", newline="\n")
