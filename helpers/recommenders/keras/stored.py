"""Keras values as data: a model is its architecture in Keras' own JSON, and its weights as arrays.

``keras.Model.save`` writes the same two into a file of its own. This goes without it, in two ways:

- ``KERAS_MODEL``, for files, which may come from anybody: what is read is checked here first, layer
  by layer, and then built by Keras in its safe mode. How it was trained is left out.
- ``trained_model``, for a model that goes on learning in another process of the same person: with
  its loss and its optimizer, and with layers that are not of this package.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from typing import Any

from helpers.errors import StorageError
from helpers.recommenders.keras.own import LOSSES, layers
from helpers.storage import Kind

# What of Keras the architectures of this package are built of. Keras imports a class by the name
# that it reads, so a name that is neither here nor one of our layers never gets there.
CLASSES = {
    *("keras.layers.InputLayer", "keras.layers.Embedding", "keras.layers.Flatten"),
    *("keras.layers.Dot", "keras.layers.Dense", "keras.layers.Dropout", "keras.layers.Add"),
    *("keras.layers.Multiply", "keras.layers.Concatenate", "keras.layers.Rescaling"),
    *("keras.layers.UnitNormalization", "keras.layers.Reshape", "keras.regularizers.L2"),
    *("keras.initializers.RandomUniform", "keras.initializers.GlorotUniform"),
    *("keras.initializers.Zeros", "keras.DTypePolicy", "keras.src.models.functional.Functional"),
    *("keras.src.ops.numpy.Matmul", "keras.src.ops.numpy.Transpose"),
    *("keras.src.ops.numpy.GetItem", "__slice__", "__keras_tensor__"),
}
REGISTERED = {None, "Functional", "Matmul", "Transpose", "GetItem"}
HISTORY = ("history", "epoch", "params")


def trained_model(own: Mapping[str, Callable[..., Any]] | None = None) -> Kind:
    """The kind of a model with all that it needs to learn on: loss, metrics, optimizer's state.

    Only for what our own processes hand each other: which layers it has is not checked.

    Args:
        own: losses, layers and other functions of a lesson by their names; they come before those
            of this package.
    """
    known = {**LOSSES, **(own or {})}

    def made(parts: dict[str, Any]) -> Any:
        import keras

        with keras.saving.custom_object_scope(known):
            model = _built(json.loads(parts["architecture"]), parts["weights"])
        if parts["optimizer"] is not None:
            for variable, value in zip(model.optimizer.variables, parts["optimizer"], strict=True):
                variable.assign(value)
        return model

    return Kind("trained keras model", _is_model, _parts_with_training, made)


def _is_model(value: Any) -> bool:
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(value, keras.Model)


def _architecture(model: Any) -> dict[str, Any]:
    import keras

    found: dict[str, Any] = keras.saving.serialize_keras_object(model)
    return found


def _built(architecture: dict[str, Any], weights: list[Any]) -> Any:
    import keras

    layers()
    model = keras.saving.deserialize_keras_object(architecture, safe_mode=True)
    model.set_weights(weights)
    return model


def _parts(model: Any) -> dict[str, Any]:
    architecture = _architecture(model)
    # How it was trained does not change what it computes.
    architecture.pop("compile_config", None)
    text = json.dumps(architecture, sort_keys=True)
    _check(json.loads(text))
    return {"architecture": text, "weights": model.get_weights()}


def _made(parts: dict[str, Any]) -> Any:
    architecture = json.loads(parts["architecture"])
    _check(architecture)
    return _built(architecture, parts["weights"])


def _parts_with_training(model: Any) -> dict[str, Any]:
    optimizer = getattr(model, "optimizer", None)
    return {
        "architecture": json.dumps(_architecture(model)),
        "weights": model.get_weights(),
        "optimizer": None if optimizer is None else [v.numpy() for v in optimizer.variables],
    }


def _check(architecture: Any) -> None:
    """Raise a StorageError if there is a class that no architecture here uses."""
    ours = layers()
    classes = CLASSES | {f"{cls.__module__}.{cls.__name__}" for cls in ours}
    for name in _classes(architecture, REGISTERED | set(map(_registered_name, ours))):
        if name not in classes:
            raise StorageError(
                f"It holds a {name[:60]!r}, which no architecture of this package is built of."
            )


def _registered_name(cls: type) -> str:
    import keras

    name: str = keras.saving.get_registered_name(cls)
    return name


def _classes(config: Any, registered: set[str | None]) -> Iterator[str]:
    """The name of every class that Keras would look up in a configuration."""
    if isinstance(config, list):
        for part in config:
            yield from _classes(part, registered)
    elif isinstance(config, dict):
        if {"class_name", "registered_name", "module"} & set(config):
            names = (config.get("module"), config.get("class_name"))
            yield ".".join(str(name) for name in names if name is not None)
            if config.get("registered_name") not in registered:
                yield str(config["registered_name"])
        for part in config.values():
            yield from _classes(part, registered)


def _is_a(name: str) -> Callable[[Any], bool]:
    """Whether a value is of a class of Keras; if nobody has loaded Keras, none is."""

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
    return {name: getattr(history, name) for name in HISTORY}


def _history(parts: dict[str, Any]) -> Any:
    import keras

    history = keras.callbacks.History()
    vars(history).update({name: parts[name] for name in HISTORY})
    return history


KERAS_MODEL = Kind("keras model", _is_model, _parts, _made)
KERAS_TENSOR = Kind("keras tensor", _is_a("KerasTensor"), _parts_of_tensor, _tensor)
KERAS_HISTORY = Kind("keras history", _is_a("callbacks.History"), _parts_of_history, _history)
