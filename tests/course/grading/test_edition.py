"""The students' edition comes back: unsolved, solved, solved below, from another plan's number."""

import nbformat
import pytest

from course import grading, lessons, plan
from course.editions.student import student_edition

# The quickest lesson; what the others need is in the small one.
LESSON = "explore_movielens"


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """The verdicts on three students' notebooks of one lesson."""
    folder = tmp_path_factory.mktemp("editions")
    course = plan.read()
    chapter = next(each for each in course.chapters if each.slug == LESSON)
    ours = lessons.read(lessons.find([LESSON])[0])
    solutions = [cell.source for cell in ours.cells if "solution" in cell.metadata.get("tags", [])]
    for student in ("unsolved", "solved", "below"):
        notebook = student_edition(ours, course, chapter)
        cells = notebook.cells
        attempts = [n for n, c in enumerate(cells) if "exercise" in c.metadata.get("tags", [])]
        for place, solution in zip(attempts, solutions, strict=True):
            answer = solution.replace(", strict=True", "")
            if student == "solved":
                cells[place].source += f"\n\n{answer}"
            elif student == "below":
                cells[place + 1].source = answer
        nbformat.write(notebook, folder / f"01_{LESSON}_{student}.ipynb")
    outcome = grading.grade(folder, wanted=[LESSON], limits=grading.Limits(seconds=60), jobs=2)
    found: dict[str, list[str]] = {}
    for row in outcome.graded:
        found.setdefault(row.student, []).append(row.verdict.word)
    return found


@pytest.mark.parametrize(
    ("student", "word"), [("unsolved", "not attempted"), ("solved", "right"), ("below", "right")]
)
def test_its_exercises_get_what_they_deserve(rows, student, word):
    assert rows[student] == [word] * 3
