"""Lesson 05: its code and the helpers' agree, it ends below two averages, its exercises teach."""

import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from definitions import definition

from course import lessons
from helpers import data, metrics, splits, training
from helpers.checks.lessons import factorize_movielens as checks
from helpers.interactions import Interactions
from helpers.recommenders import Biases, HandMade, MatrixFactorization
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


def test_damped_averages_by_hand():
    bias = definition("factorize_movielens", "bias", np=np)
    # Film 0: ratings 1 and 2 above the mean, and three more at it; film 1: none.
    assert bias(np.array([0, 0]), 2, np.array([1.0, 2.0]), damping=3) == pytest.approx([0.6, 0])


def test_two_averages_of_the_lesson_end_where_the_helper_does():
    bias = definition("factorize_movielens", "bias", np=np)
    split = splits.random_split(Interactions.from_dataset(data.load("movielens-small")))
    train, part = split.train, split.validation
    mean = train.rating.mean(dtype="float64")
    b_item = bias(train.item, train.n_items, train.rating - mean, 3)
    b_user = bias(train.user, train.n_users, train.rating - mean - b_item[train.item], 5)
    by_hand = metrics.rmse(part.rating, mean + b_user[part.user] + b_item[part.item])
    helper = metrics.rmse(part.rating, Biases().fit(train).predict(part.user, part.item))
    assert by_hand == pytest.approx(helper, rel=0.005)


def test_the_biased_model_of_the_lesson_is_that_of_the_helpers():
    here = random_weights(
        lesson_model("biased_model", look_up=lesson_model("look_up"))(4, 6, 3, 3.5)
    )
    there = with_weights_of(biased_dot_product_model(4, 6, 3, 3.5), here)
    assert here.count_params() == there.count_params() == (N_USERS + N_ITEMS) * (WIDTH + 1)
    assert np.allclose(here(PAIRS), there(PAIRS), rtol=1e-6)


def test_the_centred_model_is_the_dot_product_above_the_mean():
    build = lesson_model("centred_model", dot_product_model=dot_product_model)
    here = random_weights(build(N_USERS, N_ITEMS, WIDTH, 3.5))
    there = with_weights_of(dot_product_model(N_USERS, N_ITEMS, WIDTH), here)
    assert np.allclose(here(PAIRS), there(PAIRS) + 3.5, rtol=1e-6)


def test_the_penalised_loss_by_hand_is_what_keras_minimises():
    loss = definition("factorize_movielens", "penalised_loss", np=np, mean=3.5)
    model = biased_dot_product_model(4, 6, 3, 3.5, l2_factors=0.1, l2_biases=0.03)
    random_weights(model).compile("sgd", "mse")
    by_hand = loss(model, RATINGS, 0.1, 0.03)
    assert by_hand > loss(model, RATINGS, 0, 0)
    in_keras = model.train_on_batch(PAIRS, RATINGS.rating[:, None])
    assert by_hand == pytest.approx(in_keras, rel=1e-5)


def test_the_recommender_of_the_lesson_says_what_its_network_says():
    model = random_weights(biased_dot_product_model(N_USERS, N_ITEMS, WIDTH, 3.5))
    names = {"HandMade": HandMade, "train": RATINGS, "training": training}
    recommender = definition("factorize_movielens", "as_recommender", **names)(model)
    expected = np.clip(training.predict(model, RATINGS.user, RATINGS.item), *RATINGS.rating_scale)
    assert recommender.predict(RATINGS.user, RATINGS.item) == pytest.approx(expected)
    assert recommender.train_ is RATINGS


def test_the_model_of_the_lesson_is_the_estimator_of_the_helpers():
    films = Interactions.from_dataset(data.load("simulated"))
    split = splits.random_split(films)
    train, validation = split.train, split.validation
    names = {"films": films, "WIDTH": 8, "SEED": 0, "training": training, "np": np}
    build = lesson_model("build", **names)
    learn = definition("factorize_movielens", "learn", train=train, validation=validation, **names)
    mean = float(train.rating.mean(dtype="float64"))
    model = build(biased_dot_product_model, mean, l2_factors=0.1, l2_biases=0.03)
    errors = learn(model, epochs=4, patience=2)
    settings = {"l2_factors": 0.1, "l2_biases": 0.03, "learning_rate": 0.01, "patience": 2}
    theirs = MatrixFactorization(8, epochs=4, batch_size=len(train) // 35, **settings)
    theirs.fit(train, validation)
    assert errors.to_numpy() == pytest.approx(np.sqrt(theirs.history_["val_loss"]), rel=1e-6)
    said = training.predict(model, train.user, train.item).clip(*films.rating_scale)
    assert np.allclose(said, theirs.predict(train.user, train.item), atol=1e-5)


def test_a_film_has_no_say_in_its_own_place_on_the_map():
    top = np.random.default_rng(0).normal(size=(6, 3))
    kind = np.array(["drama", "action", "drama", "drama", "action", "family"])
    pull = definition("factorize_movielens", "pull", top=top, kind=kind)
    for film in range(6):
        others = [row for row in range(6) if kind[row] == "drama" and row != film]
        assert pull("drama")[film] == pytest.approx(top[film] @ top[others].mean(axis=0))


def test_the_stored_run_ends_below_two_averages():
    notebook = nbformat.read(lessons.find(["factorize_movielens"])[0], as_version=4)
    ours, averages, low, high = map(float, re.findall(r"\d\.\d+", lessons.headline(notebook)))
    assert ours < averages - 0.005
    assert 0 < low < high


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


def rest(user, item, weights):
    return weights["mean"] + weights["user_bias"][user] + weights["item_bias"][item]


def dots(user, item, weights):
    return (weights["user_factors"][user] * weights["item_factors"][item]).sum(axis=1)


@pytest.mark.parametrize(
    ("predict", "said"),
    [
        (lambda u, i, w: rest(u, i, w) + dots(u, i, w), "leave the scale"),
        (lambda u, i, w: np.clip(rest(u, i, w), 0.5, 5), "two averages"),
        (lambda u, i, w: np.clip(w["mean"] + dots(u, i, w), 0.5, 5), "The biases?"),
        (
            lambda u, i, w: np.clip(rest(u, i, w) - w["mean"] + dots(u, i, w), 0.5, 5),
            "all 0?",
        ),
        (
            lambda u, i, w: np.clip(
                rest(u, i, w)[:, None] + w["user_factors"][u] @ w["item_factors"][i].T, 0.5, 5
            ),
            "one number for each pair",
        ),
        (lambda u, i, w: np.clip(rest(u, i, w) + dots(u, i, w), 1, 5), "Four terms"),
    ],
)
def test_exercise_3_names_the_misconception(predict, said, capsys):
    checks.exercise_3.tries = 0
    checks.exercise_3(predict)
    assert said in capsys.readouterr().out.replace("\n", " ")
