"""Grade a folder: run our lesson once, mark each submission, gather the rows."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from course import lessons
from course.grading import judging, marking, reference, source, submitted
from course.grading.judging import Verdict
from course.grading.limits import MEBIBYTE, Limits
from course.grading.marking import Marked, Sessions
from course.grading.reference import Reference
from course.grading.source import Attempt
from course.grading.submissions import Submission, find
from helpers.errors import LessonError

POINTS = 1


@dataclass(frozen=True)
class Graded:
    """The result of one exercise of one submission.

    Attributes:
        student: their name.
        lesson: the slug of the lesson; empty if none was recognised.
        exercise: such as "exercise 1"; empty if the whole file cannot be graded.
        verdict: the word and the sentence.
        points: what it is worth.
        code: the student's cells.
        printed: the beginning of what they printed.
        notes: what was refused, and which older files were passed over.
    """

    student: str
    lesson: str
    exercise: str
    verdict: Verdict
    points: int = 0
    code: str = ""
    printed: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """All that was graded, and which walls of the system were around each submission.

    Attributes:
        graded: a row for each exercise of each submission.
        walls: their names.
        limits: what each exercise was allowed.
        numbers: the number of each lesson by its slug, in the order of the course.
    """

    graded: tuple[Graded, ...]
    walls: tuple[str, ...]
    limits: Limits
    numbers: Mapping[str, str] = field(default_factory=dict)


def default_jobs(limits: Limits) -> int:
    """How many submissions at once: one per two processors, and no more than fit into memory."""
    processors = (os.cpu_count() or 1) // 2
    room = psutil.virtual_memory().available // (limits.memory * MEBIBYTE)
    return max(1, min(processors, room))


def grade(
    folder: Path,
    *,
    wanted: Sequence[str] = (),
    notebooks: Path | None = None,
    limits: Limits | None = None,
    jobs: int | None = None,
    hidden: Sequence[Path] = (),
    on_done: Callable[[str], None] | None = None,
) -> Outcome:
    """Grade every submission in a folder.

    Args:
        folder: see ``submissions.find``.
        wanted: the numbers or slugs of lessons; all when none is given.
        notebooks: the folder of our solved lessons; that of this checkout if it is left out.
        limits: what an exercise may take.
        jobs: how many submissions at once.
        hidden: folders that no submission may read, in addition to this one and our own.
        on_done: called with a line after each lesson of ours and each submission.

    Raises:
        SubmissionError: there is no notebook in the folder.
        LessonError: there is no such lesson, or a lesson of ours does not run.
    """
    notebooks = lessons.folder() if notebooks is None else notebooks
    ours = {lessons.slug_of(path): path for path in lessons.find(wanted, notebooks=notebooks)}
    handed_in = [
        each
        for each in find(folder, lessons.find(notebooks=notebooks))
        if each.lesson in ours or not (each.lesson or wanted)
    ]
    limits = Limits() if limits is None else limits
    say = on_done or (lambda _line: None)
    with tempfile.TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True) as place:
        grader = Grader(Path(place), limits, [folder, notebooks, *hidden])
        needed = {each.lesson for each in handed_in if not each.problem}
        for path in (path for slug, path in ours.items() if slug in needed):
            failed = grader.prepare(path)
            verdict = f"not graded here: {', '.join(failed)}" if failed else "ready to grade"
            say(f"{path.stem}: {verdict}")
        graded = grader.grade_all(handed_in, jobs or default_jobs(limits), say)
        numbers = lessons.numbers(notebooks=notebooks)
        return Outcome(graded, grader.sessions.walls, limits, numbers)


class Grader:
    """Grades submissions in rooms below a folder."""

    def __init__(self, folder: Path, limits: Limits, hidden: Sequence[Path]) -> None:
        self.folder = folder
        self.sessions = Sessions(folder, limits, hidden)
        self._references: dict[str, Reference] = {}
        # Exercises that are not graded: their own solution fails here. Lesson, name.
        self._open: dict[tuple[str, str], Verdict] = {}

    def prepare(self, lesson: Path) -> list[str]:
        """Run a lesson of ours, then mark its own solutions; an exercise that fails is not graded.

        Returns:
            the exercises that failed.

        Raises:
            LessonError: it does not run, or none of its solutions is judged right.
        """
        ours = source.read(lesson)
        self._references[ours.slug] = reference.run(ours, self.folder / f"lesson-{ours.slug}")
        solved = {task.name: Attempt([task.attempt, *task.solution]) for task in ours.tasks}
        marked = marking.mark(self._references[ours.slug], solved, lesson, self.sessions)
        failed = [each for each in marked if each.verdict.word != judging.IS_RIGHT]
        for each in failed:
            said = f"{each.verdict.word}: {each.verdict.message}"
            self._open[ours.slug, each.task.name] = Verdict(
                judging.IS_OPEN,
                "The course's own solution is not judged right on this machine, so this exercise "
                f"is left to the teacher ({said})",
            )
        if failed and len(failed) == len(marked):
            raise LessonError(
                f"{lesson.name}: none of its own solutions is judged right here, so nobody's "
                f"answer can be. The first one: {failed[0].verdict.message}"
            )
        return [each.task.title for each in failed]

    def grade_all(
        self, handed_in: Sequence[Submission], jobs: int, say: Callable[[str], None]
    ) -> tuple[Graded, ...]:
        """Grade them, some at once; results come in their order."""

        def one(submission: Submission) -> list[Graded]:
            graded = self.grade(submission)
            points = sum(each.points for each in graded)
            lesson = submission.lesson or "unknown"
            say(f"{submission.student}, lesson {lesson}: {points} of {len(graded)}")
            return graded

        with ThreadPoolExecutor(max_workers=jobs) as pool:
            futures = [pool.submit(one, submission) for submission in handed_in]
            try:
                return tuple(each for future in futures for each in future.result())
            except BaseException:
                for future in futures:
                    future.cancel()
                self.sessions.close_all()
                raise

    def grade(self, submission: Submission) -> list[Graded]:
        """A verdict for each exercise of the lesson; one for the file if it is not a lesson."""
        if submission.problem:
            verdict = Verdict(judging.IS_UNREADABLE, submission.problem)
            return [Graded(submission.student, submission.lesson, "", verdict)]
        ours = self._references[submission.lesson]
        attempts = source.attempts(ours.source, submitted.read(submission.path).cells)
        marked = marking.mark(ours, attempts, submission.path, self.sessions)
        return [self._row(submission, each) for each in marked]

    def _row(self, submission: Submission, marked: Marked) -> Graded:
        verdict = self._open.get((submission.lesson, marked.task.name), marked.verdict)
        older = [f"An older file was passed over: {name}." for name in submission.passed_over]
        return Graded(
            submission.student,
            submission.lesson,
            marked.task.title,
            verdict,
            POINTS if verdict.word == judging.IS_RIGHT else 0,
            marked.code,
            marked.printed,
            (*marked.notes, *older),
        )
