"""Lessons are found by number and by slug; each mistake gets a message that helps."""

import pytest

from course import lessons
from course.lessons import finding
from helpers.errors import LessonError


class TestFind:
    @pytest.fixture
    def notebooks(self, tmp_path):
        for name in ("02_second.ipynb", "01_first.ipynb", "10_tenth.ipynb", "notes.ipynb"):
            (tmp_path / name).touch()
        return tmp_path

    @pytest.mark.parametrize(
        ("numbers", "stems"),
        [
            ([], ["01_first", "02_second", "10_tenth"]),
            (["2"], ["02_second"]),
            (["10", "01"], ["01_first", "10_tenth"]),
            (["01", "1"], ["01_first"]),
            (["tenth", "2"], ["02_second", "10_tenth"]),
            (["first", "1"], ["01_first"]),
        ],
    )
    def test_lessons_of_those_numbers_in_their_order(self, notebooks, numbers, stems):
        assert [path.stem for path in lessons.find(numbers, notebooks=notebooks)] == stems

    @pytest.mark.parametrize("unknown", ["3", "99", "01_first", "notes", "-1", "٣", ""])
    def test_an_unknown_lesson_is_named_beside_those_there_are(self, notebooks, unknown):
        with pytest.raises(
            LessonError, match=f"no lesson '{unknown}'.*01 first, 02 second, 10 tenth"
        ):
            lessons.find(["01", unknown], notebooks=notebooks)

    def test_an_empty_folder_is_said_to_be_empty(self, tmp_path):
        with pytest.raises(LessonError, match="no lessons in"):
            lessons.find(notebooks=tmp_path)

    @pytest.mark.parametrize("second", ["02_third.ipynb", "05_second.ipynb"])
    def test_two_of_one_number_or_one_slug_are_named(self, notebooks, second):
        (notebooks / second).touch()
        with pytest.raises(LessonError, match=f"02_second.ipynb and {second} .* both called"):
            lessons.find(notebooks=notebooks)

    def test_a_copy_that_jupyter_made_is_not_a_lesson(self, notebooks):
        (notebooks / "02_second-Copy1.ipynb").touch()
        assert len(lessons.find(notebooks=notebooks)) == 3

    def test_numbers_are_known_by_slug_in_the_order_of_the_course(self, notebooks):
        numbers = lessons.numbers(notebooks=notebooks)
        assert list(numbers.items()) == [("first", "01"), ("second", "02"), ("tenth", "10")]

    def test_a_package_without_its_repository_says_where_the_lessons_are(
        self, tmp_path, monkeypatch
    ):
        monkeypatch.setattr(finding, "NOTEBOOKS", tmp_path / "notebooks")
        with pytest.raises(LessonError, match="Clone the repository"):
            lessons.folder()
