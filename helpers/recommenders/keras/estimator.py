"""What the Keras estimators share: settings, what is set aside to stop by, compiling."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers import training
from helpers.errors import DataError, ParameterError
from helpers.interactions import Interactions
from helpers.recommenders.arguments import (
    check_count,
    check_not_negative,
    check_positive,
    values_or,
)
from helpers.recommenders.base import Recommender
from helpers.recommenders.simple.biases import Biases

if TYPE_CHECKING:
    import keras

# Large batches gain nothing by more. And with a whole epoch in one call, TensorFlow's detector of
# retracing, which counts the calls of all models together, calls the fifth model a retracing.
STEPS_PER_CALL = 8


@dataclass(repr=False, eq=False)
class KerasRecommender(Recommender):
    """Trains a Keras model with early stopping on a validation set, never on a test set.

    What stops it is the validation set that ``fit`` is given. Without one, a share of the training
    ratings is set aside for that, and the model learns from the rest alone.

    Args:
        epochs: at most how many passes over the training ratings.
        batch_size: ratings in one step.
        learning_rate: step length of Adam (Kingma and Ba 2015).
        patience: stop after so many epochs without a lower validation loss and go back to the
            best; None trains all epochs on all ratings.
        validation_fraction: share of the training ratings that is set aside to stop by, above 0
            and below 1; unused if ``fit`` is given a validation set or ``patience`` is None.
        random_state: seed of the weights, of the shuffling and of what is set aside. It seeds
            the whole process (see ``helpers.training.set_seed``).

    Attributes:
        model_: the trained Keras model.
        history_: one row per epoch (see ``helpers.training.fit``).

    Raises:
        ParameterError: a hyper-parameter is out of range.
    """

    # Of who ranks: lower than every score.
    lowest_ = -np.inf

    _: KW_ONLY
    epochs: int
    batch_size: int
    learning_rate: float
    patience: int | None
    validation_fraction: float = 0.05
    random_state: int = 0

    def __post_init__(self) -> None:
        check_count(self.epochs, "epochs")
        check_count(self.batch_size, "batch_size")
        if self.patience is not None:
            check_count(self.patience, "patience")
        check_positive(self.learning_rate, "learning_rate")
        if not 0 < self.validation_fraction < 1:
            raise ParameterError(
                f"validation_fraction = {self.validation_fraction} is not possible: "
                "choose a number between 0 and 1."
            )

    def _fit(self, train: Interactions, validation: Interactions | None) -> None:
        if validation is not None and len(validation) == 0:
            raise DataError("The validation set is empty: give it some ratings, or pass None.")
        part = train
        if validation is None and self.patience is not None:
            part, validation = self._parted(train)
            # An item that has ratings only in what is set aside has learnt nothing.
            self._count(part)
        training.set_seed(self.random_state)
        self._learn(part, validation)

    @abstractmethod
    def _learn(self, part: Interactions, validation: Interactions | None) -> None:
        """Make the model, train it on that part, and keep what it has learnt."""

    def _parted(self, train: Interactions) -> tuple[Interactions, Interactions]:
        """The ratings that change weights, and those that are set aside to stop by."""
        n = len(train)
        if n < 2:
            raise DataError(
                "One rating cannot be both learnt from and stopped by: pass more, or patience=None."
            )
        aside = min(max(1, round(self.validation_fraction * n)), n - 1)
        order = np.random.default_rng(self.random_state).permutation(n)
        return train.subset(np.sort(order[aside:])), train.subset(np.sort(order[:aside]))

    def _compile(self, model: keras.Model, loss: Any) -> None:
        import keras

        optimizer = keras.optimizers.Adam(self.learning_rate)
        model.compile(optimizer, loss, steps_per_execution=STEPS_PER_CALL)

    def _train(
        self,
        model: keras.Model,
        part: Interactions,
        validation: Interactions | None,
        *,
        engine: training.Engine,
        loss: Any = "mse",
        target: str = "rating",
    ) -> None:
        """Compile and train the model, and keep what the history says."""
        self._compile(model, loss)
        self.history_ = training.fit(
            model,
            part,
            validation,
            epochs=self.epochs,
            batch_size=self.batch_size,
            patience=self.patience,
            target=target,
            engine=engine,
        )

    def _train_redrawn(
        self,
        model: keras.Model,
        part: Interactions,
        validation: Interactions | None,
        drawn: Callable[[Interactions], training.Arrays],
    ) -> None:
        """Train the compiled model on what is drawn from that part, again for each epoch."""
        judged = None
        if validation is not None and self.patience is not None:
            judged = drawn(validation)
        self.history_ = training.fit_redrawn(
            model,
            lambda: drawn(part),
            epochs=self.epochs,
            batch_size=self.batch_size,
            validation=judged,
            patience=self.patience,
        )

    def _fallback(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Of who ranks: log(1 + training ratings) for an unknown user, else below all others."""
        popularity = np.log1p(values_or(self.item_counts_, items))
        return np.where(self._is_trained(users, self._known_users()), self.lowest_, popularity)


@dataclass(repr=False, eq=False)
class KerasStars(KerasRecommender):
    """What those who predict stars share: the penalties, and ``Biases`` as the fallback.

    Arguments and errors beside these are those of ``KerasRecommender``.

    Args:
        dim: width of the vectors.
        l2_factors: weight of the penalty on the vectors.
        l2_biases: weight of the penalty on the biases.
    """

    predicts_stars = True

    dim: int
    _: KW_ONLY
    l2_factors: float
    l2_biases: float = 0.02
    batch_size: int = 2048
    learning_rate: float = 0.005
    patience: int | None = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        check_count(self.dim, "dim")
        check_not_negative(self.l2_factors, "l2_factors")
        check_not_negative(self.l2_biases, "l2_biases")

    def _fit(self, train: Interactions, validation: Interactions | None) -> None:
        self.biases_ = Biases().fit(train)
        super()._fit(train, validation)

    def _fallback(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        return self.biases_.unclipped(users, items)
