"""The rooms of helpers import one way, and importing them is light."""

import ast
import json
import subprocess
import sys

import pytest

# CONTRIBUTING.md has the same list, with what each room holds.
ROOMS = [
    "errors",
    "files",
    "storage",
    "data",
    "interactions",
    "features",
    "splits",
    "similarity",
    "content",
    "knowledge",
    "training",
    "recommenders",
    "metrics",
    "evaluation",
    "plots",
    "checks",
    "widgets",
    "lessons",
    "environment",
    "editions",
    "grading",
    "cli",
]
HEAVY = ["tensorflow", "keras", "seaborn", "ipywidgets"]


def imported_rooms(path):
    """Each (line, room) that a file imports; ``import helpers`` alone names no room."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "helpers":
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("helpers."):
            yield node.lineno, node.module.split(".")[1]
        elif isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
            yield from (
                (node.lineno, name[1]) for name in names if name[0] == "helpers" and len(name) > 1
            )


def modules(root):
    for path in sorted((root / "helpers").rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        yield path, ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_each_room_is_in_the_list(root):
    rooms = {name.split(".")[1] for _, name in modules(root) if "." in name}
    assert rooms - set(ROOMS) == set()


def test_a_room_imports_only_from_rooms_above_it(root):
    wrong = [
        f"{path.relative_to(root)}:{line} imports {room}"
        for path, name in modules(root)
        if "." in name
        for line, room in imported_rooms(path)
        if room in ROOMS and ROOMS.index(room) > ROOMS.index(name.split(".")[1])
    ]
    assert wrong == []


def test_importing_any_room_loads_nothing_heavy(root):
    names = [name for _, name in modules(root)]
    code = (
        "import importlib, json, sys\n"
        "found = {}\n"
        "for name in json.loads(sys.argv[1]):\n"
        "    importlib.import_module(name)\n"
        "    for heavy in json.loads(sys.argv[2]):\n"
        "        if heavy in sys.modules: found.setdefault(heavy, name)\n"
        "print(json.dumps(found))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(names), json.dumps(HEAVY)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(done.stderr)
    assert json.loads(done.stdout) == {}, "each of these was loaded by importing that module"
