"""Seeds, ``fit`` with early stopping on validation, and ``predict``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from helpers.errors import DataError, ParameterError
from helpers.interactions import Interactions
from helpers.training.by_rows import fit_by_rows
from helpers.training.checking import check_loss, check_training
from helpers.training.recognition import Factorization, recognised
from helpers.training.stopping import stops_between_batches

if TYPE_CHECKING:
    import keras

# TensorFlow reads both once, when it is first imported; what the user has set is kept.
# With oneDNN off, sums are added in one order on every x86 processor of the same kind.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

# Give it to compile(steps_per_execution=…): this many batches run before Python looks in again,
# which makes small batches about twice as fast and changes no result.
STEPS_PER_EXECUTION = 50
PREDICTION_BATCH = 65_536
TARGETS = ("rating", "item")
Engine = Literal["auto", "keras", "rows"]


def set_seed(seed: int) -> None:
    """Seed Python, NumPy and Keras, so that the same code gives the same model again.

    Example:
        >>> set_seed(0)
        >>> first = np.random.random()
        >>> set_seed(0)
        >>> first == np.random.random()
        True
    """
    import keras

    keras.utils.set_random_seed(seed)


def as_inputs(interactions: Interactions) -> list[np.ndarray]:
    """User and item indices as the course's models take them: two int32 arrays of shape (n, 1).

    Example:
        >>> ratings = pd.DataFrame({"user_id": [7, 9], "movie_id": [30, 10], "rating": [4.0, 2.0]})
        >>> user, item = as_inputs(Interactions.from_frames(ratings, rating_scale=(1, 5)))
        >>> item
        array([[1],
               [0]], dtype=int32)
    """
    return [
        interactions.user.astype("int32")[:, None],
        interactions.item.astype("int32")[:, None],
    ]


def fit(
    model: keras.Model,
    train: Interactions,
    validation: Interactions | None = None,
    *,
    epochs: int,
    batch_size: int,
    patience: int | None = None,
    restore_best: bool = True,
    target: str = "rating",
    progress: bool = False,
    engine: Engine = "auto",
) -> pd.DataFrame:
    """Train a compiled model as ``model.fit`` does and return its history, one row per epoch.

    Training ratings are shuffled by the seed of ``set_seed`` (into one order for all epochs: that
    is what Keras makes of a seed). Ctrl-C stops it between two batches.

    There are two engines. "keras" is ``model.fit`` itself and trains every model. "rows" is NumPy
    (``helpers.training.by_rows``): it takes the same steps of Adam by the same batches in less
    time, to the rounding of float32, and trains one kind of model: a dot product of looked-up
    rows, with or without biases, that learns from "mse" by plain Adam.

    Args:
        model: compiled; takes user and item indices (see ``as_inputs``).
        train: what the weights are learnt from.
        validation: what each epoch is judged on; never the test set, which would then have
            chosen the model that it is to judge.
        epochs: at most how many passes over the training ratings.
        batch_size: ratings in one step.
        patience: stop after so many epochs without a lower validation loss; None never stops.
        restore_best: where ``patience`` is given, end with the weights of the best epoch.
        target: what the loss compares with the output, "rating" (stars) or "item" (indices).
        progress: show a progress bar of epochs.
        engine: "keras", "rows", or "auto", which is "rows" for the models that it can train.

    Returns:
        Columns epoch (1, 2, …), loss and any metrics, with validation also val_loss and so on. Its
        ``attrs["engine"]`` says which engine has trained: "keras" or "rows".

    Raises:
        DataError: there is nothing to train on.
        ParameterError: an argument makes no sense, the model is not compiled, the loss has ceased
            to be a number, or the engine "rows" cannot train this model.
    """
    check_training(model, epochs=epochs, batch_size=batch_size, patience=patience)
    if target not in TARGETS:
        raise ParameterError(f"target must be one of {TARGETS}, not {target!r}.")
    _check_sets(train, validation, patience)
    parts = _parts_for(engine, model, target)
    size: dict[str, Any] = {"epochs": epochs, "batch_size": batch_size}
    with stops_between_batches() as stop:
        size["callbacks"] = [stop, *_callbacks(patience, restore_best, progress, epochs)]
        if parts is None:
            history = _fit_by_keras(model, train, validation, target, **size)
        else:
            history = fit_by_rows(model, parts, train, validation, **size)
    table = pd.DataFrame(history)
    table.insert(0, "epoch", np.arange(1, len(table) + 1))
    table.attrs["engine"] = "keras" if parts is None else "rows"
    return table


def predict(
    model: keras.Model, users: Any, items: Any, batch_size: int = PREDICTION_BATCH
) -> np.ndarray:
    """Output of the model for each (user, item) pair of indices, float64, shape (n,).

    Raises:
        ParameterError: the two arrays differ in length.
    """
    users, items = np.asarray(users, "int32").ravel(), np.asarray(items, "int32").ravel()
    if len(users) != len(items):
        raise ParameterError(
            f"{len(users):,} users and {len(items):,} items do not pair up: "
            "give one item for each user."
        )
    if len(users) == 0:
        return np.empty(0)
    outputs = [
        model([users[start : start + batch_size, None], items[start : start + batch_size, None]])
        for start in range(0, len(users), batch_size)
    ]
    return np.concatenate([np.asarray(output, "float64")[:, 0] for output in outputs])


def _fit_by_keras(
    model: keras.Model,
    train: Interactions,
    validation: Interactions | None,
    target: str,
    *,
    epochs: int,
    batch_size: int,
    callbacks: list[Any],
) -> dict[str, list[float]]:
    history: dict[str, list[float]] = model.fit(
        as_inputs(train),
        _targets(train, target),
        batch_size=batch_size,
        epochs=epochs,
        validation_data=None
        if validation is None
        else (as_inputs(validation), _targets(validation, target)),
        validation_batch_size=PREDICTION_BATCH if target == "rating" else batch_size,
        callbacks=callbacks,
        verbose=0,
    ).history
    return history


def _parts_for(engine: Engine, model: keras.Model, target: str) -> Factorization | None:
    """What the engine "rows" needs to know of the model; None if Keras is to train it."""
    if engine not in get_args(Engine):
        raise ParameterError(f"engine must be one of {get_args(Engine)}, not {engine!r}.")
    if engine == "keras":
        return None
    parts = recognised(model) if target == "rating" else None
    if engine == "rows" and parts is None:
        raise ParameterError(
            'engine="rows" cannot train this model: it takes a dot product of looked-up rows, with '
            'or without biases, that learns ratings from "mse" by Adam with its own settings. Use '
            'engine="keras".'
        )
    return parts


def _targets(interactions: Interactions, target: str) -> np.ndarray:
    values = interactions.rating if target == "rating" else interactions.item
    return values[:, None]


def _callbacks(patience: int | None, restore_best: bool, progress: bool, epochs: int) -> list[Any]:
    import keras

    callbacks: list[Any] = [
        keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: check_loss(logs["loss"], epoch + 1)
        )
    ]
    if patience is not None:
        callbacks.append(
            keras.callbacks.EarlyStopping(
                monitor="val_loss",
                mode="min",
                patience=patience,
                restore_best_weights=restore_best,
            )
        )
    if progress:
        from tqdm.auto import tqdm

        bar = tqdm(total=epochs, unit="epoch", leave=False)
        callbacks.append(
            keras.callbacks.LambdaCallback(
                on_epoch_end=lambda *_: bar.update(1),
                on_train_end=lambda *_: bar.close(),
            )
        )
    return callbacks


def _check_sets(train: Interactions, validation: Interactions | None, patience: int | None) -> None:
    if len(train) == 0:
        raise DataError("There are no ratings to learn from: the training set is empty.")
    if validation is not None and len(validation) == 0:
        raise DataError("The validation set is empty: give it some ratings, or pass None.")
    if patience is not None and validation is None:
        raise ParameterError(
            "Early stopping needs a validation set: carve one out of the training ratings."
        )
