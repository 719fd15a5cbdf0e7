"""What a student's cells need of a lesson is found, and too much is better than too little."""

from course.grading.needs import needs

CELLS = [
    "import numpy as np\nfrom helpers import data, plots as p",
    "RATE = 2\nmodel = object()\nP, (Q, *rest) = np.ones(2), [1]\nfor row in P: total = row",
    "def base(x):\n    return RATE * x\n\n\ndef double(x):\n    inside = 1\n    return base(x)",
    "class Model:\n    size = RATE",
]
VALUES = ["RATE", "P", "Q", "total"]


def test_a_name_brings_its_import_value_or_function():
    found = needs(["answer = np.mean(P)"], CELLS, VALUES)
    assert found.values == ("P",)
    assert found.definitions == ("import numpy as np",)
    assert found.complete


def test_a_function_brings_what_it_uses():
    found = needs(["double(3)"], CELLS, VALUES)
    assert found.values == ("RATE",)
    assert [source.splitlines()[0] for source in found.definitions] == [
        "def base(x):",
        "def double(x):",
    ]


def test_what_nobody_mentions_is_left_alone():
    assert needs(["answer = 3"], CELLS, VALUES).definitions == ()


def test_an_import_by_another_name():
    assert needs(["p.show()"], CELLS, VALUES).definitions == ("from helpers import plots as p",)


def test_a_mention_in_a_text_counts():
    assert needs(["frame.query('rating > @P')"], CELLS, VALUES).values == ("P",)


def test_a_mention_in_prose_does_not():
    assert needs(["print(f'P is {Q}')  # and total"], CELLS, VALUES).values == ("Q",)


def test_a_name_whose_value_cannot_be_handed_over_needs_the_whole_lesson():
    assert not needs(["model"], CELLS, VALUES).complete
    assert not needs(["rest"], CELLS, VALUES).complete
    # It is bound inside a function, which is nobody else's business.
    assert needs(["inside"], CELLS, VALUES).complete


def test_a_name_that_they_bind_themselves_before_they_use_it_is_not_lacking():
    assert needs(["model = 3", "model + 1"], CELLS, VALUES).complete
    assert needs(["model, other = 3, 4\nprint(f'{model}')"], CELLS, VALUES).complete
    assert not needs(["model = model + 1"], CELLS, VALUES).complete
    assert not needs(["model += 1"], CELLS, VALUES).complete
    assert not needs(["if P: model = 3", "model"], CELLS, VALUES).complete
    assert not needs(["model.size = 3"], CELLS, VALUES).complete
    assert not needs(["rest[0] = 3"], CELLS, VALUES).complete
    assert not needs(["use(model)", "model = 3"], CELLS, VALUES).complete


def test_of_a_cell_with_a_magic_every_word_counts():
    assert needs(["%time P"], CELLS, VALUES).values == ("P",)


def test_a_cell_of_ours_with_a_magic_is_passed_over():
    assert needs(["np"], ["%matplotlib inline\nimport numpy as np", *CELLS], VALUES).complete
