"""Second edition: what a learner is asked on the way, and the table of signs at the end."""

import re
from collections.abc import Iterator

from contract.lesson import Lesson, Section
from contract.registry import rule_of

HALF, END = "Quiz at the half", "Quiz at the end"
SIGNS = "Sign, cause, cure"
FEWEST, MOST = 3, 5
SHORTEST_REASON = 4
QUESTION = re.compile(r"^\*\*\d+\.\*\* ", flags=re.MULTILINE)
OPTION = re.compile(
    r"<details><summary>(?P<option>.+?)</summary>\s*\n\n(?P<reason>.+?)\n\n</details>",
    flags=re.DOTALL,
)
PREDICTION = "**predict first"


@rule_of(2)
def there_is_a_quiz_at_the_half_and_at_the_end(lesson: Lesson) -> Iterator[str]:
    half, end = lesson.section(HALF), lesson.section(END)
    for title, section in ((HALF, half), (END, end)):
        if section is None:
            yield f"there is no `## {title}`: a learner finds out here what has stayed"
        else:
            yield from _quiz(section)
    if half and not len(lesson.cells) / 4 <= half.cell.number <= 3 * len(lesson.cells) / 4:
        yield f"`{HALF}` is in {half.cell}, which is not near the half of {len(lesson.cells)} cells"
    home = lesson.section("Exercises")
    if half and end and home and not half.cell.number <= end.cell.number <= home.cell.number:
        yield f"`{END}` is not between `{HALF}` and `Exercises`"


def _quiz(section: Section) -> Iterator[str]:
    asked = QUESTION.split(section.text)[1:]
    if not FEWEST <= len(asked) <= MOST:
        yield f"`{section.title}` has {len(asked)} questions (`**1.** …`), not {FEWEST} to {MOST}"
    for number, question in enumerate(asked, 1):
        where = f"`{section.title}`, question {number}"
        reasons = [match["reason"].strip() for match in OPTION.finditer(question)]
        if len(reasons) < 2 or len(reasons) != question.count("<details>"):
            yield f"{where}: each option is a fold, with its reason after an empty line"
        if sum(reason.startswith("✓") for reason in reasons) != 1:
            yield f"{where}: one option begins with ✓, and it has not exactly one"
        for reason in reasons:
            if reason[:1] not in "✓✗" or len(reason.split()) <= SHORTEST_REASON:
                yield f"{where}: {reason[:40]!r} says not why it is right (✓) or wrong (✗)"


@rule_of(2)
def there_is_a_table_of_signs_causes_and_cures(lesson: Lesson) -> Iterator[str]:
    section = lesson.section(SIGNS)
    if section is None:
        yield f"there is no `## {SIGNS}`: whoever is stuck later looks for the sign"
        return
    rows = [line for line in section.text.splitlines() if line.startswith("|")]
    cells = [[part.strip() for part in row.strip("|").split("|")] for row in rows]
    if not cells or cells[0] != ["sign", "cause", "cure"]:
        yield f"`{SIGNS}` has no table with the head | sign | cause | cure |"
    elif len(cells) < 2 + FEWEST or any(len(row) != 3 or "" in row for row in cells):
        yield f"`{SIGNS}` has fewer than {FEWEST} rows, or one that is not filled"


@rule_of(2)
def a_prediction_is_answered_by_what_follows(lesson: Lesson) -> Iterator[str]:
    for place, cell in enumerate(lesson.cells):
        if cell.code or PREDICTION not in cell.source.casefold():
            continue
        last = cell.source.casefold().rindex(PREDICTION)
        if len(cell.source[last:].split("\n\n")) > 2:
            yield f"{cell}: text follows **Predict first**: it is answered before it is asked"
        answered = False
        for after in lesson.cells[place + 1 :]:
            if not after.code:
                break
            answered = answered or bool(after.outputs)
        if not answered:
            yield f"{cell}: **Predict first**, and the cells below it print nothing"
