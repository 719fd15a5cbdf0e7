"""What Sphinx reads: the pages of ``book/`` and the lessons, in one folder.

The lessons become ``notebooks/NAME.ipynb``, as in the repository, and the pages of ``book/`` are at
the top, so that addresses are short. Links between them are changed to fit.
"""

from __future__ import annotations

import copy
import posixpath
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from course import lessons, listing
from course.editions.links import with_links
from course.predictions import answers
from course.site.glossary import first_lessons, read_glossary, with_first_lessons
from course.site.pages import (
    PAGE_PARTS,
    TEACHER_INDEX,
    LessonFacts,
    contents_of_pack,
    facts_strip,
    lesson_facts,
)

if TYPE_CHECKING:
    from nbformat import NotebookNode

HOME = "README.md"
GLOSSARY = "glossary.md"
BRANCH = "main"
# Where an answer ends: at a heading, or at the paragraph that asks the next question.
NEXT_STEP = re.compile(
    r"^#{1,6} |^(?:(?!\n\n).)*\*\*predict first", flags=re.MULTILINE | re.IGNORECASE | re.DOTALL
)


def lay_out(
    sources: Path, *, book: Path, notebooks: Path, repository: str = "", teach: bool = True
) -> None:
    """Write the folder that Sphinx reads.

    Args:
        sources: the folder to write; it must not exist.
        book: the pages; their placeholders are filled in.
        notebooks: the executed lessons.
        repository: public address, for links to files that are not pages of the site.
        teach: whether the teacher's pack, with its exam questions, is part of the site.
    """
    read = {path: lessons.read(path) for path in lessons.find(notebooks=notebooks)}
    listed = listing.read(book / listing.FILE) if (book / listing.FILE).is_file() else {}
    facts = {
        path: lesson_facts(path, notebook, listed.get(lessons.slug_of(path)))
        for path, notebook in read.items()
    }
    found = [*book.glob("*.md"), *((book / "teach").rglob("*.md") if teach else ())]
    pages = {page.relative_to(book).as_posix(): page for page in sorted(found)}
    here = {f"notebooks/{path.name}" for path in read} | set(pages)
    for name, page in pages.items():
        text = relink(page.read_text(encoding="utf-8"), f"book/{name}", here, repository)
        _write(sources / name, text)
    for path, notebook in read.items():
        text = _lesson(notebook, facts[path], here, repository)
        _write(sources / "notebooks" / path.name, text)
    if (book / "figures").is_dir():
        shutil.copytree(book / "figures", sources / "figures", dirs_exist_ok=True)
    if GLOSSARY in pages:
        first = first_lessons(read_glossary(pages[GLOSSARY]), read)
        text = (sources / GLOSSARY).read_text(encoding="utf-8")
        _write(sources / GLOSSARY, with_first_lessons(text, first))
    for name in pages:
        _fill_in(sources, name, book, list(facts.values()))


def _fill_in(sources: Path, name: str, book: Path, facts: Sequence[LessonFacts]) -> None:
    """Put the parts that are made from the course in place of the placeholders of a page."""
    text = (sources / name).read_text(encoding="utf-8")
    filled = text
    if name == TEACHER_INDEX:
        filled += f"\n\n{contents_of_pack(sources, facts)}\n"
    for placeholder, part in PAGE_PARTS.items():
        if placeholder in filled:
            filled = filled.replace(placeholder, part(sources, book, facts))
    if filled != text:
        _write(sources / name, filled)


def _lesson(notebook: NotebookNode, facts: LessonFacts, here: set[str], repository: str) -> str:
    """The lesson as the site reads it: alt text, moved links, facts below the title."""
    import nbformat

    lesson = for_the_site(notebook)
    for cell in lesson.cells:
        if cell.cell_type == "markdown":
            cell.source = relink(cell.source, f"notebooks/{facts.path.name}", here, repository)
    first = lesson.cells[0]
    title, _, rest = first.source.partition("\n")
    first.source = f"{title}\n\n{facts_strip(facts)}\n{rest}"
    return nbformat.writes(lesson)


