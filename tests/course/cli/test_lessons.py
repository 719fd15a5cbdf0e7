"""The ``course`` command does what its help says, and its errors are sentences, not tracebacks."""

import re
import subprocess
import sys

import nbformat
import pandas as pd
import pytest
from typer.testing import CliRunner

import helpers.data
from course import cli, environment, lessons
from course.environment import Finding
from course.lessons import finding
from helpers.data import write_1m_layout
from helpers.errors import MissingDataError
from helpers.simulation import simulate


def course(*arguments, exit_code=0):
    """What the command prints; its screen is wide, so that no line is folded."""
    result = CliRunner().invoke(cli.app, [str(a) for a in arguments], env={"COLUMNS": "200"})
    assert result.exit_code == exit_code, result.output
    assert "Traceback" not in result.output.replace("Traceback (most recent call last)\n  Cell", "")
    return result.output


@pytest.fixture
def notebooks(tmp_path, monkeypatch, write_lesson):
    """Three lessons, of which the second fails, in place of the course's own."""
    write_lesson(
        "01_data.ipynb",
        ("parameters", "DATASET = 'movielens-small'"),
        ("headline", "print('RMSE [0.87] on', DATASET)"),
    )
    write_lesson("02_wrong.ipynb", "nothing = 1", "print(undefined)")
    write_lesson("03_slow.ipynb", "import time; time.sleep(3)")
    folder = tmp_path / "notebooks"
    monkeypatch.setattr(finding, "NOTEBOOKS", folder)
    monkeypatch.chdir(tmp_path)
    return folder


