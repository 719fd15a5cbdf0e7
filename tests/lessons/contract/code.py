"""The code of a lesson: short, plain, in its place."""

import ast
import json
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator

from contract.lesson import Cell, Lesson
from contract.registry import rule, rule_of

MOST_CELLS = 70
MOST_LINES = 20
# Imports are a list that nobody reads line by line.
MOST_IMPORTS = 30
MEDIAN_LINES = 6
MOST_FUNCTION_LINES = 15
PUBLIC_MODULES = {
    f"helpers.{room}"
    for room in (
        "arrays",
        "checks.lessons",
        "data",
        "errors",
        "evaluation",
        "features",
        "interactions",
        "knowledge",
        "metrics",
        "plots",
        "recommenders",
        "recommenders.keras.architectures",
        "similarity",
        "simulation",
        "splits",
        "training",
        "widgets",
    )
} | {"helpers"}


@rule
def the_code_is_plain_python(lesson: Lesson) -> Iterator[str]:
    for cell in lesson.code:
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            yield f"{cell}: {error.msg}; magics and shell commands do not run everywhere"


@rule_of(1)
def it_is_short(lesson: Lesson) -> Iterator[str]:
    if len(lesson.cells) > MOST_CELLS:
        yield f"{len(lesson.cells)} cells, more than {MOST_CELLS}"
    for cell in lesson.code:
        most = MOST_IMPORTS if "imports" in cell.tags else MOST_LINES
        if len(cell.lines) > most:
            yield f"{cell}: {len(cell.lines)} lines, more than {most}"
    median = statistics.median([len(cell.lines) for cell in lesson.code] or [0])
    if median > MEDIAN_LINES:
        yield f"the median code cell has {median:g} lines, more than {MEDIAN_LINES}"


@rule_of(1)
def functions_are_short(lesson: Lesson) -> Iterator[str]:
    for cell in lesson.code:
        for node in ast.walk(cell.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > MOST_FUNCTION_LINES:
                    yield f"{cell}: {node.name} has {length} lines, over {MOST_FUNCTION_LINES}"


@rule
def parameters_come_first_then_imports(lesson: Lesson) -> Iterator[str]:
    for tag in ("parameters", "imports"):
        if len(lesson.tagged(tag)) != 1:
            yield f"{len(lesson.tagged(tag))} cells are tagged `{tag}`, not 1"
    order = [sorted(cell.tags & {"parameters", "imports"}) for cell in lesson.code[:2]]
    if order != [["parameters"], ["imports"]]:
        yield "the first code cell is not tagged `parameters`, or the second not `imports`"
    for cell in lesson.tagged("parameters"):
        if not all(isinstance(node, ast.Assign | ast.AnnAssign) for node in cell.tree.body):
            yield f"{cell}: parameters are assignments and nothing else"


@rule
def imports_stand_in_their_cell(lesson: Lesson) -> Iterator[str]:
    for cell in lesson.code:
        if "imports" not in cell.tags:
            for node in ast.walk(cell.tree):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield f"{cell}: {ast.unparse(node)}"


@rule
def a_lesson_that_loads_data_takes_it_from_a_parameter(lesson: Lesson) -> Iterator[str]:
    called = {
        getattr(node.func, "attr", getattr(node.func, "id", ""))
        for cell in lesson.code
        for node in ast.walk(cell.tree)
        if isinstance(node, ast.Call)
    }
    assigned = {
        getattr(target, "id", "")
        for cell in lesson.tagged("parameters")
        for node in cell.tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
    }
    if "load" in called and "DATASET" not in assigned:
        yield "it calls load, but its parameters have no DATASET"


@rule
def helpers_are_imported_from_their_public_modules(lesson: Lesson) -> Iterator[str]:
    for cell in lesson.code:
        for node in ast.walk(cell.tree):
            if isinstance(node, ast.ImportFrom):
                names = {node.module or ""}
                private = any(alias.name.startswith("_") for alias in node.names)
            elif isinstance(node, ast.Import):
                names, private = {alias.name for alias in node.names}, False
            else:
                continue
            # Lessons see the small library, never the machinery behind it.
            ours = {name for name in names if name.split(".")[0] in ("helpers", "course")}
            if ours and (private or not ours <= PUBLIC_MODULES):
                yield f"{cell}: {ast.unparse(node)}"


@rule
def warnings_are_not_silenced(lesson: Lesson) -> Iterator[str]:
    for cell in lesson.code:
        if match := re.search(r"filterwarnings|simplefilter|catch_warnings", cell.source):
            yield f"{cell}: {match[0]}; mend what warns"


@rule
def no_code_is_commented_out(lesson: Lesson) -> Iterator[str]:
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--select=ERA"]
    done = subprocess.run(
        [*ruff, "--output-format=json", "--no-cache", str(lesson.path)],
        capture_output=True,
        check=False,
    )
    for found in json.loads(done.stdout or b"[]"):
        yield f"code cell {found['cell']}, line {found['location']['row']}: {found['message']}"


@rule
def no_cell_is_dead(lesson: Lesson) -> Iterator[str]:
    for cell in lesson.cells:
        if not cell.source.strip():
            yield f"cell {cell.number} is empty"
        elif cell.code and not cell.tree.body and _parses(cell):
            yield f"{cell}: only comments"


def _parses(cell: Cell) -> bool:
    try:
        ast.parse(cell.source)
    except SyntaxError:
        return False
    return True


@rule
def prose_comes_before_code(lesson: Lesson) -> Iterator[str]:
    follows = {"imports", "exercise", "check", "solution", "figure"}
    for before, cell in zip(lesson.cells, lesson.cells[1:], strict=False):
        if before.code and cell.code and not cell.tags & follows:
            after_exercise = "exercise" in before.tags and "checks." in cell.source
            sums_up = "figure" in before.tags and "headline" in cell.tags
            if not after_exercise and not sums_up:
                yield f"{cell}: follows a code cell without a word in between"
