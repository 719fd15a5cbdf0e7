"""Lessons call each other as the plan does: by number, by link, and at their end."""

import pytest

from course import lessons, plan
from course.editions.numbering import follow, renumber

NUMBERS = {"01": "01", "02": "“Two”", "03": "02", "04": "04", "07": "05", "09": "09"}


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("as in lesson 03", "as in lesson 02"),
        ("Lesson 03's model", "Lesson 02's model"),
        ("in lesson\n03 we", "in lesson\n02 we"),
        ("as in lesson 02.", "as in lesson “Two”."),
        ("lessons 01, 02 and 03", "lessons 01, “Two” and 02"),
        ("Lessons 01 to 04", "Lessons 01, “Two”, 02 and 04"),
        ("lessons 04 to 06", "lessons 04 to 06"),
        ("lesson 03, 12 of them", "lesson 02, 12 of them"),
        ("from helpers.checks.lessons import find as lesson_03",) * 2,
        # There are lessons 07 and 09, and none between them.
        ("lessons 07 to 09", "lessons 05 and 09"),
        ("lessons 04 to 09", "lessons 04, 05 and 09"),
        ("lessons 09 to 12", "lessons 09 to 12"),
        ("lessons 03 to 03", "lessons 02"),
        ("in 03 of 10", "in 03 of 10"),
    ],
)
def test_numbers_after_the_word_lesson_are_exchanged(text, changed):
    assert renumber(text, NUMBERS) == changed


@pytest.fixture
def followed(course, planned):
    """A lesson of the small course as a plan has it."""

    def adapt(text, name, prose="", ships=lambda path: True):
        found = planned(text)
        (chapter,) = [c for c in found.chapters if c.slug == name]
        (path,) = lessons.find([name], notebooks=course / "notebooks")
        notebook = lessons.read(path)
        if prose:
            notebook.cells[3].source = prose
        return follow(notebook, found, chapter, ships=ships)

    return adapt


ALL = "[lessons]\nfill_in = [1]\nadd_a_head = [1]\nfind = [1]\n"
TURNED = "[lessons]\nfind = [1]\nfill_in = [1]\n"


def test_the_whole_course_in_its_order_stays_as_it_is(course, followed):
    for path in lessons.find(notebooks=course / "notebooks"):
        assert followed(ALL, lessons.slug_of(path)) == lessons.read(path)


def test_the_end_of_a_lesson_leads_to_the_next_of_the_plan(followed):
    assert (
        followed(TURNED, "find")
        .cells[-1]
        .source.endswith("## Next\n\n[Fill in](02_fill_in.ipynb) comes next.")
    )
    last = followed(TURNED, "fill_in").cells[-1].source
    assert "[On](" not in last
    assert "[course map](../README.md)" in last


def test_a_link_goes_where_its_lesson_went_or_becomes_text(followed):
    prose = (
        "See [lesson 03](03_find.ipynb#a), [lesson 02](02_add_a_head.ipynb), "
        "[here](#b), [there](https://example.org), [the data](../data/x.csv), [more](../book/y.md)."
    )
    found = followed(TURNED, "fill_in", prose, ships=lambda path: "data" in path)
    assert found.cells[3].source == (
        "See [lesson 01](01_find.ipynb#a), lesson “Add a head”, "
        "[here](#b), [there](https://example.org), [the data](../data/x.csv), more."
    )


def test_what_was_printed_is_renumbered_as_the_code_that_prints_it(course, planned):
    found = planned(TURNED)
    notebook = lessons.read(course / "notebooks" / "01_fill_in.ipynb")
    notebook.cells[6].source = 'print("as in lesson 03")'
    notebook.cells[6].outputs[0].text = "as in lesson 03\n"
    cell = follow(notebook, found, found.chapters[1], ships=lambda path: True).cells[6]
    assert (cell.source, cell.outputs[0].text) == ('print("as in lesson 01")', "as in lesson 01\n")


def test_the_real_course_in_its_order_stays_as_it_is(whole_plan):
    for chapter in whole_plan.chapters:
        notebook = lessons.read(lessons.folder() / f"{chapter.name}.ipynb")
        assert follow(notebook, whole_plan, chapter, ships=lambda path: True) == notebook


def test_the_real_course_backwards_has_no_link_that_leads_nowhere(whole_plan, tmp_path):
    names = [chapter.slug for chapter in whole_plan.chapters][::-2]
    file = tmp_path / "backwards.toml"
    file.write_text("[lessons]\n" + "".join(f"{name} = []\n" for name in names))
    backwards = plan.read(file)
    there = {f"{chapter.new_name}.ipynb" for chapter in backwards.chapters}
    for chapter in backwards.chapters:
        notebook = lessons.read(lessons.folder() / f"{chapter.name}.ipynb")
        followed = follow(notebook, backwards, chapter, ships=lambda path: True)
        text = "\n".join(cell.source for cell in followed.cells if cell.cell_type == "markdown")
        linked = {part.split(")")[0] for part in text.split("](")[1:]}
        assert {link for link in linked if link.endswith(".ipynb")} <= there
