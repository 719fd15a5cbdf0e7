"""Lesson 09: its code and the helpers' agree, its reversals stand in the run, exercises teach."""

import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from definitions import definition

from benchmarks import ncf
from course import lessons
from course.board import ENTRIES
from helpers import splits, training
from helpers.checks.lessons import rank_do_not_rate as checks
from helpers.data import load
from helpers.evaluation import evaluate
from helpers.interactions import Interactions
from helpers.recommenders import EASE, ImplicitALS, NeuralCollaborative
from helpers.recommenders.keras.choice_models import choice_loss, choice_model
from helpers.recommenders.keras.neumf_model import neumf_model

TOY = np.zeros((5, 5))
TOY[[0, 0, 1, 1, 2, 3, 3, 4], [0, 1, 1, 2, 2, 3, 4, 4]] = 1


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(lessons.find(["rank_do_not_rate"])[0], as_version=4)


@pytest.fixture(scope="module")
def toy():
    users, films = np.nonzero(TOY)
    table = pd.DataFrame({"user_id": users, "movie_id": films, "rating": 5.0})
    return Interactions.from_frames(table, rating_scale=(1, 5))


def prose(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def output(notebook, words):
    """What the code cell that holds these words has printed."""
    (cell,) = [c for c in notebook.cells if c.cell_type == "code" and words in c.source]
    texts = [o.get("text", "") or o.get("data", {}).get("text/plain", "") for o in cell.outputs]
    return "\n".join(texts)


def column(notebook, words):
    """The table of one column that a cell shows, by name."""
    rows = re.findall(r"^(.+?) {2,}(0\.\d+)$", output(notebook, words), flags=re.MULTILINE)
    return {name: float(value) for name, value in rows}


def test_least_squares_by_hand_are_those_of_the_helper(toy):
    solve = definition("rank_do_not_rate", "solve", np=np)
    films = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [0, 1]])
    by_hand = {(0, 4): 10 / 12, (2, 4): 5 / 8, (2, 0): 1 / 4}
    for (user, alpha), expected in by_hand.items():
        assert solve(TOY, films, alpha, 1)[user] == pytest.approx([expected, 0])
    model = ImplicitALS(2, alpha=4, regularization=1, iterations=3, solver="exact").fit(toy)
    again = solve(TOY.T, model.user_vectors_, 4, 1)
    np.testing.assert_allclose(again, model.item_vectors_, rtol=1e-8)


def test_the_pair_loss_is_the_choice_loss_of_the_helpers():
    from keras import ops

    pair_loss = definition("rank_do_not_rate", "pair_loss", ops=ops)
    generator = np.random.default_rng(0)
    scores, log_q = generator.normal(size=(2, 6, 2)).astype("float32")
    np.testing.assert_allclose(pair_loss(log_q, scores), choice_loss(log_q, scores), rtol=1e-5)


def test_the_pair_model_is_the_choice_model_of_the_helpers():
    import keras

    pair_model = definition("rank_do_not_rate", "pair_model", keras=keras, layers=keras.layers)
    training.set_seed(0)
    ours, theirs = pair_model(5, 6, 3), choice_model(5, 6, 3, candidates=2)
    for name in ("user_factors", "item_factors", "item_bias"):
        theirs.get_layer(name).set_weights(ours.get_layer(name).get_weights())
    users, films = np.array([[0], [4]], "int32"), np.array([[1, 5], [0, 0]], "int32")
    np.testing.assert_allclose(ours([users, films]), theirs([users, films]), rtol=1e-5)


def test_neumf_by_hand_is_that_of_the_helpers():
    """Every weight of one shape is the same in both, so the scores must be."""
    import keras

    neumf = definition("rank_do_not_rate", "neumf", keras=keras, layers=keras.layers)
    users, items = np.array([[0], [4]], "int32"), np.array([[5], [1]], "int32")
    found = []
    for model in (neumf(5, 6, 7), neumf_model(5, 6, 7)):
        filled = [
            np.random.default_rng(sum(weight.shape)).normal(size=weight.shape)
            for weight in model.get_weights()
        ]
        model.set_weights(filled)
        found.append(np.asarray(model([users, items])))
    np.testing.assert_allclose(*found, rtol=1e-4)


def test_ease_by_hand_is_that_of_the_helper(toy):
    ease = definition("rank_do_not_rate", "ease", np=np)
    model = EASE(0.5).fit(toy)
    for film in range(5):
        np.testing.assert_allclose(ease(TOY, 0.5)[:, film], model.weights_to(film), atol=1e-12)
    weights = ease(TOY, 0.5)
    # A and C speak for B and against each other; the other group says nothing.
    assert min(weights[0, 1], weights[2, 1]) > 0 > weights[0, 2]
    assert abs(weights[:3, 3:]).max() < 1e-12


def test_the_published_figures_are_those_of_the_benchmark(notebook):
    said = {
        name: [float(hit), float(ndcg)]
        for name, hit, ndcg in re.findall(
            r"^\| (popularity|NeuMF|dot product)[^|]*\| (0\.\d+) \| (0\.\d+) \|",
            prose(notebook),
            flags=re.MULTILINE,
        )
    }
    names = {
        "popularity": "Popularity",
        "NeuMF": "NeuMF",
        "dot product": "Matrix factorization, 192 wide",
    }
    assert set(said) == set(names)
    for name, theirs in names.items():
        assert said[name] == pytest.approx(ncf.PUBLISHED[theirs][:2], abs=6e-4)


