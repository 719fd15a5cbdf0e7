"""What the recommenders ask of their arguments, and indices that may lie outside a catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from helpers.errors import ParameterError


def as_indices(values: Any, name: str) -> np.ndarray:
    """A one-dimensional array of whole numbers, or a ParameterError that says what it was."""
    indices = np.atleast_1d(np.asarray(values))
    if indices.ndim != 1:
        raise ParameterError(f"{name} must be one-dimensional, not of shape {indices.shape}.")
    if indices.size and not np.issubdtype(indices.dtype, np.integer):
        raise ParameterError(
            f"{name} must be whole-number indices, not {indices.dtype}: "
            "turn ids into indices with user_index or item_index first."
        )
    return indices.astype("int64")


def values_or(values: np.ndarray, indices: np.ndarray, default: float = 0.0) -> np.ndarray:
    """``values[indices]``, with the default where an index lies outside the catalogue."""
    inside = (indices >= 0) & (indices < len(values))
    return np.where(inside, values[np.where(inside, indices, 0)], default)


def check_count(n: Any, name: str, largest: int | None = None) -> None:
    """Raise a ParameterError unless n is a whole number from 1 to the largest possible."""
    whole = isinstance(n, int | np.integer) and not isinstance(n, bool)
    if not whole or n < 1 or (largest is not None and n > largest):
        limit = "on" if largest is None else f"to {largest:,}"
        raise ParameterError(f"{name} = {n} is not possible: choose a whole number from 1 {limit}.")


def check_not_negative(value: float, name: str) -> None:
    """Raise a ParameterError unless the value is 0 or more, and finite."""
    if not (np.isfinite(value) and value >= 0):
        raise ParameterError(f"{name} = {value} is not possible: choose 0 or more.")


def check_positive(value: float, name: str) -> None:
    """Raise a ParameterError unless the value is above 0, and finite."""
    if not (np.isfinite(value) and value > 0):
        raise ParameterError(f"{name} = {value} is not possible: it must be > 0.")


def check_share(value: float, name: str) -> None:
    """Raise a ParameterError unless 0 ≤ value < 1."""
    if not 0 <= value < 1:
        raise ParameterError(f"{name} = {value} is not possible: choose 0 to below 1.")


def check_one_of(value: Any, name: str, possible: Sequence[Any]) -> None:
    """Raise a ParameterError unless the value is one of those that are possible."""
    if value not in possible:
        raise ParameterError(f"{name} must be one of {tuple(possible)}, not {value!r}.")
