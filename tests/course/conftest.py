"""A small course of three lessons, and a small world on which a leaderboard is measured."""

from pathlib import Path

import nbformat
import pytest

import sample
from course import plan
from worlds import labelled_world as world

__all__ = ["course", "planned", "whole_plan", "world"]


def lesson(title, *, next_name=""):
    """The sample lesson with another title and another way on."""
    notebook = sample.notebook()
    cells = notebook.cells
    cells[0].source = cells[0].source.replace("Fill in a matrix", title)
    link = f"[On]({next_name}.ipynb)" if next_name else "See the [course map](../README.md)."
    cells[-1].source = cells[-1].source.partition("## Next")[0] + f"## Next\n\n{link}"
    return notebook


@pytest.fixture
def course(tmp_path) -> Path:
    """The folder of a course of three lessons; its notebooks stand in ``notebooks``."""
    notebooks = tmp_path / "course" / "notebooks"
    notebooks.mkdir(parents=True)
    names = ["01_fill_in", "02_add_a_head", "03_find"]
    for name, title, upcoming in zip(
        names, ["Fill in", "Add a head", "Find"], [*names[1:], ""], strict=True
    ):
        found = lesson(title, next_name=upcoming)
        nbformat.write(found, notebooks / f"{name}.ipynb")
    return tmp_path / "course"


@pytest.fixture
def planned(course):
    """Read a plan that is given as text, for the course of three lessons."""

    def read(text: str) -> plan.Plan:
        file = course / "my_course.toml"
        file.write_text(text, encoding="utf-8")
        return plan.read(file, notebooks=course / "notebooks")

    return read


@pytest.fixture(scope="session")
def whole_plan():
    """The plan that comes with the course."""
    return plan.read()
