"""Second edition: code that somebody can read aloud who knows pandas and is a little tired."""

import ast
import subprocess
import sys
from collections.abc import Iterator

from contract.editions import SETTINGS, most_columns
from contract.lesson import Cell, Lesson
from contract.registry import rule_of

MOST_CELLS = 70
MOST_LINES = 12
# What is folded is looked up, not read; imports are a list.
MOST_FOLDED_LINES = 20
MOST_IMPORT_LINES = 25
DEEPEST = 3
FOLDED = {"figure", "check"}
BLOCKS = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.If, ast.With, ast.Try)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@rule_of(2)
def a_cell_fits_one_look(lesson: Lesson) -> Iterator[str]:
    if len(lesson.cells) > MOST_CELLS:
        yield f"{len(lesson.cells)} cells, more than {MOST_CELLS}: an hour has room for no more"
    for cell in lesson.code:
        most = MOST_LINES
        if cell.tags & FOLDED:
            most = MOST_FOLDED_LINES
        if "imports" in cell.tags:
            most = MOST_IMPORT_LINES
        if len(cell.lines) > most:
            yield f"{cell}: {len(cell.lines)} lines, more than {most}: who reads it loses the start"


@rule_of(2)
def lines_are_narrow(lesson: Lesson) -> Iterator[str]:
    widest = most_columns()
    for cell in lesson.code:
        for line in cell.lines:
            if len(line) > widest:
                yield f"{cell}: {len(line)} columns, more than {widest}: pages cut it: {line[:60]}"
    command = [sys.executable, "-m", "ruff", "format", "--check", "--no-cache"]
    done = subprocess.run(
        [*command, "--config", str(SETTINGS), str(lesson.path)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and "would be reformatted" in done.stdout + done.stderr:
        yield "not formatted as notebooks/ruff.toml says: run `ruff format`"


@rule_of(2)
def one_statement_a_line(lesson: Lesson) -> Iterator[str]:
    why = "a reader takes one step at a time"
    for cell in lesson.code:
        started: set[int] = set()
        for node in ast.walk(cell.tree):
            if not isinstance(node, ast.stmt):
                continue
            if node.lineno in started:
                yield f"{cell}: line {node.lineno} holds two statements: {why}"
            started.add(node.lineno)
            pairs = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple)
            if pairs and isinstance(node.value, ast.Tuple):
                yield f"{cell}: `{ast.unparse(node)[:50]}` assigns twice in a line: {why}"


@rule_of(2)
def nothing_is_nested(lesson: Lesson) -> Iterator[str]:
    for cell in lesson.code:
        for node in ast.walk(cell.tree):
            inner = [child for child in ast.walk(node) if child is not node]
            loops = node.generators if isinstance(node, COMPREHENSIONS) else []
            if len(loops) > 1 or (loops and any(isinstance(c, COMPREHENSIONS) for c in inner)):
                yield f"{cell}: a loop inside a comprehension: write plain loops, which read on"
            is_function = isinstance(node, ast.FunctionDef)
            if is_function and any(isinstance(child, ast.FunctionDef) for child in inner):
                yield f"{cell}: a function inside a function: its names come from two places"
        if _depth(cell.tree) > DEEPEST:
            yield f"{cell}: blocks {_depth(cell.tree)} deep, more than {DEEPEST}: no one holds that"


def _depth(node: ast.AST) -> int:
    """How many blocks stand inside each other below a node; ``elif`` is no deeper than ``if``."""
    found = 0
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                elif_ = isinstance(node, ast.If) and isinstance(child, ast.If) and name == "orelse"
                found = max(found, _depth(child) + (isinstance(child, BLOCKS) and not elif_))
    return found


@rule_of(2)
def there_is_no_golf(lesson: Lesson) -> Iterator[str]:
    for cell in lesson.code:
        for node in ast.walk(cell.tree):
            for fault in _golf(node):
                yield f"{cell}: line {getattr(node, 'lineno', '?')}: {fault}"


def _golf(node: ast.AST) -> Iterator[str]:
    several = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple | ast.List)
    if several and isinstance(node.value, COMPREHENSIONS):
        yield "a comprehension gives several names: give each its own line"
    if isinstance(node, ast.Call):
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        if any(isinstance(value, ast.IfExp) for value in values):
            yield "a conditional inside an argument: decide in a line before, under a name"
        if any(keyword.arg is None for keyword in node.keywords):
            yield "`**` in a call: a reader cannot see what is handed over; name it"
    if isinstance(node, ast.Starred):
        yield "a bare star: a reader cannot see how many there are; name them"
    if isinstance(node, ast.arguments) and (node.vararg or node.kwarg):
        yield "a function of any number of arguments: name what it takes"
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.BitOr):
        yield "`|=` gathers results: assign each under its own key"
    if isinstance(node, ast.Slice) and node.step is not None and ast.unparse(node.step) == "-1":
        yield "`[::-1]` pairs or sorts by turning round: say what comes first"


@rule_of(2)
def what_draws_or_checks_is_folded(lesson: Lesson) -> Iterator[str]:
    for cell in lesson.code:
        if "plots.show(" in cell.source and not cell.tags & {"figure", "exercise", "solution"}:
            yield f"{cell}: it draws, so tag it `figure`: how a chart is made is not the lesson"
        asserts = any(isinstance(node, ast.Assert) for node in ast.walk(cell.tree))
        if asserts and "check" not in cell.tags:
            yield f"{cell}: it asserts, so let a cell tagged `check` do so: CI reads it, not people"
        if cell.tags & FOLDED:
            yield from _not_folded(cell)


def _not_folded(cell: Cell) -> Iterator[str]:
    if not cell.metadata.get("jupyter", {}).get("source_hidden"):
        yield f"{cell}: JupyterLab shows its code: its metadata has no jupyter.source_hidden"
    if cell.metadata.get("cellView") != "form":
        yield f"{cell}: Colab shows its code: its metadata has no cellView: form"
