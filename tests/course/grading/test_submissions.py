"""Whose a notebook is, and of which lesson, is read from what there is."""

import os
from pathlib import Path

import nbformat
import pytest

from course.grading import submitted
from course.grading.submissions import find, student_of
from helpers.errors import SubmissionError

SMALL = "fill_in_a_rating_matrix"
COURSE = [Path("01_fill_in_a_rating_matrix.ipynb"), Path("05_factorize_movielens.ipynb")]


@pytest.mark.parametrize(
    ("stem", "student"),
    [
        ("05_factorize_movielens_ada", "ada"),
        ("05_ada", "ada"),
        ("ada_05", "ada"),
        ("05-Ada-Lovelace", "Ada Lovelace"),
        # The plan of a class may number the lessons anew.
        ("02_factorize_movielens_Zoë", "Zoë"),
        ("05_ada (1)", "ada"),
        ("05_ada-Copy1", "ada"),
        ("Ada L_99_assignsubmission_file_05_factorize_movielens", "Ada L"),
    ],
)
def test_the_student_in_a_file_name(stem, student):
    assert student_of(stem, ["fill_in", "factorize_movielens", SMALL]) == student


def test_a_folder_a_student_or_one_for_all(tmp_path, lesson):
    lesson.write(tmp_path, "ada")
    lesson.write(tmp_path, "Bob B_12_assignsubmission_file_", name="Untitled.ipynb")
    lesson.write(tmp_path, "carl/deeper/still", name="any name.ipynb")
    lesson.write(tmp_path, ".", name="01_dora.ipynb")
    found = find(tmp_path, COURSE)
    assert [(each.student, each.lesson) for each in found] == [
        ("Bob B", SMALL),
        ("ada", SMALL),
        ("carl", SMALL),
        ("dora", SMALL),
    ]


def test_the_edition_says_which_lesson_it_is(tmp_path):
    cells = [nbformat.v4.new_code_cell("1", id="one")]
    notebook = nbformat.v4.new_notebook(
        cells=cells, metadata={"course": {"lesson": "factorize_movielens"}}
    )
    nbformat.write(notebook, tmp_path / "01_ada.ipynb")
    assert find(tmp_path, COURSE)[0].lesson == "factorize_movielens"


def test_else_the_file_name(tmp_path):
    empty = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", id="one")])
    nbformat.write(empty, tmp_path / "05_ada.ipynb")
    # An edition of another plan has another number, but the same name.
    nbformat.write(empty, tmp_path / "01_factorize_movielens_bob.ipynb")
    nbformat.write(empty, tmp_path / "notes.ipynb")
    assert [(each.lesson, bool(each.problem)) for each in find(tmp_path, COURSE)] == [
        ("factorize_movielens", False),
        ("factorize_movielens", False),
        ("", True),
    ]


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"{}", b"[1]", b'{"cells": 3}', b'{"cells": [1]}', b"[" * 10**5],
    ids=str,
)
def test_what_is_no_notebook_is_said_and_stops_nobody(tmp_path, lesson, content):
    lesson.write(tmp_path, "ada")
    (tmp_path / "01_bob.ipynb").write_bytes(content)
    bob = next(each for each in find(tmp_path, COURSE) if each.student == "bob")
    assert bob.problem


def test_of_two_the_newer_is_taken(tmp_path, lesson):
    old = lesson.write(tmp_path, "ada", name="z_old.ipynb")
    lesson.write(tmp_path, "ada", name="a_new.ipynb")
    os.utime(old, (1, 1))
    (found,) = find(tmp_path, COURSE)
    assert (found.path.name, found.passed_over) == ("a_new.ipynb", ("z_old.ipynb",))


def test_hidden_folders_and_links_are_passed_over(tmp_path, lesson):
    lesson.write(tmp_path / "in", "ada")
    lesson.write(
        tmp_path / "in",
        "ada/.ipynb_checkpoints",
        name="01_fill_in_a_rating_matrix-checkpoint.ipynb",
    )
    lesson.write(tmp_path / "in", "__MACOSX", name="01_fill_in_a_rating_matrix.ipynb")
    secret = lesson.write(tmp_path / "elsewhere", "eve")
    try:
        (tmp_path / "in" / "01_eve.ipynb").symlink_to(secret)
        (tmp_path / "in" / "mallory").symlink_to(secret.parent)
    except OSError:
        pytest.skip("no links on this system")
    assert [each.student for each in find(tmp_path / "in", COURSE)] == ["ada"]


def test_an_empty_folder_says_what_is_wanted(tmp_path):
    with pytest.raises(SubmissionError, match=r"05_ada\.ipynb"):
        find(tmp_path, COURSE)
    with pytest.raises(SubmissionError, match="no folder"):
        find(tmp_path / "nowhere", COURSE)


def test_a_file_of_many_megabytes_is_not_read(tmp_path):
    with (tmp_path / "01_large.ipynb").open("wb") as file:
        file.truncate(submitted.MOST_BYTES + 1)
    with pytest.raises(SubmissionError, match="larger than 50 MiB: clear its outputs"):
        submitted.read(tmp_path / "01_large.ipynb")
