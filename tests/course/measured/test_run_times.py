"""What each lesson may take: budgets are read, exceeded in words, and kept by what is stored."""

from pathlib import Path

import pytest

from course import lessons
from course.measured.run_times import budgets, over_budget, stored_run_times
from helpers.errors import LessonError, PlanError

BOOK = lessons.folder().parent / "book"
SLUGS = list(lessons.numbers())
HEADROOM = 0.85
LINE = '{} = {{ part = "One", minutes = 9, budget = {}, exercises = [1], ends_with = "it" }}\n'


def test_each_lesson_has_a_budget():
    assert list(budgets(BOOK)) == SLUGS


@pytest.mark.parametrize("slug", SLUGS)
def test_what_was_measured_leaves_headroom(slug):
    measured = stored_run_times(BOOK).lessons[slug].seconds
    assert measured <= HEADROOM * budgets(BOOK)[slug], "make the lesson faster, not its budget"


def test_without_a_list_nothing_is_over_budget(tmp_path):
    run = lessons.LessonRun(Path("01_a.ipynb"), 1e6, 1, "")
    assert budgets(tmp_path) == {}
    assert over_budget([run], tmp_path) == []


def test_only_a_good_run_of_a_lesson_with_a_budget_is_named(tmp_path):
    lines = "".join(LINE.format(slug, 10) for slug in "abc")
    (tmp_path / "course.toml").write_text(f"[lessons]\n{lines}")
    runs = [
        # A number is a place in the order: the budget is that of the slug.
        lessons.LessonRun(Path("07_a.ipynb"), 12.3, 1, ""),
        lessons.LessonRun(Path("02_b.ipynb"), 10.0, 1, ""),
        lessons.LessonRun(Path("03_c.ipynb"), 99.0, 1, "", LessonError("failed")),
        lessons.LessonRun(Path("01_d.ipynb"), 99.0, 1, ""),
    ]
    (sentence,) = over_budget(runs, tmp_path)
    assert sentence.startswith("07_a took 12 s.")
    assert "less than 10 s" in sentence


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        ("61", "budget = 61; a lesson may take up to 60"),
        ("0", "budget = 0;"),
        ("true", "budget = True;"),
        ('"long"', "'long'"),
    ],
)
def test_a_budget_that_no_lesson_may_have(tmp_path, budget, said):
    (tmp_path / "course.toml").write_text(f"[lessons]\n{LINE.format('a', budget)}")
    with pytest.raises(PlanError, match=f"a: .*{said}"):
        budgets(tmp_path)
