"""A file is written whole or not at all, whatever comes between."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.errors import CourseError, DataError, WritingError
from helpers.files import written_whole


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "figures.txt"
    path.write_text("before")
    return path


def only(path):
    """The text of a file that stands alone in its folder."""
    assert list(path.parent.iterdir()) == [path]
    return path.read_text()


def test_it_takes_the_place_when_it_is_complete(target):
    with written_whole(target) as unfinished:
        unfinished.write_text("after")
        assert unfinished.parent == target.parent
        assert target.read_text() == "before"
    assert only(target) == "after"


def test_its_folder_is_made_and_a_name_will_do(tmp_path):
    with written_whole(os.fspath(tmp_path / "new" / "folder" / "a.txt")) as unfinished:
        unfinished.write_bytes(b"a")
    assert only(tmp_path / "new" / "folder" / "a.txt") == "a"


def test_a_name_as_long_as_a_name_may_be(tmp_path):
    target = tmp_path / ("é" * 120 + ".txt")
    with written_whole(target) as unfinished:
        unfinished.write_text("long")
    assert only(target) == "long"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
def test_others_may_read_it_as_any_new_file(tmp_path):
    (tmp_path / "any").touch()
    with written_whole(tmp_path / "whole") as unfinished:
        unfinished.touch()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert len(modes) == 1


def test_two_at_once_do_not_meet(target):
    with written_whole(target) as one, written_whole(target) as other:
        one.write_text("one")
        other.write_text("other")
    assert only(target) == "one"


@pytest.mark.parametrize("error", [ValueError("wrong"), KeyboardInterrupt(), DataError("bad")])
def test_after_an_error_what_was_there_stays(target, error):
    with pytest.raises(type(error)) as caught, written_whole(target) as unfinished:
        unfinished.write_text("half")
        raise error
    assert caught.value is error
    assert only(target) == "before"


def test_nothing_written_is_an_error_and_no_empty_file(target):
    with pytest.raises(WritingError, match="txt cannot be written"), written_whole(target):
        pass
    assert only(target) == "before"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_names_the_file_and_leaves_it(target, monkeypatch, number):
    def full(self, text):
        self.touch()
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "write_text", full)
    with (
        pytest.raises(WritingError, match=r"figures\.txt.*disk is full.*Free some room") as caught,
        written_whole(target) as unfinished,
    ):
        unfinished.write_text("after")
    assert isinstance(caught.value, CourseError) and isinstance(caught.value, OSError)
    assert isinstance(caught.value.__cause__, OSError)
    assert only(target) == "before"


def test_a_file_that_another_program_holds_is_named(target, monkeypatch):
    def held(self, place):
        raise PermissionError(errno.EACCES, "The process cannot access the file", str(place))

    monkeypatch.setattr(Path, "replace", held)
    with (
        pytest.raises(WritingError, match=r"figures\.txt cannot.*cannot access.*has it open"),
        written_whole(target) as unfinished,
    ):
        unfinished.write_text("after")
    assert only(target) == "before"


def test_a_place_below_a_file_is_no_place(target):
    with (
        pytest.raises(WritingError, match="cannot be written"),
        written_whole(target / "below.txt") as unfinished,
    ):
        unfinished.write_text("never")
    assert only(target) == "before"


def test_a_folder_is_not_replaced(tmp_path):
    (tmp_path / "folder").mkdir()
    with (
        pytest.raises(WritingError, match="folder cannot be written"),
        written_whole(tmp_path / "folder") as unfinished,
    ):
        unfinished.write_text("never")
    assert [path.is_dir() for path in tmp_path.iterdir()] == [True]


def test_a_process_that_is_killed_leaves_what_was_there(target):
    # os._exit cleans up as little as a kill does, and Windows has it too.
    code = (
        "import os, sys\n"
        "from helpers.files import written_whole\n"
        "with written_whole(sys.argv[1]) as unfinished:\n"
        "    unfinished.write_text('half')\n"
        "    os._exit(9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, os.fspath(target)], check=False)
    assert done.returncode == 9
    assert target.read_text() == "before"
    (leftover,) = [path for path in target.parent.iterdir() if path != target]
    assert leftover.name.startswith(".figures.txt.") and leftover.suffix == ".partial"
    with written_whole(target) as unfinished:
        unfinished.write_text("after")
    assert target.read_text() == "after"
