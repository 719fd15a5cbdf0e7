"""A folder is graded: by our own checks, against our own lesson, whatever a notebook says."""

import time

import nbformat
import pytest

from course import grading
from course.grading.printing import Printed
from helpers.errors import LessonError, SubmissionError

LIMITS = grading.Limits(seconds=20, memory=1500)


@pytest.fixture
def graded(tmp_path, notebooks):
    """Grade what has been handed in; the rows of each student."""

    def run(**options):
        outcome = grading.grade(
            tmp_path / "in", notebooks=notebooks, limits=LIMITS, jobs=2, **options
        )
        rows = {}
        for row in outcome.graded:
            rows.setdefault(row.student, []).append((row.verdict.word, row.points))
        return rows

    return run


def test_answers_get_the_verdict_of_the_checks(tmp_path, lesson, graded):
    lesson.write(tmp_path / "in", "ada", *lesson.right)
    lesson.write(tmp_path / "in", "bob")
    lesson.write(
        tmp_path / "in",
        "carl",
        "answer = 8 / 3\nchecks.exercise_1(answer)",
        "answer = nothing\nchecks.exercise_2(answer, P, Q, mean)",
        lesson.right[2].replace("1, 5", "0, 9"),
    )
    told = []
    assert graded(on_done=told.append) == {
        "ada": [("right", 1)] * 3,
        "bob": [("not attempted", 0)] * 3,
        "carl": [("wrong", 0), ("error", 0), ("wrong", 0)],
    }
    assert "ada, lesson fill_in_a_rating_matrix: 3 of 3" in told


def test_what_is_printed_is_told_with_its_exercise(tmp_path, lesson, notebooks, monkeypatch):
    own = Printed._keep

    def slowly(self, text):
        time.sleep(0.2)
        own(self, text)

    monkeypatch.setattr(Printed, "_keep", slowly)
    first, second, third = lesson.right
    lesson.write(
        tmp_path / "in",
        "ada",
        f"print('one')\n{first}",
        f"print('two', flush=True); print('more')\n{second}",
        third.replace("    return", "    print('three')\n    return"),
    )
    lesson.write(
        tmp_path / "in", "bob", "print('last words')\nimport os; os._exit(3)", f"print(2)\n{second}"
    )
    graded = grading.grade(tmp_path / "in", notebooks=notebooks, limits=LIMITS, jobs=2).graded
    printed = {(row.student, row.exercise[-1]): row.printed for row in graded}
    assert printed["ada", "1"] == "one\n"
    assert printed["ada", "2"] == "two\nmore\n"
    assert set(printed["ada", "3"].split()) == {"three"}
    assert printed["bob", "1"] == "last words\n"
    assert printed["bob", "2"] == "2\n"


def test_nothing_but_the_exercises_counts(tmp_path, lesson, graded):
    """Stored outputs, changed cells of the lesson and changed arguments of the check do not."""
    path = lesson.write(tmp_path / "in", "eve", None, "checks.exercise_2(0.0, P * 0, Q, 0.0)")
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", text="✓ Yes.\n")]
    notebook.cells[1].source += "\nP = Q = np.zeros((4, 2)); mean = 0.0"
    nbformat.write(notebook, path)
    assert graded()["eve"][:2] == [("not attempted", 0), ("wrong", 0)]


def test_students_write_where_they_like_in_an_exercise(tmp_path, lesson, graded):
    path = lesson.write(tmp_path / "in", "ada", None, None, "%time\n" + lesson.right[2])
    notebook = nbformat.read(path, as_version=4)
    new = nbformat.v4.new_code_cell
    # A cell above with a function, one below with the answer; and the check's line lost.
    notebook.cells.insert(3, new("def ratio(a, b):\n    return a / b"))
    notebook.cells.insert(5, new("checks.exercise_1(3 * ratio(2, 4))"))
    notebook.cells[7].source = "answer = mean + P[row_of(1)] @ Q[2]"
    nbformat.write(notebook, path)
    assert graded()["ada"] == [("right", 1)] * 3


def test_a_trial_below_does_not_spoil_the_answer(tmp_path, lesson, graded):
    path = lesson.write(tmp_path / "in", "ada", *lesson.right)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(4, nbformat.v4.new_code_cell("checks.exercise_1(99)"))
    nbformat.write(notebook, path)
    assert graded()["ada"][0] == ("right", 1)


def test_a_deleted_exercise_and_a_file_that_is_none(tmp_path, lesson, graded):
    path = lesson.write(tmp_path / "in", "ada", *lesson.right)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell["id"] != "cell-20"]
    nbformat.write(notebook, path)
    (tmp_path / "in" / "01_bob.ipynb").write_text("no notebook")
    assert graded() == {
        "ada": [("right", 1), ("not found", 0), ("right", 1)],
        "bob": [("unreadable", 0)],
    }


def test_where_a_value_cannot_be_handed_over_the_lesson_runs_again(
    tmp_path, lesson, graded, notebooks
):
    ours = lesson.solved()
    ours.cells[1].source += "\nadd = lambda a, b: a + b"
    nbformat.write(ours, notebooks / "01_fill_in_a_rating_matrix.ipynb")
    lesson.write(tmp_path / "in", "ada", "checks.exercise_1(add(1, 0.5))", *lesson.right[1:])
    assert graded()["ada"] == [("right", 1)] * 3


def test_what_our_own_solution_does_not_pass_is_left_to_the_teacher(
    tmp_path, lesson, graded, notebooks
):
    ours = lesson.solved()
    ours.cells[4].source = "checks.exercise_1(99, strict=True)"
    nbformat.write(ours, notebooks / "01_fill_in_a_rating_matrix.ipynb")
    lesson.write(tmp_path / "in", "ada", *lesson.right)
    assert graded()["ada"] == [("not graded", 0), ("right", 1), ("right", 1)]


def test_a_lesson_that_does_not_run_says_so(tmp_path, lesson, graded, notebooks):
    ours = lesson.solved()
    ours.cells[1].source += "\n1 / 0"
    nbformat.write(ours, notebooks / "01_fill_in_a_rating_matrix.ipynb")
    lesson.write(tmp_path / "in", "ada", *lesson.right)
    with pytest.raises(LessonError, match=r"ZeroDivisionError.*course run fill_in_a_rating_matrix"):
        graded()


def test_only_the_lessons_that_are_asked_for(tmp_path, lesson, graded):
    lesson.write(tmp_path / "in", "ada", *lesson.right)
    with pytest.raises(LessonError, match="no lesson '07'"):
        graded(wanted=["07"])
    with pytest.raises(SubmissionError, match="no folder"):
        grading.grade(tmp_path / "nowhere")


def test_the_default_for_how_many_at_once():
    assert grading.grading.default_jobs(grading.Limits(memory=10**9)) == 1
