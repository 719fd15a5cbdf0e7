"""Keras architectures: plain functions that return an uncompiled model, to compile and fit at will.

Every model takes two inputs named ``user`` and ``item``, int32 indices of shape (batch, 1), in
this order, and returns one number a pair, shape (batch, 1). No prediction depends on the other
pairs of its batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from helpers.errors import ParameterError

if TYPE_CHECKING:
    import keras


def dot_product_model(n_users: int, n_items: int, dim: int) -> keras.Model:
    """Matrix factorization at its barest: rating = user vector · item vector.

    Args:
        n_users: number of users; (n_users + n_items) × dim parameters in all.
        n_items: number of items.
        dim: width of the vectors.

    Example:
        >>> dot_product_model(n_users=5, n_items=5, dim=50).count_params()
        500
    """
    import keras

    user, item = _inputs()
    user_vector = _vector(user, n_users, dim, "user_factors")
    item_vector = _vector(item, n_items, dim, "item_factors")
    score = keras.layers.Dot(axes=1, name="score")([user_vector, item_vector])
    return keras.Model([user, item], score, name="dot_product")


def dense_head_model(n_users: int, n_items: int, dim: int) -> keras.Model:
    """The dot product with a linear ``Dense(1)`` on top: a slope and an intercept, 2 parameters.

    Example:
        >>> dense_head_model(n_users=5, n_items=6, dim=8).count_params()
        90
    """
    return head_on_dot_model(n_users, n_items, dim, hidden=())


def head_on_dot_model(
    n_users: int, n_items: int, dim: int, hidden: Sequence[int] = (64, 32)
) -> keras.Model:
    """The dot product with relu layers on top, which see one number and can only bend a line.

    Args:
        n_users: number of users.
        n_items: number of items.
        dim: width of the vectors.
        hidden: width of each hidden layer.
    """
    import keras

    user, item = _inputs()
    user_vector = _vector(user, n_users, dim, "user_factors")
    item_vector = _vector(item, n_items, dim, "item_factors")
    score = keras.layers.Dot(axes=1, name="dot")([user_vector, item_vector])
    for depth, width in enumerate(hidden, start=1):
        score = keras.layers.Dense(width, activation="relu", name=f"hidden_{depth}")(score)
    score = keras.layers.Dense(1, name="score")(score)
    return keras.Model([user, item], score, name="head_on_dot" if hidden else "dense_head")


def biased_dot_product_model(
    n_users: int,
    n_items: int,
    dim: int,
    mean: float = 0.0,
    *,
    l2_factors: float = 0.0,
    l2_biases: float = 0.0,
) -> keras.Model:
    """Matrix factorization with biases (Koren, Bell, Volinsky 2009).

    rating = mean + user bias + item bias + user vector · item vector.

    The penalty falls on the rows that a batch looks up, once for each rating: the loss gains
    ``l2_factors`` × (the mean over the batch of ‖user vector‖² + ‖item vector‖²), and likewise
    for the biases. So each rating pulls on its own two vectors, as in the paper's sum over the
    known ratings. A ``kernel_regularizer`` on the whole table would instead shrink all rows in
    every step: an item with 3 ratings would be pulled towards zero as often as one with 300, and
    Adam, which rescales each gradient, would let the penalty win wherever ratings are rare.
    The penalty counts in training only, so ``evaluate`` and ``val_loss`` are the bare error.

    Args:
        n_users: number of users.
        n_items: number of items.
        dim: width of the vectors.
        mean: mean training rating, in stars; fixed, not learnt.
        l2_factors: weight of the penalty on the vectors.
        l2_biases: weight of the penalty on the biases.

    Example:
        >>> model = biased_dot_product_model(n_users=5, n_items=5, dim=2, mean=3.5)
        >>> model.count_params()
        30
    """
    import keras

    user, item = _inputs()
    user_vector = _vector(user, n_users, dim, "user_factors", l2=l2_factors)
    item_vector = _vector(item, n_items, dim, "item_factors", l2=l2_factors)
    user_bias = _vector(user, n_users, 1, "user_bias", l2=l2_biases, initializer="zeros")
    item_bias = _vector(item, n_items, 1, "item_bias", l2=l2_biases, initializer="zeros")
    interaction = keras.layers.Dot(axes=1, name="interaction")([user_vector, item_vector])
    total = keras.layers.Add(name="total")([user_bias, item_bias, interaction])
    score = _shifted(total, mean)
    return keras.Model([user, item], score, name="biased_dot_product")


def deep_factorization_model(
    n_users: int,
    n_items: int,
    dim: int,
    mean: float = 0.0,
    *,
    hidden: Sequence[int] = (64, 32),
    dropout: float = 0.0,
    l2_factors: float = 0.0,
    l2_biases: float = 0.0,
) -> keras.Model:
    """Dense layers that see both vectors and their element-wise product, plus the two biases.

    rating = mean + user bias + item bias + network([user; item; user ⊙ item]), in the manner of
    He et al. (2017). The input of the network has shape (batch, 3 × dim).

    Args:
        n_users: number of users.
        n_items: number of items.
        dim: width of the vectors.
        mean: mean training rating, in stars; fixed, not learnt.
        hidden: width of each relu layer.
        dropout: share of values dropped in front of each hidden layer, in training only.
        l2_factors: weight of the penalty on looked-up vectors (``biased_dot_product_model``).
        l2_biases: weight of the penalty on looked-up biases.
    """
    import keras

    user, item = _inputs()
    user_vector = _vector(user, n_users, dim, "user_factors", l2=l2_factors)
    item_vector = _vector(item, n_items, dim, "item_factors", l2=l2_factors)
    product = keras.layers.Multiply(name="product")([user_vector, item_vector])
    both = keras.layers.Concatenate(name="both")([user_vector, item_vector, product])
    interaction = _dense_layers(both, hidden, 1, dropout, "interaction")
    user_bias = _vector(user, n_users, 1, "user_bias", l2=l2_biases, initializer="zeros")
    item_bias = _vector(item, n_items, 1, "item_bias", l2=l2_biases, initializer="zeros")
    total = keras.layers.Add(name="total")([user_bias, item_bias, interaction])
    score = _shifted(total, mean)
    return keras.Model([user, item], score, name="deep_factorization")


def _inputs() -> tuple[Any, Any]:
    import keras

    return (
        keras.Input((1,), dtype="int32", name="user"),
        keras.Input((1,), dtype="int32", name="item"),
    )


def _vector(
    index: Any, rows: int, dim: int, name: str, *, l2: float = 0.0, initializer: str = "uniform"
) -> Any:
    import keras

    if rows < 1 or dim < 1:
        raise ParameterError(f"{name} cannot have {rows} rows of width {dim}: both must be ≥ 1.")
    table = keras.layers.Embedding(rows, dim, embeddings_initializer=initializer, name=name)
    vector = keras.layers.Flatten(name=f"{name}_vector")(table(index))
    return row_penalty_layer()(l2, name=f"{name}_penalty")(vector) if l2 else vector


def _dense_layers(
    values: Any, hidden: Sequence[int], outputs: int, dropout: float, name: str
) -> Any:
    import keras

    for depth, width in enumerate(hidden, start=1):
        if dropout:
            values = keras.layers.Dropout(dropout, name=f"dropout_{depth}")(values)
        values = keras.layers.Dense(width, activation="relu", name=f"hidden_{depth}")(values)
    return keras.layers.Dense(outputs, name=name)(values)


def _shifted(score: Any, mean: float) -> Any:
    import keras

    return keras.layers.Rescaling(scale=1.0, offset=float(mean), name="score")(score)


@cache
def row_penalty_layer() -> Any:
    """The layer class that passes vectors on and adds their L2 penalty to the training loss.

    Keras' own activity regularizers are no substitute: until version 3.13 they add the sum over
    the batch, later versions its mean, so one weight would mean two things. A function makes the
    class, because ``import helpers`` must not import Keras.
    """
    import keras

    @keras.saving.register_keras_serializable(package="helpers")
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
