"""Files with a part left out: checks of exercises, sessions of nox, tables, packages."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable


def keep_checks(source: str, kept: Collection[int]) -> str:
    """The source of a checks module without the exercises that are not kept."""
    gone = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and (match := re.fullmatch(r"exercise_(\d+)", node.targets[0].id))
        and int(match[1]) not in kept
    ]
    return _without(source, gone)


def keep_sessions(source: str, kept: Collection[str]) -> str:
    """The source of a noxfile without sessions that are not kept and what only they use."""
    body = ast.parse(source).body
    gone: list[ast.stmt] = [
        node
        for node in body
        if isinstance(node, ast.FunctionDef) and node.decorator_list and node.name not in kept
    ]
    while more := [
        node
        for node in body
        if node not in gone
        and (names := _defined(node))
        and names <= _used(gone) - _used(each for each in body if each not in gone)
    ]:
        gone += more
    return _without(source, gone)


def keep_tables(source: str, kept: str) -> str:
    """The text of a TOML file with only the tables whose names fit a pattern."""
    parts = re.split(r"^(?=\[)", source, flags=re.MULTILINE)
    names = [re.match(r"\[+([^\]]+)\]", part) for part in parts]
    left = [
        part
        for part, name in zip(parts, names, strict=True)
        if name is None or re.fullmatch(kept, name[1])
    ]
    return "".join(left).rstrip() + "\n"


def leave_out_packages(source: str, names: Collection[str]) -> str:
    """A list of packages, in TOML or YAML, without the lines that ask for one of these."""
    named = "|".join(map(re.escape, names))
    return re.sub(rf"^ +(- )?[\"']?({named})(?![\w.-]).*\n", "", source, flags=re.MULTILINE)


def _defined(statement: ast.stmt) -> set[str]:
    """The names that a statement gives to a function, a constant or what it imports."""
    if isinstance(statement, ast.FunctionDef):
        return {statement.name}
    if isinstance(statement, ast.Assign):
        return {node.id for node in statement.targets if isinstance(node, ast.Name)}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(each.asname or each.name).partition(".")[0] for each in statement.names}
    return set()


def _used(statements: Iterable[ast.stmt]) -> set[str]:
    """The names that are read in these statements."""
    return {
        node.id
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def _without(source: str, gone: Collection[ast.stmt]) -> str:
    """The source without these statements, their decorators and the comments right above them."""
    lines = source.splitlines()
    for node in sorted(gone, key=lambda node: node.lineno, reverse=True):
        start = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]) - 1
        while start and lines[start - 1].startswith("#"):
            start -= 1
        del lines[start : node.end_lineno]
    return re.sub(r"\n{4,}", "\n\n\n", "\n".join(lines).rstrip() + "\n")
