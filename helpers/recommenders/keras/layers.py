"""The pieces that the Keras architectures are put together from; each takes and gives tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from helpers.errors import ParameterError
from helpers.recommenders.keras.own import own_layer


def index_inputs() -> tuple[Any, Any]:
    """The inputs ``user`` and ``item``: int32 indices of shape (batch, 1)."""
    import keras

    return (
        keras.Input((1,), dtype="int32", name="user"),
        keras.Input((1,), dtype="int32", name="item"),
    )


def looked_up(
    index: Any, rows: int, dim: int, name: str, *, l2: float = 0.0, initializer: str = "uniform"
) -> Any:
    """Row of a learnt table for each index, (batch, dim), with a penalty if ``l2`` is not 0.

    Raises:
        ParameterError: the table would be empty.
    """
    import keras

    if rows < 1 or dim < 1:
        raise ParameterError(f"{name} cannot have {rows} rows of width {dim}: both must be ≥ 1.")
    table = keras.layers.Embedding(rows, dim, embeddings_initializer=initializer, name=name)
    vector = keras.layers.Flatten(name=f"{name}_vector")(table(index))
    return row_penalty_layer()(l2, name=f"{name}_penalty")(vector) if l2 else vector


def looked_up_features(index: Any, rows: int, features: np.ndarray | None, name: str) -> list[Any]:
    """Row of a fixed table for each index, in a list of one; an empty list without a table.

    Raises:
        ParameterError: the table has not one row an index, or holds what is not a number.
    """
    import keras

    if features is None:
        return []
    values = np.asarray(features, "float32")
    if values.ndim != 2 or len(values) != rows or values.shape[1] == 0:
        raise ParameterError(
            f"{name} has the shape {values.shape}: give one row for each of the {rows:,} indices."
        )
    if not np.isfinite(values).all():
        raise ParameterError(f"{name} holds values that are not finite numbers: fill them first.")
    table = keras.layers.Embedding(rows, values.shape[1], trainable=False, name=name)
    vector = keras.layers.Flatten(name=f"{name}_vector")(table(index))
    table.set_weights([values])
    return [vector]


def dense_layers(
    values: Any, hidden: Sequence[int], outputs: int, dropout: float, name: str
) -> Any:
    """Relu layers with dropout in front of each, then a linear layer called ``name``."""
    import keras

    for depth, width in enumerate(hidden, start=1):
        if dropout:
            values = keras.layers.Dropout(dropout, name=f"dropout_{depth}")(values)
        values = keras.layers.Dense(width, activation="relu", name=f"hidden_{depth}")(values)
    return keras.layers.Dense(outputs, name=name)(values)


def shifted(score: Any, mean: float) -> Any:
    """The score plus a fixed mean, in a layer called ``score``."""
    import keras

    return keras.layers.Rescaling(scale=1.0, offset=float(mean), name="score")(score)


@own_layer
def row_penalty_layer() -> Any:
    """The layer class that passes vectors on and adds their L2 penalty to the training loss.

    Keras' own activity regularizers cannot replace it: older versions add the sum over the batch,
    newer ones its mean, so one weight would mean two things. A function makes the class, because
    ``import helpers`` must not import Keras.
    """
    import keras

    class RowPenalty(keras.layers.Layer):  # type: ignore[misc]
        """Adds l2 × mean over the batch of the squared length of each row, shape (batch, dim)."""

        def __init__(self, l2: float, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.l2 = l2

        def call(self, rows: Any, training: bool | None = None) -> Any:
            if training:
                squared = keras.ops.sum(keras.ops.square(rows), axis=-1)
                self.add_loss(self.l2 * keras.ops.mean(squared))
            return rows

        def compute_output_shape(self, input_shape: Any) -> Any:
            return input_shape

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "l2": self.l2}

    return RowPenalty


@own_layer
def feature_vectors_layer() -> Any:
    """The layer class with a learnt vector for each feature, times the value of the feature."""
    import keras

    class FeatureVectors(keras.layers.Layer):  # type: ignore[misc]
        """From values (batch, features) to value × vector of each, (batch, features, dim).

        Adds l2 × mean over the batch of their squared lengths to the training loss.
        """

        def __init__(self, dim: int, l2: float = 0.0, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.dim, self.l2 = dim, l2

        def build(self, input_shape: Any) -> None:
            shape = (input_shape[-1], self.dim)
            self.vectors = self.add_weight(shape=shape, initializer="uniform", name="vectors")

        def call(self, values: Any, training: bool | None = None) -> Any:
            rows = keras.ops.expand_dims(values, -1) * self.vectors
            if training and self.l2:
                squared = keras.ops.sum(keras.ops.square(rows), axis=(1, 2))
                self.add_loss(self.l2 * keras.ops.mean(squared))
            return rows

        def compute_output_shape(self, input_shape: Any) -> Any:
            return (*input_shape, self.dim)

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "dim": self.dim, "l2": self.l2}

    return FeatureVectors


@own_layer
def pair_sum_layer() -> Any:
    """The layer class that sums the dot products of all pairs of vectors, in linear time."""
    import keras

    class PairSum(keras.layers.Layer):  # type: ignore[misc]
        """½ Σ_f ((Σ_j v_jf)² − Σ_j v_jf²) of vectors (batch, fields, dim), shape (batch, 1)."""

        def call(self, vectors: Any) -> Any:
            of_sum = keras.ops.square(keras.ops.sum(vectors, axis=1))
            of_each = keras.ops.sum(keras.ops.square(vectors), axis=1)
            return keras.ops.sum(of_sum - of_each, axis=-1, keepdims=True) / 2

        def compute_output_shape(self, input_shape: Any) -> Any:
            return (input_shape[0], 1)

    return PairSum
