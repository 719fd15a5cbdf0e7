"""One relevant item among some drawn items, as He et al. (2017) test; ties counted fairly.

These metrics answer another question than a metric over the whole catalogue, and can reverse its
order (Krichene and Rendle 2020; lesson 08). They are here to compare with figures that others have
published under this protocol, not to choose a recommender.

A tie is worth what it would be worth on average if it were broken by lot. If the relevant item came
first among equals, a model that gives every item the same score would get a perfect result; if it
came last, or a sort decided, the result would depend on the order of the file.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from helpers.errors import DataError, ParameterError
from helpers.metrics.per_user.accuracy import discounts


def hit_rate_against_drawn_at_k(relevant: Any, drawn: Any, k: int) -> float:
    """Chance that the relevant item is among the first k of those scored with it, 0 to 1.

    Args:
        relevant: score of the relevant item of each test, float, shape (tests,).
        drawn: scores of the items drawn for it, float, shape (tests, items drawn).
        k: how many places count, 1 … items drawn + 1.

    Returns:
        The mean over the tests.

    Raises:
        ParameterError: the shapes do not fit, or k is impossible.
        DataError: a score is not a finite number, or there is no test.

    Example:
        Two drawn items each, and one place. The first relevant item wins, the second ties with
        one of its rivals for first place, the third ties with both:

        >>> round(hit_rate_against_drawn_at_k([3, 2, 1], [[1, 2], [2, 0], [1, 1]], 1), 4)
        0.6111
    """
    above, level = _places(relevant, drawn, k)
    return float(np.mean(np.clip(k - above, 0, level + 1) / (level + 1)))


def ndcg_against_drawn_at_k(relevant: Any, drawn: Any, k: int) -> float:
    """1 / log2(place + 1) of the relevant item, 0 beyond k; 0 to 1, mean over the tests.

    With one relevant item the best list gains 1, so nothing needs to be divided by. Arguments and
    errors as ``hit_rate_against_drawn_at_k``.

    Example:
        At two places the same three tests gain 1, (1 + 1 / log2 3) / 2 and (1 + 1 / log2 3) / 3:

        >>> round(ndcg_against_drawn_at_k([3, 2, 1], [[1, 2], [2, 0], [1, 1]], 2), 4)
        0.7864
    """
    above, level = _places(relevant, drawn, k)
    gained = np.concatenate([[0.0], np.cumsum(discounts(k))])
    first, last = np.minimum(above, k), np.minimum(above + level + 1, k)
    return float(np.mean((gained[last] - gained[first]) / (level + 1)))


def _places(relevant: Any, drawn: Any, k: int) -> tuple[np.ndarray, np.ndarray]:
    """How many drawn items score above the relevant one of each test, and how many the same."""
    relevant, drawn = np.asarray(relevant, "float64"), np.asarray(drawn, "float64")
    if relevant.ndim != 1 or drawn.ndim != 2 or len(drawn) != len(relevant):
        raise ParameterError(
            f"Scores of shape {relevant.shape} and {drawn.shape} do not pair up: give one for the "
            "relevant item of each test, and a row of them for the items drawn."
        )
    whole = isinstance(k, int | np.integer) and not isinstance(k, bool)
    if not whole or not 1 <= k <= drawn.shape[1] + 1:
        raise ParameterError(
            f"k = {k} is not possible: choose a whole number from 1 to {drawn.shape[1] + 1}."
        )
    if not len(relevant):
        raise DataError("There is no test, so there is nothing to find.")
    if not (np.isfinite(relevant).all() and np.isfinite(drawn).all()):
        raise DataError("A score is not a finite number, so it has no place in an order.")
    return (drawn > relevant[:, None]).sum(axis=1), (drawn == relevant[:, None]).sum(axis=1)
