"""A user against several films at once: the model and the loss of those who learn from choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from helpers.recommenders.keras.layers import looked_up, row_penalty_layer
from helpers.recommenders.keras.own import own_loss

if TYPE_CHECKING:
    import keras


def choice_model(
    n_users: int, n_items: int, dim: int, candidates: int, *, l2: float = 0.0
) -> keras.Model:
    """Scores of some films for each user: film bias + user vector · film vector.

    Takes ``user``, int32, shape (batch, 1), and ``items``, int32, shape (batch, candidates);
    returns shape (batch, candidates). A user needs no bias: it would be the same for all films.
    The layers ``user_factors``, ``item_factors`` and ``item_bias`` hold what is learnt.

    Args:
        n_users: number of users.
        n_items: number of films.
        dim: width of the vectors.
        candidates: films for each user in a row: the choice and the films drawn beside it.
        l2: weight of the penalty on looked-up rows (see ``biased_dot_product_model``).

    Example:
        >>> choice_model(n_users=5, n_items=6, dim=4, candidates=2).count_params()
        50
    """
    import keras

    user = keras.Input((1,), dtype="int32", name="user")
    items = keras.Input((candidates,), dtype="int32", name="items")
    user_vector = looked_up(user, n_users, dim, "user_factors", l2=l2)
    vectors = keras.layers.Embedding(n_items, dim, name="item_factors")(items)
    biases = keras.layers.Embedding(n_items, 1, embeddings_initializer="zeros", name="item_bias")(
        items
    )
    if l2:
        vectors = row_penalty_layer()(l2, name="item_factors_penalty")(vectors)
        biases = row_penalty_layer()(l2, name="item_bias_penalty")(biases)
    dots = keras.layers.Dot(axes=(2, 1), name="dots")([vectors, user_vector])
    flat = keras.layers.Reshape((candidates,), name="biases")(biases)
    scores = keras.layers.Add(name="scores")([dots, flat])
    return keras.Model([user, items], scores, name="choice")


@own_loss
def choice_loss(log_q: Any, scores: Any) -> Any:
    """Of each row of films, name the first: the cross-entropy −log softmax(scores − log q)[0].

    With two films in a row it is the loss of BPR, −log σ(s_chosen − s_drawn) (Rendle et al.
    2009); with more, sampled softmax. Subtracting the logarithm of the chance with which each
    film is drawn takes back what the draw would teach (Bengio and Senécal 2008); zeros leave it.

    Args:
        log_q: shape (batch, films); the first of a row belongs to the choice, too. It stands
            where Keras hands a loss its targets.
        scores: what ``choice_model`` returns, the same shape.

    Returns:
        The loss of each row, shape (batch,).

    Example:
        >>> import numpy as np
        >>> scores = np.array([[1.0, 0.0]], "float32")
        >>> [round(float(choice_loss(q, scores)[0]), 3) for q in ([[0.0, 0.0]], [[1.0, 0.0]])]
        [0.313, 0.693]
    """
    import keras

    logits = scores - keras.ops.cast(log_q, "float32")
    return -keras.ops.log_softmax(logits, axis=-1)[:, 0]


def catalogue_model(n_users: int, n_items: int, dim: int, *, l2: float = 0.0) -> keras.Model:
    """Scores of every film for each user: film bias + user vector · film vector.

    Takes ``user``, int32, shape (batch, 1); returns shape (batch, n_items). A dense layer from
    the user's vector to one output per film has a vector for each film in its kernel, shape
    (dim, n_items), and the biases of the films in its bias: the layers are ``user_factors`` and
    ``item_factors``. The loss gains l2 × (the mean over the batch of ‖user vector‖² + the sum over
    all films of ‖film vector‖² / n_users), so in an epoch all vectors are priced alike.

    Args:
        n_users: number of users.
        n_items: number of films.
        dim: width of the vectors.
        l2: weight of the penalty.

    Example:
        >>> catalogue_model(n_users=5, n_items=6, dim=4).count_params()
        50
    """
    import keras

    user = keras.Input((1,), dtype="int32", name="user")
    vector = looked_up(user, n_users, dim, "user_factors", l2=l2)
    priced = keras.regularizers.L2(l2 / n_users) if l2 else None
    scores = keras.layers.Dense(n_items, kernel_regularizer=priced, name="item_factors")(vector)
    return keras.Model(user, scores, name="catalogue")


@own_loss
def catalogue_loss(chosen: Any, scores: Any) -> Any:
    """Of all films, name those that a user chose: −Σ log softmax(scores), over the choices.

    The multinomial likelihood of Liang et al. (2018).

    Args:
        chosen: weight of each film for each user, 0 where not chosen, shape (batch, n_items).
        scores: what ``catalogue_model`` returns, the same shape.

    Returns:
        The loss of each user, shape (batch,).

    Example:
        >>> import numpy as np
        >>> float(catalogue_loss(np.array([[1.0, 0, 0, 1]]), np.zeros((1, 4), "float32"))[0])
        2.7725887298583984
    """
    import keras

    likely = keras.ops.log_softmax(scores, axis=-1)
    return -keras.ops.sum(keras.ops.cast(chosen, "float32") * likely, axis=-1)