def test_the_draw_reverses_what_the_lesson_says_it_reverses(notebook):
    found = column(notebook, "judged(draws)")
    assert found["by fame"] < found["Popularity"] < found["drawn alike"]
    assert found["by fame, log q off"] > found["drawn alike"] + 0.01
    more = column(notebook, "hardest = BPR")
    assert more["drawn alike"] < more["hardest of eight"] < more["all films"]
    assert more["all films"] == max(more[name] for name in more if name != "ALS")


def row(notebook, name):
    """NeuMF and the dot product in that row of the contest."""
    (found,) = re.findall(rf"^\| {name} \| (\S+) \| (\S+) \|$", prose(notebook), flags=re.MULTILINE)
    return found


def test_the_dot_product_wins_both_rows_and_pairs_both_columns(notebook):
    paper = [float(cell) for cell in row(notebook, "loss of the paper")]
    fitted = column(notebook, '"NeuMF, pairs": NeuralCollaborative()')
    pairs = fitted["NeuMF, pairs"], fitted["by fame, log q off"]
    assert row(notebook, "pairs, log q off") == ("?", f"{pairs[1]:.3f}")
    assert min(paper[1] - paper[0], pairs[1] - pairs[0]) > 0.005
    assert min(pairs[0] - paper[0], pairs[1] - paper[1]) > 0.005


def test_the_row_of_the_paper_is_what_training_gives(notebook):
    split = splits.per_user_split(Interactions.from_dataset(load("movielens-small")))
    paper = {"loss": "single", "negatives": 4, "popularity": 0, "batch_size": 4096}
    models = (
        NeuralCollaborative(**paper, epochs=4),
        NeuralCollaborative("dot", **paper, l2=0.01, dim=64, epochs=8),
    )
    found = [
        evaluate(model.fit(split.train), split, ["ndcg"], part="validation")["ndcg"]
        for model in models
    ]
    stated = [float(cell) for cell in row(notebook, "loss of the paper")]
    assert found == pytest.approx(stated, abs=0.01)
    assert found[1] > found[0]


def test_the_last_table_ends_as_the_title_says(notebook):
    said = output(notebook, "shown = {")
    order = dict(re.findall(r"(\w[\w ]*?) (0\.\d+)", said.removeprefix("nDCG@10 ")))
    found = {name: float(value) for name, value in order.items()}
    others = [found[name] for name in ("in Keras", "NeuMF", "popularity")]
    assert min(found["EASE"], found["ALS"]) > max(others)
    ends = re.findall(r"(-?0\.\d+) to (-?0\.\d+)", output(notebook, "plots.forest"))
    assert len(ends) == 2 and all(float(low) > 0 for low, _high in ends)


def test_the_network_comes_after_item_neighbours(notebook):
    """The alt text of the last figure names them, best first."""
    order = output(notebook, "plots.forest").split("best first: ")[1]
    assert 0 <= order.index("Item neighbours") < order.index("NeuMF") < order.index("Popularity")


def test_the_recommenders_of_the_lesson_stand_on_the_leaderboard():
    names = {entry.name for entry in ENTRIES if entry.lesson == "rank_do_not_rate"}
    assert names >= {"EASE", "Implicit ALS", "Implicit item neighbours", "BPR", "NeuMF"}


@pytest.mark.parametrize("exercise", [checks.exercise_1, checks.exercise_2, checks.exercise_3])
def test_an_exercise_that_is_not_attempted_says_so(exercise, capsys):
    exercise(...)
    assert "Not attempted" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("letter", "said"), [("a", "never met"), ("c", "difference"), ("d", "stars in what")]
)
def test_exercise_1_has_a_reason_for_each_wrong_letter(letter, said, capsys):
    checks.exercise_1(letter)
    assert said in capsys.readouterr().out.replace("\n", " ")


def loss(logits):
    return -np.log(np.exp(logits[0]) / np.exp(logits).sum())


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda s, q: loss(np.append(s[0], s[1:] - q[1:])), "the colleague's"),
        (lambda s, q: loss(np.append(s[0] - q[0], s[1:])), "only the choice"),
        (lambda s, q: loss(s + q), "Which sign"),
        (lambda s, q: loss(s), "without any correction"),
        (lambda s, q: loss(s - 2 * q), "equal chances"),
    ],
)
def test_exercise_2_knows_the_usual_mistakes(answer, said, capsys):
    checks.exercise_2.tries = 0
    checks.exercise_2(answer)
    assert said in capsys.readouterr().out.replace("\n", " ")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda mine, others, k: (others > mine).sum() < k, "counts for you"),
        (lambda mine, others, k: (others >= mine).sum() < k, "counts against you"),
        (
            lambda mine, others, k: (k - (others > mine).sum()) / ((others == mine).sum() + 1),
            "never below 0",
        ),
        (lambda mine, others, k: k / (len(others) + 1), "Count two things"),
    ],
)
def test_exercise_3_knows_the_usual_mistakes(answer, said, capsys):
    checks.exercise_3.tries = 0
    checks.exercise_3(answer)
    assert said in capsys.readouterr().out.replace("\n", " ")


def test_a_fair_tie_is_that_of_the_helpers():
    from benchmarks.against_drawn import hit_rate_against_drawn_at_k

    chance = definition("rank_do_not_rate", "chance_of_hit", solution=True, np=np)
    generator = np.random.default_rng(0)
    for _draw in range(20):
        mine, others = float(generator.integers(0, 4)), generator.integers(0, 4, 9)
        expected = hit_rate_against_drawn_at_k([mine], [others], 3)
        assert chance(mine, others, 3) == pytest.approx(expected)
