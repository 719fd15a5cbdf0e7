"""Functions as a lesson defines them, to be compared with those of the helpers."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import nbformat

from course import lessons


def definition(slug: str, name: str, *, solution: bool = False, **names: Any) -> Callable[..., Any]:
    """The function of that name from a lesson's code, with the names that it uses around it.

    An exercise and its solution define the same name: ``solution`` says which of them is meant.
    """
    notebook = nbformat.read(lessons.find([slug])[0], as_version=4)
    for cell in notebook.cells:
        is_solution = "solution" in cell.metadata.get("tags", [])
        if cell.cell_type == "code" and is_solution == solution:
            for node in ast.parse(cell.source).body:
                if isinstance(node, ast.FunctionDef) and node.name == name:
                    exec(compile(ast.Module([node], []), name, "exec"), names)
                    return names[name]
    raise AssertionError(f"lesson {slug} defines no function {name}")
