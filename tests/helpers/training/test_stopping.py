"""The stop button during a training: no batch is left half done, and no press is lost."""

import signal
import threading

import numpy as np
import pytest

from helpers import training
from helpers.data import load
from helpers.interactions import Interactions
from helpers.recommenders import SoftmaxFactorization
from helpers.recommenders.keras import ranking
from helpers.recommenders.keras.architectures import deep_factorization_model, dot_product_model
from helpers.training import by_rows, stops_between_batches

X = np.linspace(-1, 1, 12)[:, None]


def press():
    signal.raise_signal(signal.SIGINT)


@pytest.fixture(autouse=True)
def _as_it_was():
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.fixture(scope="module")
def ratings() -> Interactions:
    return Interactions.from_dataset(load("simulated")).subset(np.arange(200))


class PressingLoss:
    """A loss during which somebody presses the button: while TensorFlow builds its graph."""

    __name__ = "pressing"

    def __init__(self, times=1):
        self.times, self.survived = times, 0

    def __call__(self, truth, prediction):
        for _ in range(self.times):
            press()
            self.survived += 1
        self.times = 0
        return (truth - prediction) ** 2


def compiled(ratings, loss, make=deep_factorization_model):
    import keras

    training.set_seed(0)
    model = make(ratings.n_users, ratings.n_items, 4)
    model.compile(keras.optimizers.Adam(0.01), loss)
    return model


def test_a_press_while_the_graph_is_built_waits_for_the_first_batch(ratings):
    loss = PressingLoss()
    model = compiled(ratings, loss)
    with pytest.raises(KeyboardInterrupt):
        training.fit(model, ratings, epochs=3, batch_size=50)
    assert loss.survived == 1
    assert int(model.optimizer.iterations) == 1
    assert len(training.fit(model, ratings, epochs=2, batch_size=50)) == 2


def test_a_press_during_validation_waits_for_a_batch_of_it(ratings, monkeypatch):
    import keras

    model = compiled(ratings, "mse")
    own, batches = keras.callbacks.CallbackList.on_test_batch_begin, []

    def begin(self, batch, logs=None):
        batches.append(batch)
        press()
        own(self, batch, logs)

    monkeypatch.setattr(keras.callbacks.CallbackList, "on_test_batch_begin", begin)
    with pytest.raises(KeyboardInterrupt):
        training.fit(model, ratings, ratings, epochs=3, batch_size=50)
    assert batches == [0]
    assert int(model.optimizer.iterations) == 4


def test_the_second_press_does_not_wait(ratings):
    loss = PressingLoss(times=2)
    with pytest.raises(KeyboardInterrupt):
        training.fit(compiled(ratings, loss), ratings, epochs=3, batch_size=50)
    assert loss.survived == 1


def test_a_factorization_by_rows_ends_its_batch_too(ratings, monkeypatch):
    own, steps = by_rows._step, []

    def step(*arguments):
        if len(steps) == 2:
            press()
        steps.append(own(*arguments))
        return steps[-1]

    monkeypatch.setattr(by_rows, "_step", step)
    with pytest.raises(KeyboardInterrupt):
        model = compiled(ratings, "mse", dot_product_model)
        training.fit(model, ratings, epochs=3, batch_size=50)
    assert len(steps) == 3


def test_what_is_drawn_anew_is_drawn_to_its_end(ratings):
    import keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    drawn = []

    def draw():
        if len(drawn) == 1:
            press()
        drawn.append(X)
        return X, X

    with pytest.raises(KeyboardInterrupt):
        training.fit_redrawn(model, draw, epochs=5, batch_size=4)
    assert len(drawn) == 2
    assert int(model.optimizer.iterations) == 3 + 1


def test_a_recommender_that_calls_keras_itself_stops_in_the_same_way(ratings, monkeypatch):
    loss = PressingLoss()
    monkeypatch.setattr(ranking, "catalogue_loss", loss)
    with pytest.raises(KeyboardInterrupt):
        SoftmaxFactorization(dim=2, epochs=3, patience=None).fit(ratings)
    assert loss.survived == 1


def test_a_press_after_the_last_batch_is_not_lost():
    ended = False
    with pytest.raises(KeyboardInterrupt), stops_between_batches():
        press()
        ended = True
    assert ended


def test_an_error_is_not_hidden_by_a_press():
    with pytest.raises(ZeroDivisionError), stops_between_batches():
        press()
        raise ZeroDivisionError


def test_one_in_another_hears_as_one():
    with pytest.raises(KeyboardInterrupt), stops_between_batches(), stops_between_batches():
        press()


def test_another_meaning_of_ctrl_c_stays(ratings):
    heard = []
    signal.signal(signal.SIGINT, lambda *_: heard.append(1))
    try:
        training.fit(compiled(ratings, PressingLoss()), ratings, epochs=2, batch_size=50)
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    assert heard == [1]


def test_another_thread_hears_nothing_and_trains(ratings):
    rows = []

    def work():
        rows.append(training.fit(compiled(ratings, "mse"), ratings, epochs=2, batch_size=50))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert len(rows[0]) == 2
