"""A Keras model as data: its architecture in Keras' own JSON, its weights as arrays.

``keras.Model.save`` writes the same two into a file of its own. This goes without it: what is read
is checked here first, layer by layer, and then built by Keras in its safe mode.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from helpers.errors import StorageError
from helpers.recommenders.keras.layers import (
    feature_vectors_layer,
    pair_sum_layer,
    row_penalty_layer,
)
from helpers.storage import Kind

# What the architectures of this package are built of. Keras imports a class by the name that it
# reads, so a name that is not here never gets there.
CLASSES = {
    *("keras.layers.InputLayer", "keras.layers.Embedding", "keras.layers.Flatten"),
    *("keras.layers.Dot", "keras.layers.Dense", "keras.layers.Dropout", "keras.layers.Add"),
    *("keras.layers.Multiply", "keras.layers.Concatenate", "keras.layers.Rescaling"),
    *("keras.layers.UnitNormalization", "keras.layers.Reshape", "keras.regularizers.L2"),
    *("keras.DTypePolicy",),
    *("keras.initializers.RandomUniform", "keras.initializers.GlorotUniform"),
    *("keras.initializers.Zeros", "keras.src.models.functional.Functional"),
    *("keras.layers.Reshape", "helpers.recommenders.keras.layers.RowPenalty", "__keras_tensor__"),
    *(
        "helpers.recommenders.keras.layers.FeatureVectors",
        "helpers.recommenders.keras.layers.PairSum",
    ),
}
REGISTERED = {
    *(None, "Functional", "helpers>RowPenalty", "helpers>FeatureVectors", "helpers>PairSum"),
}


def _is_model(value: Any) -> bool:
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(value, keras.Model)


def _parts(model: Any) -> dict[str, Any]:
    import keras

    architecture = keras.saving.serialize_keras_object(model)
    # How it was trained is no part of what it computes.
    architecture.pop("compile_config", None)
    text = json.dumps(architecture, sort_keys=True)
    _check(json.loads(text))
    return {"architecture": text, "weights": model.get_weights()}


def _made(parts: dict[str, Any]) -> Any:
    import keras

    architecture = json.loads(parts["architecture"])
    _check(architecture)
    for layer in (row_penalty_layer, feature_vectors_layer, pair_sum_layer):
        layer()  # Keras knows a class of ours only after it was made
    model = keras.saving.deserialize_keras_object(architecture, safe_mode=True)
    model.set_weights(parts["weights"])
    return model


def _check(architecture: Any) -> None:
    """Raise a StorageError where there is a class that no architecture here is built of."""
    for name in _classes(architecture):
        if name not in CLASSES:
            raise StorageError(
                f"It holds a {name[:60]!r}, which no architecture of this package is built of."
            )


def _classes(config: Any) -> Iterator[str]:
    """The name of every class that Keras would look up in a configuration."""
    if isinstance(config, list):
        for part in config:
            yield from _classes(part)
    elif isinstance(config, dict):
        if {"class_name", "registered_name", "module"} & set(config):
            names = (config.get("module"), config.get("class_name"))
            yield ".".join(str(name) for name in names if name is not None)
            if config.get("registered_name") not in REGISTERED:
                yield str(config["registered_name"])
        for part in config.values():
            yield from _classes(part)


KERAS_MODEL = Kind("keras model", _is_model, _parts, _made)
