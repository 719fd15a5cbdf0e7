"""What a lesson shows in the room follows from rules; the rest is said by the speaker."""

import copy

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import sample
from course import lessons
from course.slides.cutting import CODE_LINES, key_code, slides


def of(*cells):
    """Kind, title and shown text of each slide of a notebook, and the notes of the last."""
    deck = slides(new_notebook(cells=list(cells)))
    return [(s.kind, s.title, [piece.text for piece in s.pieces]) for s in deck], deck[-1].notes


def code(source, *outputs, **metadata):
    return new_code_cell(source, outputs=list(outputs), metadata=metadata)


def picture(alt):
    data = {"image/png": "AA==\n", "text/plain": alt}
    return new_output("display_data", data=data, metadata={"image/png": {"alt": alt}})


def table(rows):
    html = "<style>x</style><table border='1'>" + "<tr><td>1</td></tr>" * rows + "</table>"
    return new_output("execute_result", data={"text/html": html, "text/plain": "1\n" * rows})


def test_a_lesson_begins_with_its_title_and_ends_with_the_way_on():
    notebook = sample.notebook()
    before = copy.deepcopy(notebook)
    deck = slides(notebook)
    assert notebook == before
    assert [(slide.kind, slide.title) for slide in deck] == [
        ("title", "Fill in a matrix"),
        ("section", "What you will learn"),
        ("figure", ""),
        *[("question", "Quiz at the half")] * 3,
        ("section", "Error"),
        ("question", "Predict first"),
        ("code", ""),
        *[("question", "Quiz at the end")] * 3,
        ("list", "Exercises"),
        ("section", "Sign, cause, cure"),
        ("section", "Key points"),
        ("title", "Next"),
    ]
    assert deck[0].notes[:2] == ["**What you will do**", "Guess, then compute."]
    assert "- Koren, Y. (2009). Matrix factorization." in deck[-2].notes


def test_a_quiz_is_a_slide_for_each_question_and_its_reasons_are_for_the_speaker():
    asked = next(slide for slide in slides(sample.notebook()) if slide.kind == "question")
    assert [piece.text for piece in asked.pieces] == ["One and one?", "- A · Less.\n- B · More."]
    assert "✓ Yes: it was added to the first." in asked.notes[1]
    shown = "".join(p.text for slide in slides(sample.notebook()) for p in slide.pieces)
    assert "✓" not in shown and "✗" not in shown


def test_exercises_are_titles_to_the_room_and_statements_to_the_speaker():
    shown = next(s for s in slides(sample.notebook()) if s.title == "Exercises")
    assert [p.text for p in shown.pieces] == [
        "- Exercise 1: predict the width",
        "- Exercise 2: find the mistake",
    ]
    said = "\n".join(shown.notes)
    assert "What comes out?" in said
    assert "Think." not in said
    assert "strict" not in str(slides(sample.notebook()))


def test_a_section_opens_with_its_first_sentence_and_the_rest_is_said():
    long = "Three small tables, as every recommender has them: films, users and ratings. And more."
    shown, notes = of(new_markdown_cell(f"## Now\n\n{long}\n\nAlso."))
    assert shown == [("section", "Now", [long.removesuffix(" And more.")])]
    assert notes == ["And more.", "Also."]


def test_formulas_lists_and_tables_are_shown():
    shown, _ = of(new_markdown_cell("## Now\n\nSee.\n\n$$x^2$$\n\n- one\n- two\n\n| a |\n|---|"))
    assert shown == [("section", "Now", ["See.", "$$x^2$$", "- one\n- two", "| a |\n|---|"])]


def test_a_prediction_is_a_slide_before_what_answers_it():
    shown, _ = of(
        new_markdown_cell("## Now\n\nWe add.\n\nOne and one. **Predict first:** how many?"),
        code("1 + 1", new_output("stream", text="2\n")),
    )
    assert shown == [
        ("section", "Now", ["We add."]),
        ("question", "Predict first", ["How many?"]),
        ("code", "", ["1 + 1", "2"]),
    ]


def test_a_whole_sentence_in_bold_is_a_slide_and_a_word_is_not():
    shown, notes = of(new_markdown_cell("## Now\n\nSee.\n\n**It loses.** A **word** in bold."))
    assert shown[1:] == [("statement", "", ["It loses."])]
    assert notes == ["**It loses.** A **word** in bold."]


@pytest.mark.parametrize("tag", ["parameters", "imports", "exercise", "solution"])
def test_what_only_a_learner_needs_is_not_shown(tag):
    shown, _ = of(new_markdown_cell("## Now"), code("x = 1", tags=[tag]))
    assert shown == [("section", "Now", [])]


def test_a_picture_has_a_slide_with_its_alt_text_and_a_short_line_below():
    printed = new_output("stream", text="in all 2\n")
    deck = slides(new_notebook(cells=[code("plots.show(1)", printed, picture("A line."))]))
    (figure,) = deck
    assert [(p.kind, p.text, p.alt) for p in figure.pieces] == [
        ("picture", "AA==", "A line."),
        ("printed", "in all 2", ""),
    ]


def test_tables_are_shown_without_style_up_to_a_dozen_rows():
    shown, _ = of(code("plots.show(x)", table(3)))
    assert shown[0][2][0].startswith("<table border='1'><tr>")
    assert of(new_markdown_cell("## Now"), code("plots.x", table(40)))[0] == [
        ("section", "Now", [])
    ]


def test_too_much_printed_is_not_shown():
    for text in ("x\n" * 13, "x" * 200):
        shown, _ = of(code("print(1)", new_output("stream", text=text)))
        assert shown == [("code", "", ["print(1)"])]


def test_of_long_code_the_short_functions_are_shown():
    function = "def f(x):\n    return x"
    rest = "\n".join(f"x{n} = {n}" for n in range(CODE_LINES))
    assert key_code(f"{function}\n\n\n{rest}") == function
    assert key_code(rest) == rest
    assert key_code(rest + "\ny = 1") == ""
    assert key_code(f"{function}\n\n\nplots.show(f(1))") == function


def test_a_cell_may_say_what_becomes_of_it():
    lines = "\n".join(f"x{n} = {n}" for n in range(CODE_LINES + 1))
    assert of(code(lines, slideshow={"slide_type": "slide"}))[0] == [("code", "", [lines])]
    head = new_markdown_cell("## Now")
    assert len(of(head, code("x", slideshow={"slide_type": "skip"}))[0]) == 1
    spoken = new_markdown_cell("Said.", metadata={"slideshow": {"slide_type": "notes"}})
    assert of(head, spoken)[1] == ["Said."]


@pytest.mark.parametrize("path", lessons.find(), ids=lambda path: path.stem)
def test_every_lesson_has_questions_pictures_code_and_no_solution(path):
    notebook = lessons.read(path)
    deck = slides(notebook)
    kinds = [slide.kind for slide in deck]
    for kind in ("question", "figure", "code"):
        assert kinds.count(kind) >= 2, kind
    assert len(deck) <= 60
    shown = "\n".join(piece.text for slide in deck for piece in slide.pieces)
    said = "\n".join(note for slide in deck for note in slide.notes)
    for cell in notebook.cells:
        if "solution" in cell.metadata.get("tags", []):
            assert cell.source not in shown + said
    assert "checks.exercise" not in shown + said
