"""The lesson: its code and the helpers' agree, it ends below two averages, its exercises teach."""

import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from definitions import definition

from course import lessons
from helpers import metrics
from helpers.checks.lessons import factorize_movielens as checks
from helpers.interactions import Interactions
from helpers.recommenders.keras.architectures import biased_dot_product_model, dot_product_model

N_USERS, N_ITEMS, WIDTH = 4, 6, 3
RATINGS = Interactions.from_frames(
    pd.DataFrame(
        {
            "user_id": [0, 0, 1, 1, 2, 3],
            "movie_id": [0, 1, 2, 3, 4, 5],
            "rating": [4.0, 3.0, 5.0, 1.0, 2.5, 4.5],
        }
    )
)
PAIRS = [RATINGS.user[:, None], RATINGS.item[:, None]]


def lesson_model(name, **names):
    import keras

    return definition("factorize_movielens", name, keras=keras, layers=keras.layers, **names)


def with_weights_of(model, other):
    """The model with the tables of the other, told apart by their shapes."""
    tables = {table.shape: table for table in other.get_weights()}
    model.set_weights([tables[table.shape] for table in model.get_weights()])
    return model


def random_weights(model):
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(size=table.shape) for table in model.get_weights()])
    return model


def the_lesson(name, **names):
    return definition("factorize_movielens", name, np=np, **names)


def test_the_biased_model_of_the_lesson_is_that_of_the_helpers():
    centred = lesson_model("centred_model", dot_product_model=dot_product_model)
    build = lesson_model("biased_model", centred_model=centred)
    here = random_weights(build(N_USERS, N_ITEMS, WIDTH, 3.5))
    there = with_weights_of(biased_dot_product_model(N_USERS, N_ITEMS, WIDTH, 3.5), here)
    assert here.count_params() == there.count_params() == (N_USERS + N_ITEMS) * (WIDTH + 1)
    assert np.allclose(here(PAIRS), there(PAIRS), rtol=1e-6)


def test_the_centred_model_is_the_dot_product_above_the_mean():
    build = lesson_model("centred_model", dot_product_model=dot_product_model)
    here = random_weights(build(N_USERS, N_ITEMS, WIDTH, 3.5))
    there = with_weights_of(dot_product_model(N_USERS, N_ITEMS, WIDTH), here)
    assert np.allclose(here(PAIRS), there(PAIRS) + 3.5, rtol=1e-6)


def hill():
    """The cost of the lesson on a small table, and where both ways begin."""
    random = np.random.default_rng(0)
    left = RATINGS.rating - 3.5
    cost = the_lesson("cost", train=RATINGS, left=left, price=0.1)
    P, Q = random.normal(size=(N_USERS, WIDTH)), random.normal(size=(N_ITEMS, WIDTH))
    return cost, left, P, Q


def test_the_cost_is_what_keras_minimises():
    cost, _left, P, Q = hill()
    model = biased_dot_product_model(N_USERS, N_ITEMS, WIDTH, 3.5, l2_factors=0.1)
    model.get_layer("user_factors").set_weights([P])
    model.get_layer("item_factors").set_weights([Q])
    model.compile("sgd", "mse")
    in_keras = model.train_on_batch(PAIRS, RATINGS.rating[:, None])
    assert cost(P, Q) == pytest.approx(in_keras, rel=1e-5)


def test_a_small_step_of_sgd_goes_down_the_slope_of_one_rating():
    _cost, left, P, Q = hill()
    first = RATINGS.subset(np.array([0]))
    one = the_lesson("cost", train=first, left=left[:1], price=0.1)
    names = {"train": first, "left": left[:1], "price": 0.1}
    step = the_lesson("sgd_pass", generator=np.random.default_rng(0), **names)
    user, item = first.user[0], first.item[0]
    before, slope = P.copy(), np.zeros(WIDTH)
    for place in range(WIDTH):
        nudged = P.copy()
        nudged[user, place] += 1e-6
        slope[place] = (one(nudged, Q) - one(P, Q)) / 1e-6
    step(P, Q, rate=1e-4)
    assert P[user] - before[user] == pytest.approx(-1e-4 * slope / 2, rel=1e-3)
    assert (before != P).any(axis=1).sum() == 1 and item == first.item[0]


