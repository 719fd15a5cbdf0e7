"""Lessons run side by side and come back in order; an error of one, or Ctrl-C, ends them all."""

import os
import threading
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from course.lessons import together
from course.lessons.together import LESSON_BYTES, default_jobs, run_together
from helpers.errors import LessonError

PATIENCE = 300
LESSONS = [Path(f"{number:02d}.ipynb") for number in range(1, 5)]
TARGETS = [Path("out") / path for path in LESSONS]


def run(run_one, jobs, lessons=LESSONS, targets=TARGETS):
    return run_together(lessons, targets, run_one, jobs=jobs)


@pytest.mark.parametrize("jobs", [1, 2, 9])
def test_what_came_of_each_is_told_in_the_order_of_the_lessons(jobs):
    assert run(lambda lesson, target, stop: (lesson, target), jobs) == list(
        zip(LESSONS, TARGETS, strict=True)
    )


def test_two_run_at_the_same_time():
    both = threading.Barrier(2)
    # Alone, one would wait for the other until the barrier breaks.
    run(lambda *_: both.wait(PATIENCE), jobs=2)


def test_one_at_a_time_where_one_is_asked_for():
    running, most = [], []

    def run_one(lesson, target, stop):
        running.append(lesson)
        most.append(len(running))
        running.remove(lesson)

    run(run_one, jobs=1)
    assert most == [1] * 4


def test_the_last_may_end_first():
    last_has_ended = threading.Event()

    def run_one(lesson, target, stop):
        if lesson == LESSONS[0]:
            assert last_has_ended.wait(PATIENCE)
        if lesson == LESSONS[-1]:
            last_has_ended.set()
        return lesson

    assert run(run_one, jobs=2) == LESSONS


@pytest.mark.parametrize("error", [LessonError("no notebook"), KeyboardInterrupt()])
def test_after_an_error_the_others_are_told_to_stop_and_no_further_one_starts(error):
    started, stopped = [], []
    first_runs = threading.Event()

    def run_one(lesson, target, stop):
        started.append(lesson)
        if lesson == LESSONS[0]:
            first_runs.set()
            assert stop.wait(PATIENCE)
            stopped.append(lesson)
        if lesson == LESSONS[1]:
            assert first_runs.wait(PATIENCE)
            raise error
        # No third lesson may start before the main thread has seen the error.
        assert stop.wait(PATIENCE)

    with pytest.raises(type(error)):
        run(run_one, jobs=2)
    assert stopped == [LESSONS[0]]
    assert LESSONS[3] not in started


def test_a_target_for_each_lesson():
    with pytest.raises(ValueError, match="zip"):
        run(lambda *_: None, jobs=1, targets=TARGETS[:2])


@pytest.mark.parametrize(
    ("cores", "lessons_in_memory", "jobs"),
    [(1, 9, 1), (2, 9, 2), (64, 9, 2), (2, 1, 1), (2, 0, 1), (None, 9, 1)],
)
def test_two_at_a_time_where_cores_and_memory_allow(monkeypatch, cores, lessons_in_memory, jobs):
    memory = SimpleNamespace(available=lessons_in_memory * LESSON_BYTES)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    assert default_jobs() == jobs
    assert together.AT_A_TIME == 2
