"""Adam for factorizations, without the waste: the steps of ``model.fit``, on the rows in use.

A batch looks up some rows of the tables; the gradient of all others is 0. Keras' Adam still
passes over every row in every step, several times. Here the gradient of the rows that a batch
looks up is a product of a sparse matrix, which is prepared once, and a row that is left alone for
a while catches up with all its steps at once when it is next needed. Nothing needs tracing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.interactions import Interactions
from helpers.training.blocks import Block, block_of
from helpers.training.recognition import Factorization, LookUp

if TYPE_CHECKING:
    import keras

PAIRS_AT_ONCE = 16_384


def fit_by_rows(
    model: keras.Model,
    parts: Factorization,
    train: Interactions,
    validation: Interactions | None,
    *,
    epochs: int,
    batch_size: int,
    callbacks: Sequence[Any],
) -> dict[str, list[float]]:
    """Train as ``model.fit`` would, by the same batches, and return the same history.

    After each epoch the weights and the optimizer's state are written to the model, so callbacks
    find what they would find there, and a later ``fit`` of any kind goes on from it.
    """
    import keras

    n_batches = -(-len(train) // batch_size)
    adam = Adam(model.optimizer, epochs * n_batches)
    model.optimizer.build(model.trainable_variables)
    sides = [Side(model, parts, side, adam) for side in (0, 1)]
    calls = keras.callbacks.CallbackList(callbacks, add_history=True, model=model, epochs=epochs)
    model.stop_training = False
    calls.on_train_begin()
    orders, order, blocks, logs = _orders(len(train)), None, [], {}
    for epoch in range(epochs):
        calls.on_epoch_begin(epoch)
        drawn = next(orders)
        if drawn is not order:
            order = drawn
            blocks = [
                block_of(train, order[start : start + batch_size])
                for start in range(0, len(train), batch_size)
            ]
        total = 0.0
        for number, block in enumerate(blocks):
            total += _step(sides, block, parts.mean, adam) * len(block.stars)
            calls.on_train_batch_end(number)
        for side in sides:
            side.write()
        model.optimizer.iterations.assign(adam.iterations)
        logs = {"loss": total / len(train)}
        if validation is not None:
            logs["val_loss"] = _squared_error(sides, validation, parts.mean)
        calls.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    calls.on_train_end(logs)
    history: dict[str, list[float]] = model.history.history
    return history


class Adam:
    """Step lengths of Keras' Adam (Kingma and Ba 2015), and the way of a row without gradient.

    Without a gradient, the momentum m and the mean square v shrink by β₁ and β₂ in each step, so
    k steps move the row by Σ αⱼ β₁ʲ m / (√β₂ʲ √v + ε). The sum over j is known in advance for the
    two ends √v ≫ ε and √v ≪ ε; W m / (c √v + ε) is right at both, and between them to 1 in 10⁵,
    since β₁ʲ has vanished before √β₂ʲ has moved by much.
    """

    def __init__(self, optimizer: Any, steps: int) -> None:
        self.beta_1, self.beta_2 = optimizer.beta_1, optimizer.beta_2
        self.epsilon = np.float32(optimizer.epsilon)
        self.before = int(optimizer.iterations)
        self.step = 0
        # In float32, as Keras computes it: 1 − β₂ would differ in the fifth digit.
        at = np.arange(self.before + 1, self.before + steps + 1, dtype="float32")
        left_1, left_2 = (1 - np.float32(b) ** at for b in (self.beta_1, self.beta_2))
        self.length = np.float32(optimizer.learning_rate) * np.sqrt(left_2) / left_1
        ratios = (self.beta_1, self.beta_1 / np.sqrt(self.beta_2))
        self.ahead = [_discounted(self.length.astype("float64"), ratio) for ratio in ratios]
        self.ratios = ratios

    @property
    def iterations(self) -> int:
        """Steps in all, those of earlier trainings included."""
        return self.before + self.step

    def skipped(self, last: np.ndarray) -> tuple[np.ndarray, ...]:
        """W, c, β₁ᵏ and β₂ᵏ for rows whose last step was that one; columns, float32."""
        k = self.step - last
        near, far = (
            ahead[last] - ratio**k * ahead[self.step]
            for ahead, ratio in zip(self.ahead, self.ratios, strict=True)
        )
        columns = near, near / far, self.beta_1**k, self.beta_2**k
        return tuple(column[:, None].astype("float32") for column in columns)


class Side:
    """The users' or the items' table: a row is [vector, user bias, 1] or [vector, 1, item bias].

    So the dot product of two rows is the score, and one update moves vector and bias together.
    """

    def __init__(self, model: keras.Model, parts: Factorization, side: int, adam: Adam) -> None:
        vectors, bias = parts.vectors[side], parts.biases[side]
        self.width = vectors.layer.output_dim
        self.bias_column, self.fixed_column = self.width + side, self.width + 1 - side
        self.adam = adam
        moments = moments_of(model)
        columns: list[tuple[LookUp, slice]] = [(vectors, slice(0, self.width))]
        if bias is not None:
            columns.append((bias, slice(self.bias_column, self.bias_column + 1)))
        shape = vectors.layer.input_dim, self.width + 2
        self.values, self.momentum, self.square = (np.zeros(shape, "float32") for _ in range(3))
        self.learnt, self.price = np.zeros(shape[1], "float32"), np.zeros(shape[1], "float32")
        self.kept: list[tuple[Any, np.ndarray]] = []
        for found, place in columns:
            variable = found.layer.embeddings
            momentum, square = moments[id(variable)]
            self.learnt[place], self.price[place] = 1, found.l2
            for kept, table in (
                (variable, self.values),
                (momentum, self.momentum),
                (square, self.square),
            ):
                table[:, place] = kept.numpy()
                self.kept.append((kept, table[:, place]))
        self.values[:, self.fixed_column] = 1
        self.last = np.zeros(shape[0], "int64")

    def catch_up(self, rows: np.ndarray) -> None:
        """Give the rows the steps that they have missed."""
        rows = rows[self.last[rows] < self.adam.step]
        if len(rows) == 0:
            return
        near, scale, keep_1, keep_2 = self.adam.skipped(self.last[rows])
        momentum, square = self.momentum[rows], self.square[rows]
        self.values[rows] -= near * momentum / (scale * np.sqrt(square) + self.adam.epsilon)
        self.momentum[rows] = keep_1 * momentum
        self.square[rows] = keep_2 * square
        self.last[rows] = self.adam.step

    def descend(
        self, rows: np.ndarray, values: np.ndarray, gradient: np.ndarray, squares: np.ndarray
    ) -> None:
        """One step of Adam for the rows, which have caught up.

        ``squares`` sums the squared gradients of the single ratings: if a row is in a
        batch more than once, Keras with TensorFlow does not add up before it squares.
        """
        adam = self.adam
        gradient *= self.learnt
        squares *= self.learnt
        momentum, square = self.momentum[rows], self.square[rows]
        gradient -= momentum
        gradient *= np.float32(1 - adam.beta_1)
        momentum += gradient
        squares -= square
        squares *= np.float32(1 - adam.beta_2)
        square += squares
        self.momentum[rows], self.square[rows] = momentum, square
        np.sqrt(square, out=square)
        square += adam.epsilon
        momentum *= adam.length[adam.step]
        momentum /= square
        values -= momentum
        self.values[rows] = values
        self.last[rows] = adam.step + 1

    def add_price(
        self,
        values: np.ndarray,
        counts: np.ndarray,
        gradient: np.ndarray,
        squares: np.ndarray,
        n: int,
    ) -> float:
        """The penalty on the rows of a batch of n, added to the gradient and its squares."""
        pull = values * (self.price * np.float32(2 / n))
        # (e + p)² summed over a row's ratings is Σ e² + p (2 Σ e + count × p).
        pulls = pull * counts
        squares += pull * (2 * gradient + pulls)
        np.maximum(squares, 0, out=squares)  # rounding can take a sum that is all but 0 below it
        gradient += pulls
        return float(np.vdot(pulls, values)) / 2

    def write(self) -> None:
        """Bring all rows to the present, and the model's weights and optimizer with them."""
        self.catch_up(np.arange(len(self.last)))
        for kept, part in self.kept:
            kept.assign(part)


