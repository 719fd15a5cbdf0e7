"""Matrix factorization with biases, learnt by Keras and used as plain arrays."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

import numpy as np

from helpers.interactions import Interactions
from helpers.recommenders.arguments import check_count, check_not_negative
from helpers.recommenders.keras.architectures import biased_dot_product_model
from helpers.recommenders.keras.estimator import KerasRecommender
from helpers.recommenders.simple.biases import Biases
from helpers.recommenders.vectors import VectorRecommender


@dataclass(repr=False, eq=False)
class MatrixFactorization(VectorRecommender, KerasRecommender):
    """Predicts mean + user bias + item bias + user vector · item vector, in stars.

    Koren, Bell and Volinsky (2009), with the penalty on the rows that each batch looks up (see
    ``biased_dot_product_model``). The defaults are round numbers that did well in a few
    trials on the embedded data set; tune them on a validation set of your own data.

    Fallback: where the user or the film has no training rating, the prediction is that of
    ``Biases``, which still uses what is known of the other.

    Args:
        dim: width of the vectors.
        l2_factors: weight of the penalty on the vectors.
        l2_biases: weight of the penalty on the biases.
        epochs, batch_size, learning_rate, patience, validation_fraction, random_state:
            see ``KerasRecommender``.

    Attributes:
        user_vectors_, item_vectors_: see ``VectorRecommender``; a row without a training rating
            is 0.
        user_offsets_: mean training rating + user bias, stars, shape (n_users,).
        item_offsets_: item bias, stars, shape (n_items,); 0 without a training rating.

    Raises:
        ParameterError: a hyper-parameter is out of range.
    """

    predicts_stars = True

    dim: int = 64
    _: KW_ONLY
    l2_factors: float = 0.12
    l2_biases: float = 0.02
    epochs: int = 50
    batch_size: int = 2048
    learning_rate: float = 0.005
    patience: int | None = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        check_count(self.dim, "dim")
        check_penalties(self.l2_factors, self.l2_biases)

    def _learn(self, part: Interactions, validation: Interactions | None) -> None:
        self.biases_ = Biases().fit(self.train_)
        mean = float(part.rating.mean(dtype="float64"))
        self.model_ = biased_dot_product_model(
            part.n_users,
            part.n_items,
            self.dim,
            mean,
            l2_factors=self.l2_factors,
            l2_biases=self.l2_biases,
        )
        # Such a model takes the same steps by rows as in Keras, several times faster.
        self._train(self.model_, part, validation, engine="rows")
        self.user_vectors_ = self._table("user_factors", self.user_counts_)
        self.item_vectors_ = self._table("item_factors", self.item_counts_)
        self.user_offsets_ = mean + self._table("user_bias", self.user_counts_)[:, 0]
        self.item_offsets_ = self._table("item_bias", self.item_counts_)[:, 0]

    def _table(self, name: str, counts: np.ndarray) -> np.ndarray:
        table = self.model_.get_layer(name).get_weights()[0].astype("float64")
        return np.where(counts[:, None] > 0, table, 0.0)

    def _fallback(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        return self.biases_.unclipped(users, items)


def check_penalties(l2_factors: float, l2_biases: float) -> None:
    """Raise a ParameterError unless both weights are 0 or more."""
    check_not_negative(l2_factors, "l2_factors")
    check_not_negative(l2_biases, "l2_biases")
