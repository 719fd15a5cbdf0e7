"""A lesson is cut into its exercises; a student's cells are found, whatever their ids."""

import nbformat
import pytest

from course import lessons
from course.grading import source, submitted
from helpers.errors import LessonError


@pytest.fixture
def ours(notebooks):
    return source.read(notebooks / "01_fill_in_a_rating_matrix.ipynb")


def test_a_lesson(ours, lesson):
    assert (ours.slug, ours.module) == ("fill_in_a_rating_matrix",) * 2
    assert len(ours.cells) == 2
    assert [task.name for task in ours.tasks] == ["exercise_1", "exercise_2", "exercise_3"]
    assert ours.tasks[1].check == "checks.exercise_2(answer, P, Q, mean)"
    assert [(task.attempt, task.solution[0]) for task in ours.tasks] == lesson.exercises


def test_every_lesson_of_the_course_can_be_graded():
    for path in lessons.find():
        found = source.read(path)
        assert len(found.tasks) >= 2
        assert all(task.solution and "strict" not in task.check for task in found.tasks)


def test_a_lesson_without_checks_says_so(tmp_path):
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "01_empty.ipynb")
    with pytest.raises(LessonError, match="nothing to grade"):
        source.read(tmp_path / "01_empty.ipynb")


def test_an_exercise_that_calls_no_check_is_named(lesson, tmp_path):
    notebook = lesson.solved()
    cell = next(cell for cell in notebook.cells if cell["id"] == "cell-20")
    following = notebook.cells[notebook.cells.index(cell) + 1]
    cell.source, following.source = "answer = ...", "answer = 3"
    nbformat.write(notebook, tmp_path / "01_fill_in_a_rating_matrix.ipynb")
    with pytest.raises(
        LessonError,
        match=r"01_fill_in_a_rating_matrix\.ipynb: no check is called for .*answer = \.\.\.",
    ):
        source.read(tmp_path / "01_fill_in_a_rating_matrix.ipynb")


def test_a_cell_between_two_exercises_comes_before_the_second(lesson, tmp_path):
    notebook = lesson.solved()
    place = next(n for n, cell in enumerate(notebook.cells) if cell["id"] == "cell-20")
    notebook.cells.insert(place, nbformat.v4.new_code_cell("between = 1"))
    nbformat.write(notebook, tmp_path / "01_fill_in_a_rating_matrix.ipynb")
    found = source.read(tmp_path / "01_fill_in_a_rating_matrix.ipynb")
    assert [task.before for task in found.tasks] == [(), ("between = 1",), ()]
    assert "between = 1" not in found.cells


def test_the_exercise_cells_of_a_submission(ours, lesson, tmp_path):
    notebook = nbformat.read(lesson.write(tmp_path, "ada", "one", None, "three"), as_version=4)
    found = source.attempts(ours, submitted.parse(notebook).cells)
    assert [attempt.own for attempt in found.values()] == [
        ["one"],
        [lesson.exercises[1][0]],
        ["three"],
    ]


@pytest.mark.parametrize("keep_tags", [True, False])
def test_new_ids_do_not_matter(ours, lesson, tmp_path, keep_tags):
    notebook = nbformat.read(lesson.write(tmp_path, "ada", *lesson.right), as_version=4)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"new-{number}"
        if not keep_tags:
            cell.metadata.pop("tags", None)
    found = source.attempts(ours, submitted.parse(notebook).cells)
    assert [attempt.own for attempt in found.values()] == [[cell] for cell in lesson.right]


def test_added_cells_belong_to_the_exercise_whose_heading_they_follow(ours, lesson):
    notebook = lesson.solved()
    new = nbformat.v4.new_code_cell
    # After the heading of exercise 2, after its cell, and far above, in the lesson.
    notebook.cells.insert(7, new("after = 2"))
    notebook.cells.insert(6, new("before = 2"))
    notebook.cells.insert(1, new("elsewhere = 1"))
    found = source.attempts(ours, submitted.parse(notebook).cells)
    assert found["exercise_2"].own == ["before = 2", lesson.exercises[1][0]]
    assert found["exercise_2"].after == ["after = 2"]
    # Our own solutions are no cells of the student's.
    assert found["exercise_1"].after == []


def test_an_exercise_that_was_deleted_is_not_there(ours, lesson):
    notebook = lesson.solved()
    notebook.cells = [cell for cell in notebook.cells if cell["id"] != "cell-10"]
    assert list(source.attempts(ours, submitted.parse(notebook).cells)) == [
        "exercise_2",
        "exercise_3",
    ]
