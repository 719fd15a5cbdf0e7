"""Every notebook keeps every rule of the lesson contract, and every rule notices a breach."""

from fnmatch import fnmatch
from functools import cache

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

import sample
from contract import RULES, Lesson, claims, editions, holds_for
from course import lessons, listing

FOUND = lessons.find()


def test_every_notebook_is_in_the_list_and_the_list_is_in_their_order():
    there = sorted(lessons.folder().glob("*.ipynb"))
    assert [lessons.slug_of(path) for path in there] == list(listing.course())


def test_lessons_that_are_not_recast_get_fewer_and_are_there():
    listed = editions.not_recast()
    assert len(listed) <= editions.LEFT
    for pattern in listed:
        assert [path for path in FOUND if fnmatch(path.name, pattern)], f"no lesson is {pattern}"


HELD_TO = [
    (path, name) for path in FOUND for name in RULES if holds_for(name, editions.edition(path))
]


@cache
def read(path):
    return Lesson.read(path)


@pytest.mark.parametrize(
    ("path", "name"), HELD_TO, ids=[f"{path.stem}-{name}" for path, name in HELD_TO]
)
def test_lesson(path, name):
    complaints = list(RULES[name](read(path)))
    assert not complaints, f"{path.name}\n" + "\n".join(complaints)


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_good_lesson_keeps_the_rule(tmp_path, rule):
    assert list(rule(sample.lesson(sample.notebook(), tmp_path))) == []


def replace(number, old, new):
    """A breach: the text of a cell is changed."""

    def change(notebook):
        cell = notebook.cells[number]
        assert old in cell.source
        cell.source = cell.source.replace(old, new)

    return change


def insert(number, cell):
    """A breach: a cell is added."""
    return lambda notebook: notebook.cells.insert(number, cell)


def output(number, **changes):
    """A breach: a field of a cell's output is changed."""
    return lambda notebook: notebook.cells[number].outputs[0].update(changes)


def tags(number, *names):
    """A breach: a cell has other tags."""
    return lambda notebook: notebook.cells[number].metadata.update(tags=list(names))


def metadata(number, **changes):
    """A breach: a cell has other metadata."""
    return lambda notebook: notebook.cells[number].metadata.update(changes)


