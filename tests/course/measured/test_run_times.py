"""What each lesson may take: budgets are read, exceeded in words, and kept by what is stored."""

from pathlib import Path

import pytest

from course import lessons
from course.measured.run_times import BUDGETS, budgets, over_budget, stored_run_times
from helpers.errors import DataError, LessonError

BOOK = lessons.folder().parent / "book"
NAMES = [path.stem for path in lessons.find()]
HEADROOM = 0.85


def test_each_lesson_has_a_budget():
    assert list(budgets(BOOK)) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_what_was_measured_leaves_headroom(name):
    measured = stored_run_times(BOOK).lessons[name].seconds
    assert measured <= HEADROOM * budgets(BOOK)[name], "make the lesson faster, not its budget"


def test_without_a_file_nothing_is_over_budget(tmp_path):
    run = lessons.LessonRun(Path("01_a.ipynb"), 1e6, 1, "")
    assert budgets(tmp_path) == {}
    assert over_budget([run], tmp_path) == []


def test_only_a_good_run_of_a_lesson_with_a_budget_is_named(tmp_path):
    (tmp_path / BUDGETS).write_text("[seconds]\n01_a = 10\n02_b = 10\n03_c = 10\n")
    runs = [
        lessons.LessonRun(Path("01_a.ipynb"), 12.3, 1, ""),
        lessons.LessonRun(Path("02_b.ipynb"), 10.0, 1, ""),
        lessons.LessonRun(Path("03_c.ipynb"), 99.0, 1, "", LessonError("failed")),
        lessons.LessonRun(Path("04_d.ipynb"), 99.0, 1, ""),
    ]
    (sentence,) = over_budget(runs, tmp_path)
    assert sentence.startswith("01_a took 12 s.")
    assert "less than 10 s" in sentence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seconds", "no table"),
        ("[minutes]\n01_a = 1", "no table"),
        ("[seconds]\n01_a = 61", "01_a = 61; a lesson may take up to 60"),
        ("[seconds]\n01_a = 0", "01_a = 0"),
        ('[seconds]\n01_a = "long"', "'long'"),
    ],
)
def test_a_file_that_is_none(tmp_path, text, said):
    (tmp_path / BUDGETS).write_text(text)
    with pytest.raises(DataError, match=said):
        budgets(tmp_path)
