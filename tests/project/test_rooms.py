"""Two packages and a wall between them; rooms import one way; importing them is light."""

import ast
import json
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter

import pytest

# A room imports only from rooms above it. CONTRIBUTING.md has the same lists.
ROOMS = {
    "helpers": [
        "errors",
        "files",
        "storage",
        "arrays",
        "data",
        "simulation",
        "interactions",
        "features",
        "splits",
        "similarity",
        "knowledge",
        "metrics",
        "training",
        "recommenders",
        "evaluation",
        "plots",
        "checks",
        "widgets",
    ],
    "course": [
        "published",
        "lessons",
        "parts",
        "predictions",
        "listing",
        "plan",
        "environment",
        "board",
        "measured",
        "maps",
        "editions",
        "site",
        "slides",
        "grading",
        "cli",
    ],
}
# What the files of a package may import of our own.
ALLOWED = {
    "helpers": {"helpers"},
    "course": {"helpers", "course"},
    "benchmarks": {"helpers", "course", "benchmarks"},
}
HEAVY = ["tensorflow", "keras", "seaborn", "ipywidgets"]


def modules(root):
    """Each file of ours by the name of its module."""
    found = {}
    for package in ALLOWED:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path, known):
    """Each (line, module of ours) that a file imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in known else node.module for name in inside]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        yield from ((node.lineno, name) for name in names if name.split(".")[0] in ALLOWED)


@pytest.fixture(scope="module")
def imported(root):
    """What each module of ours imports of ours: pairs of line and name."""
    known = modules(root)
    return {name: list(imports(path, known)) for name, path in known.items()}


def room(name):
    """The package and the room of a module; the package's own file is in no room."""
    package, _, rest = name.partition(".")
    return package, rest.partition(".")[0]


def test_nothing_is_imported_over_the_wall(imported):
    wrong = [
        f"{name}, line {line}: {other}"
        for name, found in imported.items()
        for line, other in found
        if room(other)[0] not in ALLOWED[room(name)[0]]
    ]
    assert wrong == []


@pytest.mark.parametrize("package", ROOMS)
def test_each_room_is_in_the_list(imported, package):
    rooms = {room(name)[1] for name in imported if room(name)[0] == package} - {""}
    assert rooms == set(ROOMS[package])


@pytest.mark.parametrize("package", ROOMS)
def test_a_room_imports_only_from_rooms_above_it(imported, package):
    order = ROOMS[package]
    wrong = [
        f"{name}, line {line}: {other}"
        for name, found in imported.items()
        for line, other in found
        if room(name)[0] == room(other)[0] == package
        and "" not in (room(name)[1], room(other)[1])
        and order.index(room(other)[1]) > order.index(room(name)[1])
    ]
    assert wrong == []


def test_no_circle_of_modules(imported):
    graph = {name: {other for _, other in found} - {name} for name, found in imported.items()}
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_the_house_of_the_contributors_has_the_same_rooms_in_the_same_order(root):
    page = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for package, order in ROOMS.items():
        table = page.split(f"`{package}/`, in the order", 1)[1].split("\n\n")[1]
        cells = [line.split("|")[1] for line in table.splitlines()[2:]]
        named = [
            name.strip(" `").removesuffix(".py").strip("/") for c in cells for name in c.split(",")
        ]
        assert named == order, package


def test_importing_any_room_loads_nothing_heavy(root):
    names = [name for name in modules(root) if room(name)[0] in ROOMS]
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
