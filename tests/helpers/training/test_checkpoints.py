"""A training that was interrupted ends with the same weights and history as one that was not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers import storage, training
from helpers.errors import AlteredDataError, ParameterError
from helpers.interactions import Interactions
from helpers.recommenders.keras.architectures import (
    deep_factorization_model,
    dot_product_model,
    in_batch_model,
    two_tower_model,
)
from helpers.recommenders.keras.two_tower import in_batch_softmax
from helpers.training.checkpoints import Checkpoint


def made_ratings(n: int = 600) -> tuple[Interactions, Interactions]:
    generator = np.random.default_rng(0)
    pairs = generator.choice(40 * 30, n, replace=False)
    user, item = np.divmod(pairs, 30)
    stars = generator.integers(1, 6, n).astype(float)
    ratings = pd.DataFrame({"user_id": user, "movie_id": item, "rating": stars})
    whole = Interactions.from_frames(ratings, rating_scale=(1, 5))
    return whole.subset(np.arange(n * 5 // 6)), whole.subset(np.arange(n * 5 // 6, n))


RATINGS = made_ratings()


def factorization(rate: float = 0.02) -> Any:
    return compiled(dot_product_model, "mse", rate)


def deep(rate: float = 0.02) -> Any:
    return compiled(lambda *size: deep_factorization_model(*size, dropout=0.3), "mse", rate)


def towers(rate: float = 0.02) -> Any:
    loss = in_batch_softmax(np.bincount(RATINGS[0].item, minlength=RATINGS[0].n_items))
    return compiled(lambda *size: in_batch_model(two_tower_model(*size, dropout=0.3)), loss, rate)


def compiled(make: Any, loss: Any, rate: float) -> Any:
    import keras

    training.set_seed(1)
    model = make(RATINGS[0].n_users, RATINGS[0].n_items, 4)
    model.compile(keras.optimizers.Adam(rate), loss)
    return model


def fitted(make: Any, checkpoint: Path | None = None, rate: float = 0.02, **options: Any) -> Any:
    model = make(rate)
    how = {"epochs": 5, "batch_size": 64, "target": "item" if make is towers else "rating"}
    history = training.fit(model, *RATINGS, checkpoint=checkpoint, **{**how, **options})
    return model, history


def interrupted(monkeypatch: Any, after: int, *arguments: Any, **options: Any) -> None:
    """Train, and stop right after so many epochs have been written down."""
    saved = []

    def save(self: Checkpoint, state: Any) -> None:
        own(self, state)
        saved.append(state["epochs"])
        if len(saved) == after:
            raise KeyboardInterrupt

    own = Checkpoint.save
    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint, "save", save)
        with pytest.raises(KeyboardInterrupt):
            fitted(*arguments, **options)


def assert_same(one: Any, other: Any) -> None:
    pd.testing.assert_frame_equal(one[1], other[1], check_exact=True)
    for first, second in zip(one[0].get_weights(), other[0].get_weights(), strict=True):
        np.testing.assert_array_equal(first, second)
    for first, second in zip(*(m[0].optimizer.variables for m in (one, other)), strict=True):
        np.testing.assert_array_equal(first.numpy(), second.numpy())


@pytest.mark.parametrize("make", [factorization, deep, towers])
def test_it_ends_as_if_nothing_had_been(make, tmp_path, monkeypatch):
    checkpoint = tmp_path / "run" / "checkpoint.zip"
    whole = fitted(make)
    interrupted(monkeypatch, 2, make, checkpoint)
    if make is factorization:
        interrupted(monkeypatch, 1, make, checkpoint)
    assert checkpoint.exists()
    assert_same(fitted(make, checkpoint), whole)
    assert not checkpoint.exists()


@pytest.mark.parametrize("after", [1, 3])
def test_early_stopping_remembers(after, tmp_path, monkeypatch):
    options = {"epochs": 40, "patience": 2, "rate": 0.2}
    whole = fitted(factorization, **options)
    assert after < len(whole[1]) < 40
    interrupted(monkeypatch, after, factorization, tmp_path / "c", **options)
    assert_same(fitted(factorization, tmp_path / "c", **options), whole)


@pytest.mark.parametrize("options", [{}, {"epochs": 40, "patience": 2, "rate": 0.2}], ids=str)
def test_an_interruption_after_the_last_epoch(options, tmp_path, monkeypatch):
    whole = fitted(factorization, **options)
    interrupted(monkeypatch, len(whole[1]), factorization, tmp_path / "c", **options)
    model, history = fitted(factorization, tmp_path / "c", **options)
    pd.testing.assert_frame_equal(history, whole[1], check_exact=True)
    for first, second in zip(model.get_weights(), whole[0].get_weights(), strict=True):
        np.testing.assert_array_equal(first, second)


def test_without_an_interruption_nothing_is_left(tmp_path):
    assert_same(fitted(factorization, tmp_path / "c"), fitted(factorization))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"batch_size": 32}, "batch_size"),
        ({"epochs": 9}, "epochs"),
        ({"rate": 0.05}, "model and optimizer"),
        ({"make": deep}, "model and optimizer, first weights"),
    ],
    ids=["batch_size", "epochs", "rate", "make"],
)
def test_the_checkpoint_of_another_training(changes, said, tmp_path, monkeypatch):
    interrupted(monkeypatch, 1, factorization, tmp_path / "c")
    with pytest.raises(ParameterError, match=f"{said}.*Name another file"):
        fitted(changes.pop("make", factorization), tmp_path / "c", **changes)
    assert (tmp_path / "c").exists()


def test_a_damaged_checkpoint(tmp_path, monkeypatch):
    interrupted(monkeypatch, 1, factorization, tmp_path / "c")
    (tmp_path / "c").write_bytes((tmp_path / "c").read_bytes()[:-9])
    with pytest.raises(AlteredDataError):
        fitted(factorization, tmp_path / "c")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_process_is_continued_by_another(tmp_path):
    checkpoint, code = tmp_path / "c", "import runpy; runpy.run_path({!r})['killed']({!r})"
    command = [sys.executable, "-c", code.format(__file__, str(checkpoint))]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert storage.read(checkpoint)["epochs"] == 2
    assert_same(fitted(factorization, checkpoint), fitted(factorization))


def killed(checkpoint: str) -> None:
    """Train, and be killed when the third epoch is written but not yet in its place."""
    replace, calls = Path.replace, []

    def kill_at_the_third(self: Path, target: Any) -> Any:
        calls.append(target)
        if len(calls) == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return replace(self, target)

    Path.replace = kill_at_the_third  # type: ignore[method-assign,assignment]
    fitted(factorization, Path(checkpoint))
