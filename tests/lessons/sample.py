"""A lesson that keeps the whole contract, for the rules to be tried on."""

import copy
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from contract import Lesson
from course.lessons import METADATA, slug_of

OPENING = """# Fill in a matrix

What would you guess?

## What you will do

Guess, then compute.

## What you will learn

- one
- two
- three

## What you need

Nothing.

## Time

Run time about 5 s on two cores · 10 minutes to teach · 20 minutes for the exercises"""
EXERCISE = """### Exercise {number}: {title}

What comes out?

<details>
<summary>Hint</summary>

Think.

</details>"""
QUIZ = """## Quiz at the {where}

**1.** One and one?

{options}

**2.** Two and two?

{options}

**3.** Three and three?

{options}"""
OPTIONS = """<details><summary>A · Less.</summary>

✗ No: nothing was taken away here.

</details>
<details><summary>B · More.</summary>

✓ Yes: it was added to the first.

</details>"""
CLAIM = "It rises because we drew it rising."
CLOSING = """## Sign, cause, cure

| sign | cause | cure |
|---|---|---|
| too low | a start at 0 | more steps |
| too high | too many steps | stop |
| all the same | one output | look at it |

## Key points

- one
- two
- three

## Further reading

- Koren, Y. (2009). Matrix factorization.

## Next

[Add a head](02_add_a_head_and_read_its_mind.ipynb)"""
IMPORTS = """from helpers import plots
from helpers.checks.lessons import fill_in_a_rating_matrix as checks"""
# A line of the list of lessons that says what the sample says.
LINE = (
    '{} = {{ part = "Ratings", minutes = 30, budget = 10, exercises = [1, 2], '
    'ends_with = "a guess" }}\n'
)
SOLUTION = {
    "tags": ["solution", "hide-cell"],
    "jupyter": {"source_hidden": True},
    "cellView": "form",
}


FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form"}
ASKED = "**Predict first:** what is the error?"


def quiz(where):
    return QUIZ.format(where=where, options=OPTIONS)


def printed(text):
    return new_output("stream", name="stdout", text=text)


def code(source, *tags, outputs=(), **metadata):
    return new_code_cell(source, metadata={"tags": list(tags), **metadata}, outputs=list(outputs))


def exercise(number, title):
    """Statement, attempt and solution."""
    solution = new_code_cell(f"checks.exercise_{number}(1, strict=True)", metadata=SOLUTION)
    return [
        new_markdown_cell(EXERCISE.format(number=number, title=title)),
        code(f"answer = ...\nchecks.exercise_{number}(answer)", "exercise"),
        copy.deepcopy(solution),
    ]


def notebook():
    """The whole lesson."""
    figure = new_output(
        "display_data",
        data={"image/png": "AA==", "text/plain": "A line that rises from one to two."},
        metadata={"image/png": {"alt": "A line that rises from one to two."}},
    )
    found = new_notebook(
        metadata=METADATA,
        cells=[
            new_markdown_cell(OPENING),
            code('DATASET = "movielens-small"', "parameters"),
            code(IMPORTS, "imports"),
            new_markdown_cell("Now we draw. Justice is not a word that we avoid."),
            code("plots.show(1)", "figure", "nbval-ignore-output", outputs=[figure], **FOLDED),
            new_markdown_cell(f"{CLAIM}\n\n{quiz('half')}\n\n## Error\n\n{ASKED}"),
            code(
                'print("RMSE 0.871")',
                "headline",
                "nbval-check-output",
                outputs=[printed("RMSE 0.871\n")],
            ),
            new_markdown_cell(f"{quiz('end')}\n\n## Exercises"),
            *exercise(1, "predict the width"),
            *exercise(2, "find the mistake"),
            new_markdown_cell(CLOSING),
        ],
    )
    for number, cell in enumerate(found.cells, 1):
        cell["id"] = f"cell-{number:02d}"
    count(found)
    return found


def count(found):
    """Number the code cells as an execution would."""
    for number, cell in enumerate((c for c in found.cells if c.cell_type == "code"), 1):
        cell.execution_count = number


def lesson(found, folder: Path) -> Lesson:
    """The notebook, stored and read again: the first of a course of two lessons."""
    notebooks, book = folder / "notebooks", folder / "book"
    for place in (notebooks, book):
        place.mkdir(exist_ok=True)
    path, upcoming = (
        notebooks / f"{name}.ipynb"
        for name in ("01_fill_in_a_rating_matrix", "02_add_a_head_and_read_its_mind")
    )
    upcoming.touch()
    lines = [LINE.format(slug_of(each)) for each in (path, upcoming)]
    (book / "course.toml").write_text("".join(["[lessons]\n", *lines]), encoding="utf-8")
    claims = book / "claims" / "fill_in_a_rating_matrix.toml"
    claims.parent.mkdir(exist_ok=True)
    claims.write_text(f'[[claim]]\nsays = "{CLAIM}"\ncells = ["cell-05"]\n', encoding="utf-8")
    path.write_bytes((nbformat.writes(found) + "\n").encode())
    return Lesson.read(path)
