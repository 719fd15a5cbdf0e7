"""Neural collaborative filtering (He et al. 2017): three ways to compare two vectors by a network.

Plain functions that return an uncompiled model, as in ``architectures``: two int32 inputs ``user``
and ``item`` of shape (batch, 1), one score per pair, shape (batch, 1). To learn from single pairs,
as the paper does, compile with ``BinaryCrossentropy(from_logits=True)``, for the score is a logit;
to learn from comparisons, wrap the model in ``among_candidates``. What they are to be held against
is ``biased_dot_product_model``, trained on the same films with the same loss (Rendle et al. 2020).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from helpers.errors import ParameterError
from helpers.recommenders.keras.layers import index_inputs, looked_up

if TYPE_CHECKING:
    import keras


def gmf_model(n_users: int, n_items: int, dim: int, *, l2: float = 0.0) -> keras.Model:
    """Generalized matrix factorization: a weighted dot product, Σ_f w_f · user_f · item_f + bias.

    Args:
        n_users: number of users.
        n_items: number of items.
        dim: width of the vectors.
        l2: weight of the penalty on looked-up vectors (see ``biased_dot_product_model``).

    Example:
        >>> gmf_model(n_users=5, n_items=6, dim=4).count_params()
        49
    """
    import keras

    inputs = index_inputs()
    product = _product(inputs, (n_users, n_items), dim, l2)
    return keras.Model(inputs, keras.layers.Dense(1, name="score")(product), name="gmf")


def mlp_model(
    n_users: int, n_items: int, dim: int, hidden: Sequence[int] = (32, 16, 8), *, l2: float = 0.0
) -> keras.Model:
    """A network on the two vectors side by side; it has to learn what a dot product does.

    Args:
        n_users: number of users.
        n_items: number of items.
        dim: width of the vectors.
        hidden: width of each relu layer.
        l2: weight of the penalty on looked-up vectors.

    Raises:
        ParameterError: there is no hidden layer.

    Example:
        >>> mlp_model(n_users=5, n_items=6, dim=4, hidden=(3,)).count_params()
        75
    """
    import keras

    inputs = index_inputs()
    deep = _deep(inputs, (n_users, n_items), dim, hidden, l2)
    return keras.Model(inputs, keras.layers.Dense(1, name="score")(deep), name="mlp")


def neumf_model(
    n_users: int, n_items: int, dim: int, hidden: Sequence[int] = (32, 16, 8), *, l2: float = 0.0
) -> keras.Model:
    """Both at once: a weighted dot product and a network, each on vectors of its own.

    Arguments and errors as ``mlp_model``. In the paper the two halves are trained one by one
    first; here they learn together from the start, which the paper does as well.

    Example:
        >>> neumf_model(n_users=5, n_items=6, dim=4, hidden=(3,)).count_params()
        123
    """
    import keras

    inputs = index_inputs()
    product = _product(inputs, (n_users, n_items), dim, l2)
    deep = _deep(inputs, (n_users, n_items), dim, hidden, l2)
    both = keras.layers.Concatenate(name="both")([product, deep])
    return keras.Model(inputs, keras.layers.Dense(1, name="score")(both), name="neumf")


def among_candidates(model: keras.Model, candidates: int) -> keras.Model:
    """The same network asked about several films of a user at once, to learn from ``choice_loss``.

    Takes ``user``, int32, shape (batch, 1), and ``items``, int32, shape (batch, candidates);
    returns shape (batch, candidates). It shares all weights with the model, which knows what it
    learns.

    Args:
        model: of a user and an item, such as ``neumf_model`` returns.
        candidates: films in a row: the choice and those drawn beside it.

    Example:
        >>> model = gmf_model(n_users=5, n_items=6, dim=4)
        >>> among_candidates(model, candidates=3).output_shape
        (None, 3)
    """
    import keras

    user = keras.Input((1,), dtype="int32", name="user")
    items = keras.Input((candidates,), dtype="int32", name="items")
    each = [model([user, items[:, place : place + 1]]) for place in range(candidates)]
    return keras.Model([user, items], keras.layers.Concatenate(name="scores")(each), name="among")


Inputs = tuple[Any, Any]


def _product(inputs: Inputs, sizes: tuple[int, int], dim: int, l2: float) -> Any:
    import keras

    names = ("user_factors", "item_factors")
    return keras.layers.Multiply(name="product")(_vectors(inputs, sizes, names, dim, l2))


def _deep(
    inputs: Inputs, sizes: tuple[int, int], dim: int, hidden: Sequence[int], l2: float
) -> Any:
    import keras

    if len(hidden) == 0:
        raise ParameterError("hidden is empty: a network needs one layer or more, such as (8,).")
    vectors = _vectors(inputs, sizes, ("user_inputs", "item_inputs"), dim, l2)
    values = keras.layers.Concatenate(name="side_by_side")(vectors)
    for depth, width in enumerate(hidden, start=1):
        values = keras.layers.Dense(width, activation="relu", name=f"hidden_{depth}")(values)
    return values


def _vectors(
    inputs: Inputs, sizes: tuple[int, int], names: tuple[str, str], dim: int, l2: float
) -> list[Any]:
    """The user's and the item's row of two tables."""
    return [
        looked_up(index, rows, dim, name, l2=l2)
        for index, rows, name in zip(inputs, sizes, names, strict=True)
    ]
