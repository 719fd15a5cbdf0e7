"""Training that can be interrupted: what a run had reached after each epoch, in one file.

A run that is called again in the same way goes on after the last whole epoch and ends with the
same weights and the same history, to the bit, as one that was never interrupted. That needs the
same seed, set before the model is made, since TensorFlow draws the order of the ratings from it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers import storage
from helpers.errors import ParameterError
from helpers.interactions import Interactions
from helpers.interactions.hashing import data_hash
from helpers.storage.origin import now, versions

if TYPE_CHECKING:
    import keras

STOPPER = ("wait", "best", "best_epoch", "stopped_epoch", "best_weights")
History = dict[str, list[float]]


@dataclass(frozen=True)
class Checkpoint:
    """The file of one run.

    Attributes:
        path: where it is.
        run: what tells this run from any other, by a name for the reader.
    """

    path: Path
    run: dict[str, Any]

    def found(self) -> dict[str, Any] | None:
        """What the run had reached, or None where it has to begin.

        Raises:
            ParameterError: the file is of another run.
            AlteredDataError, DataError: the file is not as it was written, or something else.
        """
        if not self.path.exists():
            return None
        theirs = storage.read_about(self.path).get("run", {})
        other = [name for name, value in self.run.items() if theirs.get(name) != value]
        if other:
            raise ParameterError(
                f"{self.path} is the checkpoint of another training: it differs in "
                f"{', '.join(other)}. Name another file, or move this one away to train from the "
                "start."
            )
        state: dict[str, Any] = storage.read(self.path)
        return state

    def save(self, state: dict[str, Any]) -> None:
        """Write what the run has reached, in place of what it had."""
        about = {"run": self.run, "versions": versions(), "date": now()}
        storage.write(self.path, state, about)

    def remove(self) -> None:
        """The run is over."""
        self.path.unlink(missing_ok=True)


def checkpoint_of(
    path: str | os.PathLike[str],
    model: keras.Model,
    train: Interactions,
    validation: Interactions | None,
    settings: Mapping[str, Any],
) -> Checkpoint:
    """The checkpoint at that path, for a run of this model, as it is now, on these ratings."""
    import keras

    run = {
        "training ratings": data_hash(train),
        "validation ratings": None if validation is None else data_hash(validation),
        "model and optimizer": _digest([_description(model).encode()]),
        "first weights (the seed)": _digest(_values(model.variables)),
        **settings,
        "version of Keras": keras.__version__,
    }
    return Checkpoint(Path(path), run)


def _description(model: keras.Model) -> str:
    """Layers, shapes and optimizer; without names, which count up when a cell is run again."""
    layers = [type(layer).__name__ for layer in model.layers]
    shapes = [list(variable.shape) for variable in model.variables]
    options = {name: v for name, v in model.optimizer.get_config().items() if name != "name"}
    loss = model.loss if isinstance(model.loss, str) else getattr(model.loss, "__name__", "")
    return json.dumps([layers, shapes, options, loss], sort_keys=True, default=repr)


def _digest(parts: Iterable[Any]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part if isinstance(part, bytes) else np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()


def _values(variables: Iterable[Any]) -> list[np.ndarray]:
    return [variable.numpy() for variable in variables]


def run(
    checkpoint: Checkpoint,
    model: keras.Model,
    callbacks: Sequence[Any],
    epochs: int,
    learn: Callable[[int, list[Any]], Any],
) -> History:
    """Train from where the checkpoint is, and delete it at the end; the history of all epochs.

    Args:
        checkpoint: the file.
        model: compiled, as it is before its first step.
        callbacks: those of the training; the memory of early stopping is part of the run.
        epochs: at most how many in all.
        learn: trains from an epoch on (0 is the first) with those callbacks.
    """
    import keras

    stopper = next((c for c in callbacks if isinstance(c, keras.callbacks.EarlyStopping)), None)
    found = checkpoint.found()
    keeper = _keeper(checkpoint, stopper, found)
    if found is None:
        learn(0, [*callbacks, keeper])
    else:
        _restore(model, found)
        if not found["stopped"] and found["epochs"] < epochs:
            learn(found["epochs"], [*callbacks, keeper])
        elif stopper is not None and stopper.restore_best_weights:
            model.set_weights(found["stopper"]["best_weights"])
    checkpoint.remove()
    history: History = keeper.history
    return history


def _keeper(checkpoint: Checkpoint, stopper: Any, found: dict[str, Any] | None) -> Any:
    """The callback that takes a run up where it was, then writes down each epoch."""
    import keras

    class Keeper(keras.callbacks.Callback):  # type: ignore[misc]
        """Stands behind early stopping, so that it writes what that has decided."""

        def __init__(self) -> None:
            super().__init__()
            self.history: History = {} if found is None else found["history"]

        def on_train_begin(self, logs: Any = None) -> None:  # noqa: ARG002
            if found is not None and stopper is not None:
                vars(stopper).update({name: found["stopper"][name] for name in STOPPER})

        def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
            for name, value in (logs or {}).items():
                self.history.setdefault(name, []).append(float(value))
            memory = None if stopper is None else {n: getattr(stopper, n) for n in STOPPER}
            state = {
                "epochs": epoch + 1,
                "stopped": bool(self.model.stop_training),
                "history": self.history,
                "variables": _values(self.model.variables),
                "optimizer": _values(self.model.optimizer.variables),
                "stopper": memory,
            }
            checkpoint.save(state)

    return Keeper()


def _restore(model: keras.Model, found: dict[str, Any]) -> None:
    model.optimizer.build(model.trainable_variables)
    for variables, values in (
        (model.variables, found["variables"]),
        (model.optimizer.variables, found["optimizer"]),
    ):
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
