"""Keras architectures: plain functions that return an uncompiled model, to compile and fit at will.

Every model takes two inputs named ``user`` and ``item``, int32 indices of shape (batch, 1), in
this order, and returns one number per pair, shape (batch, 1). No prediction depends on the other
pairs of its batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.recommenders.keras.layers import (
    dense_layers,
    index_inputs,
    looked_up,
    looked_up_features,
    shifted,
)

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

    user, item = index_inputs()
    user_vector = looked_up(user, n_users, dim, "user_factors")
    item_vector = looked_up(item, n_items, dim, "item_factors")
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

    user, item = index_inputs()
    user_vector = looked_up(user, n_users, dim, "user_factors")
    item_vector = looked_up(item, n_items, dim, "item_factors")
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

    user, item = index_inputs()
    user_vector = looked_up(user, n_users, dim, "user_factors", l2=l2_factors)
    item_vector = looked_up(item, n_items, dim, "item_factors", l2=l2_factors)
    user_bias = looked_up(user, n_users, 1, "user_bias", l2=l2_biases, initializer="zeros")
    item_bias = looked_up(item, n_items, 1, "item_bias", l2=l2_biases, initializer="zeros")
    interaction = keras.layers.Dot(axes=1, name="interaction")([user_vector, item_vector])
    total = keras.layers.Add(name="total")([user_bias, item_bias, interaction])
    score = shifted(total, mean)
    return keras.Model([user, item], score, name="biased_dot_product")


def deep_factorization_model(
    n_users: int,
    n_items: int,
    dim: int,
    mean: float = 0.0,
    *,
    user_features: np.ndarray | None = None,
    item_features: np.ndarray | None = None,
    hidden: Sequence[int] = (64, 32),
    dropout: float = 0.0,
    l2_factors: float = 0.0,
    l2_biases: float = 0.0,
) -> keras.Model:
    """Dense layers that see both vectors and their element-wise product, plus the two biases.

    rating = mean + user bias + item bias + network([user; item; user ⊙ item; features]), in the
    manner of He et al. (2017). Without features the network's input has shape (batch, 3 × dim).

    Args:
        n_users: number of users.
        n_items: number of items.
        dim: width of the vectors.
        mean: mean training rating, in stars; fixed, not learnt.
        user_features: what is known of each user, shape (n_users, any), from training only.
        item_features: what is known of each item, shape (n_items, any).
        hidden: width of each relu layer.
        dropout: share of values dropped in front of each hidden layer, in training only.
        l2_factors: weight of the penalty on looked-up vectors (``biased_dot_product_model``).
        l2_biases: weight of the penalty on looked-up biases.

    Raises:
        ParameterError: a table of features does not fit.
    """
    import keras

    user, item = index_inputs()
    user_vector = looked_up(user, n_users, dim, "user_factors", l2=l2_factors)
    item_vector = looked_up(item, n_items, dim, "item_factors", l2=l2_factors)
    product = keras.layers.Multiply(name="product")([user_vector, item_vector])
    features = [
        *looked_up_features(user, n_users, user_features, "user_features"),
        *looked_up_features(item, n_items, item_features, "item_features"),
    ]
    both = keras.layers.Concatenate(name="both")([user_vector, item_vector, product, *features])
    interaction = dense_layers(both, hidden, 1, dropout, "interaction")
    user_bias = looked_up(user, n_users, 1, "user_bias", l2=l2_biases, initializer="zeros")
    item_bias = looked_up(item, n_items, 1, "item_bias", l2=l2_biases, initializer="zeros")
    total = keras.layers.Add(name="total")([user_bias, item_bias, interaction])
    return keras.Model([user, item], shifted(total, mean), name="deep_factorization")


def two_tower_model(
    n_users: int,
    n_items: int,
    dim: int,
    mean: float = 0.0,
    *,
    user_features: np.ndarray | None = None,
    item_features: np.ndarray | None = None,
    hidden: Sequence[int] = (64,),
    dropout: float = 0.0,
    id_dropout: float = 0.0,
    normalize: bool = False,
) -> keras.Model:
    """A network for the user and a network for the item, which meet only in a dot product.

    So item vectors can be computed once, ahead of any user, and the scores of all items are one
    matrix product (Covington et al. 2016, Yi et al. 2019). ``model.get_layer("user_tower")`` and
    ``"item_tower"`` are models of their own, from indices to vectors of shape (batch, dim). No
    separate biases are needed: the last layer of a tower can keep one of its numbers constant,
    and the other tower's number in that place is then a bias.

    Args:
        n_users: number of users.
        n_items: number of items.
        dim: width of the learnt vectors that go into the towers, and of those that come out.
        mean: added to the dot product: the mean training rating, to predict stars; 0 to rank.
        user_features: what is known of each user, shape (n_users, any), from training only.
        item_features: what is known of each item, shape (n_items, any).
        hidden: width of each relu layer of a tower.
        dropout: share of values dropped in front of each hidden layer, in training only.
        id_dropout: share of learnt vectors that are dropped whole, in training only, so that a
            tower learns to do with the features alone (Volkovs et al. 2017).
        normalize: scale the vectors that come out to length 1; the dot product is their cosine.

    Raises:
        ParameterError: a table of features does not fit.

    Example:
        >>> model = two_tower_model(5, 6, dim=4, item_features=np.ones((6, 3)))
        >>> model.get_layer("item_tower").output_shape
        (None, 4)
    """
    import keras

    user, item = index_inputs()
    vectors = [
        _tower(index, kind, rows, dim, features, hidden, dropout, id_dropout, normalize)
        for index, kind, rows, features in (
            (user, "user", n_users, user_features),
            (item, "item", n_items, item_features),
        )
    ]
    dot = keras.layers.Dot(axes=1, name="dot")(vectors)
    return keras.Model([user, item], shifted(dot, mean), name="two_tower")


def in_batch_model(model: keras.Model) -> keras.Model:
    """The two-tower model as retrieval trains it: every user of a batch against every item of it.

    Shares the towers, so what it learns the two-tower model knows. The output has shape (batch,
    batch), dot products of user r and item c, and is meant for ``in_batch_softmax`` alone.
    """
    import keras

    user, item = model.inputs
    user_vectors = model.get_layer("user_tower")(user)
    item_vectors = model.get_layer("item_tower")(item)
    scores = keras.ops.matmul(user_vectors, keras.ops.transpose(item_vectors))
    return keras.Model([user, item], scores, name="in_batch")


def _tower(  # noqa: PLR0917
    index: Any,
    kind: str,
    rows: int,
    dim: int,
    features: np.ndarray | None,
    hidden: Sequence[int],
    dropout: float,
    id_dropout: float,
    normalize: bool,
) -> Any:
    import keras

    own_index = keras.Input((1,), dtype="int32", name=kind)
    values = looked_up(own_index, rows, dim, f"{kind}_factors")
    if id_dropout:
        whole = {"noise_shape": (None, 1), "name": f"{kind}_id_dropout"}
        values = keras.layers.Dropout(id_dropout, **whole)(values)
    known = looked_up_features(own_index, rows, features, f"{kind}_features")
    if known:
        values = keras.layers.Concatenate(name=f"{kind}_known")([values, *known])
    vector = dense_layers(values, hidden, dim, dropout, f"{kind}_vector")
    if normalize:
        vector = keras.layers.UnitNormalization(axis=-1, name=f"{kind}_direction")(vector)
    return keras.Model(own_index, vector, name=f"{kind}_tower")(index)
