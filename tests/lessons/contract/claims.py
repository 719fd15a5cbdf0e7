"""Second edition: whoever says why something is so names the cell that shows it.

The list of a lesson is ``book/claims/SLUG.toml``: ``[[claim]]`` with ``says``, the sentence, and
``cells``, the ids of the code cells that show it.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from contract.lesson import FENCE, Cell, Lesson
from contract.registry import rule_of

CAUSAL = re.compile(
    r"\b(?:because|pays|costs|needs|beats|therefore|thanks to|"
    r"so(?! that\b| far\b| much\b| many\b))\b",
    flags=re.IGNORECASE,
)
# What is no running text: folds' titles, tags, formulas, headings, rows of tables.
SILENT = re.compile(
    r"<summary>.*?</summary>|<[^>]+>|\$\$.*?\$\$|\$[^$]*\$|^#+ [^\n]*$|^\|[^\n]*$",
    flags=re.DOTALL | re.MULTILINE,
)
MARKS = re.compile(r"\*+|`|^\s*(?:[-*]|\d+\.)\s+|\[([^\]]*)\]\([^)]*\)", flags=re.MULTILINE)
SENTENCE = re.compile(r"[^.?!]+(?:[.?!](?!\s|$)[^.?!]*)*[.?!]?")


def claims_file(lesson: Lesson) -> Path:
    """Where the claims of a lesson are listed."""
    return lesson.path.parents[1] / "book" / "claims" / f"{lesson.path.stem[3:]}.toml"


def causal_sentences(cell: Cell) -> list[str]:
    """The sentences of a Markdown cell that say why, on one line each and without marks."""
    text = SILENT.sub("\n\n", FENCE.sub("\n\n", cell.source))
    found = []
    for paragraph in re.split(r"\n\s*\n|^\s*[-*] ", text, flags=re.MULTILINE):
        plain = " ".join(MARKS.sub(lambda match: match[1] or "", paragraph).split())
        found += [sentence.strip() for sentence in SENTENCE.findall(plain)]
    return [sentence for sentence in found if CAUSAL.search(sentence)]


@rule_of(2)
def each_claim_names_the_cell_that_shows_it(lesson: Lesson) -> Iterator[str]:
    path = claims_file(lesson)
    listed = {}
    if path.is_file():
        for claim in tomllib.loads(path.read_text(encoding="utf-8"))["claim"]:
            listed[claim["says"]] = claim["cells"]
    said = {sentence: cell for cell in lesson.prose for sentence in causal_sentences(cell)}
    for sentence, cell in said.items():
        if sentence not in listed:
            yield f"{cell}: no cell is named that shows {sentence!r} (in {path.name})"
    ids = {lesson.notebook.cells[cell.number - 1]["id"]: cell for cell in lesson.code}
    for sentence, names in listed.items():
        if sentence not in said:
            yield f"{path.name}: the lesson no longer says {sentence!r}"
        if not names:
            yield f"{path.name}: no cell for {sentence!r}"
        for name in names:
            shown = ids.get(name)
            if shown is None:
                yield f"{path.name}: there is no code cell {name!r}, for {sentence!r}"
            elif shown.execution_count is None or not (
                shown.outputs or _draws_below(lesson, shown)
            ):
                yield f"{path.name}: the cell {name!r} shows nothing, for {sentence!r}"


def _draws_below(lesson: Lesson, cell: Cell) -> bool:
    """Whether a figure that belongs to the cell stands right below it."""
    below = lesson.cells[cell.number : cell.number + 1]
    return any("figure" in other.tags and bool(other.outputs) for other in below)
