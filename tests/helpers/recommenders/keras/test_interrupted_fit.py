"""A fit that was interrupted, and is called again, ends as if nothing had been."""

import numpy as np
import pandas as pd
import pytest

from helpers.errors import NotFittedError, ParameterError
from helpers.recommenders import (
    BPR,
    DeepFactorization,
    FactorizationMachine,
    HybridTwoTower,
    MatrixFactorization,
    NeuralCollaborative,
    SoftmaxFactorization,
    TwoTower,
)
from helpers.training.checkpoints import Checkpoint

SMALL = {"epochs": 6, "batch_size": 64, "patience": 2, "learning_rate": 0.02}
MODELS = {
    "factorization": lambda **given: MatrixFactorization(4, **{**SMALL, **given}),
    "deep": lambda **given: DeepFactorization(4, hidden=(8,), **{**SMALL, **given}),
    "towers": lambda **given: TwoTower(4, hidden=(8,), **{**SMALL, **given}),
    "machine": lambda **given: FactorizationMachine(4, **{**SMALL, **given}),
    "hybrid towers": lambda **given: HybridTwoTower(4, hidden=(8,), **{**SMALL, **given}),
}


def interrupt(monkeypatch, model, *sets, checkpoint, after=2):
    """Fit, and stop right after so many epochs have been written down."""
    written = []

    def save(self, state):
        own(self, state)
        written.append(state["epochs"])
        if len(written) == after:
            raise KeyboardInterrupt

    own = Checkpoint.save
    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint, "save", save)
        with pytest.raises(KeyboardInterrupt):
            model.fit(*sets, checkpoint=checkpoint)


@pytest.mark.parametrize("name", MODELS)
def test_it_ends_as_if_nothing_had_been(name, world, tmp_path, monkeypatch):
    checkpoint = tmp_path / "run" / "checkpoint.zip"
    whole = MODELS[name]().fit(world)
    assert len(whole.history_) > 2
    interrupt(monkeypatch, MODELS[name](), world, checkpoint=checkpoint)
    assert checkpoint.exists()
    resumed = MODELS[name]()
    assert resumed.fit(world, checkpoint=checkpoint) is resumed
    assert not checkpoint.exists()
    pd.testing.assert_frame_equal(resumed.history_, whole.history_, check_exact=True)
    for one, other in zip(resumed.model_.get_weights(), whole.model_.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    users = np.arange(-1, world.n_users)
    for one, other in zip(resumed.rank(users, 5), whole.rank(users, 5), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_same_recommender_goes_on_with_a_validation_set_of_its_own(
    world, tmp_path, monkeypatch
):
    rows = np.random.default_rng(0).permutation(len(world))
    sets = world.subset(np.sort(rows[40:])), world.subset(np.sort(rows[:40]))
    model = MODELS["factorization"]()
    interrupt(monkeypatch, model, *sets, checkpoint=tmp_path / "c", after=1)
    model.fit(*sets, checkpoint=tmp_path / "c")
    whole = MODELS["factorization"]().fit(*sets)
    pd.testing.assert_frame_equal(model.history_, whole.history_, check_exact=True)
    np.testing.assert_array_equal(model.item_factors_, whole.item_factors_)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("factorization", {"l2_factors": 0.5}),
        ("deep", {"dropout": 0.4}),
        ("towers", {"temperature": 0.5}),
        ("towers", {"random_state": 1}),
    ],
    ids=str,
)
def test_other_hyper_parameters_are_another_training(name, changed, world, tmp_path, monkeypatch):
    """Even those that neither the layers nor the name of the loss give away."""
    interrupt(monkeypatch, MODELS[name](), world, checkpoint=tmp_path / "c", after=1)
    with pytest.raises(ParameterError, match=f"{next(iter(changed))}.*Name another file"):
        MODELS[name](**changed).fit(world, checkpoint=tmp_path / "c")
    assert (tmp_path / "c").exists()


def test_a_fit_that_fails_leaves_nothing_behind(world, tmp_path, monkeypatch):
    model = MODELS["factorization"]()
    interrupt(monkeypatch, model, world, checkpoint=tmp_path / "c", after=1)
    with pytest.raises(NotFittedError):
        model.recommend([0])
    whole = MODELS["factorization"]().fit(world)
    np.testing.assert_array_equal(model.fit(world).item_factors_, whole.item_factors_)
    assert (tmp_path / "c").exists()


@pytest.mark.parametrize("model", [BPR, SoftmaxFactorization, NeuralCollaborative])
def test_who_draws_anew_says_that_it_keeps_none(model, world, tmp_path):
    with pytest.raises(ParameterError, match=f"{model.__name__} keeps no checkpoint"):
        model(epochs=1).fit(world, checkpoint=tmp_path / "c")
    assert list(tmp_path.iterdir()) == []
