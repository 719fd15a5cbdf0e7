"""Two towers that retrieve: trained by in-batch softmax, used as one matrix product."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.errors import ParameterError
from helpers.features.inputs import item_features, user_features
from helpers.interactions import Interactions
from helpers.recommenders.arguments import check_count, check_positive
from helpers.recommenders.keras.architectures import in_batch_model, two_tower_model
from helpers.recommenders.keras.deep import check_network
from helpers.recommenders.keras.estimator import KerasRecommender
from helpers.recommenders.vectors import VectorRecommender

if TYPE_CHECKING:
    import keras

NEVER = -1e9


def in_batch_softmax(item_counts: Any, temperature: float = 1.0) -> Callable[[Any, Any], Any]:
    """Loss of retrieval: of the items in the batch, name the one that the user chose.

    For the user in row r, with the items of the batch as candidates, it is the cross-entropy
    −log softmax(scores of row r / temperature − log q)[r]. An item that is chosen often, also
    turns up often as somebody else's wrong answer; subtracting log q, the logarithm of its share
    of the training ratings, takes that back (Yi et al. 2019). If the right item is in the batch
    twice, the second is not a candidate.

    Args:
        item_counts: training ratings of each item, shape (n_items,).
        temperature: divides the scores; below 1 for cosines, which span only −1 to 1.

    Returns:
        A Keras loss of (item indices (batch, 1), scores (batch, batch)), shape (batch,).

    Raises:
        ParameterError: a count is negative, none is above 0, or the temperature is not above 0.
    """
    import keras

    counts = np.asarray(item_counts, "float64")
    if not (counts >= 0).all() or counts.sum() == 0:
        raise ParameterError("item_counts must be 0 or more, and one of them above 0.")
    check_positive(temperature, "temperature")
    # An item without training ratings meets the loss in validation only: count it as one rating.
    log_share = np.log(np.maximum(counts, 1) / counts.sum()).astype("float32")

    def loss(chosen: Any, scores: Any) -> Any:
        item = keras.ops.reshape(keras.ops.cast(chosen, "int32"), (-1,))
        shares = keras.ops.take(keras.ops.convert_to_tensor(log_share), item)
        logits = scores / temperature - shares[None, :]
        own = keras.ops.eye(keras.ops.shape(item)[0], dtype="bool")
        repeated = keras.ops.equal(item[:, None], item[None, :])
        repeated = keras.ops.logical_and(repeated, keras.ops.logical_not(own))
        logits = keras.ops.where(repeated, NEVER, logits)
        return -keras.ops.diagonal(keras.ops.log_softmax(logits, axis=-1))

    return loss


def tower_vectors(model: keras.Model, tower: str) -> np.ndarray:
    """Vector of every user or item, float64, shape (n, dim): what a service keeps at hand.

    Args:
        model: what ``two_tower_model`` returned, trained.
        tower: "user" or "item".

    Raises:
        ParameterError: there is no such tower.
    """
    if tower not in ("user", "item"):
        raise ParameterError(f"tower must be 'user' or 'item', not {tower!r}.")
    network = model.get_layer(f"{tower}_tower")
    rows = network.get_layer(f"{tower}_factors").input_dim
    return np.asarray(network(np.arange(rows, dtype="int32")[:, None]), "float64")


@dataclass(repr=False, eq=False)
class TwoTower(VectorRecommender, KerasRecommender):
    """Retrieves items by the dot product of a user vector and an item vector, each from a network.

    The towers learn from who rated what, whatever the stars: each rating is a choice, to be told
    from the other choices of its batch (see ``in_batch_softmax``). So a score has no unit and no
    meaning beside the scores of the same user; more is better. To predict stars, train
    ``two_tower_model`` on ratings instead.

    Fallback: an unknown user gets the most popular items, scored by log(1 + training ratings);
    for a known user an item without training ratings scores below every other item.

    Arguments and errors beside these are those of ``KerasRecommender``.

    Args:
        dim: width of the vectors.
        hidden: width of each relu layer of a tower; none makes the towers linear.
        dropout: share of values dropped in front of each hidden layer, 0 to below 1.
        normalize: scale the vectors to length 1, so that a score is a cosine.
        temperature: divides the scores in training; below 1, such as 0.1, with ``normalize``.
        batch_size: ratings in one step; a larger batch has more wrong answers to learn from.

    Attributes:
        user_vectors_, item_vectors_: see ``VectorRecommender``.
    """

    # ``HybridTwoTower`` drops ids.
    id_dropout = 0.0

    dim: int = 32
    _: KW_ONLY
    hidden: Sequence[int] = (64,)
    dropout: float = 0.1
    normalize: bool = False
    temperature: float = 1.0
    epochs: int = 30
    batch_size: int = 1024
    learning_rate: float = 0.003
    patience: int | None = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        check_count(self.dim, "dim")
        check_network(self.hidden, self.dropout)
        check_positive(self.temperature, "temperature")
        self.hidden = tuple(self.hidden)

    def _learn(self, part: Interactions, validation: Interactions | None) -> None:
        known = item_features(part)
        self.model_ = two_tower_model(
            part.n_users,
            part.n_items,
            self.dim,
            user_features=user_features(part, known),
            item_features=known,
            hidden=self.hidden,
            dropout=self.dropout,
            id_dropout=self.id_dropout,
            normalize=self.normalize,
        )
        loss = in_batch_softmax(self.item_counts_, self.temperature)
        learner = in_batch_model(self.model_)
        self._train(learner, part, validation, engine="keras", loss=loss, target="item")
        self._keep_vectors()

    def _keep_vectors(self) -> None:
        self.user_vectors_ = tower_vectors(self.model_, "user")
        self.item_vectors_ = tower_vectors(self.model_, "item")
        self.lowest_ = self._lowest()