def moments_of(model: keras.Model) -> dict[int, tuple[Any, Any]]:
    """Adam's two variables, momentum and mean square, of each weight, by the weight's ``id``.

    Keras names them after what they hold and lists them in the order of the weights.
    """
    named = [
        [one for one in model.optimizer.variables if one.path.endswith(f"_{name}")]
        for name in ("momentum", "velocity")
    ]
    pairs = zip(model.trainable_variables, *named, strict=True)
    return {id(weight): (momentum, square) for weight, momentum, square in pairs}


def _step(sides: list[Side], block: Block, mean: float, adam: Adam) -> float:
    """One batch: its loss before the step, as Keras reports it."""
    for side, rows in zip(sides, block.rows, strict=True):
        side.catch_up(rows)
    users, items = (s.values[rows] for s, rows in zip(sides, block.rows, strict=True))
    error = _dots(users, items, block.place) + (np.float32(mean) - block.stars)
    n = len(error)
    loss = float(error @ error) / n
    error *= np.float32(2 / n)
    block.errors.data[:] = error
    gradients = block.errors @ items, block.errors.T @ users
    block.errors.data *= error
    squares = block.errors @ (items * items), block.errors.T @ (users * users)
    for k, (side, values) in enumerate(zip(sides, (users, items), strict=True)):
        if side.price.any():
            loss += side.add_price(values, block.counts[k], gradients[k], squares[k], n)
        side.descend(block.rows[k], values, gradients[k], squares[k])
    adam.step += 1
    return loss


def _dots(users: np.ndarray, items: np.ndarray, place: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Dot product of each pair of rows, float32, in pieces that stay in the processor's cache."""
    user, item = place
    out = np.empty(len(user), "float32")
    for start in range(0, len(user), PAIRS_AT_ONCE):
        piece = slice(start, start + PAIRS_AT_ONCE)
        np.einsum("ij,ij->i", users[user[piece]], items[item[piece]], out=out[piece])
    return out


def _squared_error(sides: list[Side], ratings: Interactions, mean: float) -> float:
    dots = _dots(sides[0].values, sides[1].values, (ratings.user, ratings.item))
    error = dots + (np.float32(mean) - ratings.rating.astype("float32"))
    return float(np.mean(error**2, dtype="float64"))


def _orders(n: int) -> Iterator[np.ndarray]:
    """The order of the ratings in each epoch, as ``model.fit`` draws it.

    It is the same in every epoch if a seed is set: TensorFlow starts its generator again.
    """
    import tensorflow as tf

    drawn = tf.data.Dataset.range(1).map(
        lambda _: tf.random.shuffle(tf.range(n, dtype=tf.int64)),
    )
    first, second = (next(iter(drawn)).numpy() for _ in range(2))
    yield first
    if np.array_equal(first, second):
        yield from repeat(first)
    yield second
    while True:
        yield next(iter(drawn)).numpy()


def _discounted(lengths: np.ndarray, ratio: float) -> np.ndarray:
    """Σ over j ≥ 1 of ratioʲ × the length j steps further on, for each step, shape (steps + 1,)."""
    from scipy.signal import lfilter

    ahead = lfilter([ratio], [1, -ratio], lengths[::-1])[::-1]
    return np.append(ahead, 0.0)
