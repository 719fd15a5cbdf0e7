"""The student edition as a student has it: unpacked, no network, nothing solved, run to the end.

The lessons run on the small simulated data, but for one, and their networks learn for one epoch:
what their cells come to on their own data is known, since they are the cells of the solved lessons.
Here counts that nothing hangs on a solution, and that the zip holds what they need.
"""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from course import lessons
from course.editions import package

LESSONS = [lessons.slug_of(path) for path in lessons.find()]
MOST_SECONDS = 1800
# It reads both data sets that the edition carries.
ON_ITS_OWN_DATA = ["explore_movielens"]
ONE_EPOCH = Path(__file__).with_name("one_epoch.py")


@pytest.fixture(scope="module")
def unpacked(edition, tmp_path_factory):
    folder = tmp_path_factory.mktemp("student")
    package.write_zip(edition, folder / "a.zip")
    with zipfile.ZipFile(folder / "a.zip") as archive:
        archive.extractall(folder)
    return folder / package.NAME


@pytest.fixture(scope="module")
def run(unpacked, tmp_path_factory):
    """Run a Python command there; it and its kernels import the packages of the edition."""
    # What is on PYTHONPATH already closes the network: see tests/conftest.py.
    path = os.pathsep.join([str(unpacked), os.environ["PYTHONPATH"]])
    own = tmp_path_factory.mktemp("ipython")
    startup = own / "profile_default" / "startup"
    startup.mkdir(parents=True)
    shutil.copy(ONE_EPOCH, startup)
    environment = os.environ | {
        "IPYTHONDIR": str(own),
        "PYTHONPATH": path,
        "PYTHONIOENCODING": "utf-8",
    }

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
def commands(run):
    """How the two commands ended that execute every lesson, two at a time."""
    others = [name for name in LESSONS if name not in ON_ITS_OWN_DATA]
    command = ("-m", "course.cli", "run", "--output", "executed", "--jobs", "2")
    return run(*command, *ON_ITS_OWN_DATA), run(*command, "--data", "simulated", *others)


@pytest.fixture(scope="module")
def executed(commands, unpacked):
    """The notebook that each lesson left."""
    found = lessons.find(notebooks=unpacked / "executed")
    return {lessons.slug_of(path): lessons.read(path) for path in found}


def test_the_packages_of_the_edition_are_the_ones_that_are_used(run, unpacked):
    done = run("-c", "import course, helpers; print(course.__file__, helpers.__file__, sep='\\n')")
    assert done.stdout.splitlines() == [
        str(unpacked / name / "__init__.py") for name in ("course", "helpers")
    ]


def test_the_commands_say_that_every_lesson_ran(commands):
    for done in commands:
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", LESSONS)
def test_each_lesson_runs_through_and_no_exercise_is_attempted(executed, name):
    cells = [cell for cell in executed[name].cells if cell.cell_type == "code"]
    wrong = [out for cell in cells for out in cell.outputs if out.output_type == "error"]
    assert wrong == []
    assert [cell.execution_count for cell in cells if cell.source] == [
        number for number, _ in enumerate([cell for cell in cells if cell.source], 1)
    ]
    assert not any("solution" in cell.metadata.get("tags", []) for cell in cells)
    attempts = [cell for cell in cells if "exercise" in cell.metadata.get("tags", [])]
    assert attempts
    for cell in attempts:
        printed = "".join(output.get("text", "") for output in cell.outputs)
        assert "Not attempted yet" in printed, cell.source
        assert "✓" not in printed


def test_networks_learn_for_one_epoch_only_here(tmp_path, write_lesson, monkeypatch):
    """What shortens the run does so, and does not load Keras for a lesson that does not."""
    startup = tmp_path / "profile_default" / "startup"
    startup.mkdir(parents=True)
    shutil.copy(ONE_EPOCH, startup)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    lesson = write_lesson(
        "01_fit.ipynb",
        "import sys\nprint('keras' in sys.modules)",
        "import keras\nimport numpy as np\nones = np.ones((4, 1))",
        "model = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')",
        "log = model.fit(ones, ones, epochs=7, verbose=0)\n"
        "print(len(log.history['loss']), set(log.history['loss']) == {log.history['loss'][0]})\n"
        "print(int(model.optimizer.iterations))",
    )
    lessons.run(lesson, tmp_path / "executed.ipynb")
    cells = lessons.read(tmp_path / "executed.ipynb").cells
    assert [cells[number].outputs[0].text for number in (0, 3)] == ["False\n", "7 True\n1\n"]


def test_its_command_has_what_a_student_needs(run):
    done = run(
        "-c",
        "from course.cli import app; import typer; print(*typer.main.get_command(app).commands)",
    )
    assert done.stdout.split() == ["lab", "run", "lessons", "check", "leaderboard", "data"]


@pytest.mark.parametrize("command", [["build", "student"], ["grade", "folder"], ["bench"]])
def test_it_grades_nothing_and_makes_no_further_edition(run, command):
    done = run("-m", "course.cli", *command)
    assert done.returncode == 2
    assert "No such command" in done.stderr


def test_its_command_lists_its_lessons(run):
    done = run("-m", "course.cli", "lessons")
    assert done.returncode == 0, done.stderr
    assert "fill_in_a_rating_matrix" in done.stdout


@pytest.mark.parametrize("command", ["leaderboard", "lessons"])
def test_pages_of_the_course_are_written_in_a_clone_only(run, command):
    done = run("-m", "course.cli", command, "--update")
    assert done.returncode == 1
    assert "--update works in a c" in done.stderr
    assert "Traceback" not in done.stderr
