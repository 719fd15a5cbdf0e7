"""Lessons are executed and reported; each mistake gets a message that helps."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest

from course import lessons
from helpers.errors import LessonError


class TestRun:
    def test_outputs_are_stored_and_the_lesson_itself_is_left(self, write_lesson, tmp_path):
        lesson = write_lesson("01_sum.ipynb", "print(1 + 1)", ("headline", "print('RMSE', 0.9)"))
        before = lesson.read_bytes()
        finished = lessons.run(lesson, tmp_path / "new" / "folder" / lesson.name)
        executed = nbformat.read(tmp_path / "new" / "folder" / lesson.name, as_version=4)
        assert executed.cells[0].outputs[0].text == "2\n"
        assert [cell.execution_count for cell in executed.cells] == [1, 2]
        assert (finished.headline, finished.error) == ("RMSE 0.9", None)
        assert lesson.read_bytes() == before

    def test_a_second_run_in_place_gives_the_same_bytes(self, write_lesson):
        lesson = write_lesson(
            "01_same.ipynb",
            "import sys; print('out'); print('err', file=sys.stderr); print('out again')",
            "import ipywidgets; ipywidgets.IntSlider()",
            "'a value'",
        )
        lessons.run(lesson, lesson)
        first = lesson.read_bytes()
        lessons.run(lesson, lesson)
        assert lesson.read_bytes() == first
        notebook = nbformat.read(lesson, as_version=4)
        assert notebook.metadata == lessons.METADATA
        assert notebook.cells[1].outputs == []
        assert b"\r" not in first
        assert first.endswith(b"}\n")

    def test_time_and_peak_memory_are_measured(self, write_lesson, tmp_path):
        megabytes = 300
        lesson = write_lesson(
            "01_large.ipynb",
            f"held = b'x' * {megabytes * 10**6}; import time; time.sleep(2); del held",
        )
        finished = lessons.run(lesson, tmp_path / "executed.ipynb")
        assert megabytes * 10**6 < finished.peak_memory < megabytes * 10**6 + 2**30
        assert finished.seconds >= 2

    def test_the_kernel_works_in_the_folder_of_the_lesson(self, write_lesson, tmp_path):
        lesson = write_lesson("01_folder.ipynb", ("headline", "import os; print(os.getcwd())"))
        finished = lessons.run(lesson, tmp_path / "elsewhere" / "executed.ipynb")
        assert Path(finished.headline).samefile(lesson.parent)

    def test_each_cell_is_counted(self, write_lesson, tmp_path):
        lesson = write_lesson("01_three.ipynb", "1", "2", "3")
        counted = []
        lessons.run(lesson, tmp_path / "executed.ipynb", on_cell=lambda: counted.append(1))
        assert len(counted) == lessons.code_cells(lesson) == 3

    def test_a_data_set_replaces_that_of_the_parameters(self, write_lesson, tmp_path):
        lesson = write_lesson(
            "01_data.ipynb",
            ("parameters", "DATASET = 'movielens-small'\nEPOCHS = 3"),
            ("headline", "print(DATASET, EPOCHS)"),
        )
        finished = lessons.run(lesson, tmp_path / "executed.ipynb", dataset="it's C:\\new")
        assert finished.headline == "it's C:\\new 3"

    def test_a_lesson_without_a_data_set_is_left_as_it_is(self, write_lesson):
        lesson = write_lesson("01_toy.ipynb", ("parameters", "EPOCHS = 3"), "DATASET = 1")
        notebook = nbformat.read(lesson, as_version=4)
        lessons.inject_dataset(notebook, "ml-1m")
        assert len(notebook.cells) == 2


class TestFailure:
    def test_the_failing_cell_is_shown_and_the_lesson_left(self, write_lesson, tmp_path):
        lesson = write_lesson("03_wrong.ipynb", "x = 0", "1 / x", "print('never')")
        before = lesson.read_bytes()
        message = str(lessons.run(lesson, lesson).error)
        assert "03_wrong.ipynb, cell 2 of 3" in message
        assert "    1 / x" in message
        assert "ZeroDivisionError" in message
        assert "\x1b" not in message
        assert lesson.read_bytes() == before
        lessons.run(lesson, tmp_path / "executed.ipynb")
        executed = nbformat.read(tmp_path / "executed.ipynb", as_version=4)
        assert executed.cells[1].outputs[0].ename == "ZeroDivisionError"

    def test_a_slow_cell_is_stopped(self, write_lesson, tmp_path):
        lesson = write_lesson("01_slow.ipynb", "import time; time.sleep(900)")
        finished = lessons.run(lesson, tmp_path / "executed.ipynb", cell_timeout=1)
        assert "longer than 1 s" in str(finished.error)
        assert finished.seconds < 600

    def test_a_kernel_that_dies_is_reported(self, write_lesson, tmp_path):
        lesson = write_lesson("01_dies.ipynb", "import os; os._exit(1)")
        finished = lessons.run(lesson, tmp_path / "executed.ipynb")
        assert "kernel died" in str(finished.error)

    def test_a_file_that_is_no_notebook_is_named(self, tmp_path):
        lesson = tmp_path / "01_text.ipynb"
        lesson.write_text("not JSON")
        with pytest.raises(LessonError, match=r"01_text\.ipynb cannot be read"):
            lessons.run(lesson, tmp_path / "executed.ipynb")
        assert not (tmp_path / "executed.ipynb").exists()

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to a process")
    def test_control_c_ends_the_kernel_too(self, write_lesson, tmp_path):
        marker = tmp_path / "kernel"
        lesson = write_lesson(
            "01_long.ipynb",
            f"import os, pathlib, time; pathlib.Path({str(marker)!r}).write_text(str(os.getpid()))",
            "time.sleep(900)",
        )
        code = (
            "import sys; from pathlib import Path; from course import lessons; "
            "lessons.run(Path(sys.argv[1]), Path(sys.argv[2]))"
        )
        target = tmp_path / "executed.ipynb"
        with subprocess.Popen(
            [sys.executable, "-c", code, lesson, target], stderr=subprocess.PIPE, text=True
        ) as process:
            started = time.monotonic()
            while not (marker.exists() and marker.read_text()) and time.monotonic() < started + 300:
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            _, complaint = process.communicate(timeout=300)
        assert "KeyboardInterrupt" in complaint
        assert not psutil.pid_exists(int(marker.read_text()))
        assert not target.exists()
