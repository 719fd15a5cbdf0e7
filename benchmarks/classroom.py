"""A class on one machine: the same lesson in many kernels, some of them at once.

This is not a contest: there is no rival, only the memory of a machine. ``course bench classroom``
runs 30 kernels of one lesson, four at once.
"""

from __future__ import annotations

import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pandas as pd
import psutil

from course import lessons

SAMPLE_SECONDS = 0.5
# Memory promised for the class of 30, in bytes, with four kernels at once.
MOST_MEMORY = 12 * 2**30


def classroom(
    lesson: str = "factorize_movielens",
    kernels: int = 30,
    at_once: int = 4,
    *,
    data: str | None = None,
    notebooks: Path | None = None,
) -> pd.DataFrame:
    """Execute a lesson in a number of fresh kernels, a few of them at once.

    Args:
        lesson: its slug or its number.
        kernels: how many in all; one starts as soon as another ends.
        at_once: how many at a time.
        data: another data set than the lesson's own.
        notebooks: the folder of the lessons; that of this checkout if it is left out.

    Returns:
        One row per kernel in the order of their numbers: kernel, seconds, peak_memory (bytes, of
        the kernel and its children), error (text, empty if every cell ran). In
        ``attrs["peak_together"]`` the most bytes that all of them held at one time; memory pages
        that processes share are counted once for each.
    """
    (path,) = lessons.find([lesson], notebooks=notebooks)
    done = threading.Event()
    together: list[int] = [0]
    watcher = threading.Thread(target=_watch, args=(done, together), daemon=True)
    watcher.start()
    try:
        with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(at_once) as pool:
            targets = [Path(folder) / f"{number}.ipynb" for number in range(1, kernels + 1)]
            runs = list(pool.map(lambda target: lessons.run(path, target, dataset=data), targets))
    finally:
        done.set()
        watcher.join()
    table = pd.DataFrame(
        {
            "kernel": range(1, kernels + 1),
            "seconds": [run.seconds for run in runs],
            "peak_memory": [run.peak_memory for run in runs],
            "error": [str(run.error or "") for run in runs],
        }
    )
    table.attrs["peak_together"] = together[0]
    return table


def _watch(done: threading.Event, together: list[int]) -> None:
    """Record the most bytes that the child processes of this one hold at once."""
    here = psutil.Process()
    while not done.wait(SAMPLE_SECONDS):
        held = 0
        with suppress(psutil.Error):
            for process in here.children(recursive=True):
                with suppress(psutil.Error):
                    held += process.memory_info().rss
        together[0] = max(together[0], held)


def report(data: str | None, quick: bool, runs: int | None) -> None:
    """Run the class and print what it took; ``runs`` kernels."""
    lesson, kernels = ("fill_in_a_rating_matrix", 4) if quick else ("factorize_movielens", 30)
    started = time.perf_counter()
    table = classroom(lesson, runs or kernels, data=data)
    minutes = (time.perf_counter() - started) / 60
    print(table.assign(peak_memory=(table["peak_memory"] / 2**30).round(2)).to_string(index=False))
    failed = int((table["error"] != "").sum())
    print(
        f"{len(table)} kernels of lesson {lesson} in {minutes:.1f} min, {failed} failed; together "
        f"they held at most {table.attrs['peak_together'] / 2**30:.1f} GiB "
        f"of the {MOST_MEMORY / 2**30:.0f} promised"
    )
