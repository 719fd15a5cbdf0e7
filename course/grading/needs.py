"""What a student's cells need from the lesson, so that no submission has to run all of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from course.grading.parsing import parse

WORD = re.compile(r"\w+")
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Definition:
    """An import, a function or a class of the lesson, and the name that it binds."""

    name: str
    source: str


@dataclass(frozen=True)
class Needs:
    """What must exist before the student's cells run.

    Attributes:
        values: names whose values are handed over.
        definitions: sources to run.
        complete: False if they mention a name of the lesson that cannot be handed over.
    """

    values: tuple[str, ...]
    definitions: tuple[str, ...]
    complete: bool


def needs(texts: Iterable[str], cells: Iterable[str], values: Iterable[str]) -> Needs:
    """Every name of the lesson that these texts mention, and what those depend on.

    A name in the code is a mention. Every word of a text is one too, because ``eval`` and the
    ``query`` of a table take names from texts. Too many values cost a moment, too few a wrong
    verdict.

    Args:
        texts: the student's cells.
        cells: the lesson's.
        values: names whose values can be handed over.
    """
    cells = list(cells)
    parsed = [tree for tree in map(_parsed, cells) if tree is not None]
    known = {found.name: found for tree in parsed for found in _definitions(tree)}
    there = {name for cell in cells for name in bound(cell)} | set(known)
    wanted: dict[str, Definition] = {}
    texts = list(texts)
    words = {word for text in texts for word in mentions(text)}
    own = words - set(_used_first(texts))
    waiting = sorted(words)
    while waiting:
        name = waiting.pop()
        if name in known and name not in wanted:
            wanted[name] = known[name]
            more = set(mentions(known[name].source)) - words
            words |= more
            waiting += sorted(more)
    handed_over = words & set(values)
    lacking = (words & there) - handed_over - set(wanted) - own
    # In the lesson's own order: a decorator or a base class comes before what uses it.
    definitions = [found.source for name, found in known.items() if name in wanted]
    return Needs(tuple(sorted(handed_over)), tuple(definitions), not lacking)


def mentions(source: str) -> Iterator[str]:
    """The names in a cell, and the words of its texts; not those of an f-string or a comment."""
    tree = _parsed(source)
    if tree is None:
        yield from WORD.findall(source)
        return
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from WORD.findall(node.value)
        literal = isinstance(node, ast.JoinedStr)
        waiting += [
            part
            for part in ast.iter_child_nodes(node)
            if not (literal and isinstance(part, ast.Constant))
        ]


def _used_first(texts: Iterable[str]) -> Iterator[str]:
    """The names that these cells, run in turn, mention before they have bound them themselves."""
    known: set[str] = set()
    for text in texts:
        tree = _parsed(text)
        if tree is None:
            yield from mentions(text)
            continue
        for node in tree.body:
            names = set(mentions(ast.unparse(node)))
            new = set()
            if isinstance(node, ast.Assign):
                names = set(mentions(ast.unparse(node.value)))
                parts = [part for target in node.targets for part in ast.walk(target)]
                found = [part for part in parts if isinstance(part, ast.Name)]
                # To set an attribute or an item, its name is read.
                new = {part.id for part in found if isinstance(part.ctx, ast.Store)}
                names |= {part.id for part in found} - new
            yield from names - known
            known |= new


def _definitions(tree: ast.Module) -> Iterator[Definition]:
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                single = type(node)(**{**vars(node), "names": [alias]})
                name = alias.asname or alias.name.split(".")[0]
                yield Definition(name, ast.unparse(single))
        elif isinstance(node, DEFINITIONS):
            yield Definition(node.name, ast.unparse(node))


def bound(source: str) -> Iterator[str]:
    """The names that the statements of a cell bind: not those inside functions and classes."""
    tree = _parsed(source) or ast.Module(body=[], type_ignores=[])
    yield from (node.name for node in tree.body if isinstance(node, DEFINITIONS))
    waiting: list[ast.AST] = [node for node in tree.body if not isinstance(node, DEFINITIONS)]
    inner = (*DEFINITIONS, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        waiting += [part for part in ast.iter_child_nodes(node) if not isinstance(part, inner)]


def _parsed(source: str) -> ast.Module | None:
    try:
        return parse(source)
    # A magic, or no Python at all: ``needs`` finds that its names are lacking.
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
