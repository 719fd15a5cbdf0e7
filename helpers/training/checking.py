"""What every training asks for before it begins, and of the loss while it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from helpers.errors import ParameterError

if TYPE_CHECKING:
    import keras


def check_training(
    model: keras.Model, *, epochs: int, batch_size: int, patience: int | None
) -> None:
    """Raise a ParameterError if a number is below 1 or the model is not compiled."""
    for name, value in (("epochs", epochs), ("batch_size", batch_size), ("patience", patience)):
        if value is not None and value < 1:
            raise ParameterError(f"{name} = {value} is not possible: it must be 1 or more.")
    if not model.compiled:
        raise ParameterError("The model is not compiled: call model.compile first.")


def check_loss(loss: float, epoch: int) -> None:
    """Raise a ParameterError if the loss of that epoch (1, 2, …) is no longer a number."""
    if not np.isfinite(loss):
        raise ParameterError(
            f"The loss is {loss} in epoch {epoch}: the steps are too long. Lower the learning rate."
        )