class TestHelp:
    @pytest.mark.parametrize(
        "command",
        [
            [],
            ["lab"],
            ["run"],
            ["lessons"],
            ["check"],
            ["data"],
            ["data", "get"],
            ["data", "verify"],
        ],
    )
    def test_each_command_explains_itself(self, command):
        assert "Usage:" in course(*command, "--help")

    def test_help_gives_examples(self):
        assert "course run 05 --data ml-1m" in course("run", "--help")

    def test_it_starts_in_a_fresh_process_without_what_takes_seconds(self):
        code = (
            "import sys; from course import cli; "
            "print({'tensorflow', 'keras', 'scipy', 'pandas', 'matplotlib'} & set(sys.modules))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        assert done.stdout.strip() == b"set()"

    def test_version(self):
        assert course("--version").strip() == f"course {helpers.__version__}"


class TestRun:
    def test_a_table_says_what_each_lesson_took_and_reached(self, notebooks, tmp_path):
        before = {path: path.read_bytes() for path in notebooks.iterdir()}
        printed = course("run", "01", "03", "--jobs", "1")
        assert re.search(r"(?m)^01_data: \d+ s\. RMSE \[0.87\] on movielens-small$", printed)
        assert re.search(r"01_data\s.*\d\s.*GiB.*RMSE \[0.87\] on movielens-small", printed)
        assert re.search(r"03_slow\s.*[3-9]\s.*GiB", printed)
        (folder,) = (tmp_path / "runs").iterdir()
        written = ["01_data.ipynb", "03_slow.ipynb", "run_times.csv"]
        assert sorted(path.name for path in folder.iterdir()) == written
        assert {path: path.read_bytes() for path in notebooks.iterdir()} == before

    def test_times_of_lessons_side_by_side_are_not_stored(self, notebooks, tmp_path):
        (tmp_path / "book").mkdir()
        rest = 'part = "One", minutes = 9, exercises = [1], ends_with = "nothing"'
        (tmp_path / "book" / "course.toml").write_text(
            f"[lessons]\ndata = {{ budget = 0.01, {rest} }}\n"
        )
        printed = course("run", "01", "03", "--jobs", "2", "--output", "out")
        assert "Seconds, 2 at a time" in printed
        assert "not stored. `course run --jobs 1`" in printed
        assert " took " not in printed
        written = sorted(path.name for path in (tmp_path / "out").iterdir())
        assert written == ["01_data.ipynb", "03_slow.ipynb"]
        # One lesson has nothing beside it, whatever is asked for.
        printed = course("run", "01", "--jobs", "2", "--output", "out")
        assert "01_data took" in printed
        assert (tmp_path / "out" / "run_times.csv").exists()

    def test_after_a_failure_the_others_still_run(self, notebooks, tmp_path):
        printed = course("run", "--output", tmp_path / "out", "1", "2", exit_code=1)
        assert "02_wrong.ipynb, cell 2 of 2" in printed
        assert "NameError: name 'undefined' is not defined" in printed
        assert re.search(r"02_wrong\s.*failed", printed)
        assert re.search(r"01_data\s.*RMSE", printed)
        assert (tmp_path / "out" / "02_wrong.ipynb").exists()

    def test_a_lesson_over_its_budget_is_named_and_nothing_fails(self, notebooks, tmp_path):
        (tmp_path / "book").mkdir()
        rest = 'part = "One", minutes = 9, exercises = [1], ends_with = "nothing"'
        (tmp_path / "book" / "course.toml").write_text(
            f"[lessons]\ndata = {{ budget = 0.01, {rest} }}\nslow = {{ budget = 60, {rest} }}\n"
        )
        printed = course("run", "01", "slow", "--jobs", "1")
        assert re.search(r"01_data took \d+ s\. .* less than 0\.01 s\.", printed)
        assert "03_slow took" not in printed
        write_1m_layout(simulate(5, 6, 12).dataset, tmp_path / "mine")
        assert " took " not in course("run", "01", "--data", "mine")

    def test_a_slow_cell_is_stopped(self, notebooks):
        assert "longer than 1 s" in course("run", "03", "--timeout", "1", exit_code=1)

    def test_in_place_stores_outputs_in_the_lesson(self, notebooks, tmp_path):
        course("run", "01", "--in-place")
        stored = nbformat.read(notebooks / "01_data.ipynb", as_version=4)
        assert stored.cells[1].outputs[0].text == "RMSE [0.87] on movielens-small\n"
        assert not (tmp_path / "runs").exists()

    def test_another_data_set(self, notebooks, monkeypatch, tmp_path):
        monkeypatch.setattr(helpers.data, "path", lambda name: tmp_path / name)
        assert "RMSE [0.87] on ml-1m" in course("run", "01", "--data", "ml-1m")

    def test_a_folder_of_data_is_found_from_the_kernel(self, notebooks, tmp_path):
        write_1m_layout(simulate(5, 6, 12).dataset, tmp_path / "mine")
        assert f"on {tmp_path / 'mine'}" in course("run", "01", "--data", "mine")

    def test_a_folder_without_data_stops_before_any_lesson(self, notebooks, tmp_path):
        (tmp_path / "mine").mkdir()
        printed = course("run", "01", "--data", "mine", exit_code=1)
        assert "mine and the folders in it hold no MovieLens files" in printed
        assert not (tmp_path / "runs").exists()

    def test_a_file_in_place_of_the_folder_stops_before_any_lesson(self, notebooks, tmp_path):
        (tmp_path / "out").write_text("mine")
        for output in ("out", "out/deeper"):
            printed = course("run", "03", "--output", output, exit_code=1)
            assert "out is a file" in printed
            assert " s\n" not in printed
        assert (tmp_path / "out").read_text() == "mine"

    def test_data_that_is_not_here_stops_before_any_lesson(self, notebooks, monkeypatch, tmp_path):
        def path(name):
            raise MissingDataError(f"{name} is not here: course data get {name}")

        monkeypatch.setattr(helpers.data, "path", path)
        printed = course("run", "--data", "ml-1m", exit_code=1)
        assert printed == "Error: ml-1m is not here: course data get ml-1m\n"
        assert not (tmp_path / "runs").exists()

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["9"], "no lesson '9'"),
            (["--in-place", "--data", "ml-1m"], "leave out"),
            (["--in-place", "--output", "x"], "leave out"),
            (["--output", "notebooks"], "use --in-place"),
        ],
    )
    def test_a_wrong_call_is_told_what_to_do(self, notebooks, arguments, message):
        assert message in course("run", *arguments, exit_code=1)


