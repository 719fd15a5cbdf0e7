"""The same seed gives the same answer: in another process, place, language, and next year.

Every recommender of the course is fitted in three fresh processes. Two of them differ in all that
must not matter and agree to the bit; the third has another number of threads, which may change in
which order numbers are added, and agrees within the tolerance that CONTRIBUTING.md states.
"""

import os
import re
import subprocess
import sys

import numpy as np
import pytest

from course.board import course_recommenders

NAMES = list(course_recommenders())
# The order of sets and of files, the clock, the decimal comma, the folder, the user's own.
HERE = {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
ELSEWHERE = {
    **{"PYTHONHASHSEED": "4321", "TZ": "Asia/Kathmandu", "LC_ALL": "", "LANG": "de_DE.UTF-8"},
    **{"COLUMNS": "40", "HOME": "."},
}
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
OF_TENSORFLOW = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")


@pytest.fixture(scope="module")
def answers(root, tmp_path_factory):
    """What each process answered, by name; they run at the same time."""
    folder = tmp_path_factory.mktemp("answers")
    away = tmp_path_factory.mktemp("another folder, ünlike")
    cases = {"here": (HERE, 1, root), "elsewhere": (ELSEWHERE, 1, away), "threads": (HERE, 2, root)}
    started = {}
    for name, (variables, threads, place) in cases.items():
        few = dict.fromkeys((*THREADS, *OF_TENSORFLOW), str(threads))
        started[name] = subprocess.Popen(
            [sys.executable, root / "tests" / "project" / "fitting.py", folder / f"{name}.npz"],
            cwd=place,
            env={**os.environ, **few, **variables},
            stderr=subprocess.PIPE,
            text=True,
        )
    complaints = [process.communicate(timeout=900)[1] for process in started.values()]
    assert not any(process.returncode for process in started.values()), complaints
    return {name: dict(np.load(folder / f"{name}.npz")) for name in cases}


@pytest.mark.parametrize("name", NAMES)
def test_the_same_to_the_bit_wherever_it_runs(answers, name):
    for part in ("predictions", "lists", "scores"):
        one, other = (answers[case][f"{name}: {part}"] for case in ("here", "elsewhere"))
        assert one.tobytes() == other.tobytes(), part


@pytest.mark.parametrize("name", NAMES)
def test_within_the_tolerance_with_more_threads(answers, root, name):
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (stated,) = re.findall(r"number of threads may change a score by (1 in [\d,]+)", text)
    tolerance = 1 / int(stated.split()[-1].replace(",", ""))
    one, other = (answers[case][f"{name}: predictions"] for case in ("here", "threads"))
    np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)
