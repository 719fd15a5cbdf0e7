"""``course grade`` writes what its help says."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from typer.testing import CliRunner

from course import cli
from course.lessons import finding


@pytest.fixture
def course(monkeypatch, notebooks, tmp_path):
    monkeypatch.setattr(finding, "NOTEBOOKS", notebooks)
    monkeypatch.chdir(tmp_path)

    def run(*arguments, exit_code=0):
        result = CliRunner().invoke(cli.app, ["grade", *map(str, arguments)])
        assert result.exit_code == exit_code, result.output
        return result.output

    return run


def test_a_table_an_overview_and_a_page_a_student(course, lesson, tmp_path):
    lesson.write(tmp_path / "in", "ada", *lesson.right)
    printed = course("in", "--lesson", "01", "--output", "out", "--timeout", 20, "--memory", 1500)
    assert "ada, lesson fill_in_a_rating_matrix: 3 of 3" in printed
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *("ada.html", "grades.csv", "index.html"),
    }


def test_without_an_output_a_new_folder_in_runs(course, lesson, tmp_path):
    lesson.write(tmp_path / "in", "ada", *lesson.right)
    course("in", "--jobs", 1)
    (folder,) = (tmp_path / "runs").iterdir()
    assert (folder / "grades.csv").exists()


@pytest.mark.parametrize(
    ("folder", "said"),
    [("nowhere", "Error: There is no folder"), ("empty", "Error: There is no note")],
)
def test_a_wrong_call_is_a_sentence(course, tmp_path, folder, said):
    (tmp_path / "empty").mkdir()
    assert course(folder, exit_code=1).startswith(said)


def test_help():
    result = CliRunner().invoke(cli.app, ["grade", "--help"], env={"COLUMNS": "200"})
    assert "course grade submissions" in result.output


@pytest.mark.skipif(os.name == "nt", reason="Windows has no process group to send SIGINT to")
def test_control_c_ends_every_submission(lesson, notebooks, tmp_path):
    lesson.write(tmp_path / "in", "ada", "print('x')\nwhile True: pass", *lesson.right[1:])
    code = (
        "from pathlib import Path; from course import cli; from course.lessons import finding; "
        f"finding.NOTEBOOKS = Path({str(notebooks)!r}); cli.app()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, "grade", "in", "--output", "out"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert "ready to grade" in process.stdout.readline()
        family = []
        end = time.monotonic() + 300
        while not family and time.monotonic() < end:
            time.sleep(0.1)
            family = psutil.Process(process.pid).children(recursive=True)
        time.sleep(1)
        os.killpg(process.pid, signal.SIGINT)
        _, complaint = process.communicate(timeout=300)
    _, alive = psutil.wait_procs(family, timeout=60)
    assert (process.returncode, alive) == (130, [])
    assert "Stopped." in complaint
    assert "Traceback" not in complaint
    assert not (tmp_path / "out").exists()
