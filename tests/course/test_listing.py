"""The one list of lessons is checked at the door, alone and against the notebooks."""

import re

import pytest

from course import lessons, listing, parts
from helpers.errors import PlanError

WHOLE = {
    "part": '"One"',
    "minutes": "30",
    "budget": "5",
    "exercises": "[1, 2]",
    "ends_with": '"a thought"',
}


def line(slug, **other):
    """A line of the list; a value of None leaves its key out."""
    values = {key: value for key, value in (WHOLE | other).items() if value is not None}
    return f"{slug} = {{ {', '.join(f'{key} = {value}' for key, value in values.items())} }}\n"


@pytest.fixture
def listed(course):
    """Write the list of the course of three lessons, and read it."""

    def read(*lines):
        (course / "book").mkdir(exist_ok=True)
        (course / "book" / "course.toml").write_text("[lessons]\n" + "".join(lines), "utf-8")
        return listing.course(course / "notebooks")

    return read


def test_the_list_of_the_course_says_what_its_lessons_say():
    for path in lessons.find():
        notebook, said = lessons.read(path), listing.course()[lessons.slug_of(path)]
        assert said.exercises == tuple(parts.exercises(notebook))
        assert said.minutes == parts.times(notebook).minutes
        assert said.budget >= parts.times(notebook).run_seconds


def test_a_line_has_all_that_is_known_of_a_lesson(listed):
    found = listed(line("fill_in"), line("add_a_head"), line("find", part='"Two"', budget="0.5"))
    assert list(found) == ["fill_in", "add_a_head", "find"]
    assert found["find"] == listing.Listed("find", "Two", 30, 0.5, (1, 2), "a thought")


def test_numbers_may_have_gaps(course, listed):
    notebooks = course / "notebooks"
    (notebooks / "03_find.ipynb").rename(notebooks / "30_find.ipynb")
    assert list(listed(line("fill_in"), line("add_a_head"), line("find")))[-1] == "find"


def test_the_order_of_the_list_is_that_of_the_numbers(course, listed):
    with pytest.raises(
        PlanError,
        match=r"has find before add_a_head, but 02_add_a_head.ipynb comes before 03_find.ipynb\. "
        "Move the line, or give the notebook another number",
    ):
        listed(line("fill_in"), line("find"), line("add_a_head"))
    notebooks = course / "notebooks"
    (notebooks / "02_add_a_head.ipynb").rename(notebooks / "04_add_a_head.ipynb")
    assert list(listed(line("fill_in"), line("find"), line("add_a_head")))[1] == "find"


def test_a_lesson_without_a_line_gets_one_to_copy(listed):
    with pytest.raises(PlanError, match=r"03_find.ipynb is not in .*course.toml") as caught:
        listed(line("fill_in"), line("add_a_head"))
    added = str(caught.value).splitlines()[-1] + "\n"
    ours = [line(slug, part='"Ratings"') for slug in ("fill_in", "add_a_head")]
    assert "find" in listed(*ours, added)


def test_a_line_without_a_lesson_is_named(listed):
    with pytest.raises(PlanError, match=r"serve: there is no notebook .*NN_serve.ipynb"):
        listed(line("fill_in"), line("add_a_head"), line("find"), line("serve"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("find = [1, 2]\n", r"\[1, 2\] is short. The list needs the whole line"),
        (line("find", part=None), "find: 'part' is missing"),
        (line("find", minutes=None), "'minutes' is missing"),
        (line("find", budget=None), "'budget' is missing"),
        (line("find", exercises=None), "'exercises' is missing"),
        (line("find", ends_with=None), "'ends_with' is missing"),
        (line("find", seconds="3"), "'seconds' is unknown. Allowed are: part, minutes"),
        (line("find", part="1"), "part = 1 is not a text in quotes"),
        (line("find", ends_with='" "'), "ends_with = ' ' is not a text"),
        (line("find", minutes="1.5"), "minutes = 1.5 is not a whole number above 0"),
        (line("find", minutes="0"), "minutes = 0 is not"),
        (line("find", exercises='["1"]'), r"exercises = \['1'\] is not a list of numbers"),
        (line("find", exercises="3"), "exercises = 3 is not a list"),
        (line("find", part='"One"'), "find: the part 'One' has ended before 'Two'"),
    ],
)
def test_a_mistake_in_a_line_says_where_and_what(listed, text, message):
    with pytest.raises(PlanError, match=message) as caught:
        listed(line("fill_in"), line("add_a_head", part='"Two"'), text)
    assert re.search(r"course.toml, \[lessons\] find", str(caught.value))


def test_a_missing_list_says_where_it_should_be(course):
    with pytest.raises(PlanError, match=r"no file .*course\.toml"):
        listing.course(course / "notebooks")
