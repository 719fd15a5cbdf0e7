"""Training on pairs of which a part is drawn again before each epoch, such as wrong answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers.errors import ParameterError
from helpers.training.checking import check_loss, check_training
from helpers.training.stopping import stops_between_batches

if TYPE_CHECKING:
    import keras

Arrays = tuple[Any, np.ndarray]


def fit_redrawn(
    model: keras.Model,
    draw: Callable[[], Arrays],
    *,
    epochs: int,
    batch_size: int,
    validation: Arrays | None = None,
    patience: int | None = None,
) -> pd.DataFrame:
    """Train a compiled model on what ``draw`` returns, drawn again for each epoch; the history.

    Wrong answers that stay the same for all epochs are soon learnt by heart. So each epoch is a
    call of ``model.fit`` of its own, on inputs and targets in the order in which they were drawn.
    Ctrl-C stops it between two batches.

    Args:
        model: compiled.
        draw: returns the inputs (an array, or a list of them) and the targets of one epoch,
            shuffled.
        epochs: at most how many.
        batch_size: rows in one step.
        validation: inputs and targets to judge each epoch by, the same every time; never of the
            test set.
        patience: stop after so many epochs without a lower validation loss, and go back to the
            weights of the best; None trains all epochs.

    Returns:
        Columns epoch (1, 2, …), loss, and with validation val_loss.

    Raises:
        ParameterError: an argument makes no sense, the model is not compiled, or the loss has
            ceased to be a number.

    Example:
        >>> import keras
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        >>> model.compile("adam", "mse")
        >>> ones = np.ones((8, 1))
        >>> fit_redrawn(model, lambda: (ones, ones), epochs=2, batch_size=4)["epoch"].tolist()
        [1, 2]
    """
    check_training(model, epochs=epochs, batch_size=batch_size, patience=patience)
    if patience is not None and validation is None:
        raise ParameterError("Early stopping needs a validation set: give one.")
    rows: list[dict[str, float]] = []
    best: list[np.ndarray] = []
    options: dict[str, Any] = {"batch_size": batch_size, "shuffle": False, "verbose": 0}
    if validation is not None:
        options |= {"validation_data": validation, "validation_batch_size": batch_size}
    with stops_between_batches() as stop:
        for epoch in range(1, epochs + 1):
            history = model.fit(*draw(), callbacks=[stop], **options).history
            rows.append({"epoch": epoch} | {name: values[0] for name, values in history.items()})
            check_loss(rows[-1]["loss"], epoch)
            if patience is not None:
                losses = [row["val_loss"] for row in rows]
                since = epoch - 1 - int(np.argmin(losses))
                if since == 0:
                    best = model.get_weights()
                if since >= patience:
                    break
    if best:
        model.set_weights(best)
    return pd.DataFrame(rows)
