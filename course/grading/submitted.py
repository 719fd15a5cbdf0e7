"""Read the cells of a notebook from anybody; missing or wrong parts do not stop it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.errors import SubmissionError

MOST_BYTES = 50 * 2**20


@dataclass(frozen=True)
class Cell:
    """A cell: its text, its tags, and its id if it has one; Colab keeps one in the metadata."""

    code: bool
    source: str
    tags: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Submitted:
    """The cells, and the slug of the lesson if the notebook is of an edition of the course."""

    cells: tuple[Cell, ...]
    lesson: str = ""


def read(path: Path) -> Submitted:
    """Read a file that may not be a notebook.

    Raises:
        SubmissionError: it is not a notebook, or larger than 50 MiB.
    """
    try:
        too_large = path.stat().st_size > MOST_BYTES
        content = None if too_large else json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise SubmissionError(f"The file is not a notebook: {_what_it_is(path)}") from error
    if too_large:
        raise SubmissionError("The file is larger than 50 MiB: clear its outputs.")
    return parse(content)


def _what_it_is(path: Path) -> str:
    """What a file is that could not be read as a notebook, and what to ask the student for."""
    again = "Ask for it again, saved from JupyterLab by File → Download."
    try:
        start = path.read_bytes()[:4]
    except OSError as error:
        return f"it cannot be opened ({error.strerror}). {again}"
    if not start.strip():
        return f"it is empty. {again}"
    if start == b"PK\x03\x04":
        return f"it is a zip archive under another name. {again}"
    return f"it does not hold JSON, so it is damaged or something else. {again}"


def parse(content: Any) -> Submitted:
    """The cells of a notebook, from the parsed JSON of its file.

    Raises:
        SubmissionError: it has no cells.
    """
    cells = content.get("cells") if isinstance(content, dict) else None
    if not isinstance(cells, list) or not any(isinstance(cell, dict) for cell in cells):
        raise SubmissionError("The file is not a notebook: it has no cells.")
    edition = _mapping(_mapping(content.get("metadata")).get("course"))
    return Submitted(
        tuple(_cell(cell) for cell in cells if isinstance(cell, dict)),
        str(edition.get("lesson", "")),
    )


def _cell(cell: dict[str, Any]) -> Cell:
    metadata = _mapping(cell.get("metadata"))
    source, tags = cell.get("source", ""), metadata.get("tags", [])
    return Cell(
        cell.get("cell_type") == "code",
        "".join(map(str, source)) if isinstance(source, list) else str(source),
        frozenset(map(str, tags)) if isinstance(tags, list) else frozenset(),
        frozenset(str(each) for each in (cell.get("id"), metadata.get("id")) if each is not None),
    )


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
