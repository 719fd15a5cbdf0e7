"""A lesson turned into slides for the classroom, by rules; the rest becomes speaker's notes.

- The title with its question, what you will learn, and the key points are slides.
- Each section begins with its heading and its first sentence; formulas, lists and tables follow.
- A paragraph that begins with **Predict first** has its own slide, so that the class can answer
  before the next one is shown; a whole sentence in bold has its own slide, too.
- Code is shown if it is short; of a long cell, its short functions are shown. Code that draws is
  not.
- Figures, tables and short printed text are shown. All other prose is for the speaker.
- Of a quiz, each question is a slide with its options; the reasons are for the speaker.
- Exercises are there by title only. Folded parts, such as further reading, are left out.

A cell can change this in its metadata ``slideshow: {slide_type: …}``: ``skip`` leaves it out,
``notes`` gives it to the speaker, ``slide`` shows its code even if it is long.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from course import parts

if TYPE_CHECKING:
    from nbformat import NotebookNode

Kind = Literal["prose", "code", "printed", "table", "picture"]
CODE_LINES = 12
PRINTED_LINES = 12
# Code and what it prints share a slide up to this many lines.
LINES_TOGETHER = 16
PRINTED_WIDTH = 110
# Text that a cell prints is shown below its picture up to this many lines.
CAPTION_LINES = 2
# The opening of a section on its slide: enough sentences to be understood alone, no more.
SHORTEST_LEAD, LONGEST_LEAD = 60, 260
DRAWS = re.compile(r"\bplots\.|\bwidgets\.")
FOLDED_TAGS = {"figure", "check"}
QUIZ = "Quiz"
UNSHOWN_TAGS = {"parameters", "imports", "exercise", "solution"}
AT_THE_START = {"What you will do", "What you need", "Time"}
TO_THE_SPEAKER = AT_THE_START | {"Further reading"}
PREDICTION = re.compile(r"\*\*predict first[:.]?\*\*[:.]?\s*", flags=re.IGNORECASE)
STATEMENT = re.compile(r"\*\*([^*]+?[.?!])\*\*", flags=re.DOTALL)
SENTENCE = re.compile(r".+?(?:[.?!](?=\s|$)|$)", flags=re.DOTALL)
SHOWN_PROSE = re.compile(r"\$\$|```|~~~|\||[-*] |\d+\. ")
QUESTION = re.compile(r"^\*\*\d+\.\*\* +", flags=re.MULTILINE)
OPTION = re.compile(r"<details><summary>(.+?)</summary>(.+?)</details>", flags=re.DOTALL)
DETAILS = re.compile(r"<details>.*?</details>", flags=re.DOTALL)
BLOCK = re.compile(r"(?:^```.*?^```|.+?)(?=\n\s*\n|\Z)", flags=re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Piece:
    """Something that a slide shows.

    Attributes:
        kind: what it is: Markdown, Python, printed text, an HTML table, a PNG in base64.
        text: its content.
        alt: of a picture, what it shows, in words.
    """

    kind: Kind
    text: str
    alt: str = ""


@dataclass
class Slide:
    """One slide.

    Attributes:
        kind: ``title``, ``section``, ``question``, ``statement``, ``list``, ``code`` or ``figure``.
        title: its heading, in Markdown; empty if it continues the section before it.
        pieces: what it shows below the heading.
        notes: paragraphs for the speaker, in Markdown.
    """

    kind: str
    title: str
    pieces: list[Piece] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def slides(notebook: NotebookNode) -> list[Slide]:
    """The slides of a lesson, in its order; the notebook is not changed."""
    deck: list[Slide] = []
    for part in parts.split(notebook):
        if part.title in TO_THE_SPEAKER and deck:
            spoken_at = deck[0] if part.title in AT_THE_START else deck[-1]
            spoken_at.notes += [f"**{part.title}**", *_prose(part.cells[:1])]
            # What follows in other cells belongs to the lesson, even without a heading.
            _add_section(deck, parts.Part(0, "", part.cells[1:]))
        elif part.title.startswith(QUIZ):
            _add_quiz(deck, part)
        elif part.exercise is not None or part.title == "Exercises":
            _add_exercise(deck, part)
        else:
            _add_section(deck, part)
    return [slide for slide in deck if slide.title or slide.pieces]


def _add_section(deck: list[Slide], part: parts.Part) -> None:
    """Add the slides of a heading and everything below it."""
    if part.title or not deck:
        # The last sentences are shown to everybody.
        opens = part.level == 1 or part.title == "Next"
        deck.append(Slide("title" if opens else "section", part.title))
    first = bool(part.title)
    for cell in part.cells:
        how = cell.metadata.get("slideshow", {}).get("slide_type", "")
        if how == "skip":
            continue
        if cell.cell_type != "markdown":
            _add_code(deck, cell, how)
            continue
        for block in _blocks(DETAILS.sub("", cell.source)):
            if how == "notes":
                deck[-1].notes.append(block)
            else:
                _add_prose(deck, block, first=first)
            first = False


def _add_prose(deck: list[Slide], block: str, *, first: bool) -> None:
    """Show a paragraph, or some of it, or give it to the speaker."""
    current = deck[-1]
    prediction = PREDICTION.search(block)
    if prediction:
        if prediction.start():
            current.notes.append(block[: prediction.start()].strip())
        asked = _capital(block[prediction.end() :])
        deck.append(Slide("question", "Predict first", [Piece("prose", asked)]))
    elif SHOWN_PROSE.match(block):
        if current.kind not in ("section", "list"):
            current = Slide("list", "")
            deck.append(current)
        current.pieces.append(Piece("prose", block))
    elif current.kind == "title":
        current.pieces.append(Piece("prose", block))
    elif first and current.kind == "section":
        _add_lead(current, block)
    else:
        statement = STATEMENT.search(block)
        if statement:
            deck.append(Slide("statement", "", [Piece("prose", _capital(statement[1]))]))
        deck[-1].notes.append(block)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _add_lead(slide: Slide, block: str) -> None:
    """Open a section with its first sentence, or with two if it is short."""
    lead = ""
    for sentence in SENTENCE.findall(block):
        if len(lead + sentence) > LONGEST_LEAD or len(lead) >= SHORTEST_LEAD:
            break
        lead += sentence
    if lead.strip():
        slide.pieces.append(Piece("prose", lead.strip().removesuffix(":")))
    rest = block[len(lead) :].strip()
    if rest:
        slide.notes.append(rest)


def _add_code(deck: list[Slide], cell: NotebookNode, how: str) -> None:
    """Show code if it is short, and its output."""
    if UNSHOWN_TAGS & set(cell.metadata.get("tags", [])):
        return
    folded = FOLDED_TAGS & set(cell.metadata.get("tags", []))
    code = "" if folded else key_code(cell.source)
    code = cell.source if how in ("slide", "subslide") else code
    outputs = [] if how == "notes" else list(_outputs(cell))
    pictures = [piece for piece in outputs if piece.kind == "picture"]
    texts = [piece for piece in outputs if piece.kind != "picture"]
    caption = texts if pictures and sum(map(_lines, texts)) <= CAPTION_LINES else []
    texts = [] if caption else texts
    if code and how != "notes":
        together = len(code.splitlines()) + sum(map(_lines, texts)) <= LINES_TOGETHER
        deck.append(Slide("code", "", [Piece("code", code), *(texts if together else [])]))
        texts = [] if together else texts
    if texts:
        deck.append(Slide("code", "", texts))
    deck += [Slide("figure", "", [piece]) for piece in pictures]
    if caption:
        deck[-len(pictures)].pieces += caption


def key_code(source: str) -> str:
    """What a class can read of a cell: all of it if it is short, else its short functions.

    Example:
        >>> key_code("x = 1")
        'x = 1'
        >>> key_code("plots.show(1)")
        ''
    """
    lines = source.strip().splitlines()
    body = ast.parse(source).body
    functions = [node for node in body if isinstance(node, ast.FunctionDef)]
    if len(lines) <= CODE_LINES and not DRAWS.search(source):
        return "\n".join(lines)
    short = [
        "\n".join(lines[node.lineno - 1 : node.end_lineno])
        for node in functions
        if not node.decorator_list and (node.end_lineno or 0) - node.lineno < CODE_LINES
    ]
    shown: list[str] = []
    for function in short:
        if len("\n\n\n".join([*shown, function]).splitlines()) <= CODE_LINES:
            shown.append(function)
    return "\n\n\n".join(shown)


def _outputs(cell: NotebookNode) -> Iterator[Piece]:
    """Pictures, tables and printed text of a cell, as far as they fit on a slide."""
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if "image/png" in data:
            alt = output.metadata.get("image/png", {}).get("alt", data.get("text/plain", ""))
            yield Piece("picture", "".join(data["image/png"].split()), alt)
            continue
        text = output.get("text", data.get("text/plain", "")).rstrip("\n")
        if "text/html" in data and "<table" in data["text/html"]:
            table = Piece("table", _table(data["text/html"]))
            if _lines(table) <= PRINTED_LINES + 1:
                yield table
        elif text and _fits(text) and "widget" not in " ".join(data):
            yield Piece("printed", text)


def _fits(text: str) -> bool:
    lines = text.splitlines()
    return len(lines) <= PRINTED_LINES and max(map(len, lines)) <= PRINTED_WIDTH


def _table(html: str) -> str:
    """The table alone, without the style that pandas adds."""
    table = re.search(r"<table.*</table>", html, flags=re.DOTALL)
    return re.sub(r' (border|class|style)="[^"]*"', "", table[0]) if table else ""


def _lines(piece: Piece) -> int:
    return piece.text.count("<tr") if piece.kind == "table" else len(piece.text.splitlines())


def _add_quiz(deck: list[Slide], part: parts.Part) -> None:
    """A slide for each question with its options; the speaker has the reasons."""
    text = "\n\n".join(cell.source for cell in part.cells if cell.cell_type == "markdown")
    for asked in QUESTION.split(text)[1:]:
        options = OPTION.findall(asked)
        shown = [DETAILS.sub("", asked).strip(), *(f"- {option.strip()}" for option, _ in options)]
        pieces = [Piece("prose", shown[0]), Piece("prose", "\n".join(shown[1:]))]
        notes = [f"{option.strip()} {reason.strip()}" for option, reason in options]
        deck.append(Slide("question", part.title, pieces, notes))


def _add_exercise(deck: list[Slide], part: parts.Part) -> None:
    """The exercises on one slide: their titles for the class, their statements for the speaker."""
    if part.exercise is None:
        deck.append(Slide("list", part.title))
        return
    deck[-1].pieces.append(Piece("prose", f"- {part.title}"))
    deck[-1].notes += [f"**{part.title}**", *_prose(part.cells)]


def _prose(cells: list[NotebookNode]) -> list[str]:
    """The paragraphs of some cells, without headings and without hints."""
    return [
        block
        for cell in cells
        if cell.cell_type == "markdown"
        for block in _blocks(DETAILS.sub("", cell.source))
    ]


def _blocks(source: str) -> Iterator[str]:
    """The paragraphs of a piece of Markdown, without headings; a block of code is one."""
    for match in BLOCK.finditer(source):
        block = match[0].strip()
        if block.startswith("#"):
            block = parts.HEADING.sub("", block, count=1).strip()
        if block:
            yield block
