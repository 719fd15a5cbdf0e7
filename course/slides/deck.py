"""Slides as one HTML file that needs no network: reveal.js, style, pictures and formulas inside."""

from __future__ import annotations

import html
import importlib.util
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import groupby, zip_longest
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from course import lessons
from course.editions.numbering import follow
from course.editions.selecting import keep_exercises
from course.plan import Plan
from course.site.sphinx_extension import mathml
from course.slides.cutting import Piece, Slide, slides
from helpers.errors import LessonError
from helpers.plots import style

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

REVEAL = ("_static", "revealjs")
NEEDED = ("sphinx_revealjs", "markdown_it", "mdit_py_plugins", "latex2mathml", "pygments")
WIDTH, HEIGHT = 1280, 720
# Code is as large as its longest line allows: its width on the slide, and the width of a character
# relative to its height.
LINE_PIXELS, CHARACTER, LARGEST_CODE = 1100, 0.605, 25
# Tables are shown side by side up to this many characters together.
WIDTH_BESIDE = 80
LINK = re.compile(r"(?<!!)\[(?P<label>[^\]]+)\]\((?P<target>[^)\s]+)\)")
NOTEBOOK = ".ipynb"
CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", flags=re.DOTALL)

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{reveal_css}</style>
<style>{css}</style>
</head>
<body>
<div class="reveal"><div class="slides">
{slides}
</div></div>
<script>{reveal_js}</script>
<script>{notes_js}</script>
<script>
Reveal.initialize({{
  width: {width}, height: {height}, margin: 0.02, center: false, hash: true, slideNumber: "c/t",
  transition: "none", display: "flex", pdfMaxPagesPerSlide: 1, plugins: [RevealNotes],
}});
{fit_js}
</script>
</body>
</html>
"""
INDEX = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Slides</title>
<style>{css}</style>
</head>
<body class="index">
<main>
<h1>Slides for the room</h1>
<ul>
{rows}
</ul>
<p>Keys: <kbd>→</kbd> next, <kbd>S</kbd> speaker's notes, <kbd>O</kbd> overview, <kbd>F</kbd> full
screen, <kbd>B</kbd> blank. To print, add <code>?print-pdf</code> to the address of a deck.</p>
</main>
</body>
</html>
"""


def decks(notebooks: Path, plan: Plan) -> dict[str, str]:
    """One page per lesson of the plan, by the name of its file, and an index of them.

    Args:
        notebooks: the folder of the executed lessons.
        plan: which lessons, in which order, with which exercises.

    Raises:
        LessonError: a package of the extra ``book`` is missing.
    """
    _check_packages()
    made, titles = {}, {}
    for chapter in plan.chapters:
        lesson = keep_exercises(
            lessons.read(notebooks / f"{chapter.name}.ipynb"), chapter.exercises
        )
        lesson = follow(lesson, plan, chapter, ships=lambda _path: False)
        name = f"{chapter.new_name}.html"
        made[name] = deck(slides(lesson), title=chapter.title, number=chapter.number)
        titles[name] = f"{chapter.number} {chapter.title}"
    return made | {"index.html": index(titles)}


def deck(shown: list[Slide], *, title: str, number: str) -> str:
    """The page with these slides.

    Args:
        shown: the slides, at least one.
        title: of the lesson.
        number: the two digits of the lesson; it is shown in the corner of each slide.
    """
    return PAGE.format(
        title=html.escape(title),
        reveal_css=_asset("dist", "reset.css") + _asset("dist", "reveal.css"),
        css=_style(),
        slides="\n".join(_sections(shown, f"{number} · {title}")),
        reveal_js=_asset("dist", "reveal.js"),
        notes_js=_asset("plugin", "notes", "notes.js"),
        fit_js=_own("deck.js"),
        width=WIDTH,
        height=HEIGHT,
    )


def index(titles: dict[str, str]) -> str:
    """A page that leads to the decks.

    Args:
        titles: the title of each deck by the name of its file.
    """
    rows = [
        f'<li><a href="{html.escape(name)}">{html.escape(title)}</a></li>'
        for name, title in titles.items()
    ]
    return INDEX.format(css=_style(), rows="\n".join(rows))


def _sections(shown: list[Slide], running: str) -> Iterator[str]:
    """The slides as HTML; the corner of each names its lesson and section."""
    section = ""
    for slide in shown:
        if slide.title and slide.kind in ("section", "list"):
            section = f" · {slide.title}"
        yield _slide(slide, f"{running}{section}")


