"""An exercise that is left out goes with statement, hint, check, solution and all mention."""

import pytest

import sample
from course import lessons, parts
from course.editions.selecting import keep_exercises, without_mentions


def sources(notebook):
    return "\n".join(cell.source for cell in notebook.cells)


def test_everything_of_a_dropped_exercise_is_gone():
    kept = keep_exercises(sample.notebook(), [2])
    assert parts.exercises(kept) == [2]
    assert "exercise_1" not in sources(kept)
    assert "Exercise 1" not in sources(kept)
    assert "checks.exercise_2(1, strict=True)" in sources(kept)
    assert "10 minutes for the exercises" in sources(kept)


def test_all_exercises_may_go():
    kept = sources(keep_exercises(sample.notebook(), []))
    assert "xercise" not in kept
    assert "Run time about 5 s on two cores · 10 minutes to teach\n" in kept
    assert "## Key points" in kept


def test_text_after_a_solution_goes_with_its_exercise():
    notebook = sample.notebook()
    notebook.cells[-1].source = "Now compare yours with ours.\n\n" + notebook.cells[-1].source
    assert "compare yours" in sources(keep_exercises(notebook, [2]))
    assert "compare yours" not in sources(keep_exercises(notebook, [1]))


def test_a_sentence_about_a_dropped_exercise_goes():
    notebook = sample.notebook()
    notebook.cells[5].source = "The line rises. You will mend it in exercise 2. What is the error?"
    assert keep_exercises(notebook, [1]).cells[5].source == "The line rises. What is the error?"
    assert "mend it" in sources(keep_exercises(notebook, [2]))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Which? Exercise 1 asks you to.", "Which? "),
        ("One number. (Exercise 1 folds it\naway.) What is left?", "One number. What is left?"),
        ("It stops.\nExercise 1 mends it.\n\nNext.", "It stops.\n\nNext."),
        ("In exercise 12 we see.", "In exercise 12 we see."),
    ],
)
def test_sentences_are_told_apart(text, left):
    assert without_mentions(text, {1}) == left


@pytest.mark.parametrize("path", lessons.find(), ids=lambda path: path.stem)
def test_every_lesson_can_do_with_any_one_exercise_or_none(path):
    notebook = lessons.read(path)
    numbers = parts.exercises(notebook)
    assert keep_exercises(notebook, numbers) == notebook
    for kept in [[], *([number] for number in numbers)]:
        selected = keep_exercises(notebook, kept)
        assert parts.exercises(selected) == kept
        text = sources(selected)
        for number in set(numbers) - set(kept):
            assert f"exercise_{number}" not in text
            assert f"xercise {number}" not in text
