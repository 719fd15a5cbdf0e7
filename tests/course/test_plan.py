"""A plan is checked at the door: a mistake names the file, the key and what is allowed."""

import re

import pytest

from course import lessons, parts, plan
from helpers.errors import PlanError


def test_the_plan_of_the_course_has_every_lesson_with_every_exercise(whole_plan):
    found = {chapter.name: list(chapter.exercises) for chapter in whole_plan.chapters}
    there = {path.stem: parts.exercises(lessons.read(path)) for path in lessons.find()}
    # A new lesson is entered in book/course.toml.
    assert found == there
    assert list(found) == list(there)
    assert [chapter.new_name for chapter in whole_plan.chapters] == list(there)


def test_lessons_are_taken_in_the_order_of_the_file_and_numbered_anew(planned):
    found = planned("[lessons]\n03_find = [2]\n01_fill_in = [2, 1]\n")
    assert [(c.name, c.title, c.new_name, c.exercises, c.following) for c in found.chapters] == [
        ("03_find", "Find", "01_find", (2,), ""),
        ("01_fill_in", "Fill in", "02_fill_in", (1, 2), "02_add_a_head"),
    ]
    first, second = found.chapters
    assert found.next(first) == second
    assert found.next(second) is None
    assert found.titles["02_add_a_head"] == "Add a head"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[lessons]\n04_no = []", r"\[lessons\]: there is no lesson '04_no'.*03_find"),
        ("[lessons]\n03_find = [3]", r"03_find: there is no exercise 3. Allowed.*\[1, 2\]"),
        ("[lessons]\n03_find = [1, 1]", "03_find: an exercise stands there twice"),
        ("[lessons]\n03_find = 'all'", "03_find: 'all' is no list of numbers"),
        ("[lessons]\n03_find = [true]", r"\[True\] is no list of numbers"),
        ("[lessons]\n03_find = ['1']", "is no list of numbers"),
        ("[lessons]\n", r"no lesson under \[lessons\]. For example:\n\[lessons\]\n01_fill_in ="),
        ("", "no lesson under"),
        ("lessons = [1]", "no lesson under"),
        ("[lesons]\n03_find = [1]", r"the key 'lesons' is unknown. Allowed is: \[lessons\]"),
        ("[lessons]\n03_find = [1]\n03_find = [2]", "cannot be read as TOML.*one line of its own"),
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
