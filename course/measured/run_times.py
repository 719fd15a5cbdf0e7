"""How long the lessons take, measured once and stored with the machine that measured."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from course import listing
from course.lessons import LessonRun, slug_of
from course.measured.stored import save_measured, stored_measured, this_machine
from helpers.errors import DataError

FILE = "run_times.csv"
COLUMNS = ["lesson", "seconds", "peak_memory"]


@dataclass(frozen=True)
class RunTime:
    """Wall-clock seconds and peak memory, in bytes, of one lesson."""

    seconds: float
    peak_memory: int


@dataclass(frozen=True)
class RunTimes:
    """The machine in words, and what each lesson took, by its slug."""

    machine: str
    lessons: dict[str, RunTime]


def save_run_times(runs: Sequence[LessonRun], folder: Path) -> Path:
    """Write ``run_times.csv``: the machine in the first line, then a row for each good run."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(COLUMNS)
    for run in runs:
        if run.error is None:
            writer.writerow([slug_of(run.lesson), f"{run.seconds:.1f}", run.peak_memory])
    target = folder / FILE
    save_measured(target, this_machine(), lines.getvalue())
    return target


def stored_run_times(folder: Path) -> RunTimes | None:
    """What ``save_run_times`` wrote to that folder; None if there is no such file.

    Raises:
        DataError: the file is something else.
    """
    path = folder / FILE
    stored = stored_measured(path)
    if stored is None:
        return None
    machine, rows = stored
    try:
        found = {
            row["lesson"]: RunTime(float(row["seconds"]), int(row["peak_memory"]))
            for row in csv.DictReader(io.StringIO(rows))
        }
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path} is not a table of run times: {error!r}.") from error
    return RunTimes(machine, found)


def budgets(folder: Path) -> dict[str, float]:
    """Seconds that each lesson may take, by its slug; none if the folder has no list of lessons.

    Args:
        folder: that of the list, ``book``; a students' edition has none.

    Raises:
        PlanError: see ``listing.read``.
    """
    file = folder / listing.FILE
    if not file.is_file():
        return {}
    return {slug: lesson.budget for slug, lesson in listing.read(file).items()}


def over_budget(runs: Sequence[LessonRun], folder: Path) -> list[str]:
    """A sentence for each good run that took longer than its lesson may."""
    allowed = budgets(folder)
    return [
        f"{run.lesson.stem} took {run.seconds:.0f} s. On a quiet machine with two cores it should "
        f"take less than {allowed[slug_of(run.lesson)]:g} s."
        for run in runs
        if run.error is None and run.seconds > allowed.get(slug_of(run.lesson), run.seconds)
    ]
