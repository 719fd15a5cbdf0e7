"""How long the lessons take, measured once and stored with the machine that measured."""

from __future__ import annotations

import csv
import io
import os
import platform
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from helpers.errors import DataError
from helpers.files import written_whole
from helpers.lessons import LessonRun

FILE = "run_times.csv"
COLUMNS = ["lesson", "seconds", "peak_memory"]
MARK = "# Measured on "
BUDGETS = "budgets.toml"
MOST_SECONDS = 60  # of any lesson


@dataclass(frozen=True)
class RunTime:
    """Wall-clock seconds and peak memory, in bytes, of one lesson."""

    seconds: float
    peak_memory: int


@dataclass(frozen=True)
class RunTimes:
    """The machine in words, and what each lesson took, by the name of its notebook."""

    machine: str
    lessons: dict[str, RunTime]


def this_machine() -> str:
    """Date, system, cores, memory and versions, in one line."""
    parts = [
        f"{datetime.now(UTC):%d %B %Y}",
        f"{platform.system()} on {platform.machine()}",
        f"{os.cpu_count()} cores",
        f"{psutil.virtual_memory().total / 2**30:.0f} GiB of memory",
        f"Python {platform.python_version()}",
    ]
    for package in ("tensorflow-cpu", "tensorflow"):
        try:
            parts.append(f"TensorFlow {version(package)}")
            break
        except PackageNotFoundError:
            continue
    return ", ".join(parts)


def save_run_times(runs: Sequence[LessonRun], folder: Path) -> Path:
    """Write ``run_times.csv``: the machine in the first line, then a row for each good run."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(COLUMNS)
    for run in runs:
        if run.error is None:
            writer.writerow([run.lesson.stem, f"{run.seconds:.1f}", run.peak_memory])
    target = folder / FILE
    text = f"{MARK}{this_machine()}\n{lines.getvalue()}"
    with written_whole(target) as unfinished:
        unfinished.write_text(text, encoding="utf-8", newline="\n")
    return target


def stored_run_times(folder: Path) -> RunTimes | None:
    """What ``save_run_times`` wrote to that folder; None where there is no such file.

    Raises:
        DataError: the file is something else.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    first, _, rest = path.read_text(encoding="utf-8").partition("\n")
    try:
        found = {
            row["lesson"]: RunTime(float(row["seconds"]), int(row["peak_memory"]))
            for row in csv.DictReader(io.StringIO(rest))
        }
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path} is no table of run times: {error!r}.") from error
    if not first.startswith(MARK):
        raise DataError(f"{path} does not begin with {MARK!r}: which machine measured?")
    return RunTimes(first.removeprefix(MARK), found)


def budgets(folder: Path) -> dict[str, float]:
    """Seconds that each lesson may take, by the name of its notebook; none without a file.

    Raises:
        DataError: the file is no TOML, or has something else than seconds up to 60.
    """
    path = folder / BUDGETS
    if not path.is_file():
        return {}
    try:
        seconds = tomllib.loads(path.read_text(encoding="utf-8"))["seconds"]
    except (KeyError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"{path} has no table [seconds] of budgets: {error!r}.") from error
    for lesson, value in seconds.items():
        if not isinstance(value, int | float) or not 0 < value <= MOST_SECONDS:
            raise DataError(
                f"{path}: {lesson} = {value!r}; a lesson may take up to {MOST_SECONDS} seconds."
            )
    return seconds


def over_budget(runs: Sequence[LessonRun], folder: Path) -> list[str]:
    """A sentence for each good run that took longer than its lesson may."""
    allowed = budgets(folder)
    return [
        f"{run.lesson.stem} took {run.seconds:.0f} s. On a quiet machine with two cores it should "
        f"take less than {allowed[run.lesson.stem]:g} s."
        for run in runs
        if run.error is None and run.seconds > allowed.get(run.lesson.stem, run.seconds)
    ]
