"""A solved lesson becomes one to be solved, with the same cells in the same places."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import sample
from course import lessons
from course.editions.student import hide_predictions, prompt, student_edition, unsolved


def code(source, *tags, printed="", **metadata):
    outputs = [sample.printed(printed)] if printed else []
    count = 1 if printed else None
    metadata |= {"tags": list(tags)}
    return new_code_cell(source, metadata=metadata, outputs=outputs, execution_count=count)


EXERCISE = "def twice(x, times=2):\n    return ...\n\n\nchecks.exercise_1(twice)"
SOLUTION = "def twice(x, times=2):\n    return times * x\n\n\nchecks.exercise_1(twice, strict=True)"


@pytest.fixture
def solved():
    return new_notebook(
        cells=[
            code("x = 1\nx", printed="1"),
            code(EXERCISE, "exercise", "nbval-check-output", printed="Not attempted yet"),
            code(SOLUTION, "solution", "hide-cell", printed="Yes", jupyter={"source_hidden": True}),
            code("y = twice(x)\nprint(y)", "nbval-check-output", printed="2"),
            code("z = y + 1\nprint(z)", printed="3"),
            code("y = 5\nprint(y)", printed="5"),
            code("print(y)", "nbval-check-output", printed="5"),
        ]
    )


def test_a_solution_becomes_a_prompt_with_the_signature(solved):
    cell = unsolved(solved).cells[2]
    assert cell.source.startswith("# Write twice(x, times=2)\n")
    assert "times * x" not in cell.source
    assert cell.metadata == {"tags": ["try-out"]}
    assert (cell.outputs, cell.execution_count) == ([], None)
    assert cell.id == solved.cells[2].id


def test_without_a_function_the_prompt_asks_for_an_answer():
    assert prompt(code("answer = ...\ncheck(answer)")).startswith("# Put your answer in place of")
    assert prompt(None).startswith("# Put your answer")
    helper = code("def given(x):\n    return x\n\n\nanswer = ...")
    assert "given" not in prompt(helper)


def test_what_depends_on_an_answer_loses_its_output_and_the_rest_keeps_it(solved):
    found = unsolved(solved)
    assert [bool(cell.outputs) for cell in found.cells] == [
        True,  # before the exercise
        False,  # the exercise
        False,  # its solution
        False,  # uses the function
        False,  # uses what the function gave
        True,  # binds that name anew
        True,  # uses the new value
    ]
    assert "nbval-check-output" not in found.cells[3].metadata.tags
    assert "nbval-check-output" in found.cells[6].metadata.tags
    assert solved.cells[2].source == SOLUTION


def test_the_exercise_itself_stays_to_the_letter(solved):
    cell = unsolved(solved).cells[1]
    assert cell.source == EXERCISE
    assert cell.metadata.tags == ["exercise"]


def test_the_answer_to_a_prediction_is_not_stored():
    notebook = new_notebook(
        cells=[
            new_markdown_cell("Now."),
            code("1", printed="1"),
            new_markdown_cell("**Predict first:** how many?"),
            code("x = 2"),
            code("print(x)", printed="2"),
            code("print(x)", printed="2"),
            new_markdown_cell("So many."),
            code("print(x)", printed="2"),
        ]
    )
    found = hide_predictions(notebook)
    kept = [position for position, cell in enumerate(found.cells) if cell.get("outputs")]
    assert kept == [1, 7], "all that stands right below the question goes, also a chart"


@pytest.fixture(scope="module")
def pairs(whole_plan):
    """Each lesson, with what students get of it."""
    found = []
    for chapter in whole_plan.chapters:
        lesson = lessons.read(lessons.folder() / f"{chapter.name}.ipynb")
        found.append((chapter, lesson, student_edition(lesson, whole_plan, chapter)))
    return found


def test_the_cells_of_each_lesson_keep_ids_tags_and_text(pairs):
    for chapter, lesson, edition in pairs:
        assert [c.id for c in edition.cells] == [c.id for c in lesson.cells], chapter.name
        for before, after in zip(lesson.cells, edition.cells, strict=True):
            tags, kept = before.metadata.get("tags", []), after.metadata.get("tags", [])
            if "solution" in tags:
                assert kept == ["try-out"]
                continue
            assert after.source == before.source
            assert set(kept) >= set(tags) - {"nbval-check-output"}


def test_each_lesson_keeps_its_hints_and_its_figures(pairs):
    for chapter, lesson, edition in pairs:
        hints = [sum("<summary>" in c.source for c in n.cells) for n in (lesson, edition)]
        assert hints[0] == hints[1] >= len(chapter.exercises)
        figures = sum("image/png" in str(c.get("outputs", "")) for c in edition.cells)
        assert figures >= 1, chapter.name


def test_no_exercise_or_trial_cell_has_an_output(pairs):
    for chapter, _, edition in pairs:
        for cell in edition.cells:
            if {"exercise", "try-out"} & set(cell.metadata.get("tags", [])):
                assert (cell.outputs, cell.execution_count) == ([], None), chapter.name


def test_the_edition_says_what_it_was_made_from(pairs):
    for chapter, _, edition in pairs:
        assert edition.metadata.course == {
            "edition": "student",
            "lesson": chapter.slug,
            "exercises": list(chapter.exercises),
        }