# Positions in the sample: 0 opening, 1 parameters, 2 imports, 4 figure, 6 headline, 7 exercises,
# 8 to 10 the first exercise, 11 to 13 the second, 14 the end.
LONG_FUNCTION = "def long():\n" + "    x = 1\n" * 15
BREACHES = [
    ("the_title_starts_with_a_verb", replace(0, "# Fill in", "# The filling of")),
    ("the_title_starts_with_a_verb", replace(0, "# Fill in", "Fill in")),
    ("the_title_starts_with_a_verb", replace(14, "## Key points", "# Key points")),
    ("it_opens_with_a_question", replace(0, "?", ".")),
    ("the_sections_are_there_in_order", replace(0, "## What you need", "## Needs")),
    ("the_sections_are_there_in_order", replace(14, "## Further reading", "## Time")),
    (
        "the_sections_are_there_in_order",
        replace(0, "## What you will do", "## First\n\n## What you will do"),
    ),
    ("the_sections_are_there_in_order", insert(0, new_code_cell("1"))),
    ("three_to_five_things_to_learn", replace(0, "- one\n", "")),
    ("three_to_five_things_to_learn", replace(0, "- one\n", "- one\n" * 4)),
    ("three_to_six_key_points", replace(14, "- one\n", "")),
    ("the_time_is_said_in_one_line", replace(0, "Run time about 5 s", "Some seconds")),
    ("the_time_is_said_in_one_line", replace(0, "about 5 s", "about 61 s")),
    ("it_is_as_the_list_of_lessons_says", replace(0, "10 minutes to teach", "11 minutes to teach")),
    ("it_is_as_the_list_of_lessons_says", replace(0, "about 5 s", "about 11 s")),
    ("it_is_as_the_list_of_lessons_says", replace(0, "Run time", "Time")),
    ("it_is_as_the_list_of_lessons_says", replace(11, "### Exercise 2", "### Exercise 3")),
    ("its_checks_have_its_own_name", replace(2, "fill_in_a_rating_matrix", "start_cold")),
    ("its_checks_have_its_own_name", replace(2, "\nfrom helpers.checks", "\nfrom helpers.other")),
    ("further_reading_has_years", replace(14, "(2009)", "")),
    ("further_reading_has_years", replace(14, "- Koren", "Koren")),
    ("links_lead_somewhere", replace(3, "Now", "[Now](missing.ipynb)")),
    ("next_is_linked", replace(14, "[Add a head](02_add_a_head_and_read_its_mind.ipynb)", "Bye")),
    ("next_is_linked", replace(14, "02_add_a_head", "01_fill_in")),
    ("no_word_makes_a_learner_feel_slow", replace(3, "Now we", "Now we simply")),
    ("no_word_makes_a_learner_feel_slow", replace(3, "Now we", "Just")),
    ("the_code_is_plain_python", replace(4, "plots", "%matplotlib inline\nplots")),
    ("it_is_short", insert(4, new_code_cell("x\n" * 21))),
    ("it_is_short", replace(2, "from helpers import plots", "import json\n" * 30)),
    (
        "it_is_short",
        lambda notebook: notebook.cells.extend(new_markdown_cell("x") for _ in range(56)),
    ),
    ("it_is_short", lambda notebook: [c.update(source="x\n" * 7) for c in notebook.cells]),
    ("functions_are_short", insert(4, new_code_cell(LONG_FUNCTION))),
    ("parameters_come_first_then_imports", tags(1)),
    ("parameters_come_first_then_imports", tags(4, "imports")),
    ("parameters_come_first_then_imports", insert(2, new_code_cell("x = 1"))),
    ("parameters_come_first_then_imports", replace(1, "DATASET", "print(1)\nDATASET")),
    ("imports_stand_in_their_cell", replace(4, "plots", "import numpy as np\nplots")),
    (
        "a_lesson_that_loads_data_takes_it_from_a_parameter",
        lambda notebook: (
            replace(4, "plots.show(1)", "load(1)")(notebook),
            replace(1, "DATASET", "X")(notebook),
        ),
    ),
    (
        "helpers_are_imported_from_their_public_modules",
        replace(2, "helpers.checks.lessons", "helpers.checks.core"),
    ),
    ("helpers_are_imported_from_their_public_modules", replace(2, "import plots", "import _plots")),
    (
        "helpers_are_imported_from_their_public_modules",
        replace(2, "from helpers import plots", "import course.cli"),
    ),
    ("warnings_are_not_silenced", replace(4, "plots", "warnings.filterwarnings('ignore')\nplots")),
    ("no_code_is_commented_out", replace(4, "plots", "# x = 1\nplots")),
    ("no_cell_is_dead", insert(3, new_markdown_cell(" "))),
    ("no_cell_is_dead", replace(4, "plots", "# plots")),
    ("prose_comes_before_code", insert(5, new_code_cell("1"))),
    ("two_to_four_exercises", replace(8, "### Exercise 1", "### Exercise 3")),
    ("two_to_four_exercises", replace(8, "### Exercise 1", "### Task 1")),
    ("two_to_four_exercises", replace(7, "## Exercises", "## Tasks\n\n## Exercises\n\n## Others")),
    ("one_exercise_is_to_find_the_mistake", replace(11, "find the mistake", "build it")),
    ("each_exercise_has_hint_check_and_solution", replace(8, "Hint", "Look")),
    ("each_exercise_has_hint_check_and_solution", replace(9, "...", "1")),
    ("each_exercise_has_hint_check_and_solution", replace(9, "checks.", "")),
    ("each_exercise_has_hint_check_and_solution", tags(9)),
    ("each_exercise_has_hint_check_and_solution", tags(10, "hide-cell")),
    ("solutions_are_folded_and_strictly_checked", tags(10, "solution")),
    ("solutions_are_folded_and_strictly_checked", metadata(10, jupyter={})),
    ("solutions_are_folded_and_strictly_checked", metadata(10, cellView="code")),
    ("solutions_are_folded_and_strictly_checked", replace(10, ", strict=True", "")),
    ("it_is_stored_as_executed", lambda notebook: notebook.cells[4].update(execution_count=9)),
    ("it_is_stored_as_executed", lambda notebook: notebook.cells[4].update(execution_count=None)),
    ("it_is_stored_without_errors", output(6, name="stderr")),
    (
        "it_is_stored_without_errors",
        lambda notebook: notebook.cells[6].update(
            outputs=[new_output("error", ename="E", evalue="", traceback=[])]
        ),
    ),
    ("each_output_is_compared_or_ignored", tags(6, "headline")),
    ("each_output_is_compared_or_ignored", tags(4, "nbval-check-output")),
    ("compared_outputs_are_the_same_everywhere", output(6, text="RMSE 0.87123\n")),
    ("compared_outputs_are_the_same_everywhere", output(6, text="in 12 ms\n")),
    ("outputs_name_nothing_of_this_machine", output(6, text="/ho" + "me/me/ratings.csv\n")),
    ("outputs_name_nothing_of_this_machine", output(6, text="C:" + "\\Data\n")),
    ("outputs_name_nothing_of_this_machine", output(6, text="<Model at 0x7f24ac1b2d90>\n")),
    ("outputs_name_nothing_of_this_machine", output(6, text="2026-11-22 01:02:03.456\n")),
    ("outputs_name_nothing_of_this_machine", output(6, text="1/9\r9/9\n")),
    ("figures_have_alt_text", output(4, metadata={})),
    ("figures_have_alt_text", output(4, metadata={"image/png": {"alt": "A line."}})),
    ("one_headline_says_what_was_reached", tags(6, "nbval-check-output")),
    ("one_headline_says_what_was_reached", output(6, text="one\ntwo\n")),
    ("one_headline_says_what_was_reached", output(6, text="")),
    (
        "the_file_is_as_course_run_stores_it",
        lambda notebook: notebook.metadata.kernelspec.update(name="mine"),
    ),
    ("the_file_is_as_course_run_stores_it", metadata(4, execution={"shell": "now"})),
    ("the_file_is_as_course_run_stores_it", output(4, data={lessons.WIDGET_VIEW: {}})),
    ("a_cell_fits_one_look", insert(5, new_code_cell("x\n" * 12 + "x"))),
    ("a_cell_fits_one_look", replace(4, "plots.show(1)", "x\n" * 21)),
    ("a_cell_fits_one_look", replace(2, "from", "x\n" * 26 + "from")),
    (
        "a_cell_fits_one_look",
        lambda notebook: notebook.cells.extend(new_markdown_cell("x") for _ in range(56)),
    ),
    ("lines_are_narrow", replace(6, "print", "# " + "x" * 78 + "\nprint")),
    ("lines_are_narrow", replace(6, 'print("RMSE 0.871")', "print('RMSE 0.871')")),
    ("one_statement_a_line", replace(6, "print", "x = 1; print")),
    ("one_statement_a_line", replace(6, "print", "if True: print")),
    ("one_statement_a_line", replace(6, "print", "x, y = 1, 2\nprint")),
    ("nothing_is_nested", replace(6, "print", "x = [[a for a in b] for b in c]\nprint")),
    ("nothing_is_nested", replace(6, "print", "x = [a for b in c for a in b]\nprint")),
    ("nothing_is_nested", insert(6, new_code_cell("def f():\n    def g():\n        return 1\n"))),
    (
        "nothing_is_nested",
        insert(6, new_code_cell("for a in b:\n for c in a:\n  for d in c:\n   if d:\n    d()")),
    ),
    ("there_is_no_golf", replace(6, "print", "x, y = (f(a) for a in 'ab')\nprint")),
    ("there_is_no_golf", replace(6, "print", "f(1 if x else 2)\nprint")),
    ("there_is_no_golf", replace(6, "print", "f(a=1 if x else 2)\nprint")),
    ("there_is_no_golf", replace(6, "print", "found |= {1: 2}\nprint")),
    ("there_is_no_golf", replace(6, "print", "x = zip(a, a[::-1])\nprint")),
    ("there_is_no_golf", replace(6, "print", "f(*x)\nprint")),
    ("there_is_no_golf", replace(6, "print", "f(**x)\nprint")),
    ("there_is_no_golf", replace(6, "print", "first, *others = x\nprint")),
    ("there_is_no_golf", insert(6, new_code_cell("def f(*x):\n    return x"))),
    ("what_draws_or_checks_is_folded", tags(4, "nbval-ignore-output")),
    ("what_draws_or_checks_is_folded", metadata(4, jupyter={})),
    ("what_draws_or_checks_is_folded", metadata(4, cellView="code")),
    ("what_draws_or_checks_is_folded", replace(6, "print", "assert 1\nprint")),
    ("there_is_a_quiz_at_the_half_and_at_the_end", replace(5, "Quiz at the half", "Questions")),
    ("there_is_a_quiz_at_the_half_and_at_the_end", replace(5, "**3.** Three", "Three")),
    ("there_is_a_quiz_at_the_half_and_at_the_end", replace(5, "✓ Yes", "✗ No")),
    ("there_is_a_quiz_at_the_half_and_at_the_end", replace(5, "No: nothing was taken away", "No")),
    (
        "there_is_a_quiz_at_the_half_and_at_the_end",
        replace(5, "A · Less.</summary>\n", "A</summary>"),
    ),
    (
        "there_is_a_quiz_at_the_half_and_at_the_end",
        lambda notebook: notebook.cells.insert(1, notebook.cells.pop(5)),
    ),
    (
        "there_is_a_quiz_at_the_half_and_at_the_end",
        lambda notebook: (
            replace(7, "Quiz at the end", "Quiz")(notebook),
            replace(14, "## Sign", sample.quiz("end") + "\n\n## Sign")(notebook),
        ),
    ),
    ("there_is_a_table_of_signs_causes_and_cures", replace(14, "## Sign, cause, cure", "## Signs")),
    ("there_is_a_table_of_signs_causes_and_cures", replace(14, "| cause | cure", "| why | cure")),
    ("there_is_a_table_of_signs_causes_and_cures", replace(14, "a start at 0", "")),
    (
        "a_prediction_is_answered_by_what_follows",
        replace(5, "error?", "error?\n\nIt is low.\n\nSo."),
    ),
    (
        "a_prediction_is_answered_by_what_follows",
        lambda notebook: notebook.cells[6].update(outputs=[]),
    ),
    ("each_claim_names_the_cell_that_shows_it", replace(5, "because we drew", "because I drew")),
    ("each_claim_names_the_cell_that_shows_it", replace(3, "Now we draw.", "It needs a pen.")),
    (
        "each_claim_names_the_cell_that_shows_it",
        lambda notebook: notebook.cells[4].update(outputs=[]),
    ),
    (
        "each_claim_names_the_cell_that_shows_it",
        lambda notebook: notebook.cells[4].update(id="another"),
    ),
]


