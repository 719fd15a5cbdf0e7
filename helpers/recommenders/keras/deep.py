"""Deep factorization: dense layers over the vectors of a pair, their product and their features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

import numpy as np

from helpers import training
from helpers.features.inputs import item_features, user_features
from helpers.interactions import Interactions
from helpers.recommenders.arguments import check_count, check_share
from helpers.recommenders.keras.architectures import deep_factorization_model
from helpers.recommenders.keras.estimator import KerasStars


@dataclass(repr=False, eq=False)
class DeepFactorization(KerasStars):
    """Predicts mean + user bias + item bias + network([user; item; user ⊙ item; features]), stars.

    In the manner of He et al. (2017); see ``deep_factorization_model``. The features are the
    films' genres and years and the users' profiles over them, from the training ratings, and
    demographics if the data has them (see ``model_features``).

    Fallback: if the user or the film has no training rating, the prediction is that of
    ``Biases``, which still uses what is known of the other.

    There are no similar items here: what the network knows of a film is in its vector, its bias
    and its features together, and no angle between vectors tells two films apart.

    Arguments and errors beside these are those of ``KerasStars`` and ``KerasRecommender``.

    Args:
        hidden: width of each relu layer, at least one.
        dropout: share of values dropped in front of each hidden layer, 0 to below 1.
        features: False learns from the indices alone.
    """

    dim: int = 32
    _: KW_ONLY
    hidden: Sequence[int] = (64, 32)
    dropout: float = 0.2
    l2_factors: float = 0.08
    features: bool = True
    epochs: int = 30

    def __post_init__(self) -> None:
        super().__post_init__()
        check_network(self.hidden, self.dropout)
        self.hidden = tuple(self.hidden)

    def _learn(self, part: Interactions, validation: Interactions | None) -> None:
        known = item_features(part) if self.features else None
        self.model_ = deep_factorization_model(
            part.n_users,
            part.n_items,
            self.dim,
            float(part.rating.mean(dtype="float64")),
            user_features=user_features(part, known) if self.features else None,
            item_features=known,
            hidden=self.hidden,
            dropout=self.dropout,
            l2_factors=self.l2_factors,
            l2_biases=self.l2_biases,
        )
        self._train(self.model_, part, validation, engine="keras")

    def _predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        return training.predict(self.model_, users, items)

    def _scores(self, users: np.ndarray) -> np.ndarray:
        n_items = self.train_.n_items
        pairs = np.repeat(users, n_items), np.tile(np.arange(n_items), len(users))
        return training.predict(self.model_, *pairs).reshape(len(users), n_items)


def check_network(hidden: Sequence[int], dropout: float) -> None:
    """Raise a ParameterError unless the widths are whole numbers from 1 and 0 ≤ dropout < 1."""
    for width in hidden:
        check_count(width, "A width in hidden")
    check_share(dropout, "dropout")
