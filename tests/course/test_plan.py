"""A plan is checked at the door: a mistake names the file, the key and what is allowed."""

import re

import pytest

from course import lessons, parts, plan
from helpers.errors import PlanError


def test_the_plan_of_the_course_has_every_lesson_with_every_exercise(whole_plan):
    found = [(chapter.name, list(chapter.exercises)) for chapter in whole_plan.chapters]
    there = [(path.stem, parts.exercises(lessons.read(path))) for path in lessons.find()]
    # A new lesson is entered in book/course.toml.
    assert found == there
    assert [chapter.new_name for chapter in whole_plan.chapters] == [name for name, _ in there]


def test_the_whole_course_keeps_its_numbers_and_their_gaps(course, planned):
    notebooks = course / "notebooks"
    (notebooks / "03_find.ipynb").rename(notebooks / "07_find.ipynb")
    whole = planned("[lessons]\nfill_in = [1]\nadd_a_head = []\nfind = [2]\n")
    names = ["01_fill_in", "02_add_a_head", "07_find"]
    assert [chapter.new_name for chapter in whole.chapters] == names
    assert [chapter.name for chapter in whole.chapters] == names
    assert [whole.next(chapter) for chapter in whole.chapters] == [*whole.chapters[1:], None]
    chosen = planned("[lessons]\nadd_a_head = []\nfind = [2]\n")
    assert [(c.name, c.new_name) for c in chosen.chapters] == [
        ("02_add_a_head", "01_add_a_head"),
        ("07_find", "02_find"),
    ]


def test_a_copied_line_of_the_list_will_do(planned):
    line = '{ part = "Ratings", minutes = 70, budget = 10, exercises = [2, 1], ends_with = "x" }'
    mixed = planned(f"[lessons]\nfind = {line}\nfill_in = {{ exercises = [] }}\nadd_a_head = [1]")
    assert [chapter.exercises for chapter in mixed.chapters] == [(1, 2), (), (1,)]


def test_lessons_are_taken_in_the_order_of_the_file_and_numbered_anew(planned):
    found = planned("[lessons]\nfind = [2]\nfill_in = [2, 1]\n")
    assert [(c.name, c.title, c.new_name, c.exercises, c.following) for c in found.chapters] == [
        ("03_find", "Find", "01_find", (2,), ""),
        ("01_fill_in", "Fill in", "02_fill_in", (1, 2), "add_a_head"),
    ]
    first, second = found.chapters
    assert found.next(first) == second
    assert found.next(second) is None
    assert found.titles["02_add_a_head"] == "Add a head"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[lessons]\nno = []", r"\[lessons\]: there is no lesson 'no'.*fill_in, add_a_head, find"),
        ("[lessons]\n04_no = []", "there is no lesson '04_no'"),
        ("[lessons]\n03_find = []", "without its number. Write find instead of 03_find"),
        ("[lessons]\n05_find = []", "Write find instead of 05_find"),
        ("[lessons]\nfind = { minutes = 70 }", "find: 'exercises' is missing"),
        (
            "[lessons]\nfind = { exercises = [], time = 7 }",
            "find: 'time' is unknown. Allowed are: part",
        ),
        ("[lessons]\nfind = { exercises = [3] }", "find: there is no exercise 3"),
        ("[lessons]\nfind = [3]", r"find: there is no exercise 3. Allowed.*\[1, 2\]"),
        ("[lessons]\nfind = [1, 1]", "find: an exercise is named twice"),
        ("[lessons]\nfind = 'all'", "find: 'all' is not a list of numbers"),
        ("[lessons]\nfind = [true]", r"\[True\] is not a list of numbers"),
        ("[lessons]\nfind = ['1']", "is not a list of numbers"),
        (
            "[lessons]\n",
            r"no lesson under \[lessons\]. For example:\n\[lessons\]\nfactorize_movielens =",
        ),
        ("", "no lesson under"),
        ("lessons = [1]", "no lesson under"),
        ("[lesons]\nfind = [1]", r"the key 'lesons' is unknown. Allowed is: \[lessons\]"),
        ("[lessons]\nfind = [1]\nfind = [2]", "cannot be read as TOML.*one line of its own"),
        ("[lessons", "cannot be read as TOML"),
    ],
)
def test_a_mistake_names_file_key_and_what_is_allowed(planned, text, message):
    with pytest.raises(PlanError, match=message) as caught:
        planned(text)
    assert "my_course.toml" in str(caught.value)


def test_a_missing_file_says_where_a_plan_is_to_be_had(course):
    with pytest.raises(PlanError, match=re.escape("book/course.toml in the repository")):
        plan.read(course / "none.toml", notebooks=course / "notebooks")
