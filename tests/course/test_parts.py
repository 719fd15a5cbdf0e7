"""A notebook falls into parts at its headings, and the parts make the notebook again."""

import copy

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import sample
from course import lessons, parts


@pytest.mark.parametrize("path", lessons.find(), ids=lambda path: path.stem)
def test_the_parts_of_a_lesson_make_the_lesson(path):
    notebook = lessons.read(path)
    before = copy.deepcopy(notebook)
    assert parts.join(notebook, parts.split(notebook)) == before
    assert notebook == before


def test_a_part_is_a_heading_with_all_that_follows():
    notebook = new_notebook(
        cells=[
            new_markdown_cell("Before.\n\n# Title\n\nText.\n\n## One", id="a"),
            new_code_cell("1", id="b"),
            new_markdown_cell("More.\n\n## Two\n\nEnd.", id="c"),
        ]
    )
    found = parts.split(notebook)
    assert [(part.level, part.title) for part in found] == [
        (0, ""),
        (1, "Title"),
        (2, "One"),
        (2, "Two"),
    ]
    assert [cell.source for cell in found[2].cells] == ["## One", "1", "More.\n\n"]
    del found[2]
    joined = parts.join(notebook, found)
    assert [cell.source for cell in joined.cells] == [
        "Before.\n\n# Title\n\nText.",
        "## Two\n\nEnd.",
    ]
    assert [cell.id for cell in joined.cells] == ["a", "c"]


def test_a_comment_in_a_block_of_code_is_no_heading():
    source = "# Title\n\n```python\n# a comment\n```\n"
    notebook = new_notebook(cells=[new_markdown_cell(source)])
    assert [part.title for part in parts.split(notebook)] == ["Title"]
    assert parts.title(notebook) == "Title"


def test_only_headings_under_exercises_number_an_exercise():
    notebook = sample.notebook()
    assert parts.exercises(notebook) == [1, 2]
    notebook.cells.insert(3, nbformat.v4.new_markdown_cell("### Exercise 7: no"))
    assert parts.exercises(notebook) == [1, 2]


def test_a_notebook_without_headings_has_neither_title_nor_exercises():
    notebook = new_notebook(cells=[new_code_cell("1")])
    assert (parts.title(notebook), parts.exercises(notebook)) == ("", [])
