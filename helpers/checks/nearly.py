"""Right values in another form: the message names it, so that a right idea is not called wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

LARGEST = 1_000_000
# Factor between a share and per cent.
PER_CENT = 100.0
MOST_PARTS = 8
ALONE = "hand back that part alone."


def nearly(answer: Any, truth: Any, tolerance: float, *, scaled: bool = True) -> str | None:
    """What to say about an answer that holds the right values in another form; None for others.

    Args:
        answer: anything that was handed in.
        truth: the right values.
        tolerance: relative, and absolute near 0.
        scaled: whether also to notice a wrong sign and a value in per cent. Both tell much about
            the right answer: leave it out if that would give it away.

    Example:
        >>> nearly(np.array([[1.0], [2.0]]), np.array([1.0, 2.0]), 1e-3)
        'The values are right, in the shape (2, 1): the shape (2,) is wanted. `.ravel()` makes it.'
        >>> nearly([3.0, 4.0], [1.0, 2.0], 1e-3) is None
        True
    """
    if isinstance(answer, tuple) and np.ndim(truth) <= 1:
        part = _part(answer, truth, tolerance)
        return None if part is None else f"Part {part + 1} of what came back is right: {ALONE}"
    values, right = _numbers(answer), _numbers(truth)
    if _is_text(answer, right, tolerance):
        return "The values are right, as text: hand back numbers, without quotes or str()."
    if values is None or right is None or right.size == 0 or max(values.size, right.size) > LARGEST:
        return None

    def same(one: np.ndarray) -> bool:
        return one.shape == right.shape and np.allclose(one, right, tolerance, tolerance)

    if values.shape != right.shape:
        return _in_another_shape(values, right, same)
    if not scaled or not np.isfinite(values).all() or same(values) or not np.any(right):
        return None
    forms = {
        "The size is right, the sign is not: which is taken from which?": -values,
        "That is 100 times what is wanted: is it in per cent?": values / PER_CENT,
        "That is a hundredth of what is wanted: was it divided by 100?": values * PER_CENT,
        "The values are right, in another order.": _by_rank(values, right),
    }
    return next((said for said, form in forms.items() if same(form)), None)


def _in_another_shape(
    values: np.ndarray, right: np.ndarray, same: Callable[[np.ndarray], bool]
) -> str | None:
    wanted = f"the shape {right.shape} is wanted" if right.ndim else "one number is wanted"
    here = f"The values are right, in the shape {values.shape}: {wanted}."
    if values.size == right.size and same(values.reshape(right.shape)):
        return f"{here} `.ravel()` makes it." if right.ndim == 1 else here
    if values.ndim == 2 and same(values.T):
        return f"{here} `.T` swaps rows and columns."
    n = right.size
    if right.ndim == 1 and n > 1 and values.shape == (n, n) and same(np.diagonal(values)):
        return (
            f"The right values are on the diagonal of a table of shape {values.shape}: each of one "
            "side met each of the other. Only those that belong together are wanted."
        )
    return None


def _part(answer: Sequence[Any], truth: Any, tolerance: float) -> int | None:
    """Which of several returned parts is right, if one is."""
    right = _numbers(truth)
    if right is None or (right.ndim == 0 and len(answer) < 2):
        return None
    for place, part in enumerate(answer[:MOST_PARTS]):
        values = _numbers(part)
        if values is None or values.shape != right.shape:
            continue
        if np.allclose(values, right, tolerance, tolerance):
            return place
    return None


def _is_text(answer: Any, right: np.ndarray | None, tolerance: float) -> bool:
    """Whether the answer has the right numbers, each as text."""
    try:
        texts = np.asarray(answer)
        if right is None or texts.dtype.kind not in "US" or texts.shape != right.shape:
            return False
        return bool(np.allclose(texts.astype("float64"), right, tolerance, tolerance))
    except Exception:
        return False


def _by_rank(values: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The values in the order of the right ones: equal to them if both have the same values."""
    ordered = np.empty(right.size)
    ordered[np.argsort(right, axis=None, kind="stable")] = np.sort(values, axis=None)
    return ordered.reshape(right.shape)


def _numbers(value: Any) -> np.ndarray | None:
    try:
        values = np.asarray(value)
        return values.astype("float64") if values.dtype.kind in "iufb" else None
    except Exception:
        return None