@pytest.mark.parametrize(("name", "breach"), BREACHES, ids=[name for name, _ in BREACHES])
def test_a_breach_of_the_rule_is_noticed(tmp_path, name, breach):
    notebook = sample.notebook()
    breach(notebook)
    assert list(RULES[name](sample.lesson(notebook, tmp_path)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It falls, so we stop. So far, so good.", ["It falls, so we stop.", "So far, so good."]),
        ("## It costs\n\nIt needs one.\n\n✓ Yes, so it is.", ["It needs one.", "✓ Yes, so it is."]),
        ("We wait so that it ends. That **pays**.", ["That pays."]),
        ("| it costs | much |\n\n$so$ <summary>it needs</summary> `x`", []),
        (
            "- It beats 0.87 by far.\n- [It](a.md) needs more.",
            ["It beats 0.87 by far.", "It needs more."],
        ),
    ],
)
def test_which_sentences_say_why(tmp_path, text, found):
    notebook = sample.notebook()
    notebook.cells[3].source = text
    assert claims.causal_sentences(sample.lesson(notebook, tmp_path).cells[3]) == found


def test_each_rule_has_a_breach():
    assert {name for name, _ in BREACHES} == set(RULES)


def test_a_file_in_another_format_is_noticed(tmp_path):
    lesson = sample.lesson(sample.notebook(), tmp_path)
    nbformat.write(sample.notebook(), lesson.path)
    assert list(RULES["the_file_is_as_course_run_stores_it"](Lesson.read(lesson.path))) == []
    lesson.path.write_text(lesson.path.read_text().replace(" ", "  ", 1))
    assert list(RULES["the_file_is_as_course_run_stores_it"](Lesson.read(lesson.path)))
