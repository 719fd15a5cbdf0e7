"""Matrix factorization with biases, learnt by Keras and used as plain arrays."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

import numpy as np

from helpers.interactions import Interactions
from helpers.recommenders.keras.architectures import biased_dot_product_model
from helpers.recommenders.keras.estimator import KerasStars
from helpers.recommenders.vectors import VectorRecommender


@dataclass(repr=False, eq=False)
class MatrixFactorization(VectorRecommender, KerasStars):
    """Predicts mean + user bias + item bias + user vector · item vector, in stars.

    Koren, Bell and Volinsky (2009), with the penalty on the rows that each batch looks up (see
    ``biased_dot_product_model``). The defaults are round numbers that did well in a few
    trials on the embedded data set; tune them on a validation set of your own data.

    Fallback: if the user or the film has no training rating, the prediction is that of
    ``Biases``, which still uses what is known of the other.

    Arguments and errors are those of ``KerasStars`` and ``KerasRecommender``.

    Attributes:
        user_vectors_, item_vectors_: see ``VectorRecommender``; a row without a training rating
            is 0.
        user_offsets_: mean training rating + user bias, stars, shape (n_users,).
        item_offsets_: item bias, stars, shape (n_items,); 0 without a training rating.
    """

    dim: int = 64
    _: KW_ONLY
    l2_factors: float = 0.12
    epochs: int = 50

    def _learn(self, part: Interactions, validation: Interactions | None) -> None:
        mean = float(part.rating.mean(dtype="float64"))
        self.model_ = biased_dot_product_model(
            part.n_users,
            part.n_items,
            self.dim,
            mean,
            l2_factors=self.l2_factors,
            l2_biases=self.l2_biases,
        )
        # Such a model takes the same steps by rows as in Keras, in less time.
        self._train(self.model_, part, validation, engine="rows")
        self.user_vectors_ = self._table("user_factors", self.user_counts_)
        self.item_vectors_ = self._table("item_factors", self.item_counts_)
        self.user_offsets_ = mean + self._table("user_bias", self.user_counts_)[:, 0]
        self.item_offsets_ = self._table("item_bias", self.item_counts_)[:, 0]

    def _table(self, name: str, counts: np.ndarray) -> np.ndarray:
        table = self.model_.get_layer(name).get_weights()[0].astype("float64")
        return np.where(counts[:, None] > 0, table, 0.0)
