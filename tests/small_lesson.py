"""A small lesson with three exercises, and submissions of it."""

from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

SETUP = """
import numpy as np

from helpers.checks.lessons import fill_in_a_rating_matrix as checks
"""
LESSON = """
user_index, item_index = {1: 0, 2: 1}, {3: 2}
P = np.arange(4.0).reshape(2, 2) / 8
Q = np.arange(8.0).reshape(4, 2) / 8
mean = 3.0


def row_of(user):
    return user_index[user]
"""
# Exercise cell and solution of each: a number, a number that depends on the lesson, a function.
EXERCISES = [
    ("answer = ...\nchecks.exercise_1(answer)", "checks.exercise_1(3 * 2 / 4, strict=True)"),
    (
        "answer = ...\nchecks.exercise_2(answer, P, Q, mean)",
        "answer = mean + P[row_of(1)] @ Q[2]\nchecks.exercise_2(answer, P, Q, mean, strict=True)",
    ),
    (
        "def predict(user_vector, item_vector, mean):\n    return ...\n\n\n"
        "checks.exercise_3(predict)",
        "def predict(user_vector, item_vector, mean):\n"
        "    return np.clip(mean + user_vector @ item_vector, 1, 5)\n\n\n"
        "checks.exercise_3(predict, strict=True)",
    ),
]
RIGHT = [
    "checks.exercise_1(1.5)",
    "answer = mean + P[0] @ Q[2]\nchecks.exercise_2(answer, P, Q, mean)",
    EXERCISES[2][1].replace(", strict=True", ""),
]


def code(number, source, *tags):
    return nbformat.v4.new_code_cell(source, id=f"cell-{number}", metadata={"tags": list(tags)})


def solved():
    cells = [code(1, SETUP.strip(), "imports"), code(2, LESSON.strip())]
    for number, (attempt, solution) in enumerate(EXERCISES, 1):
        heading = nbformat.v4.new_markdown_cell(f"### Exercise {number}: …", id=f"text-{number}")
        cells += [
            heading,
            code(10 * number, attempt, "exercise"),
            code(10 * number + 1, solution, "solution", "hide-cell"),
        ]
    return nbformat.v4.new_notebook(cells=cells)


def write(
    folder: Path, student: str, *answers: str | None, name: str = "01_fill_in_a_rating_matrix.ipynb"
) -> Path:
    """A student's notebook with these exercise cells, ``...`` where None; its path."""
    notebook = solved()
    notebook.cells = [c for c in notebook.cells if "solution" not in c.metadata.get("tags", [])]
    exercises = [c for c in notebook.cells if "exercise" in c.metadata.get("tags", [])]
    for cell, answer in zip(exercises, answers, strict=False):
        cell.source = cell.source if answer is None else answer
    path = folder / student / name
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


@pytest.fixture(scope="session")
def lesson() -> SimpleNamespace:
    """The small lesson: ``solved`` makes it, ``write`` a submission, ``right`` are its answers."""
    return SimpleNamespace(solved=solved, write=write, right=RIGHT, exercises=EXERCISES)


@pytest.fixture
def notebooks(tmp_path: Path) -> Path:
    """A folder with the one solved lesson."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    nbformat.write(solved(), folder / "01_fill_in_a_rating_matrix.ipynb")
    return folder
