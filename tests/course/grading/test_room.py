"""A room holds the course and no answer, and its process may look nowhere else."""

import os
import sys
from pathlib import Path

import pytest

from course.grading.room import COURSE, HELPERS, Room, around


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    return Room(tmp_path_factory.mktemp("rooms") / "one", ["fill_in_a_rating_matrix"])


def test_it_holds_no_exercise_and_no_grader(room):
    names = {path.relative_to(room.course).as_posix() for path in room.course.rglob("*.py")}
    one = "helpers/checks/lessons/fill_in_a_rating_matrix.py"
    lessons = {name for name in names if "/lessons/" in name}
    assert lessons == {"helpers/checks/lessons/__init__.py", one}
    stub = (room.course / one).read_text(encoding="utf-8")
    assert len(stub.splitlines()) == 1
    machinery = {name for name in names if name.startswith("course/")}
    assert "course/grading/child/main.py" in machinery
    needed = {"course/__init__.py", "course/grading/__init__.py"}
    assert {name for name in machinery if "/child/" not in name} == needed
    # A compiled file would have the exercises as well.
    assert not list(room.course.rglob("*.pyc"))


def test_it_holds_the_data(room):
    assert (room.course / "data" / "movielens-small" / "ratings.csv").exists()


def test_its_process_knows_nothing_of_the_grader(room, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "x")
    environment = room.environment()
    assert "SECRET_TOKEN" not in environment
    assert {environment[name] for name in ("HOME", "TMPDIR", "IPYTHONDIR")} == {str(room.own)}


def test_neither_the_course_nor_what_is_hidden_may_be_read(room, tmp_path):
    readable = [Path(path) for path in room.readable([tmp_path])]
    assert not any(HELPERS.is_relative_to(path) for path in readable)
    assert not any(COURSE.is_relative_to(path) for path in readable)
    assert not any(tmp_path.is_relative_to(path) for path in readable)
    assert any(room.course.is_relative_to(path) for path in readable)
    assert any(Path(os.__file__).resolve().is_relative_to(path) for path in readable)
    assert Path.home() not in readable or Path(sys.prefix) == Path.home()


def test_around_a_hole(tmp_path):
    for name in ("a/b/secret/file", "a/b/c/file", "a/d/file"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    a = tmp_path / "a"
    assert around(a, [a / "b" / "secret"]) == [a / "b" / "c", a / "d"]
    assert around(a, [tmp_path / "elsewhere"]) == [a]
    assert around(a, [tmp_path]) == []
    assert around(a, [a]) == []


def test_it_can_be_taken_away(tmp_path):
    room = Room(tmp_path / "two", [])
    room.remove()
    assert not room.folder.exists()