def _slide(slide: Slide, running: str) -> str:
    level = "h1" if slide.kind == "title" else "h2"
    heading = f"<{level}>{_inline(slide.title)}</{level}>\n" if slide.title else ""
    notes = "".join(map(_markdown, slide.notes))
    aside = f'\n<aside class="notes">{notes}</aside>' if notes else ""
    return (
        f'<section class="{_look(slide)}">\n{heading}<div class="body">{_body(slide)}</div>\n'
        f"<footer>{_inline(running)}</footer>{aside}\n</section>"
    )


def _look(slide: Slide) -> str:
    """The class of a slide; a section with little on it is a divider."""
    shown = "".join(piece.text for piece in slide.pieces)
    if slide.kind == "section" and "\n- " not in f"\n{shown}" and "|" not in shown:
        return "section divider"
    return slide.kind


def _body(slide: Slide) -> str:
    """What a slide shows; tables are side by side if there is room."""
    shown = []
    for is_table, group in groupby(slide.pieces, key=lambda piece: piece.kind == "table"):
        pieces = list(group)
        joined = "\n".join(map(_piece, pieces))
        beside = is_table and len(pieces) > 1 and sum(map(_width, pieces)) <= WIDTH_BESIDE
        shown.append(f'<div class="side-by-side">{joined}</div>' if beside else joined)
    return "\n".join(shown)


def _width(table: Piece) -> int:
    """The characters that a table has in a row, with the space between its columns."""
    rows = [CELL.findall(row) for row in table.text.split("</tr>")]
    columns = zip_longest(*rows, fillvalue="")
    return sum(max(map(len, column)) + 2 for column in columns)


def _piece(piece: Piece) -> str:
    if piece.kind == "prose":
        return _markdown(piece.text)
    if piece.kind == "code":
        return f'<div class="frame" style="font-size: {_size(piece.text)}px">' + (
            f"{_highlighted(piece.text)}</div>"
        )
    if piece.kind == "printed":
        return (
            f'<pre class="printed" style="font-size: {_size(piece.text)}px">'
            f"{html.escape(piece.text)}</pre>"
        )
    if piece.kind == "picture":
        alt = html.escape(piece.alt, quote=True)
        return f'<img src="data:image/png;base64,{piece.text}" alt="{alt}">'
    return f'<div class="frame table">{piece.text}</div>'


def _size(text: str) -> float:
    """Size in pixels, as large as the longest line allows."""
    longest = max(map(len, text.splitlines()))
    return min(LARGEST_CODE, round(LINE_PIXELS / max(longest, 1) / CHARACTER, 1))


@cache
def _converter() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    def formula(content: str, options: dict[str, Any]) -> str:
        return mathml(content, block=options["display_mode"])

    converter = MarkdownIt("commonmark").enable("table")
    return converter.use(dollarmath_plugin, renderer=formula)


def _markdown(text: str) -> str:
    return str(_converter().render(_relink(text)))


def _inline(text: str) -> str:
    return str(_converter().renderInline(_relink(text)))


def _relink(text: str) -> str:
    """Links to lessons go to their decks; other files of the course are not next to a deck."""

    def moved(match: re.Match[str]) -> str:
        target = match["target"]
        if re.match("https?:", target):
            return match[0]
        if target.endswith(NOTEBOOK):
            return f"[{match['label']}]({PurePosixPath(target).stem}.html)"
        return match["label"]

    return LINK.sub(moved, text)


def _highlighted(code: str) -> str:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return str(highlight(code, PythonLexer(), HtmlFormatter(cssclass="python")))


def _asset(*path: str) -> str:
    """A file of reveal.js, from the package sphinx-revealjs."""
    file = resources.files("sphinx_revealjs").joinpath(*REVEAL, *path)
    return file.read_text(encoding="utf-8").replace("</script", "<\\/script")


def _own(name: str) -> str:
    """A file next to this one."""
    return resources.files("course.slides").joinpath(name).read_text(encoding="utf-8")


def _style() -> str:
    """The style of the decks, in the colours of the course's charts."""
    from pygments.formatters import HtmlFormatter

    text = _own("deck.css")
    colours = style.COLOURS | {"ink": style.INK, "card": style.CARD, "edge": style.CARD_EDGE}
    variables = "".join(f"--{name}: {value}; " for name, value in colours.items())
    code = HtmlFormatter(style="default", cssclass="python").get_style_defs(".python")
    return f":root {{ {variables}}}\n{code}\n{text}"


def _check_packages() -> None:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise LessonError(
            f"The slides need {', '.join(missing)}. Install them with "
            '`python -m pip install -e ".[book]"`, or run `python -m nox -s build -- slides`.'
        )