def for_the_site(notebook: NotebookNode) -> NotebookNode:
    """A copy of the notebook with what the site reads from the metadata of its cells.

    JupyterLab and GitHub have no alt text for outputs, so ``plots.show`` stores it with the output.
    MyST-NB reads it, and the width, from the metadata of the cell. Code that only draws is folded.
    A check for machines is folded whole, and so is the answer to a "Predict first", with the words
    after it.
    """
    lesson = copy.deepcopy(notebook)
    answering = answers(lesson)
    for position, cell in enumerate(lesson.cells):
        if cell.cell_type != "code":
            if position - 1 in answering:
                cell.source = _after_prediction(cell.source)
            continue
        settings = cell.metadata.setdefault("mystnb", {})
        for output in cell.outputs:
            image = output.get("metadata", {}).get("image/png", {})
            if image.get("alt"):
                settings["image"] = {"alt": image["alt"]}
                if "width" in image:
                    settings["image"]["width"] = f"{image['width']}px"
        if "solution" in cell.metadata.get("tags", []):
            settings["code_prompt_show"] = "Open the solution"
            settings["code_prompt_hide"] = "Close the solution"
        _fold(cell, settings, answers_prediction=position in answering)
        if not settings:
            del cell.metadata["mystnb"]
    return lesson


def _fold(cell: NotebookNode, settings: dict[str, object], *, answers_prediction: bool) -> None:
    """Fold the code, the output or all of a cell, by its tags and place."""
    tags = list(cell.metadata.get("tags", []))
    if "check" in tags:
        tags.append("hide-cell")
        settings["code_prompt_show"] = "Show a check that the course runs on itself"
    elif "figure" in tags:
        tags.append("hide-input")
        settings["code_prompt_show"] = "Show the code that draws this"
    if answers_prediction:
        tags.append("hide-output")
        both = "figure" in tags
        settings["code_prompt_show"] = "Show the {type}" if both else "Show the answer"
    if "code_prompt_show" in settings and "code_prompt_hide" not in settings:
        shown = str(settings["code_prompt_show"])
        settings["code_prompt_hide"] = shown.replace("Show", "Hide", 1)
    if tags:
        cell.metadata["tags"] = tags


def _after_prediction(source: str) -> str:
    r"""The words up to the next heading or question, in a box that opens with the fold.

    Example:
        >>> print(_after_prediction("It is 3.\n\n## Next"))
        <div class="after-prediction">
        <BLANKLINE>
        It is 3.
        <BLANKLINE>
        </div>
        <BLANKLINE>
        ## Next
    """
    end = NEXT_STEP.search(source)
    answer, rest = (source, "") if end is None else (source[: end.start()], source[end.start() :])
    if not answer.strip():
        return source
    box = f'<div class="after-prediction">\n\n{answer.strip()}\n\n</div>'
    return f"{box}\n\n{rest}" if rest else box


def relink(text: str, page: str, here: set[str], repository: str = "") -> str:
    """Markdown whose relative links fit the site.

    A link to a page of the site stays a link to it. A link to another file of the repository goes
    to its public address; if there is none, only its text remains.

    Args:
        text: Markdown with links as they are in the repository.
        page: path of the page in the repository, such as ``book/glossary.md``.
        here: the pages of the site, as paths in the site.
        repository: public address; empty if there is none.

    Example:
        >>> relink("[a film](../book/glossary.md)", "notebooks/01_a.ipynb", {"glossary.md"})
        '[a film](../glossary.md)'
        >>> relink("see [the data](../data/README.md)", "notebooks/01_a.ipynb", set())
        'see the data'
    """
    place = _in_site(page)

    def lead(file: str) -> str:
        wanted = posixpath.normpath(posixpath.join(posixpath.dirname(page), file))
        found = "index.md" if wanted == HOME else _in_site(wanted)
        if found in here or found == "index.md":
            return posixpath.relpath(found, posixpath.dirname(place) or ".")
        return f"{repository.rstrip('/')}/blob/{BRANCH}/{wanted}" if repository else ""

    return with_links(text, lead)


def _in_site(path: str) -> str:
    return path.removeprefix("book/")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