def test_als_finds_the_lowest_cost_of_a_table_and_never_goes_up():
    cost, left, P, Q = hill()
    best = the_lesson("best_vector", price=0.1)
    ratings = RATINGS.to_frame()
    names = {"train": RATINGS, "left": left, "ratings": ratings, "best_vector": best}
    als_pass = the_lesson("als_pass", **names)
    costs = [cost(P, Q)]
    for _ in range(5):
        als_pass(P, Q)
        costs.append(cost(P, Q))
    assert (np.diff(costs) <= 1e-12).all()
    lowest = cost(P, Q)
    for film in range(N_ITEMS):
        nudged = Q.copy()
        nudged[film] += 0.01
        assert cost(P, nudged) >= lowest


def test_the_stored_run_ends_below_two_averages_and_above_the_neighbours():
    notebook = nbformat.read(lessons.find(["factorize_movielens"])[0], as_version=4)
    ours, averages, neighbours = map(float, re.findall(r"\d\.\d+", lessons.headline(notebook)))
    assert neighbours < ours < averages - 0.005


@pytest.mark.parametrize("exercise", [checks.exercise_1, checks.exercise_2, checks.exercise_3])
def test_an_exercise_that_is_not_attempted_says_so(exercise, capsys):
    exercise(...)
    assert "Not attempted" in capsys.readouterr().out


def test_the_gloomiest_guess_has_the_lowest_mape():
    stars, guesses = np.array([1.0, 4, 4, 5]), np.linspace(1, 5, 401)
    errors = [metrics.mape(stars, np.full(4, guess)) for guess in guesses]
    checks.exercise_1(guesses[np.argmin(errors)], strict=True)
    assert min(errors) == pytest.approx(0.575)


@pytest.mark.parametrize(("answer", "said"), [(3.5, "lowest RMSE"), (4, "median"), (5, "costs 4")])
def test_exercise_1_names_the_misconception(answer, said, capsys):
    checks.exercise_1(answer)
    assert said in capsys.readouterr().out


def test_exercise_2_asks_which_set_has_chosen(capsys):
    on_validation, on_test = np.array([0.9, 0.8, 0.7]), np.array([0.6, 0.95, 0.85])
    for answer, said in [
        (0.6, "has chosen the model?"),
        (0.7, "The right model"),
        (0.8, "mean of all twenty"),
        (0.9, "The other way round"),
    ]:
        checks.exercise_2(answer, on_validation, on_test)
        assert said in capsys.readouterr().out.replace("\n", " ")
    checks.exercise_2(0.85, on_validation, on_test, strict=True)


def forms_of(number):
    """A right number in six other forms."""
    return [[number], (number,), np.array([[number]]), np.float32(number), pd.Series([number])]


@pytest.mark.parametrize("answer", [1, 1.0, np.int64(1), *forms_of(1.0)])
def test_exercise_1_takes_the_right_number_in_any_form(answer):
    checks.exercise_1(answer, strict=True)


ON_VALIDATION, ON_TEST = 0.88 + 0.006 * np.random.default_rng(7).normal(size=(2, 20))
CHOSEN = float(ON_TEST[ON_VALIDATION.argmin()])


@pytest.mark.parametrize("answer", [CHOSEN, *forms_of(CHOSEN), round(CHOSEN, 3)])
def test_exercise_2_takes_the_right_number_in_any_form_and_as_printed(answer):
    checks.exercise_2(answer, ON_VALIDATION, ON_TEST, strict=True)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (0.865, "not yet"),
        (100 * CHOSEN, "per cent"),
        (-CHOSEN, "sign"),
        ("0.876", "without quotes"),
        (ON_TEST, "one number"),
        (float(ON_TEST.mean()), "mean of all twenty"),
    ],
)
def test_exercise_2_says_what_is_off(answer, said, capsys):
    checks.exercise_2.tries = 0
    checks.exercise_2(answer, ON_VALIDATION, ON_TEST)
    assert said in capsys.readouterr().out.casefold().replace("\n", " ")


