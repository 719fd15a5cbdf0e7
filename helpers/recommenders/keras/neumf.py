"""Neural collaborative filtering, and the plain factorization that it is to be held against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from helpers import training
from helpers.errors import ParameterError
from helpers.interactions import Interactions
from helpers.recommenders.base import check_count, check_not_negative
from helpers.recommenders.keras.architectures import biased_dot_product_model
from helpers.recommenders.keras.choice_models import choice_loss
from helpers.recommenders.keras.estimator import KerasRecommender
from helpers.recommenders.keras.neumf_model import (
    among_candidates,
    gmf_model,
    mlp_model,
    neumf_model,
)

if TYPE_CHECKING:
    import keras

Similarity = Literal["neumf", "mlp", "gmf", "dot"]
SIMILARITIES = ("neumf", "mlp", "gmf", "dot")
LOSSES = ("pairs", "single")
# Below every logit that training reaches; a sigmoid makes 0 of it.
LOWEST = -1e6


class NeuralCollaborative(KerasRecommender):
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

    There are no similar items here: what a film is to a network is no direction of one vector.

    Args:
        similarity: "neumf", "mlp", "gmf" or "dot".
        loss: "pairs", or "single" for that of the paper.
        dim: width of each vector.
        hidden: width of each relu layer, for "neumf" and "mlp".
        l2: weight of the penalty on looked-up vectors and biases.
        negatives: drawn films for each choice; the paper has 4, drawn with popularity 0.
        popularity: how much more often popular films are drawn (see ``NegativeSampler``).
        epochs, batch_size, learning_rate, patience, validation_fraction, random_state:
            see ``KerasRecommender``.

    Raises:
        ParameterError: a hyper-parameter is out of range.
    """

    keeps_checkpoints = False

    def __init__(
        self,
        similarity: Similarity = "neumf",
        *,
        loss: Literal["pairs", "single"] = "pairs",
        dim: int = 16,
        hidden: Sequence[int] = (32, 16, 8),
        l2: float = 0.01,
        negatives: int = 1,
        popularity: float = 1.0,
        epochs: int = 6,
        batch_size: int = 2048,
        learning_rate: float = 0.01,
        patience: int | None = None,
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
        options = {"similarity": (similarity, SIMILARITIES), "loss": (loss, LOSSES)}
        for name, (value, possible) in options.items():
            if value not in possible:
                raise ParameterError(f"{name} must be one of {possible}, not {value!r}.")
        for width in hidden:
            check_count(width, "A width in hidden")
        check_count(dim, "dim")
        check_count(negatives, "negatives")
        check_not_negative(l2, "l2")
        check_not_negative(popularity, "popularity")
        self.similarity = similarity
        self.loss = loss
        self.dim = dim
        self.hidden = tuple(hidden)
        self.l2 = l2
        self.negatives = negatives
        self.popularity = popularity

    def _fit(self, train: Interactions) -> None:
        part, held = self._part_to_learn_from(train), self._validation
        sampler = training.NegativeSampler(part, self.popularity)
        part = sampler.with_wrong_answers(part)
        held = sampler.with_wrong_answers(held) if held else held
        generator = np.random.default_rng(self.random_state)
        training.set_seed(self.random_state)
        self.model_ = self._model(train.n_users, train.n_items)
        learner = self._learner()
        self.history_ = training.fit_redrawn(
            learner,
            lambda: self._drawn(part, sampler, generator),
            epochs=self.epochs,
            batch_size=self.batch_size,
            validation=self._drawn(held, sampler, generator) if self.patience and held else None,
            patience=self.patience,
        )

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

    def _predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        return training.predict(self.model_, users, items)

    def _scores(self, users: np.ndarray) -> np.ndarray:
        return all_scores(self.model_, users)

    def _fallback(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        return self._popular_or(users, items, LOWEST)


def all_scores(model: keras.Model, users: np.ndarray) -> np.ndarray:
    """Score of every item for each user, float64, (users, n_items), from the model's weights.

    What the first hidden layer makes of a user and of an item is computed once for each, and only
    added for each pair; the layers above have to look at every pair.
    """
    weights = {layer.name: layer.get_weights() for layer in model.layers if layer.weights}
    if "score" not in weights:
        user, item = weights["user_factors"][0][users], weights["item_factors"][0]
        bias = np.add.outer(weights["user_bias"][0][users, 0], weights["item_bias"][0][:, 0])
        return (user @ item.T + bias).astype("float64")
    kernel, bias = weights["score"]
    scores = np.full((len(users), model_items(weights)), bias[0], "float32")
    if "user_factors" in weights:
        user, item = weights["user_factors"][0][users], weights["item_factors"][0]
        scores += (user * kernel[: user.shape[1], 0]) @ item.T
    if "user_inputs" in weights:
        _add_network(scores, users, weights)
    return scores.astype("float64")


def model_items(weights: dict[str, Any]) -> int:
    """How many items the tables of a model have."""
    table = weights.get("item_factors") or weights["item_inputs"]
    return len(table[0])


def _add_network(scores: np.ndarray, users: np.ndarray, weights: dict[str, Any]) -> None:
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
