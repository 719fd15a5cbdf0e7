"""Values of a lesson as data: between processes of the grader, and in files of their own.

The grader's processes trust what our lesson has computed; still nothing here is pickled, so that
there is no place where a file or a line could become code.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any


def write(value: Any) -> bytes:
    """The value as bytes.

    Raises:
        StorageError: some part of it is none of the classes that cross.
    """
    from helpers import storage

    return storage.to_bytes(value, Late())


def read(content: bytes, own: dict[str, Callable[..., Any]] | None = None) -> Any:
    """The value that ``write`` has written.

    Args:
        content: the bytes.
        own: losses and layers of the lesson by their names, for its Keras models.

    Raises:
        StorageError: it is something else, or needs a class that is not here.
    """
    from helpers import storage

    if "keras" not in sys.modules or not own:
        return storage.from_bytes(content, Late())
    import keras

    with keras.saving.custom_object_scope(own):
        return storage.from_bytes(content, Late())


class Late(Sequence[Any]):
    """The classes that cross, imported when a value is none of the plain ones.

    Most submissions hand over numbers, arrays and tables. The recommenders and what they import
    take a second of each process that needs them.
    """

    def __getitem__(self, index: Any) -> Any:
        return kinds()[index]

    def __len__(self) -> int:
        return len(kinds())


@cache
def kinds() -> tuple[Any, ...]:
    """The classes that cross, beside plain values, arrays and tables."""
    from helpers.data import Dataset
    from helpers.evaluation import Evaluation, Leaderboard
    from helpers.evaluation.resampling import Sums
    from helpers.recommenders.keras.stored import KERAS_MODEL
    from helpers.recommenders.saving import KINDS
    from helpers.simulation.truth import Truth
    from helpers.simulation.world import World
    from helpers.splits import Split
    from helpers.storage import Kind, of_fields

    plain = (Dataset, World, Truth, Split, Evaluation, Sums, Leaderboard)
    return (
        # Of a lesson's own model, more crosses than of one that is saved: how it is trained, too.
        Kind("model of a lesson", KERAS_MODEL.accepts, _parts_of_model, _model),
        Kind("tensor", _is_a("KerasTensor"), _parts_of_tensor, _tensor),
        Kind("history", _is_a("callbacks.History"), _parts_of_history, _history),
        Kind("generator", _is_generator, _state_of_generator, _generator),
        Kind("path", lambda value: isinstance(value, Path), str, Path),
        *map(of_fields, plain),
        *KINDS,
    )


def _is_a(name: str) -> Callable[[Any], bool]:
    """Whether a value is of a class of Keras; where nobody has loaded Keras, none is."""

    def accepts(value: Any) -> bool:
        keras = sys.modules.get("keras")
        return keras is not None and type(value) is attrgetter(name)(keras)

    return accepts


def _parts_of_tensor(tensor: Any) -> dict[str, Any]:
    return {"shape": tuple(tensor.shape), "dtype": str(tensor.dtype), "name": str(tensor.name)}


def _tensor(parts: dict[str, Any]) -> Any:
    import keras

    return keras.KerasTensor(**parts)


def _parts_of_history(history: Any) -> dict[str, Any]:
    return {name: getattr(history, name) for name in ("history", "epoch", "params")}


def _history(parts: dict[str, Any]) -> Any:
    import keras

    history = keras.callbacks.History()
    vars(history).update({name: parts[name] for name in ("history", "epoch", "params")})
    return history


def _parts_of_model(model: Any) -> dict[str, Any]:
    import keras

    optimizer = getattr(model, "optimizer", None)
    return {
        "architecture": json.dumps(keras.saving.serialize_keras_object(model)),
        "weights": model.get_weights(),
        "optimizer": None if optimizer is None else [v.numpy() for v in optimizer.variables],
    }


def _model(parts: dict[str, Any]) -> Any:
    import keras

    from helpers.recommenders.keras.layers import row_penalty_layer

    row_penalty_layer()
    architecture = json.loads(parts["architecture"])
    model = keras.saving.deserialize_keras_object(architecture, safe_mode=True)
    model.set_weights(parts["weights"])
    if parts["optimizer"] is not None:
        for variable, value in zip(model.optimizer.variables, parts["optimizer"], strict=True):
            variable.assign(value)
    return model


def _is_generator(value: Any) -> bool:
    import numpy as np

    return type(value) is np.random.Generator and type(value.bit_generator) is np.random.PCG64


def _state_of_generator(generator: Any) -> Any:
    return generator.bit_generator.state


def _generator(state: dict[str, Any]) -> Any:
    import numpy as np

    generator = np.random.default_rng(0)
    generator.bit_generator.state = state
    return generator
