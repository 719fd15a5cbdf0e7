"""What the Keras estimators share: validation, training with early stopping, similar items."""

from __future__ import annotations

import inspect
import os
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from helpers import training
from helpers.arrays.top_n import top_n
from helpers.errors import DataError, ParameterError, UnknownItemError
from helpers.interactions import Interactions
from helpers.recommenders.base import Recommender, as_indices, check_count, values_or

if TYPE_CHECKING:
    import keras

# Large batches gain nothing by more. And with a whole epoch in one call, TensorFlow's detector of
# retracing, which counts the calls of all models together, calls the fifth model a retracing.
STEPS_PER_CALL = 8


class KerasRecommender(Recommender):
    """Trains a Keras model with early stopping on a validation set, never on a test set.

    Args:
        epochs: at most how many passes over the training ratings.
        batch_size: ratings in one step.
        learning_rate: step length of Adam (Kingma and Ba 2015).
        patience: stop after so many epochs without a lower validation loss and go back to the
            best; None trains all epochs on all ratings.
        validation_fraction: share of the training ratings that is set aside to stop by, above 0
            and below 1; unused where ``fit`` is given a validation set or ``patience`` is None.
        random_state: seed of the weights, of the shuffling and of what is set aside. It seeds
            the whole process (see ``helpers.training.set_seed``).

    Attributes:
        model_: the trained Keras model.
        history_: one row an epoch (see ``helpers.training.fit``).
    """

    # A model whose wrong answers are drawn anew for each epoch would need the draws as well.
    keeps_checkpoints = True

    def __init__(
        self,
        *,
        epochs: int,
        batch_size: int,
        learning_rate: float,
        patience: int | None,
        validation_fraction: float,
        random_state: int,
    ) -> None:
        check_count(epochs, "epochs")
        check_count(batch_size, "batch_size")
        if patience is not None:
            check_count(patience, "patience")
        if not (np.isfinite(learning_rate) and learning_rate > 0):
            raise ParameterError(
                f"learning_rate = {learning_rate} is not possible: it must be > 0."
            )
        if not 0 < validation_fraction < 1:
            raise ParameterError(
                f"validation_fraction = {validation_fraction} is not possible: "
                "choose a number between 0 and 1."
            )
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.random_state = random_state

    def fit(
        self,
        interactions: Interactions,
        validation: Interactions | None = None,
        *,
        checkpoint: str | os.PathLike[str] | None = None,
    ) -> Self:
        """Learn from the interactions and return self.

        Args:
            interactions: the training ratings.
            validation: ratings over the same catalogue to stop by; without it a share of the
                training ratings is set aside. Never the test set.
            checkpoint: a file that keeps what each epoch has reached. Where a fit was interrupted,
                the same fit of a recommender with the same hyper-parameters, in this process or
                another, goes on after its last whole epoch and ends as if nothing had been.
                Deleted at the end.

        Raises:
            DataError: there is no rating to learn from, or none to set aside.
            ParameterError: the two sets have different catalogues, the checkpoint is of another
                training, or this recommender keeps none.
            AlteredDataError: the checkpoint is not as it was written.
        """
        if validation is not None and (
            (validation.n_users, validation.n_items) != (interactions.n_users, interactions.n_items)
        ):
            raise ParameterError(
                "The validation set has another catalogue than the training set: "
                "take both from one split."
            )
        if checkpoint is not None and not self.keeps_checkpoints:
            raise ParameterError(
                f"{type(self).__name__} keeps no checkpoint, since it draws anew for each epoch: "
                "leave checkpoint out."
            )
        self._validation, self._checkpoint = validation, checkpoint
        try:
            return super().fit(interactions)
        finally:
            del self._validation, self._checkpoint

    def similar_items(self, item: int, n: int = 10, *, min_ratings: int = 1) -> pd.DataFrame:
        """The n films whose vectors point most nearly the same way: columns rank, item, score.

        The score is the cosine of the two vectors, −1 to 1. Films with fewer training ratings
        than ``min_ratings`` are left out: a vector learnt from two ratings is mostly chance.

        Raises:
            NotFittedError: ``fit`` has not been called.
            UnknownItemError: the film has no training rating, or there is no such film.
            ParameterError: n is below 1 or above the number of films, or min_ratings is below 1.
            NotImplementedError: the model's vectors are not meant to be compared.
        """
        self._check_fitted()
        check_count(n, "n", self.train_.n_items)
        check_count(min_ratings, "min_ratings")
        if not self._is_trained(as_indices(item, "item"), self.item_counts_)[0]:
            raise UnknownItemError(
                f"The film with index {item} has no training rating, so no vector was learnt."
            )
        vectors = self._item_vectors()
        lengths = np.linalg.norm(vectors, axis=1)
        cosine = vectors @ vectors[item] / np.maximum(lengths * lengths[item], 1e-12)
        left_out = self.item_counts_ < min_ratings
        left_out[item] = True
        ranked = top_n(cosine[None, :], n, left_out[None, :])[0]
        ranked = ranked[ranked >= 0]
        return pd.DataFrame(
            {"rank": np.arange(1, len(ranked) + 1), "item": ranked, "score": cosine[ranked]}
        )

    def _item_vectors(self) -> np.ndarray:
        """Vector of each item, float, shape (n_items, dim); for models that define it."""
        raise NotImplementedError(f"{type(self).__name__} has no notion of similar items.")

    def _popular_or(self, users: np.ndarray, items: np.ndarray, lowest: float) -> np.ndarray:
        """The fallback of who ranks: log(1 + training ratings) for an unknown user, else lowest."""
        popularity = np.log1p(values_or(self.item_counts_, items))
        return np.where(self._is_trained(users, self._known_users()), lowest, popularity)

    def _learn(self, model: keras.Model, part: Interactions, loss: Any, target: str) -> None:
        """Compile and train the model on that part, and keep what the history says."""
        self._compile(model, loss)
        self.history_ = training.fit(
            model,
            part,
            self._validation,
            epochs=self.epochs,
            batch_size=self.batch_size,
            patience=self.patience,
            target=target,
            checkpoint=self._checkpoint,
            settings=self._settings(),
        )

    def _compile(self, model: keras.Model, loss: Any) -> None:
        import keras

        optimizer = keras.optimizers.Adam(self.learning_rate)
        model.compile(optimizer, loss, steps_per_execution=STEPS_PER_CALL)

    def _settings(self) -> dict[str, str]:
        """Class and hyper-parameters, as they tell the checkpoint of this training from others."""
        names = inspect.signature(type(self)).parameters
        settings = {name: repr(getattr(self, name)) for name in names}
        return {"recommender": type(self).__name__, **settings}

    def _part_to_learn_from(self, train: Interactions) -> Interactions:
        """The ratings that change weights; what is set aside to stop by becomes the validation.

        An item that has ratings only in what is set aside has learnt nothing, so the counts,
        which decide on the fallback, are those of the part.
        """
        if self._validation is not None or self.patience is None:
            return train
        n = len(train)
        if n < 2:
            raise DataError(
                "One rating cannot be both learnt from and stopped by: pass more, or patience=None."
            )
        aside = min(max(1, round(self.validation_fraction * n)), n - 1)
        order = np.random.default_rng(self.random_state).permutation(n)
        self._validation = train.subset(np.sort(order[:aside]))
        part = train.subset(np.sort(order[aside:]))
        self.user_counts_ = np.bincount(part.user, minlength=part.n_users)
        self.item_counts_ = np.bincount(part.item, minlength=part.n_items)
        return part
