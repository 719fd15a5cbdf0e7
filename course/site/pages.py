"""Parts of pages that the site makes from the course itself: cards, contents, tables.

A page of ``book/`` asks for a part with a placeholder such as ``<!-- course: lessons -->``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from course import lessons as numbered
from course import parts
from course.listing import MOST_SECONDS, Listed
from course.measured.run_times import budgets, stored_run_times
from course.site.leaderboards import leaderboards
from course.site.speed import contests, growth
from helpers.errors import LessonError

if TYPE_CHECKING:
    from nbformat import NotebookNode

TITLE = re.compile(r"# +(.+)")
QUESTION = re.compile(r"\*\*([^*]+?\?)\*\*", flags=re.DOTALL)
PAGES = ("use_your_own_data", "which_recommender_when", "leaderboards", "glossary", "run_times")
TEACHER_INDEX = "teach/index.md"
MATRIX = 5
STEP = 7  # has no common factor with 25, so it visits every cell of the matrix once


@dataclass(frozen=True)
class LessonFacts:
    """What the front page says about a lesson.

    Attributes:
        path: the notebook.
        slug: its name without the number; everything that belongs to the lesson has it.
        number: the two digits before the name, such as ``05``.
        title: its heading.
        question: the lesson's first bold question; empty if it has none.
        run_seconds: run time that the lesson states, for two cores.
        minutes: to teach it and to do its exercises.
        part: the part of the course that it belongs to; empty if no list says so.
    """

    path: Path
    slug: str
    number: str
    title: str
    question: str
    run_seconds: int
    minutes: int
    part: str = ""


def lesson_facts(path: Path, notebook: NotebookNode, listed: Listed | None = None) -> LessonFacts:
    """Title, question and times of a lesson, from its first cell.

    Args:
        path: where the lesson is.
        notebook: the lesson.
        listed: what the list of lessons says of it.

    Raises:
        LessonError: the first cell has no title.
    """
    opening = notebook.cells[0].source
    title = TITLE.match(opening)
    if title is None:
        raise LessonError(f"{path.name} does not begin with `# Title`.")
    question = QUESTION.search(opening)
    times = parts.times(notebook)
    return LessonFacts(
        path,
        numbered.slug_of(path),
        numbered.number_of(path),
        title[1].strip(),
        " ".join(question[1].split()) if question else "",
        times.run_seconds if times else 0,
        times.minutes if times else 0,
        listed.part if listed else "",
    )


def facts_strip(facts: LessonFacts) -> str:
    """One line of HTML below the title of a lesson."""
    said = [f"Lesson {facts.number}"]
    if facts.minutes:
        said += [f"{facts.minutes} minutes with exercises", f"runs in {facts.run_seconds} s"]
    inner = " ".join(f"<span>{escape(words)}</span>" for words in said)
    return f'<p class="lesson-facts">{inner}</p>'


def cards(_sources: Path, _book: Path, facts: Sequence[LessonFacts]) -> str:
    """The lessons as cards, part by part: number, question, title, minutes."""
    made = []
    placed = enumerate(facts, 1)
    for part, group in groupby(placed, key=lambda pair: pair[1].part):
        items = "\n".join(_card(lesson, place, len(facts)) for place, lesson in group)
        heading = [f"### {part}"] if part else []
        made += [*heading, f'<ol class="lesson-cards">\n{items}\n</ol>']
    return "\n\n".join(made)


def _card(facts: LessonFacts, place: int, of: int) -> str:
    minutes = f'<span class="minutes">{facts.minutes} min</span>' if facts.minutes else ""
    return (
        f'<li><a href="notebooks/{facts.path.stem}.html">'
        f'<span class="number">{facts.number}</span>{_matrix(place, of)}'
        f'<span class="question">{escape(facts.question or facts.title)}</span>'
        f'<span class="title">{escape(facts.title)}</span>{minutes}</a></li>'
    )


def _matrix(place: int, of: int) -> str:
    """A rating matrix that fills up from lesson to lesson: decoration, hidden from readers."""
    filled = {cell * STEP % MATRIX**2 for cell in range(round(MATRIX**2 * place / of))}
    squares = "".join(
        f'<rect x="{cell % MATRIX * 6}" y="{cell // MATRIX * 6}" width="5" height="5" rx="1"'
        f' class="s{cell * 3 % 4 if cell in filled else ""}"/>'
        for cell in range(MATRIX**2)
    )
    return f'<svg viewBox="0 0 29 29" aria-hidden="true">{squares}</svg>'


def contents(sources: Path, _book: Path, facts: Sequence[LessonFacts]) -> str:
    """The tables of contents: lessons, then the pages that are there, then the teacher's pack."""
    entries = [f"{one.number} · {one.title} <notebooks/{one.path.stem}>" for one in facts]
    present = [name for name in PAGES if (sources / f"{name}.md").is_file()]
    teach = ["teach/index"] if (sources / TEACHER_INDEX).is_file() else _pack(sources, facts)
    trees = (("Lessons", entries), ("Look up", present), ("Teach", teach))
    return "\n\n".join(_toctree(pages, caption) for caption, pages in trees if pages)


def contents_of_pack(sources: Path, facts: Sequence[LessonFacts]) -> str:
    """The pages of the teacher's pack below its first one."""
    pack = _pack(sources, facts)
    below = [name.removeprefix("teach/") for name in pack if name != "teach/index"]
    return _toctree(below) if below else ""


def _pack(sources: Path, facts: Sequence[LessonFacts]) -> list[str]:
    """Pages of the teacher's pack by name: those on the course, then those on each lesson."""
    found = [path.relative_to(sources) for path in (sources / "teach").rglob("*.md")]
    names = sorted(path.with_suffix("").as_posix() for path in found)
    order = {f"teach/{lesson.slug}": place for place, lesson in enumerate(facts, 1)}
    return sorted(names, key=lambda name: order.get(name, 0))


def _toctree(entries: Sequence[str], caption: str = "") -> str:
    options = [":hidden:", *([f":caption: {caption}"] if caption else [])]
    return "\n".join(["```{toctree}", *options, "", *entries, "```"])


def run_times(_sources: Path, book: Path, facts: Sequence[LessonFacts]) -> str:
    """What each lesson states and may take, what was measured, and on which machine."""
    measured, allowed = stored_run_times(book), budgets(book)
    names = ["lesson", "stated", "at most", *(("measured", "peak memory") if measured else ())]
    rows = []
    for lesson in facts:
        link = f"{lesson.number} [{lesson.title}](notebooks/{lesson.path.name})"
        budget = allowed.get(lesson.slug, MOST_SECONDS)
        row = [link, f"{lesson.run_seconds} s", f"{budget:g} s"]
        if measured:
            found = measured.lessons.get(lesson.slug)
            row += (
                [f"{found.seconds:.0f} s", f"{found.peak_memory / 2**30:.1f} GiB"]
                if found
                else ["not measured"] * 2
            )
        rows.append(row)
    rules = ["---", *["--:"] * (len(names) - 1)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in [names, rules, *rows])
    return f"{table}\n\nMeasured on {measured.machine}." if measured else table


PAGE_PARTS: dict[str, Callable[[Path, Path, Sequence[LessonFacts]], str]] = {
    "<!-- course: lessons -->": cards,
    "<!-- course: contents -->": contents,
    "<!-- course: leaderboards -->": leaderboards,
    "<!-- course: run times -->": run_times,
    "<!-- course: speed -->": contests,
    "<!-- course: growth -->": growth,
}
