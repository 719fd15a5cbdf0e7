"""Ctrl-C ends a command with a line: no traceback, no process left, no file half-written."""

import os
import re
import signal
import subprocess
import sys
import time

import psutil
import pytest
from typer.testing import CliRunner

import helpers.data
from course import cli, grading, lessons
from course.editions import package
from course.slides import deck

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no process group to send SIGINT to")
COURSE = (
    "from course import cli; from course.lessons import finding; from pathlib import Path; "
    "finding.NOTEBOOKS = Path({!r}); cli.app()"
)


def started(folder, *arguments, place):
    """The command in a process group of its own, as a terminal starts it."""
    return subprocess.Popen(
        [sys.executable, "-c", COURSE.format(str(folder)), *map(str, arguments)],
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def interrupt(process, marker):
    """Ctrl-C once the marker is there: to the whole group, as a terminal sends it."""
    end = time.monotonic() + 300
    while not marker.exists() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(0.3)
    assert process.poll() is None, process.communicate()  # it ended by itself
    family = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)
    out, complaint = process.communicate(timeout=300)
    _, alive = psutil.wait_procs(family, timeout=60)
    return family, alive, out, complaint


@posix
@pytest.mark.parametrize("jobs", [1, 2])
def test_run_leaves_kernels_closed_and_files_whole(write_lesson, tmp_path, jobs):
    first, marker = tmp_path / "out" / "01_first.ipynb", tmp_path / "running"
    write_lesson("01_first.ipynb", "1 + 1")
    beside = tmp_path / "beside"
    # Each waits until what it needs has happened, however busy the machine is.
    wait = "import pathlib, time\nwhile not pathlib.Path({!r}).exists(): time.sleep(0.05)\n"
    slow = f"pathlib.Path({str(marker)!r}).touch(); time.sleep(900)"
    waiting = beside if jobs == 2 else first
    folder = write_lesson("02_slow.ipynb", "x = 1", wait.format(str(waiting)) + slow).parent
    touch = f"pathlib.Path({str(beside)!r}).touch(); time.sleep(900)"
    write_lesson("03_slower.ipynb", "x = 1", wait.format(str(first)) + touch)
    first.parent.mkdir()
    (tmp_path / "out" / "run_times.csv").write_text("as it was")
    before = {path: path.read_bytes() for path in folder.iterdir()}
    options = ("run", "--output", "out", "--jobs", jobs)
    with started(folder, *options, place=tmp_path) as process:
        family, alive, _, complaint = interrupt(process, marker)
    assert process.returncode == 130
    assert "Stopped. Every file is whole" in complaint
    assert "Traceback" not in complaint
    assert len(family) >= jobs
    assert alive == []
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    assert (tmp_path / "out" / "run_times.csv").read_text() == "as it was"
    assert [path.name for path in sorted((tmp_path / "out").iterdir())] == [
        *("01_first.ipynb", "run_times.csv"),
    ]


@posix
def test_run_in_place_leaves_the_lesson_as_it_was(write_lesson, tmp_path):
    marker = tmp_path / "running"
    slow = f"import pathlib, time; pathlib.Path({str(marker)!r}).touch(); time.sleep(900)"
    lesson = write_lesson("01_slow.ipynb", "print(1)", slow)
    before = lesson.read_bytes()
    with started(lesson.parent, "run", "01", "--in-place", place=tmp_path) as process:
        _, alive, _, _ = interrupt(process, marker)
    assert (process.returncode, alive) == (130, [])
    assert lesson.read_bytes() == before
    assert [path.name for path in lesson.parent.iterdir()] == [lesson.name]


COMMANDS = {
    ("data", "get", "ml-1m"): (helpers.data, "fetch"),
    ("build", "student"): (package, "files"),
    ("build", "slides"): (deck, "decks"),
    ("grade", "."): (grading, "grade"),
    ("run", "01"): (lessons, "run"),
}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_command_says_one_line(command, monkeypatch, tmp_path):
    def interrupted(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(*COMMANDS[command], interrupted)
    result = CliRunner().invoke(cli.app, list(command))
    assert result.exit_code == 130
    assert re.fullmatch(
        r"\s*Stopped\. Every file is whole: as it was, or finished\.\s*", result.output
    )
    assert list(tmp_path.iterdir()) == []
