"""Execute several lessons at a time, each in a kernel of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path

import psutil

from course.lessons.executing import SAMPLE_SECONDS, LessonRun

# Keras itself keeps more than one core busy, so a third kernel would only make the others wait.
AT_A_TIME = 2
LESSON_BYTES = 3 * 2**30  # what the lesson contract allows one lesson to hold

# Executes one lesson, stores it at the target, and gives up once the event is set.
RunOne = Callable[[Path, Path, threading.Event], LessonRun]


def default_jobs() -> int:
    """Two lessons at a time if this machine has two cores and free memory for both, else one."""
    cores = os.cpu_count() or 1
    fitting = psutil.virtual_memory().available // LESSON_BYTES
    return max(1, min(AT_A_TIME, cores, fitting))


def run_together(
    lessons: Iterable[Path], targets: Iterable[Path], run_one: RunOne, *, jobs: int
) -> list[LessonRun]:
    """Execute lessons, up to ``jobs`` of them at a time; they start in their order.

    Args:
        lessons: the notebooks.
        targets: where each executed notebook goes, as many as lessons.
        run_one: executes one lesson. It is called in a thread of its own.
        jobs: how many lessons at a time.

    Returns:
        what came of each lesson, in the order of the lessons, whichever ended first.

    Raises:
        BaseException: what ``run_one`` raised first, or Ctrl-C. No further lesson starts, and
            those that run have been told to give up and have ended when this is raised.
    """
    stop = threading.Event()
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        futures = [
            pool.submit(run_one, lesson, target, stop)
            for lesson, target in zip(lessons, targets, strict=True)
        ]
        try:
            waiting = set(futures)
            while waiting:
                # Not without an end: on Windows, Ctrl-C is heard only between two waits.
                done, waiting = wait(waiting, SAMPLE_SECONDS, return_when=FIRST_EXCEPTION)
                for future in done:
                    future.result()
        except BaseException:
            for future in futures:
                future.cancel()
            stop.set()
            raise
    return [future.result() for future in futures]