def rest(user, item, weights):
    return weights["mean"] + weights["user_bias"][user] + weights["item_bias"][item]


def pairs(user, item, weights):
    return weights["user_vectors"][user], weights["item_vectors"][item]


def dots(user, item, weights):
    p, q = pairs(user, item, weights)
    return (p * q).sum(axis=1)


def stars(u, i, w):
    return rest(u, i, w) + dots(u, i, w)


RIGHT = {
    "array": lambda u, i, w, s: np.clip(stars(u, i, w), *s),
    "list": lambda u, i, w, s: list(np.clip(stars(u, i, w), *s)),
    "float32": lambda u, i, w, s: np.clip(stars(u, i, w), *s).astype("float32"),
    "Series": lambda u, i, w, s: pd.Series(np.clip(stars(u, i, w), *s)),
    "tuple": lambda u, i, w, s: tuple(np.clip(stars(u, i, w), *s)),
    "einsum": lambda u, i, w, s: np.clip(
        rest(u, i, w) + np.einsum("nw,nw->n", *pairs(u, i, w)), *s
    ),
    "diagonal": lambda u, i, w, s: np.clip(
        rest(u, i, w) + np.diagonal(pairs(u, i, w)[0] @ pairs(u, i, w)[1].T), *s
    ),
    "minimum": lambda u, i, w, s: np.minimum(np.maximum(stars(u, i, w), s[0]), s[1]),
}


@pytest.mark.parametrize("form", RIGHT)
def test_exercise_3_takes_the_right_answer_in_any_form(form):
    checks.exercise_3(RIGHT[form], strict=True)


WRONG = {
    "unclipped": (lambda u, i, w, s: stars(u, i, w), "leave the scale"),
    "clip(1, 5)": (lambda u, i, w, s: np.clip(stars(u, i, w), 1, 5), "two numbers of `scale`"),
    "clip(0.5, 5)": (lambda u, i, w, s: np.clip(stars(u, i, w), 0.5, 5), "two numbers of `scale`"),
    "rounded": (lambda u, i, w, s: np.round(np.clip(stars(u, i, w), *s)), "Four terms"),
    "constant": (lambda u, i, w, s: np.full(len(u), w["mean"]), "Four terms"),
    "averages": (lambda u, i, w, s: np.clip(rest(u, i, w), *s), "two averages"),
    "no biases": (lambda u, i, w, s: np.clip(w["mean"] + dots(u, i, w), *s), "The biases?"),
    "no mean": (
        lambda u, i, w, s: np.clip(rest(u, i, w) - w["mean"] + dots(u, i, w), *s),
        "all 0?",
    ),
    "p @ q.T": (
        lambda u, i, w, s: rest(u, i, w) + pairs(u, i, w)[0] @ pairs(u, i, w)[1].T,
        "one number for each pair",
    ),
    "p @ q.T, by rows": (
        lambda u, i, w, s: np.clip(
            rest(u, i, w)[:, None] + pairs(u, i, w)[0] @ pairs(u, i, w)[1].T, *s
        ),
        "on the diagonal",
    ),
    "p * q": (lambda u, i, w, s: pairs(u, i, w)[0] * pairs(u, i, w)[1], "number by number"),
    "the dot product": (lambda u, i, w, s: dots(u, i, w), "Three more terms"),
    "a column": (lambda u, i, w, s: np.clip(stars(u, i, w), *s)[:, None], "`.ravel()`"),
    "text": (lambda u, i, w, s: [str(x) for x in np.clip(stars(u, i, w), *s)], "as text"),
    "printed": (lambda u, i, w, s: print(stars(u, i, w)), "returns nothing"),
    "raises": (lambda u, i, w, s: w["user_factors"], "KeyError"),
}


@pytest.mark.parametrize("answer", WRONG)
def test_exercise_3_names_the_misconception(answer, capsys):
    predict, said = WRONG[answer]
    checks.exercise_3.tries = 0
    checks.exercise_3(predict)
    assert said in capsys.readouterr().out.replace("\n", " ")
