"""A notebook as the rules of the lesson contract read it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import nbformat

HEADING = re.compile(r"^(#{1,6}) +(.+?) *$", flags=re.MULTILINE)
FENCE = re.compile(r"^(```|~~~).*?^\1", flags=re.MULTILINE | re.DOTALL)


@dataclass(eq=False)
class Cell:
    """One cell, and where to find it: ``[7]`` is the seventh cell of the notebook."""

    number: int
    code: bool
    source: str
    tags: frozenset[str]
    metadata: dict = field(repr=False)
    outputs: list = field(repr=False)
    execution_count: int | None

    def __str__(self) -> str:
        first = self.source.strip().splitlines()[:1]
        return f"cell {self.number} ({' '.join(first)[:50]})"

    @property
    def lines(self) -> list[str]:
        return self.source.rstrip("\n").split("\n")

    @cached_property
    def tree(self) -> ast.Module:
        """The code, parsed; empty where it is not plain Python, which is a rule of its own."""
        try:
            return ast.parse(self.source)
        except SyntaxError:
            return ast.Module(body=[], type_ignores=[])

    @property
    def texts(self) -> list[str]:
        """What a reader sees of the outputs: text, and the text of tables."""
        found = []
        for output in self.outputs:
            found.append(output.get("text", ""))
            found += [
                text
                for kind, text in output.get("data", {}).items()
                if kind.startswith("text/") and isinstance(text, str)
            ]
        return [text for text in found if text]


@dataclass(frozen=True)
class Section:
    """A heading with all that stands below it, up to the next heading of its level or above."""

    title: str
    level: int
    cell: Cell
    text: str
    cells: list[Cell]


class Lesson:
    """A notebook: its cells, and its sections."""

    def __init__(self, path: Path, notebook: nbformat.NotebookNode) -> None:
        self.path = path
        self.notebook = notebook
        self.cells = [
            Cell(
                number,
                cell.cell_type == "code",
                cell.source,
                frozenset(cell.metadata.get("tags", [])),
                cell.metadata,
                cell.get("outputs", []),
                cell.get("execution_count"),
            )
            for number, cell in enumerate(notebook.cells, 1)
        ]

    @classmethod
    def read(cls, path: Path) -> Lesson:
        return cls(path, nbformat.read(path, as_version=4))

    @property
    def code(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.code]

    @property
    def prose(self) -> list[Cell]:
        return [cell for cell in self.cells if not cell.code]

    def tagged(self, tag: str) -> list[Cell]:
        return [cell for cell in self.cells if tag in cell.tags]

    @cached_property
    def sections(self) -> list[Section]:
        """Every heading in order; its text is that of the Markdown below it."""
        marks = []
        for cell in self.prose:
            # A comment in a block of code is no heading; blanks keep the positions.
            source = FENCE.sub(lambda block: " " * len(block[0]), cell.source)
            marks += [(cell, match) for match in HEADING.finditer(source)]
        return [self._section(marks, position) for position in range(len(marks))]

    def section(self, title: str) -> Section | None:
        """The section of that title, upper or lower case; None where there is none."""
        wanted = title.casefold()
        return next((s for s in self.sections if s.title.casefold() == wanted), None)

    def _section(self, marks: list, position: int) -> Section:
        cell, match = marks[position]
        level = len(match[1])
        later = [mark for mark in marks[position + 1 :] if len(mark[1][1]) <= level]
        end = later[0] if later else None
        within = [
            other
            for other in self.cells
            if cell.number <= other.number and (end is None or other.number <= end[0].number)
        ]
        parts = []
        for other in within:
            if not other.code:
                start = match.end() if other is cell else 0
                stop = end[1].start() if end and other is end[0] else len(other.source)
                parts.append(other.source[start:stop])
        # The cell of the next heading belongs to the next section.
        inner = [c for c in within if end is None or c is cell or c is not end[0]]
        return Section(match[2], level, cell, "\n".join(parts).strip(), inner)
