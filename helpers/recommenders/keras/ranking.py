"""Matrix factorizations that learn from choices: by pairs (BPR), or by a softmax over all films."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from helpers import training
from helpers.errors import ParameterError
from helpers.interactions import Interactions
from helpers.recommenders.base import check_count, check_not_negative
from helpers.recommenders.keras.choice_models import (
    catalogue_loss,
    catalogue_model,
    choice_loss,
    choice_model,
)
from helpers.recommenders.keras.estimator import KerasRecommender


class ChoiceFactorization(KerasRecommender):
    """What the two share: score = film bias + user vector · film vector, for use as plain arrays.

    A score has no unit and no meaning beside those of another user; more is better.

    Fallback: an unknown user gets the most popular items, scored by log(1 + training ratings);
    for a known user an item without training ratings scores below every other item.

    Attributes:
        user_factors_: shape (n_users, dim); ``item_factors_``: shape (n_items, dim).
        item_biases_: shape (n_items,).
    """

    keeps_checkpoints = False
    dim: int
    l2: float
    model_: Any

    def _keep(self, items: np.ndarray, biases: np.ndarray) -> None:
        """Take what the model has learnt; no score is lower than ``lowest_``."""
        (users,) = self.model_.get_layer("user_factors").get_weights()
        self.user_factors_, self.item_factors_ = users.astype("float64"), items.astype("float64")
        self.item_biases_ = biases.astype("float64")
        lengths = [np.linalg.norm(v, axis=1).max() for v in (users, items)]
        self.lowest_ = float(biases.min()) - float(np.prod(lengths)) - 1.0

    def _check(self, **counts: Any) -> None:
        for name, count in ({"dim": self.dim} | counts).items():
            check_count(count, name)
        check_not_negative(self.l2, "l2")

    def _item_vectors(self) -> np.ndarray:
        return self.item_factors_

    def _predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        dots = np.einsum("ij,ij->i", self.user_factors_[users], self.item_factors_[items])
        return self.item_biases_[items] + dots

    def _scores(self, users: np.ndarray) -> np.ndarray:
        scores: np.ndarray = self.user_factors_[users] @ self.item_factors_.T
        scores += self.item_biases_
        return scores

    def _fallback(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        return self._popular_or(users, items, self.lowest_)


class BPR(ChoiceFactorization):
    """Bayesian personalised ranking: each choice is to stand above a film that was not chosen.

    The loss of a pair is −log σ(score of the choice − score of the other), Rendle et al. (2009);
    the others are drawn anew in each epoch. Drawn as often as they are chosen, wrong answers are
    harder and teach more than drawn alike; that such a draw punishes fame the loss takes back, by
    subtracting log q (see ``choice_loss``). The paper draws alike: ``popularity=0``. With several
    negatives the loss is that of sampled softmax. The defaults are round numbers that did well on
    validation sets of MovieLens latest-small.

    Scores, fallback and attributes are those of ``ChoiceFactorization``.

    Args:
        dim: width of the vectors.
        negatives: how many films are drawn for each choice.
        popularity: how much more often popular films are drawn (see ``NegativeSampler``).
        correct: whether the loss subtracts log q.
        pool: draw so many instead of one and keep the one that the model scores highest at the
            beginning of the epoch; nothing is corrected then. 1 keeps what is drawn.
        l2: weight of the penalty on looked-up vectors and biases.
        epochs, batch_size, learning_rate, patience, validation_fraction, random_state:
            see ``KerasRecommender``.

    Raises:
        ParameterError: a hyper-parameter is out of range, or ``pool`` stands beside several
            negatives.
    """

    def __init__(
        self,
        dim: int = 64,
        *,
        negatives: int = 1,
        popularity: float = 1.0,
        correct: bool = True,
        pool: int = 1,
        l2: float = 0.01,
        epochs: int = 12,
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
        self.dim = dim
        self.negatives = negatives
        self.popularity = popularity
        self.correct = correct
        self.pool = pool
        self.l2 = l2
        self._check(negatives=negatives, pool=pool)
        check_not_negative(popularity, "popularity")
        if pool > 1 and negatives > 1:
            raise ParameterError(f"pool = {pool} keeps one of the draws: set negatives = 1.")

    def _fit(self, train: Interactions) -> None:
        part, held = self._part_to_learn_from(train), self._validation
        sampler = training.NegativeSampler(part, self.popularity)
        part = sampler.with_wrong_answers(part)
        held = sampler.with_wrong_answers(held) if held else held
        generator = np.random.default_rng(self.random_state)
        training.set_seed(self.random_state)
        self.model_ = choice_model(
            train.n_users, train.n_items, self.dim, 1 + self.negatives, l2=self.l2
        )
        self._compile(self.model_, choice_loss)
        self.history_ = training.fit_redrawn(
            self.model_,
            lambda: self._drawn(part, sampler, generator),
            epochs=self.epochs,
            batch_size=self.batch_size,
            validation=self._drawn(held, sampler, generator) if self.patience and held else None,
            patience=self.patience,
        )
        self._keep(*self._items())

    def _drawn(
        self, part: Interactions, sampler: training.NegativeSampler, generator: np.random.Generator
    ) -> tuple[list[np.ndarray], np.ndarray]:
        """Inputs and targets of one epoch."""
        drawn = sampler.draw(part.user, max(self.pool, self.negatives), generator)
        if self.pool > 1:
            drawn = training.hardest(drawn, self._scores_of(part.user, drawn))
        users, films = training.choices_among_drawn(part, drawn, generator)
        corrected = self.correct and self.pool == 1
        log_q = sampler.log_q[films] if corrected else np.zeros(films.shape, "float32")
        return [users, films], log_q

    def _scores_of(self, users: np.ndarray, films: np.ndarray) -> np.ndarray:
        """What the model, as it is now, makes of each film in a row."""
        (own,) = self.model_.get_layer("user_factors").get_weights()
        vectors, biases = self._items()
        dots: np.ndarray = np.einsum("nd,nmd->nm", own[users], vectors[films])
        return dots + biases[films]

    def _items(self) -> tuple[np.ndarray, np.ndarray]:
        tables = (self.model_.get_layer(name) for name in ("item_factors", "item_bias"))
        vectors, biases = (table.get_weights()[0] for table in tables)
        return vectors, biases[:, 0]


class SoftmaxFactorization(ChoiceFactorization):
    """Each choice is to stand out from all films of the catalogue: nothing is drawn.

    The loss of a choice is −log softmax of its score among the scores of all films; a batch is of
    users, each with all their choices (the multinomial likelihood of Liang et al. 2018, with a
    plain factorization in place of their autoencoder). An epoch takes n_users × n_items × dim
    products, which is little for some ten thousand films; beyond, ``BPR`` draws a few. The
    defaults are round numbers that did well on validation sets of MovieLens latest-small.

    Scores, fallback and attributes are those of ``ChoiceFactorization``.

    Args:
        dim: width of the vectors.
        l2: weight of the penalty (see ``catalogue_model``).
        batch_size: users in one step.
        epochs, learning_rate, patience, validation_fraction, random_state: see
            ``KerasRecommender``.

    Raises:
        ParameterError: a hyper-parameter is out of range.
    """

    def __init__(
        self,
        dim: int = 128,
        *,
        l2: float = 3.0,
        epochs: int = 30,
        batch_size: int = 64,
        learning_rate: float = 0.005,
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
        self.dim = dim
        self.l2 = l2
        self._check()

    def _fit(self, train: Interactions) -> None:
        import keras

        part, held = self._part_to_learn_from(train), self._validation
        training.set_seed(self.random_state)
        self.model_ = catalogue_model(train.n_users, train.n_items, self.dim, l2=self.l2)
        self._compile(self.model_, catalogue_loss)
        callbacks, judged = [], None
        if self.patience and held:
            judged = rows_of_choices()(held, self.batch_size)
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
        kernel, biases = self.model_.get_layer("item_factors").get_weights()
        self._keep(kernel.T, biases)


@cache
def rows_of_choices() -> Any:
    """The class of a data set of users, a batch at a time, each with a row of 0 and 1.

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