class TestLessons:
    def test_they_are_listed_with_number_name_title_and_minutes(self):
        printed = course("lessons")
        assert re.search(r"01\W+fill_in_a_rating_matrix\W+Fill in a rating matrix\W+\d+\W", printed)
        assert printed.count("\n") > len(lessons.find())

    def test_a_lesson_that_states_no_time_is_listed_too(self, notebooks):
        assert re.search(r"03\W+slow", course("lessons"))

    def test_without_the_list_nothing_can_be_made_from_it(self, notebooks):
        assert "There is no folder" in course("lessons", "--update", exit_code=1)


class TestLab:
    def test_jupyterlab_opens_in_the_folder_of_the_lessons(self, notebooks, monkeypatch):
        calls = []
        monkeypatch.setattr(subprocess, "call", lambda command: calls.append(command) or 3)
        course("lab", "--no-browser", "--port", "9000", exit_code=3)
        (command,) = calls
        assert command[1:3] == ["-m", "jupyterlab"]
        assert command[3].endswith(f"={notebooks}")
        assert command[4:] == ["--no-browser", "--port", "9000"]

    def test_one_lesson_is_opened_by_its_number(self, notebooks, monkeypatch):
        calls = []
        monkeypatch.setattr(subprocess, "call", lambda command: calls.append(command) or 0)
        course("lab", "3", "--no-browser")
        assert calls[0][4:] == [str(notebooks / "03_slow.ipynb"), "--no-browser"]

    def test_a_lesson_that_does_not_exist_is_not_looked_for_by_jupyterlab(
        self, notebooks, monkeypatch
    ):
        monkeypatch.setattr(subprocess, "call", lambda command: pytest.fail("it was started"))
        assert "no lesson '99'" in course("lab", "99", exit_code=1)


class TestCheck:
    def test_laptops_are_those_of_a_class(self):
        printed = course("check", "--laptops", "5", exit_code=1)
        assert "course check --class --laptops 5" in printed

    def test_a_line_for_each_finding(self, monkeypatch):
        monkeypatch.setattr(
            environment, "findings", lambda: iter([Finding("Python", True, "3.12.1")])
        )
        assert course("check") == "OK   Python: 3.12.1\n"

    def test_a_failure_says_what_to_do(self, monkeypatch):
        found = [Finding("keras", False, "not installed", "Set up"), Finding("Disk", True, "9 GiB")]
        monkeypatch.setattr(environment, "findings", lambda: iter(found))
        printed = course("check", exit_code=1)
        assert printed == "FAIL keras: not installed\n     Set up\nOK   Disk: 9 GiB\n"


class TestData:
    def test_list(self, monkeypatch):
        frame = pd.DataFrame({"name": ["ml-1m"], "licence": ["research only"]})
        monkeypatch.setattr(helpers.data, "listing", lambda: frame)
        assert re.search(r"ml-1m\s.*research only", course("data", "list"))

    def test_get(self, monkeypatch, tmp_path):
        monkeypatch.setattr(helpers.data, "fetch", lambda name, folder, progress: folder / name)
        printed = course("data", "get", "ml-1m", "--folder", tmp_path)
        assert printed.strip() == str(tmp_path / "ml-1m")

    def test_path(self, monkeypatch, tmp_path):
        monkeypatch.setattr(helpers.data, "path", lambda name: tmp_path / name)
        assert course("data", "path", "ml-1m").strip() == str(tmp_path / "ml-1m")

    def test_verify(self, monkeypatch):
        monkeypatch.setattr(helpers.data, "verify", lambda name: None)
        assert course("data", "verify", "ml-1m").startswith("ml-1m: complete")

    def test_an_unknown_data_set_is_a_sentence(self):
        assert course("data", "path", "ml-9z", exit_code=1).startswith("Error: ")
