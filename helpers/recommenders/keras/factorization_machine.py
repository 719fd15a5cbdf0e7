"""Factorization machines: every feature has a vector, and every pair of features counts."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.errors import ParameterError
from helpers.features.inputs import item_indicators, user_indicators
from helpers.interactions import Interactions
from helpers.recommenders.base import WholeCatalogue
from helpers.recommenders.keras.estimator import KerasStars
from helpers.recommenders.keras.layers import (
    feature_vectors_layer,
    index_inputs,
    looked_up,
    looked_up_features,
    pair_sum_layer,
    shifted,
)
from helpers.recommenders.vectors import VectorRecommender

if TYPE_CHECKING:
    import keras


def pairwise_sum(vectors: Any) -> np.ndarray:
    """Σ over all pairs j < k of v_j · v_k, float64, in time linear in the number of vectors.

    Σ_{j<k} v_j · v_k = ½ Σ_f ((Σ_j v_jf)² − Σ_j v_jf²) (Rendle 2010, lemma 3.1): the square of
    the sum holds every pair twice, and each vector with itself.

    Args:
        vectors: shape (n, fields, dim): for each of n rows the vectors of its features, each
            times the value of the feature.

    Returns:
        Shape (n,).

    Raises:
        ParameterError: the array has not three axes.

    Example:
        >>> pairwise_sum([[[1.0, 0.0], [1.0, 2.0], [0.0, 3.0]]])
        array([7.])
    """
    values = np.asarray(vectors, "float64")
    if values.ndim != 3:
        raise ParameterError(f"vectors must have the shape (n, fields, dim), not {values.shape}.")
    squares: np.ndarray = values.sum(axis=1) ** 2 - (values**2).sum(axis=1)
    return squares.sum(axis=1) / 2


def factorization_machine_model(
    n_users: int,
    n_items: int,
    dim: int,
    mean: float = 0.0,
    *,
    user_features: np.ndarray | None = None,
    item_features: np.ndarray | None = None,
    l2_factors: float = 0.0,
    l2_biases: float = 0.0,
) -> keras.Model:
    """Stars = mean + Σ w_j x_j + Σ_{j<k} (v_j · v_k) x_j x_k (Rendle 2010); uncompiled.

    The features x are the user and the film, each 1 in its own column, and what is known of
    either. With user and film alone it is matrix factorization with biases. With more, a film
    without a rating still has the vectors of its genres, and they meet the user's vector.

    Args:
        n_users: number of users.
        n_items: number of items.
        dim: width of the vectors.
        mean: mean training rating, in stars; fixed, not learnt.
        user_features: what is known of each user, shape (n_users, any), mostly 0 and 1.
        item_features: what is known of each item, shape (n_items, any).
        l2_factors: weight of the penalty on looked-up vectors (``biased_dot_product_model``).
        l2_biases: weight of the penalty on looked-up weights of users and items.

    Raises:
        ParameterError: a table of features does not fit.

    Example:
        >>> model = factorization_machine_model(5, 6, dim=4, item_features=np.ones((6, 3)))
        >>> model.count_params() - 18  # without the fixed table of features
        70
    """
    import keras

    user, item = index_inputs()
    vectors, weights = [], []
    for index, kind, rows, features in (
        (user, "user", n_users, user_features),
        (item, "item", n_items, item_features),
    ):
        own = looked_up(index, rows, dim, f"{kind}_factors", l2=l2_factors)
        vectors.append(keras.layers.Reshape((1, dim), name=f"{kind}_row")(own))
        bias = looked_up(index, rows, 1, f"{kind}_bias", l2=l2_biases, initializer="zeros")
        weights.append(bias)
        for known in looked_up_features(index, rows, features, f"{kind}_features"):
            of_each = feature_vectors_layer()(dim, l2_factors, name=f"{kind}_feature_vectors")
            vectors.append(of_each(known))
            linear = keras.layers.Dense(
                1, use_bias=False, kernel_initializer="zeros", name=f"{kind}_feature_weights"
            )
            weights.append(linear(known))
    every = keras.layers.Concatenate(axis=1, name="vectors")(vectors)
    pairs = pair_sum_layer()(name="pairs")(every)
    total = keras.layers.Add(name="total")([*weights, pairs])
    return keras.Model([user, item], shifted(total, mean), name="factorization_machine")


@dataclass(repr=False, eq=False)
class FactorizationMachine(WholeCatalogue, VectorRecommender, KerasStars):
    """Predicts stars from users, films, genres, decades and demographics, and all pairs of them.

    See ``factorization_machine_model`` (Rendle 2010). The features are the films' genres and
    decades, and the users' gender, age and occupation if the data has them.

    Fallback: a user or film without a training rating has no vector and no weight of its own,
    so the prediction rests on the mean, on features, and on what is known of the other. What is
    no user or film of the catalogue at all gets the score of ``Biases``.

    The defaults are round numbers that did well on validation sets of MovieLens latest-small, of
    films that were known and of films that were new.

    Arguments and errors are those of ``KerasStars`` and ``KerasRecommender``; the biases here are
    the weights of users and films.

    Attributes:
        user_vectors_, item_vectors_: see ``VectorRecommender``; the sum of the vectors of all
            features of a user or film.
        user_offsets_, item_offsets_: what rests on one side alone, in stars; the mean is with the
            users.
    """

    dim: int = 16
    _: KW_ONLY
    l2_factors: float = 0.05
    epochs: int = 30

    def _learn(self, part: Interactions, validation: Interactions | None) -> None:
        known = {"user": user_indicators(part), "item": item_indicators(part)}
        mean = float(part.rating.mean(dtype="float64"))
        self.model_ = factorization_machine_model(
            part.n_users,
            part.n_items,
            self.dim,
            mean,
            user_features=known["user"],
            item_features=known["item"],
            l2_factors=self.l2_factors,
            l2_biases=self.l2_biases,
        )
        self._train(self.model_, part, validation, engine="keras")
        self._forget_what_was_not_learnt()
        self.user_vectors_, levels = self._side("user", known["user"])
        self.user_offsets_ = mean + levels
        self.item_vectors_, self.item_offsets_ = self._side("item", known["item"])

    def _forget_what_was_not_learnt(self) -> None:
        for kind, counts in (("user", self.user_counts_), ("item", self.item_counts_)):
            for name in (f"{kind}_factors", f"{kind}_bias"):
                table = self.model_.get_layer(name)
                (values,) = table.get_weights()
                table.set_weights([np.where(counts[:, None] > 0, values, 0)])

    def _side(self, kind: str, known: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """Sum of the vectors of each user's or film's features, and all that rests on one side.

        Pairs within a side are the same whoever is on the other, so that all of a side which the
        vectors do not hold is an offset.
        """
        rows = self.model_.get_layer(f"{kind}_factors").get_weights()[0][:, None, :]
        level = self.model_.get_layer(f"{kind}_bias").get_weights()[0][:, 0]
        if known is not None:
            own = self.model_.get_layer(f"{kind}_feature_vectors").get_weights()[0]
            rows = np.concatenate([rows, known[:, :, None] * own], axis=1)
            weights = self.model_.get_layer(f"{kind}_feature_weights").get_weights()[0]
            level = level + known @ weights[:, 0]
        return rows.sum(axis=1, dtype="float64"), level + pairwise_sum(rows)
