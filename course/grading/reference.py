"""A lesson of ours, run once: its values for the submissions, and what its checks get."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.grading.child import state
from course.grading.child.main import file_of
from course.grading.limits import Limits
from course.grading.needs import needs
from course.grading.room import Room
from course.grading.session import LESSON_SECONDS, Session, Stopped
from course.grading.source import Source
from helpers.errors import LessonError

OURS = Limits(seconds=LESSON_SECONDS, memory=16_384, disk=4_096, threads=1_000)


@dataclass(frozen=True)
class Reference:
    """A lesson that has run.

    Attributes:
        source: the lesson.
        folder: where its values are.
        values: the names that have one.
        contexts: what each check gets in addition to the answer, from our run, never the student's.
    """

    source: Source
    folder: Path
    values: tuple[str, ...]
    contexts: dict[str, tuple[Any, ...]]

    def prepare(self, session: Session, texts: Iterable[str]) -> None:
        """Bring a session to the state of the lesson before its first exercise, for these cells."""
        wanted = needs(texts, self.source.cells, self.values)
        if wanted.complete:
            for name in wanted.values:
                handed_over = file_of(str(session.room.state), name)
                shutil.copyfile(file_of(str(self.folder), name), handed_over)
            missing = list(wanted.values)
            # A model may have been compiled with any function of the lesson.
            every = needs(self.source.cells, self.source.cells, ()).definitions
            for definitions in (wanted.definitions, every):
                done = session.order(
                    "restore",
                    folder=str(session.room.state),
                    values=missing,
                    definitions=list(definitions),
                )
                missing = str(done.get("missing", "")).split()
                if not missing:
                    return
        for cell in self.source.cells:
            session.order("run", source=cell)


def run(source: Source, folder: Path) -> Reference:
    """Run a lesson up to its exercises and keep what the submissions need.

    Args:
        source: the lesson.
        folder: an empty folder.

    Raises:
        LessonError: the lesson does not run.
    """
    values, contexts = folder / "values", folder / "contexts"
    for place in (values, contexts):
        place.mkdir(parents=True)
    try:
        with Session(Room(folder / "room", [source.module]), OURS, None) as session:
            for cell in source.cells:
                _run_ours(session, source, cell)
            kept = session.order("snapshot", folder=str(values))["kept"].split()
            for task in source.tasks:
                for cell in (*task.before, task.attempt, task.check):
                    _run_ours(session, source, cell)
            handed = session.order("contexts", folder=str(contexts))["kept"].split()
    except Stopped as stopped:
        raise LessonError(f"{source.path.name} cannot be graded with: {stopped}") from None
    finally:
        shutil.rmtree(folder / "room", ignore_errors=True)
    found = {name: state.read(Path(file_of(str(contexts), name)).read_bytes()) for name in handed}
    return Reference(source, values, tuple(kept), found)


def _run_ours(session: Session, source: Source, cell: str) -> None:
    _, error = session.run(cell, until=time.monotonic() + LESSON_SECONDS)
    if error:
        raise LessonError(
            f"{source.path.name} does not run, so nothing can be graded with it: {error}. "
            f"To see where: course run {source.slug}"
        )
