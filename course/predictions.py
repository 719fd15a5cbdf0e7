"""Which cells answer a "Predict first": every edition keeps the answer from who has not guessed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

QUESTION = re.compile(r"\*\*predict first", flags=re.IGNORECASE)


def answers(notebook: NotebookNode) -> list[int]:
    """Positions of the code cells whose outputs answer a prediction, in order.

    They are the first code cell with an output after the question, and all code cells that follow
    it without a word in between: a table and its chart say the same.
    """
    found: list[int] = []
    asked = answering = False
    for position, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            answering = False
            asked = asked or bool(QUESTION.search(cell.source))
        elif (asked or answering) and cell.get("outputs"):
            found.append(position)
            asked, answering = False, True
    return found
