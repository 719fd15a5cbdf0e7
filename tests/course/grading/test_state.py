"""Values of a lesson cross between the grader's processes as data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from course.grading.child import state
from helpers.errors import StorageError
from helpers.interactions import Interactions
from helpers.simulation import simulate
from helpers.splits import per_user_split


def again(value, own=None):
    return state.read(state.write(value), own)


@pytest.fixture(scope="module")
def world():
    return simulate(12, 15, 90)


def test_a_world_and_its_split(world):
    back = again({"world": world})["world"]
    np.testing.assert_array_equal(back.truth.quality, world.truth.quality)
    pd.testing.assert_frame_equal(back.dataset.ratings, world.dataset.ratings)
    split = per_user_split(Interactions.from_dataset(world.dataset))
    np.testing.assert_array_equal(again(split).test.item, split.test.item)


def test_a_generator_goes_on_where_it_was():
    generator = np.random.default_rng(3)
    generator.random(5)
    back = again(generator)
    np.testing.assert_array_equal(back.random(5), generator.random(5))


def test_a_folder():
    assert again(Path("data") / "x") == Path("data") / "x"


def test_a_model_of_a_lesson_learns_on_where_it_was():
    import keras

    from helpers import training

    training.set_seed(0)
    inputs = keras.Input((3,))
    model = keras.Model(inputs, keras.layers.Dense(1)(inputs))

    def own_loss(truth, guess):
        return keras.ops.mean(keras.ops.square(truth - guess), axis=-1)

    model.compile(keras.optimizers.Adam(0.1), own_loss)
    x, y = np.arange(12.0).reshape(4, 3), np.arange(4.0)[:, None]
    history = model.fit(x, y, epochs=2, verbose=0)
    assert again(history).history == history.history
    assert again(inputs).shape == (None, 3)
    twin = again(model, {"own_loss": own_loss})
    for one in (model, twin):
        one.fit(x, y, epochs=1, shuffle=False, verbose=0)
    for one, other in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    with pytest.raises(StorageError):
        again(model)


@pytest.mark.parametrize("value", [print, lambda: 0, open, object()])
def test_what_is_no_data_does_not_cross(value):
    with pytest.raises(StorageError):
        state.write(value)
