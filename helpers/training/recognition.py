"""Which models are a dot product of looked-up rows, so that their gradient is known in advance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

PIECES = {"InputLayer", "Embedding", "Flatten", "RowPenalty", "Dot", "Add", "Rescaling"}
FREE = {"name", "learning_rate", "beta_1", "beta_2", "epsilon"}  # what an Adam may choose


@dataclass(frozen=True)
class LookUp:
    """One embedding: for which input (0 users, 1 items), and the price of a row, 0 for none."""

    layer: Any
    side: int
    l2: float


@dataclass(frozen=True)
class Factorization:
    """score = mean + the biases that there are + user vector · item vector."""

    vectors: tuple[LookUp, LookUp]
    biases: tuple[LookUp | None, LookUp | None]
    mean: float


def recognised(model: keras.Model) -> Factorization | None:
    """The parts of a factorization that learns from squared error by plain Adam, else None.

    Whatever is not known for certain (another layer, loss, optimizer, metric, regularizer or
    number type, a layer in use twice) gives None.
    """
    if not _plain(model):
        return None
    try:
        return _Reading(model).factorization()
    except (_UnknownError, AttributeError, KeyError, TypeError, ValueError):
        return None


class _UnknownError(Exception):
    """Something that this module does not know."""


def _plain(model: keras.Model) -> bool:
    import keras

    optimizer = model.optimizer
    if type(model).train_step is not keras.Model.train_step or len(model.inputs) != 2:
        return False
    if type(optimizer) is not keras.optimizers.Adam or not isinstance(model.loss, str):
        return False
    options = {key: value for key, value in optimizer.get_config().items() if key not in FREE}
    usual = keras.optimizers.Adam().get_config()
    given = model.get_compile_config()
    return (
        model.loss == "mse"
        and isinstance(optimizer.get_config()["learning_rate"], float)
        and all(usual[key] == value for key, value in options.items())
        and not any(given.get(key) for key in ("metrics", "weighted_metrics", "loss_weights"))
        and {type(layer).__name__ for layer in model.layers} <= PIECES
        and all(weight.dtype == "float32" for weight in model.weights)
    )


class _Reading:
    """Goes through the layers from the output back to the inputs."""

    def __init__(self, model: keras.Model) -> None:
        self.model = model
        self.made_by = {id(layer.output): layer for layer in model.layers}

    def factorization(self) -> Factorization:
        layer = self.made_by[id(self.model.outputs[0])]
        mean = 0.0
        if _kind(layer) == "Rescaling":
            _require(layer.scale == 1)
            mean = float(layer.offset)
            layer = self.made_by[id(layer.input)]
        terms = [layer]
        if _kind(layer) == "Add":
            terms = [self.made_by[id(tensor)] for tensor in layer.input]
        dots = [term for term in terms if _kind(term) == "Dot"]
        _require(len(dots) == 1 and dots[0].axes in {1} and not dots[0].normalize)
        vectors = [self.look_up(self.made_by[id(tensor)]) for tensor in dots[0].input]
        biases = [self.look_up(term) for term in terms if term is not dots[0]]
        _require(all(bias.layer.output_dim == 1 for bias in biases))
        users, items = sorted(vectors, key=lambda found: found.side)
        own = {bias.side: bias for bias in biases}
        _require((users.side, items.side) == (0, 1) and len(own) == len(biases))
        used = {id(found.layer) for found in [*vectors, *biases]}
        _require(len(used) == len(self.model.weights) == len(vectors) + len(biases))
        return Factorization((users, items), (own.get(0), own.get(1)), mean)

    def look_up(self, layer: Any) -> LookUp:
        l2 = 0.0
        if _kind(layer) == "RowPenalty":
            l2, layer = layer.l2, self.made_by[id(layer.input)]
        _require(_kind(layer) == "Flatten")
        table = self.made_by[id(layer.input)]
        _require(_kind(table) == "Embedding" and table.trainable)
        _require(table.embeddings_regularizer is None and table.embeddings_constraint is None)
        sides = [k for k, given in enumerate(self.model.inputs) if given is table.input]
        _require(len(sides) == 1 and given_once(self.model, sides[0]))
        return LookUp(table, sides[0], l2)


def given_once(model: keras.Model, side: int) -> bool:
    """Whether that input is one index per row."""
    return tuple(model.inputs[side].shape) == (None, 1)


def _kind(layer: Any) -> str:
    return type(layer).__name__


def _require(known: bool) -> None:
    if not known:
        raise _UnknownError
