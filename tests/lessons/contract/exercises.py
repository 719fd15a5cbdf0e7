"""The exercises: a hint, a check, a solution that holds."""

import ast
import re
from collections.abc import Iterator

from contract.lesson import Lesson, Section
from contract.registry import rule
from course.lessons import slug_of


def exercises(lesson: Lesson) -> list[Section]:
    """The sections `### Exercise N: …`."""
    return [s for s in lesson.sections if s.level == 3 and s.title.startswith("Exercise")]


@rule
def two_to_four_exercises(lesson: Lesson) -> Iterator[str]:
    found = exercises(lesson)
    if not 2 <= len(found) <= 4:
        yield f"{len(found)} exercises, not 2 to 4"
    for number, section in enumerate(found, 1):
        if not re.match(rf"Exercise {number}: \S", section.title):
            yield f"`### {section.title}` does not start with `Exercise {number}: `"
    home = lesson.section("Exercises")
    for section in found:
        if home is not None and section.cell not in home.cells:
            yield f"`### {section.title}` is not under `## Exercises`"


@rule
def one_exercise_is_to_find_the_mistake(lesson: Lesson) -> Iterator[str]:
    texts = [f"{section.title} {section.text}".casefold() for section in exercises(lesson)]
    if not any("find the mistake" in text for text in texts):
        yield 'no exercise says "find the mistake"'


@rule
def each_exercise_has_hint_check_and_solution(lesson: Lesson) -> Iterator[str]:
    for section in exercises(lesson):
        if not re.search(r"<details>\s*<summary>\s*Hint", section.text):
            yield f"{section.title}: no <details><summary>Hint</summary>"
        attempts = [cell for cell in section.cells if "exercise" in cell.tags]
        solutions = [cell for cell in section.cells if "solution" in cell.tags]
        if len(attempts) != 1 or len(solutions) != 1:
            yield (
                f"{section.title}: {len(attempts)} cells tagged `exercise` and "
                f"{len(solutions)} tagged `solution`, not one of each"
            )
        for cell in attempts:
            nodes = list(ast.walk(cell.tree))
            if not any(isinstance(node, ast.Constant) and node.value is ... for node in nodes):
                yield f"{cell}: it holds no `...` to replace"
        attempt_code = [c.source for c in section.cells if c.code and "solution" not in c.tags]
        if not any("checks." in source for source in attempt_code):
            yield f"{section.title}: nothing calls its check"


@rule
def its_checks_have_its_own_name(lesson: Lesson) -> Iterator[str]:
    modules = [
        alias.name
        for cell in lesson.code
        for node in ast.walk(cell.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "helpers.checks.lessons"
        for alias in node.names
    ]
    if modules != [slug_of(lesson.path)]:
        yield f"it imports the checks of {modules}, not those of {slug_of(lesson.path)}"


@rule
def solutions_are_folded_and_strictly_checked(lesson: Lesson) -> Iterator[str]:
    for cell in lesson.tagged("solution"):
        if "hide-cell" not in cell.tags:
            yield f"{cell}: not tagged `hide-cell`"
        if not cell.metadata.get("jupyter", {}).get("source_hidden"):
            yield f"{cell}: its metadata has no jupyter.source_hidden"
        if cell.metadata.get("cellView") != "form":
            yield f"{cell}: its metadata has no cellView: form"
        last = ast.unparse(cell.tree.body[-1]) if cell.tree.body else ""
        if "strict=True" not in last:
            yield f"{cell}: it does not end in its check with strict=True"
