"""Neural collaborative filtering, and the plain factorization that it is to be held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from helpers import training
from helpers.interactions import Interactions
from helpers.recommenders.arguments import check_count, check_not_negative, check_one_of
from helpers.recommenders.keras.architectures import biased_dot_product_model
from helpers.recommenders.keras.choice_models import choice_loss
from helpers.recommenders.keras.estimator import KerasRecommender
from helpers.recommenders.keras.neumf_model import (
    among_candidates,
    gmf_model,
    mlp_model,
    neumf_model,
)
from helpers.recommenders.vectors import VectorRecommender

if TYPE_CHECKING:
    import keras

Similarity = Literal["neumf", "mlp", "gmf", "dot"]
SIMILARITIES = ("neumf", "mlp", "gmf", "dot")
# Those that are an inner product of two vectors.
PRODUCTS = ("gmf", "dot")
FACTORS = ("user_factors", "item_factors")
LOSSES = ("pairs", "single")
# Below every logit that training reaches; a sigmoid makes 0 of it.
LOWEST = -1e6


@dataclass(repr=False, eq=False)
class NeuralCollaborative(VectorRecommender, KerasRecommender):
    """Tells choices from drawn films by a network on two vectors (He et al. 2017).

    What makes a score of two vectors is ``similarity``: a network beside a weighted dot product
    ("neumf"), the network alone ("mlp"), the weighted dot product alone ("gmf"), or a dot product
    with biases and no network at all ("dot"), which Rendle et al. (2020) found to be no worse once
    all are tuned alike. What it learns from is ``loss``: "pairs" is that of ``BPR``, a choice
    against drawn films, corrected for the draw; "single" is that of the paper, each choice a yes
    and each drawn film a no, by binary cross-entropy, uncorrected. A score has no unit; more is
    better for the same user.

    Fallback: an unknown user gets the most popular items, scored by log(1 + training ratings);
    for a known user an item without training ratings scores below every other item.

    A network has no similar items: what a film is to it is not a direction of one vector.

    Arguments and errors beside these are those of ``KerasRecommender``.

    Args:
        similarity: "neumf", "mlp", "gmf" or "dot".
        loss: "pairs", or "single" for that of the paper.
        dim: width of each vector.
        hidden: width of each relu layer, for "neumf" and "mlp".
        l2: weight of the penalty on looked-up vectors and biases.
        negatives: drawn films for each choice; the paper has 4, drawn with popularity 0.
        popularity: how much more often popular films are drawn (see ``NegativeSampler``).

    Attributes:
        user_vectors_, item_vectors_, user_offsets_, item_offsets_: see ``VectorRecommender``; for
            "gmf", whose weights are in the users' vectors, and for "dot", not for a network.
    """

    similarity: Similarity = "neumf"
    _: KW_ONLY
    loss: Literal["pairs", "single"] = "pairs"
    dim: int = 16
    hidden: Sequence[int] = (32, 16, 8)
    l2: float = 0.01
    negatives: int = 1
    popularity: float = 1.0
    epochs: int = 6
    batch_size: int = 2048
    learning_rate: float = 0.01
    patience: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_one_of(self.similarity, "similarity", SIMILARITIES)
        check_one_of(self.loss, "loss", LOSSES)
        for width in self.hidden:
            check_count(width, "A width in hidden")
        check_count(self.dim, "dim")
        check_count(self.negatives, "negatives")
        check_not_negative(self.l2, "l2")
        check_not_negative(self.popularity, "popularity")
        self.hidden = tuple(self.hidden)

    def _learn(self, part: Interactions, validation: Interactions | None) -> None:
        sampler = training.NegativeSampler(part, self.popularity)
        part = sampler.with_wrong_answers(part)
        if validation is not None:
            # Nothing is left of it if all who are in it have chosen everything.
            validation = sampler.with_wrong_answers(validation) or None
        generator = np.random.default_rng(self.random_state)
        self.model_ = self._model(part.n_users, part.n_items)
        drawn = partial(self._drawn, sampler=sampler, generator=generator)
        self._train_redrawn(self._learner(), part, validation, drawn)
        self.lowest_ = LOWEST
        if self.similarity in PRODUCTS:
            self._keep_vectors()

    def _keep_vectors(self) -> None:
        weights = _weights(self.model_)
        users, items = (weights[name][0].astype("float64") for name in FACTORS)
        self.user_vectors_, self.item_vectors_ = users, items
        if self.similarity == "dot":
            self.user_offsets_ = weights["user_bias"][0][:, 0].astype("float64")
            self.item_offsets_ = weights["item_bias"][0][:, 0].astype("float64")
        else:
            kernel, bias = (each.astype("float64") for each in weights["score"])
            self.user_vectors_ = users * kernel[:, 0]
            self.item_offsets_ = np.full(len(items), bias[0])

    def _learner(self) -> keras.Model:
        """What is trained, compiled: the model itself, or the model among candidates."""
        import keras

        if self.loss == "pairs":
            learner = among_candidates(self.model_, 1 + self.negatives)
            self._compile(learner, choice_loss)
            return learner
        self._compile(self.model_, keras.losses.BinaryCrossentropy(from_logits=True))
        return self.model_

    def _drawn(
        self, part: Interactions, sampler: training.NegativeSampler, generator: np.random.Generator
    ) -> tuple[list[np.ndarray], np.ndarray]:
        """Inputs and targets of one epoch."""
        if self.loss == "single":
            return training.labelled_pairs(part, sampler, self.negatives, generator)
        drawn = sampler.draw(part.user, self.negatives, generator)
        users, films = training.choices_among_drawn(part, drawn, generator)
        return [users, films], sampler.log_q[films]

    def _model(self, n_users: int, n_items: int) -> keras.Model:
        sizes = (n_users, n_items, self.dim)
        if self.similarity == "dot":
            return biased_dot_product_model(*sizes, l2_factors=self.l2, l2_biases=self.l2)
        if self.similarity == "gmf":
            return gmf_model(*sizes, l2=self.l2)
        make = mlp_model if self.similarity == "mlp" else neumf_model
        return make(*sizes, self.hidden, l2=self.l2)

    def similar_items(self, item: int, n: int = 10, *, min_ratings: int = 1) -> pd.DataFrame:
        """As ``VectorRecommender``, for "gmf" and "dot".

        Raises:
            NotImplementedError: what a film is to a network is not a direction of one vector.
        """
        if self.similarity not in PRODUCTS:
            raise NotImplementedError(f"{self.similarity!r} has no notion of similar items.")
        return super().similar_items(item, n, min_ratings=min_ratings)

    def _predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        if self.similarity in PRODUCTS:
            return super()._predict(users, items)
        return training.predict(self.model_, users, items)

    def _scores(self, users: np.ndarray) -> np.ndarray:
        if self.similarity in PRODUCTS:
            return super()._scores(users)
        return network_scores(self.model_, users)


def network_scores(model: keras.Model, users: np.ndarray) -> np.ndarray:
    """Score of every item for each user, float64, (users, n_items), from the model's weights.

    What the first hidden layer makes of a user and of an item is computed once for each, and only
    added for each pair; the layers above have to look at every pair.
    """
    weights = _weights(model)
    kernel, bias = weights["score"]
    scores = np.full((len(users), len(weights["item_inputs"][0])), bias[0], "float32")
    if "user_factors" in weights:
        user, item = weights["user_factors"][0][users], weights["item_factors"][0]
        scores += (user * kernel[: user.shape[1], 0]) @ item.T
    _add_network(scores, users, weights)
    return scores.astype("float64")


def _weights(model: keras.Model) -> dict[str, list[np.ndarray]]:
    """What each layer has learnt, by its name."""
    return {layer.name: layer.get_weights() for layer in model.layers if layer.weights}


def _add_network(
    scores: np.ndarray, users: np.ndarray, weights: dict[str, list[np.ndarray]]
) -> None:
    """Add what the network makes of each pair, a user at a time."""
    user, item = weights["user_inputs"][0][users], weights["item_inputs"][0]
    (kernel, bias), *above = [weights[name] for name in weights if name.startswith("hidden_")]
    of_user, of_item = user @ kernel[: user.shape[1]] + bias, item @ kernel[user.shape[1] :]
    last = weights["score"][0][-len(above[-1][1] if above else bias) :, 0]
    for row, own in enumerate(of_user):
        values = np.maximum(of_item + own, 0)
        for kernel, bias in above:
            values = np.maximum(values @ kernel + bias, 0)
        scores[row] += values @ last
