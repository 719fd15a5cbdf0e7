"""The student edition as a student has it: unpacked, no network, nothing solved, run to the end.

The lessons run on the small simulated data, in half the time, but for one: what their cells do on
their own data is known, since they are the cells of the solved lessons. Here counts that nothing
hangs on a solution, and that the zip holds what they need. Two run at a time.
"""

import os
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from course import lessons
from course.editions import package

LESSONS = [lessons.slug_of(path) for path in lessons.find()]
AT_A_TIME = 2
MOST_SECONDS = 600
# It reads both data sets that the edition carries.
ON_ITS_OWN_DATA = ["explore_movielens"]


@pytest.fixture(scope="module")
def unpacked(edition, tmp_path_factory):
    folder = tmp_path_factory.mktemp("student")
    package.write_zip(edition, folder / "a.zip")
    with zipfile.ZipFile(folder / "a.zip") as archive:
        archive.extractall(folder)
    return folder / package.NAME


@pytest.fixture(scope="module")
def run(unpacked):
    """Run a Python command there; it and its kernels import the helpers of the edition."""
    # What is on PYTHONPATH already closes the network: see tests/conftest.py.
    path = os.pathsep.join([str(unpacked), os.environ["PYTHONPATH"]])
    environment = os.environ | {"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}

    def run(*arguments):
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=unpacked,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=MOST_SECONDS,
            check=False,
        )

    return run


@pytest.fixture(scope="module")
def executed(run, unpacked):
    """What came of each lesson: how its command ended, and the notebook that it left."""

    def execute(name):
        data = [] if name in ON_ITS_OWN_DATA else ["--data", "simulated"]
        done = run("-m", "course.cli", "run", name, "--output", "executed", *data)
        (executed,) = lessons.find([name], notebooks=unpacked / "executed")
        return done, lessons.read(executed)

    # The later lessons take longest, and come first.
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        return dict(zip(LESSONS[::-1], pool.map(execute, LESSONS[::-1]), strict=True))


def test_the_helpers_of_the_edition_are_the_ones_that_are_used(run, unpacked):
    done = run("-c", "import helpers; print(helpers.__file__)")
    assert done.stdout.strip() == str(unpacked / "helpers" / "__init__.py")


@pytest.mark.parametrize("name", LESSONS)
def test_each_lesson_runs_through_and_no_exercise_is_attempted(executed, name):
    done, notebook = executed[name]
    assert done.returncode == 0, done.stderr
    attempts = [c for c in notebook.cells if "exercise" in c.metadata.get("tags", [])]
    assert attempts
    for cell in attempts:
        printed = "".join(output.get("text", "") for output in cell.outputs)
        assert "Not attempted yet" in printed, cell.source
        assert "✓" not in printed


def test_its_command_has_what_a_student_needs(run):
    done = run(
        "-c",
        "from course.cli import app; import typer; print(*typer.main.get_command(app).commands)",
    )
    assert done.stdout.split() == ["lab", "run", "check", "leaderboard", "data"]


@pytest.mark.parametrize("command", [["build", "student"], ["grade", "folder"], ["bench"]])
def test_it_grades_nothing_and_makes_no_further_edition(run, command):
    done = run("-m", "course.cli", *command)
    assert done.returncode == 2
    assert "No such command" in done.stderr


def test_its_leaderboard_is_not_measured_anew(run):
    done = run("-m", "course.cli", "leaderboard", "--update")
    assert done.returncode == 1
    assert "works in a checkout only" in done.stderr
    assert "Traceback" not in done.stderr
