"""Mark one submission: its cells run in their own process, the verdicts are made here."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from course.grading import judging
from course.grading.child import wire
from course.grading.judging import Verdict
from course.grading.limits import Limits
from course.grading.needs import bound
from course.grading.printing import MOST_SHOWN
from course.grading.reference import Reference
from course.grading.room import Room
from course.grading.session import Session, Stopped
from course.grading.source import Attempt, Task


@dataclass(frozen=True)
class Marked:
    """The result of one exercise.

    Attributes:
        task: the exercise.
        verdict: the word and the sentence.
        code: the student's cells.
        printed: the beginning of what they printed.
        notes: what they tried to do and was refused.
    """

    task: Task
    verdict: Verdict
    code: str = ""
    printed: str = ""
    notes: tuple[str, ...] = ()


class Sessions:
    """The open sessions, each with its room; they can all be closed at once.

    Attributes:
        walls: which walls of the system were around the last one.
    """

    def __init__(self, folder: Path, limits: Limits, hidden: Sequence[Path]) -> None:
        self.folder = folder
        self.limits = limits
        self.hidden = list(hidden)
        self.walls: tuple[str, ...] = ()
        self._open: set[Session] = set()
        self._rooms = 0
        self._lock = threading.Lock()
        self._stopping = False

    def open(self, ours: Reference, texts: Sequence[str], file: Path) -> Session:
        """A session at the first exercise of the lesson, with the student's file next to it."""
        with self._lock:
            if self._stopping:
                raise Stopped("Grading was interrupted.")
            self._rooms += 1
            room = Room(self.folder / f"room-{self._rooms}", [ours.source.module])
        (room.own / file.name).write_bytes(file.read_bytes())
        session = Session(room, self.limits, self.hidden)
        self._open.add(session)
        try:
            self.walls = tuple(session.walls)
            ours.prepare(session, texts)
        except BaseException:
            self.close(session)
            raise
        return session

    def close(self, session: Session) -> None:
        """End a session, and remove its room."""
        session.close()
        session.room.remove()
        self._open.discard(session)

    def close_all(self) -> None:
        """End every session, and open no more."""
        with self._lock:
            self._stopping = True
        for session in list(self._open):
            session.close()


def mark(
    ours: Reference, attempts: dict[str, Attempt], file: Path, sessions: Sessions
) -> list[Marked]:
    """Every exercise of the lesson in turn.

    They share a process, as in the notebook; if an exercise has to be ended, those after it get a
    new one.
    """
    texts = [cell for each in attempts.values() for cell in (*each.own, *each.after)]
    texts += [task.check for task in ours.source.tasks]
    marked: list[Marked] = []
    session: Session | None = None
    try:
        for task in ours.source.tasks:
            attempt = attempts.get(task.name)
            if attempt is None:
                absent = Verdict(judging.IS_ABSENT, "Its cell is not in the notebook.")
                marked.append(Marked(task, absent))
                continue
            code = "\n\n\n".join([*attempt.own, *attempt.after])[:MOST_SHOWN]
            try:
                session = session or sessions.open(ours, texts, file)
                session.printed.take()
                told = len(session.notes)
                verdict = _exercise(session, ours, task, attempt)
                found = (session.printed.take(), tuple(dict.fromkeys(session.notes[told:])))
            except Stopped as stopped:
                verdict, found = Verdict(judging.IS_STOPPED, str(stopped)), ("", ())
                if session is not None:
                    sessions.close(session)
                    found = (session.printed.take(), tuple(dict.fromkeys(session.notes[told:])))
                    session = None
            marked.append(Marked(task, verdict, code, *found))
    finally:
        if session is not None:
            sessions.close(session)
    return marked


def _exercise(session: Session, ours: Reference, task: Task, attempt: Attempt) -> Verdict:
    """Run the student's cells until one hands in an answer, then judge it.

    First the exercise cell; if that gives no answer, the cells that they added below; if they have
    lost the line that calls the check, our own line.
    """
    until = time.monotonic() + session.limits.seconds
    wanted = judging.exercise(ours.source.module, task.name)
    context = ours.contexts.get(task.name, ())
    verdict, failed = Verdict(judging.IS_MISSING, "No answer is given."), ""
    session.order("forget", names=sorted(bound(task.attempt)))
    for cell in task.before:
        session.run(cell, until=until)
    for cells in (attempt.own, attempt.after, [task.check]):
        answer: str | None = None
        for cell in cells:
            answers, error = session.run(cell, until=until)
            answer = answers.get(task.name, answer)
            failed = failed or (error if cells is attempt.own else "")
        if answer is None:
            continue
        try:
            value = wire.read(answer, session.function(until))
        except wire.WireError as error:
            return Verdict(judging.IS_WRONG, str(error))
        verdict = judging.judge(wanted, value, context)
        if verdict.word != judging.IS_MISSING:
            return verdict
    return Verdict(judging.IS_ERROR, f"The cell stops with {failed}") if failed else verdict
