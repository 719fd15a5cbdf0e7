"""A hand-in that is not a notebook: what it is, and what to ask the student for."""

import pytest

from course.grading import submitted
from helpers.errors import SubmissionError

CASES = {
    "empty": (b"", "it is empty"),
    "blank": (b"  \n", "it is empty"),
    "a zip": (b"PK\x03\x04rest", "a zip archive under another name"),
    "text": (b"Dear teacher, here is my homework.", "does not hold JSON"),
    "half a notebook": (b'{"cells": [{"cell_type": "co', "does not hold JSON"),
    "not UTF-8": (b"\xff\xfe\x00", "does not hold JSON"),
}


@pytest.mark.parametrize("case", CASES)
def test_it_says_what_the_file_is(case, tmp_path):
    content, said = CASES[case]
    path = tmp_path / "mine.ipynb"
    path.write_bytes(content)
    with pytest.raises(SubmissionError, match=f"is not a notebook: .*{said}"):
        submitted.read(path)


def test_a_folder_of_that_name_cannot_be_opened(tmp_path):
    (tmp_path / "mine.ipynb").mkdir()
    with pytest.raises(SubmissionError, match="cannot be opened"):
        submitted.read(tmp_path / "mine.ipynb")


def test_json_without_cells(tmp_path):
    path = tmp_path / "mine.ipynb"
    path.write_text("[1, 2]")
    with pytest.raises(SubmissionError, match="it has no cells"):
        submitted.read(path)
