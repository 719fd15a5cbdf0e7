"""The terms of the course, read from ``book/glossary.md``, which defines each once.

A term is a heading of level 2, and its definition the first paragraph below. A paragraph that
begins with ``Also:`` names other forms that the lessons use, between commas; plurals need not be
named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.errors import DataError

if TYPE_CHECKING:
    from nbformat import NotebookNode

ALSO = "Also:"
NOT_PROSE = re.compile(r"```.*?```|`[^`]*`|\$\$.*?\$\$", flags=re.DOTALL)
MARKUP = re.compile(r"[*_`$]|\]\([^)]*\)|\[")


@dataclass(frozen=True)
class Term:
    """A term, every form that a lesson may use for it, and what it means, as plain text."""

    name: str
    forms: tuple[str, ...]
    definition: str

    @property
    def anchor(self) -> str:
        """The address of the term within the glossary's page."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.casefold()).strip("-")


def read_glossary(path: Path) -> list[Term]:
    """Every term of the glossary, in its order.

    Raises:
        DataError: a term without a definition, or two terms that share a form.
    """
    sections = re.split(r"^## +", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    terms = [_term(section, path) for section in sections]
    owners: dict[str, str] = {}
    for term in terms:
        for form in term.forms:
            if owners.setdefault(form.casefold(), term.name) != term.name:
                raise DataError(f"{path}: {form!r} is used for {owners[form]} and for {term.name}.")
    return terms


def _term(section: str, path: Path) -> Term:
    name, _, rest = section.partition("\n")
    paragraphs = [" ".join(part.split()) for part in rest.split("\n\n") if part.strip()]
    also = [part for part in paragraphs if part.startswith(ALSO)]
    meanings = [part for part in paragraphs if not part.startswith(ALSO)]
    if not meanings:
        raise DataError(f"{path}: the term {name.strip()!r} has no definition.")
    others = [form.strip(" .") for part in also for form in part.removeprefix(ALSO).split(",")]
    singular = [name.strip(), *filter(None, others)]
    forms = dict.fromkeys([*singular, *map(plural, singular)])
    return Term(name.strip(), tuple(forms), MARKUP.sub("", meanings[0]))


def plural(form: str) -> str:
    """The plural of a term, by the rules that need no dictionary.

    Example:
        >>> [plural(form) for form in ("rating matrix", "bias", "embedding", "cold start")]
        ['rating matrices', 'biases', 'embeddings', 'cold starts']
    """
    for end, instead in (("matrix", "matrices"), ("y", "ies"), ("s", "ses"), ("ch", "ches")):
        if form.endswith(end):
            return form.removesuffix(end) + instead
    return f"{form}s"


def matcher(terms: Sequence[Term]) -> re.Pattern[str]:
    """A pattern of every form as a whole word, the longest first."""
    forms = sorted({form for term in terms for form in term.forms}, key=len, reverse=True)
    words = (r"\s+".join(map(re.escape, form.split())) for form in forms)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?![\w-])", flags=re.IGNORECASE)


def prose(notebook: NotebookNode) -> str:
    """What a lesson says, up to its key points: no code and no formulas."""
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    text = re.split(r"^## +Key points", "\n\n".join(texts), flags=re.MULTILINE)[0]
    return NOT_PROSE.sub(" ", text)


def first_lessons(terms: Sequence[Term], notebooks: Mapping[Path, NotebookNode]) -> dict[str, Path]:
    """The first lesson whose prose uses each term; a term that no lesson uses is left out.

    Args:
        terms: what to look for.
        notebooks: the lessons by their paths, in the order of the course.
    """
    texts = {path: prose(notebook) for path, notebook in notebooks.items()}
    found = {}
    for term in terms:
        pattern = matcher([term])
        meeting = next((path for path, text in texts.items() if pattern.search(text)), None)
        if meeting is not None:
            found[term.name] = meeting
    return found


def with_first_lessons(text: str, first: dict[str, Path]) -> str:
    """The glossary with a note below each term: its other forms, and the lesson that uses it first.

    The notes are HTML, so that the page can show them in another style.
    """
    head, *sections = re.split(r"^## +", text, flags=re.MULTILINE)
    return head + "".join(f"## {_with_note(section, first)}" for section in sections)


def _with_note(section: str, first: dict[str, Path]) -> str:
    name = section.partition("\n")[0].strip()
    paragraphs = [part.strip() for part in section.split("\n\n") if part.strip()]
    notes = [" ".join(part.split()) for part in paragraphs if part.startswith(ALSO)]
    if name in first:
        path = first[name]
        link = f'<a href="notebooks/{path.stem}.html">lesson {path.name[:2]}</a>'
        notes.append(f"First met in {link}")
    kept = [part for part in paragraphs if not part.startswith(ALSO)]
    if notes:
        kept.append(f'<p class="term-notes">{" · ".join(notes)}</p>')
    return "\n\n".join(kept) + "\n\n"
