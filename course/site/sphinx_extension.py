"""What the site adds to Sphinx, besides settings: formulas as MathML, links to the glossary.

``book/conf.py`` names this module as an extension. Sphinx and docutils are imported inside the
functions, so that the package can be imported without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.site.glossary import Term, matcher, read_glossary

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

GLOSSARY = "glossary"
LESSONS = "notebooks/"
BOLD_LETTERS = re.compile(r'<mi mathvariant="bold">(\w)</mi>')


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer of formulas and the links; Sphinx calls this."""
    app.add_html_math_renderer(
        "mathml",
        inline_renderers=(_visit_formula, None),
        block_renderers=(_visit_formula, None),
    )
    app.connect("env-before-read-docs", _read_terms)
    app.connect("doctree-read", _link_terms)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def mathml(formula: str, *, block: bool) -> str:
    """A formula of LaTeX as MathML, which browsers draw themselves.

    Example:
        >>> mathml("x^2", block=False)
        '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline">\
<mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'
    """
    from latex2mathml.converter import convert

    made = convert(formula.strip(), display="block" if block else "inline")
    return BOLD_LETTERS.sub(lambda match: f"<mi>{_bold(match[1])}</mi>", made)


def _bold(letter: str) -> str:
    """The letter in Unicode's mathematical bold: browsers no longer read ``mathvariant``."""
    for first, start in (("A", 0x1D400), ("a", 0x1D41A), ("0", 0x1D7CE)):
        place = ord(letter) - ord(first)
        if 0 <= place < (10 if first == "0" else 26):
            return chr(start + place)
    return letter


def _visit_formula(writer: Any, node: nodes.Element) -> None:
    from docutils import nodes

    block = isinstance(node, nodes.math_block)
    text = node.astext()
    kind = "block" if block else "inline"
    # A long formula scrolls in its own box instead of widening the page.
    focus = ' tabindex="0" role="group" aria-label="formula"' if block else ""
    tag = "div" if block else "span"
    made = mathml(text, block=block)
    writer.body.append(f'<{tag} class="formula {kind}"{focus} data-latex="{escape(text)}">')
    writer.body.append(f"{made}</{tag}>")
    raise nodes.SkipNode


def _read_terms(app: Sphinx, _env: object, _names: list[str]) -> None:
    path = Path(app.srcdir) / f"{GLOSSARY}.md"
    app.env.course_terms = read_glossary(path) if path.is_file() else []  # type: ignore[attr-defined]


def _link_terms(app: Sphinx, document: nodes.document) -> None:
    """Link the first occurrence of each term on a lesson to the glossary."""
    page = app.env.current_document.docname
    terms: list[Term] = getattr(app.env, "course_terms", [])
    if not page.startswith(LESSONS) or not terms:
        return
    address = app.builder.get_relative_uri(page, GLOSSARY)
    by_form = {form.casefold(): term for term in terms for form in term.forms}
    pattern, met = matcher(terms), set[str]()
    for text in list(_prose(document)):
        pieces = list(_linked(str(text), pattern, by_form, met, address))
        if pieces != [text]:
            text.parent.replace(text, pieces)


def _prose(document: nodes.document) -> Iterable[nodes.Text]:
    """The running text: without headings, links, code, formulas and printed output."""
    from docutils import nodes
    from sphinx import addnodes

    # A link to another page is not resolved yet here: it is a pending reference.
    closed: tuple[type, ...] = (nodes.title, nodes.reference, addnodes.pending_xref, nodes.raw)
    closed += (nodes.table, nodes.image)
    closed += (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block)
    for text in document.findall(nodes.Text):
        parent = text.parent
        while parent is not None:
            if isinstance(parent, closed) or parent.get("nb_element"):
                break
            parent = parent.parent
        else:
            yield text


def _linked(
    text: str, pattern: re.Pattern[str], terms: dict[str, Term], met: set[str], address: str
) -> Iterable[nodes.Node]:
    from docutils import nodes

    end = 0
    for match in pattern.finditer(text):
        term = terms[" ".join(match[0].casefold().split())]
        if term.name in met:
            continue
        met.add(term.name)
        if match.start() > end:
            yield nodes.Text(text[end : match.start()])
        yield nodes.reference(
            "",
            match[0],
            internal=True,
            refuri=f"{address}#{term.anchor}",
            reftitle=term.definition,
            classes=["term"],
        )
        end = match.end()
    if end < len(text):
        yield nodes.Text(text[end:])
