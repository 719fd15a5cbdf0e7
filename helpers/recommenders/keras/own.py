"""The layers and losses of this package, in one list: what Keras must know to build a model again.

Keras finds a class or a function by its name, and only if it was entered before. Each layer enters
itself by ``own_layer`` and each loss by ``own_loss``, where it is defined. Saving and grading both
read this list.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

PACKAGE = "helpers"
Loss = Callable[[Any, Any], Any]
LOSSES: dict[str, Loss] = {}
_LAYERS: list[Callable[[], Any]] = []


def own_layer(factory: Callable[[], Any]) -> Callable[[], Any]:
    """Enter a layer, as a function that defines its class: ``import helpers`` imports no Keras.

    The class is made once, at the first call, and registered with Keras.
    """

    @cache
    @wraps(factory)
    def made() -> Any:
        import keras

        return keras.saving.register_keras_serializable(package=PACKAGE)(factory())

    _LAYERS.append(made)
    return made


def own_loss(loss: Loss) -> Loss:
    """Enter a loss that a model is compiled with."""
    LOSSES[loss.__name__] = loss
    return loss


def layers() -> tuple[type, ...]:
    """The class of every layer of this package; each is known to Keras from here on."""
    return tuple(factory() for factory in _LAYERS)
