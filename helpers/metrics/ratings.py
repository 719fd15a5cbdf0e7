"""Rating metrics: how far predicted stars are from given stars."""

from __future__ import annotations

from typing import Any

import numpy as np

from helpers.errors import DataError, ParameterError


def rmse(truth: Any, prediction: Any) -> float:
    """Root mean squared error, in stars, over all ratings together; lower is better.

    A mean over ratings, not over users: every rating weighs the same. An error of 2 stars
    weighs as much as four of 1 star.

    Args:
        truth: ratings, shape (n,).
        prediction: predicted ratings, shape (n,).

    Raises:
        ParameterError: the shapes differ or are not one-dimensional.
        DataError: there is nothing to compare, or a value is not a finite number.

    Example:
        >>> rmse([4.0, 3.0, 5.0, 1.0], [4.0, 3.0, 4.0, 2.0])
        0.7071067811865476
    """
    truth, prediction = _pair(truth, prediction)
    return float(np.sqrt(np.mean((truth - prediction) ** 2)))


def mae(truth: Any, prediction: Any) -> float:
    """Mean absolute error, in stars; lower is better. Arguments and errors as ``rmse``.

    Example:
        >>> mae([4.0, 3.0, 5.0, 1.0], [4.0, 3.0, 4.0, 2.0])
        0.5
    """
    truth, prediction = _pair(truth, prediction)
    return float(np.mean(np.abs(truth - prediction)))


def mape(truth: Any, prediction: Any) -> float:
    """Mean absolute error as a share of the true rating (0.25 is 25 %); lower is better.

    Read it with care on stars. An error of one star costs 1/5 if the truth is 5 stars and 1 if the
    truth is 1 star: the metric punishes errors on low ratings most and so rewards a model that
    predicts too low. Arguments and errors as ``rmse``.

    Raises:
        DataError: also if a true rating is 0: an error has no share of 0.

    Example:
        >>> mape([4.0, 3.0, 5.0, 1.0], [4.0, 3.0, 4.0, 2.0])
        0.3
    """
    truth, prediction = _pair(truth, prediction)
    if (truth == 0).any():
        position = int(np.flatnonzero(truth == 0)[0])
        raise DataError(
            f"The true rating at position {position} is 0, and an error has no share of 0. "
            "Use mae instead."
        )
    return float(np.mean(np.abs(truth - prediction) / np.abs(truth)))


def _pair(truth: Any, prediction: Any) -> tuple[np.ndarray, np.ndarray]:
    arrays = np.asarray(truth, dtype="float64"), np.asarray(prediction, dtype="float64")
    for name, values in zip(("truth", "prediction"), arrays, strict=True):
        if values.ndim != 1:
            raise ParameterError(
                f"The {name} must be one-dimensional, not of shape {values.shape}: "
                "a column of a network's output needs .ravel() first."
            )
    if arrays[0].shape != arrays[1].shape:
        raise ParameterError(
            f"{len(arrays[0]):,} true ratings and {len(arrays[1]):,} predictions do not match."
        )
    if len(arrays[0]) == 0:
        raise DataError("There are no ratings to compare.")
    for name, values in zip(("truth", "prediction"), arrays, strict=True):
        wrong = np.flatnonzero(~np.isfinite(values))
        if len(wrong):
            raise DataError(
                f"{len(wrong):,} values of the {name} are not finite numbers, the first "
                f"({values[wrong[0]]}) at position {wrong[0]}."
            )
    return arrays
