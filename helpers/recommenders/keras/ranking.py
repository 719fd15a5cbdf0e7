"""Matrix factorizations that learn from choices: by pairs (BPR), or by a softmax over all films."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from helpers import training
from helpers.errors import ParameterError
from helpers.interactions import Interactions
from helpers.recommenders.arguments import check_count, check_not_negative
from helpers.recommenders.keras.choice_models import (
    catalogue_loss,
    catalogue_model,
    choice_loss,
    choice_model,
)
from helpers.recommenders.keras.estimator import KerasRecommender
from helpers.recommenders.vectors import VectorRecommender


@dataclass(repr=False, eq=False)
class ChoiceFactorization(VectorRecommender, KerasRecommender):
    """What the two share: score = film bias + user vector · film vector, for use as plain arrays.

    A score has no unit and no meaning beside those of another user; more is better.

    Fallback: an unknown user gets the most popular items, scored by log(1 + training ratings);
    for a known user an item without training ratings scores below every other item.

    Attributes:
        user_vectors_, item_vectors_: see ``VectorRecommender``.
        item_offsets_: the biases of the films, shape (n_items,).
    """

    dim: int = 64
    _: KW_ONLY
    l2: float = 0.01

    def __post_init__(self) -> None:
        super().__post_init__()
        check_count(self.dim, "dim")
        check_not_negative(self.l2, "l2")

    def _keep(self, users: np.ndarray, items: np.ndarray, biases: np.ndarray) -> None:
        """Take what the model has learnt."""
        self.user_vectors_, self.item_vectors_ = users.astype("float64"), items.astype("float64")
        self.item_offsets_ = biases.astype("float64")
        self.lowest_ = self._lowest()


@dataclass(repr=False, eq=False)
class BPR(ChoiceFactorization):
    """Bayesian personalised ranking: each choice should score above a film that was not chosen.

    The loss of a pair is −log σ(score of the choice − score of the other), Rendle et al. (2009);
    the others are drawn again in each epoch. Drawn as often as they are chosen, wrong answers are
    harder and teach more than drawn alike; that such a draw punishes fame the loss takes back, by
    subtracting log q (see ``choice_loss``). The paper draws alike: ``popularity=0``. With several
    negatives the loss is that of sampled softmax. The defaults are round numbers that did well on
    validation sets of MovieLens latest-small.

    Scores, fallback and attributes are those of ``ChoiceFactorization``; arguments and errors
    beside these are those of ``KerasRecommender``.

    Args:
        dim: width of the vectors.
        negatives: how many films are drawn for each choice.
        popularity: how much more often popular films are drawn (see ``NegativeSampler``).
        correct: whether the loss subtracts log q.
        pool: draw so many instead of one and keep the one that the model scores highest at the
            beginning of the epoch; nothing is corrected then. 1 keeps what is drawn.
        l2: weight of the penalty on looked-up vectors and biases.

    Raises:
        ParameterError: ``pool`` is above 1 with several negatives.
    """

    _: KW_ONLY
    negatives: int = 1
    popularity: float = 1.0
    correct: bool = True
    pool: int = 1
    epochs: int = 12
    batch_size: int = 2048
    learning_rate: float = 0.01
    patience: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_count(self.negatives, "negatives")
        check_count(self.pool, "pool")
        check_not_negative(self.popularity, "popularity")
        if self.pool > 1 and self.negatives > 1:
            raise ParameterError(f"pool = {self.pool} keeps one of the draws: set negatives = 1.")

    def _learn(self, part: Interactions, validation: Interactions | None) -> None:
        sampler = training.NegativeSampler(part, self.popularity)
        part = sampler.with_wrong_answers(part)
        if validation is not None:
            # Nothing is left of it if all who are in it have chosen everything.
            validation = sampler.with_wrong_answers(validation) or None
        generator = np.random.default_rng(self.random_state)
        self.model_ = choice_model(
            part.n_users, part.n_items, self.dim, 1 + self.negatives, l2=self.l2
        )
        self._compile(self.model_, choice_loss)
        drawn = partial(self._drawn, sampler=sampler, generator=generator)
        self._train_redrawn(self.model_, part, validation, drawn)
        self._keep(*self._tables())

    def _drawn(
        self, part: Interactions, sampler: training.NegativeSampler, generator: np.random.Generator
    ) -> tuple[list[np.ndarray], np.ndarray]:
        """Inputs and targets of one epoch."""
        drawn = sampler.draw(part.user, max(self.pool, self.negatives), generator)
        if self.pool > 1:
            drawn = training.hardest(drawn, self._scores_of_drawn(part.user, drawn))
        users, films = training.choices_among_drawn(part, drawn, generator)
        corrected = self.correct and self.pool == 1
        log_q = sampler.log_q[films] if corrected else np.zeros(films.shape, "float32")
        return [users, films], log_q

    def _scores_of_drawn(self, users: np.ndarray, films: np.ndarray) -> np.ndarray:
        """What the model, as it is now, makes of each film in a row."""
        own, vectors, biases = self._tables()
        dots: np.ndarray = np.einsum("nd,nmd->nm", own[users], vectors[films])
        return dots + biases[films]

    def _tables(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        layers = [self.model_.get_layer(n) for n in ("user_factors", "item_factors", "item_bias")]
        users, vectors, biases = (layer.get_weights()[0] for layer in layers)
        return users, vectors, biases[:, 0]


@dataclass(repr=False, eq=False)
class SoftmaxFactorization(ChoiceFactorization):
    """Each choice should score higher than all other films of the catalogue: nothing is drawn.

    The loss of a choice is −log softmax of its score among the scores of all films; a batch is of
    users, each with all their choices (the multinomial likelihood of Liang et al. 2018, with a
    plain factorization in place of their autoencoder). An epoch takes n_users × n_items × dim
    products, which is little for some ten thousand films; beyond, ``BPR`` draws a few. The
    defaults are round numbers that did well on validation sets of MovieLens latest-small.

    Scores, fallback and attributes are those of ``ChoiceFactorization``; arguments and errors
    beside these are those of ``KerasRecommender``.

    Args:
        dim: width of the vectors.
        l2: weight of the penalty (see ``catalogue_model``).
        batch_size: users in one step.
    """

    dim: int = 128
    _: KW_ONLY
    l2: float = 3.0
    epochs: int = 30
    batch_size: int = 64
    learning_rate: float = 0.005
    patience: int | None = None

    def _learn(self, part: Interactions, validation: Interactions | None) -> None:
        import keras

        self.model_ = catalogue_model(part.n_users, part.n_items, self.dim, l2=self.l2)
        self._compile(self.model_, catalogue_loss)
        callbacks, judged = [], None
        if self.patience is not None and validation is not None:
            judged = rows_of_choices()(validation, self.batch_size)
            stop = {"patience": self.patience, "restore_best_weights": True}
            callbacks.append(keras.callbacks.EarlyStopping("val_loss", **stop))
        rows = rows_of_choices()(part, self.batch_size, np.random.default_rng(self.random_state))
        with training.stops_between_batches() as first:
            log = self.model_.fit(
                rows,
                epochs=self.epochs,
                validation_data=judged,
                callbacks=[first, *callbacks],
                verbose=0,
            )
        self.history_ = pd.DataFrame(log.history)
        self.history_.insert(0, "epoch", np.arange(1, len(self.history_) + 1))
        (users,) = self.model_.get_layer("user_factors").get_weights()
        kernel, biases = self.model_.get_layer("item_factors").get_weights()
        self._keep(users, kernel.T, biases)


@cache
def rows_of_choices() -> Any:
    """The class of a data set of users, one batch at a time, each with a row of 0 and 1.

    So never more than a batch of the users × films matrix is in memory. A function makes the
    class, because ``import helpers`` must not import Keras.
    """
    import keras

    class RowsOfChoices(keras.utils.PyDataset):  # type: ignore[misc]
        """Batches of (users (batch, 1), choices (batch, n_items)), shuffled by a generator."""

        def __init__(
            self, part: Interactions, batch_size: int, generator: np.random.Generator | None = None
        ) -> None:
            super().__init__()
            ones = np.ones(len(part), "float32")
            shape = (part.n_users, part.n_items)
            self.chosen = sparse.csr_matrix((ones, (part.user, part.item)), shape)
            self.users = np.unique(part.user).astype("int32")
            self.batch_size, self.generator = batch_size, generator
            self.on_epoch_end()

        def __len__(self) -> int:
            return (len(self.users) + self.batch_size - 1) // self.batch_size

        def __getitem__(self, number: int) -> tuple[np.ndarray, np.ndarray]:
            users = self.users[number * self.batch_size : (number + 1) * self.batch_size]
            return users[:, None], self.chosen[users].toarray()

        def on_epoch_end(self) -> None:
            if self.generator is not None:
                self.generator.shuffle(self.users)

    return RowsOfChoices
