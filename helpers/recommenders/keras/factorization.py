"""Matrix factorization with biases, learnt by Keras and used as plain arrays."""

from __future__ import annotations

import numpy as np

from helpers import training
from helpers.errors import ParameterError
from helpers.interactions import Interactions
from helpers.recommenders.base import check_count
from helpers.recommenders.keras.architectures import biased_dot_product_model
from helpers.recommenders.keras.estimator import KerasRecommender
from helpers.recommenders.simple.biases import Biases


class MatrixFactorization(KerasRecommender):
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
        mean_: mean training rating, stars.
        user_factors_: shape (n_users, dim); ``item_factors_``: shape (n_items, dim). A row
            without a training rating is 0.
        user_biases_: stars, shape (n_users,); ``item_biases_``: stars, shape (n_items,).

    Raises:
        ParameterError: a hyper-parameter is out of range.
    """

    predicts_stars = True

    def __init__(
        self,
        dim: int = 64,
        *,
        l2_factors: float = 0.12,
        l2_biases: float = 0.02,
        epochs: int = 50,
        batch_size: int = 2048,
        learning_rate: float = 0.005,
        patience: int | None = 2,
        validation_fraction: float = 0.05,
        random_state: int = 0,
    ) -> None:
        super().__init__(
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
            patience=patience,
            validation_fraction=validation_fraction,
            random_state=random_state,
        )
        check_count(dim, "dim")
        check_penalties(l2_factors, l2_biases)
        self.dim = dim
        self.l2_factors = l2_factors
        self.l2_biases = l2_biases

    def _fit(self, train: Interactions) -> None:
        self.biases_ = Biases().fit(train)
        part = self._part_to_learn_from(train)
        self.mean_ = float(part.rating.mean(dtype="float64"))
        training.set_seed(self.random_state)
        self.model_ = biased_dot_product_model(
            train.n_users,
            train.n_items,
            self.dim,
            self.mean_,
            l2_factors=self.l2_factors,
            l2_biases=self.l2_biases,
        )
        self._learn(self.model_, part, "mse", "rating")
        self.user_factors_ = self._table("user_factors", self.user_counts_)
        self.item_factors_ = self._table("item_factors", self.item_counts_)
        self.user_biases_ = self._table("user_bias", self.user_counts_)[:, 0]
        self.item_biases_ = self._table("item_bias", self.item_counts_)[:, 0]

    def _table(self, name: str, counts: np.ndarray) -> np.ndarray:
        table = self.model_.get_layer(name).get_weights()[0].astype("float64")
        return np.where(counts[:, None] > 0, table, 0.0)

    def _item_vectors(self) -> np.ndarray:
        return self.item_factors_

    def _predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        dot = np.einsum("ij,ij->i", self.user_factors_[users], self.item_factors_[items])
        return self.mean_ + self.user_biases_[users] + self.item_biases_[items] + dot

    def _scores(self, users: np.ndarray) -> np.ndarray:
        scores: np.ndarray = self.user_factors_[users] @ self.item_factors_.T
        scores += np.add.outer(self.mean_ + self.user_biases_[users], self.item_biases_)
        return scores

    def _fallback(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        return self.biases_._fallback(users, items)


def check_penalties(l2_factors: float, l2_biases: float) -> None:
    """Raise a ParameterError unless both weights are 0 or more."""
    for name, value in (("l2_factors", l2_factors), ("l2_biases", l2_biases)):
        if not (np.isfinite(value) and value >= 0):
            raise ParameterError(f"{name} = {value} is not possible: choose 0 or more.")
