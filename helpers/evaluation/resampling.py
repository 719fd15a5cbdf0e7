"""Intervals and p values by resampling users, for any metric that is a ratio of sums over them.

A mean over users is Σ value / Σ 1, and the RMSE is the root of Σ squared errors / Σ ratings. With
a numerator and a denominator for each user, one draw of users serves every metric at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.errors import DataError, ParameterError

# 4 million weights of 8 bytes are 32 MB.
WEIGHTS_PER_BLOCK = 4_000_000


@dataclass(frozen=True, eq=False)
class Sums:
    """What each user adds to a metric.

    Attributes:
        numerator: float64, shape (users,).
        denominator: float64, shape (users,); 0 for a user who does not count.
        form: how the ratio of the sums becomes the metric: ``"mean"`` unchanged, ``"root"`` its
            square root, ``"lift"`` less 1.
    """

    numerator: np.ndarray
    denominator: np.ndarray
    form: str = "mean"

    @classmethod
    def of_values(cls, values: np.ndarray) -> Sums:
        """The sums of a mean over users, NaN does not count."""
        counts = ~np.isnan(values)
        return cls(np.where(counts, values, 0.0), counts.astype("float64"))

    def finished(self, numerator: Any, denominator: Any) -> np.ndarray:
        """The metric from sums over users, NaN if nobody counts."""
        some = np.asarray(denominator) != 0
        ratio = np.where(some, numerator / np.where(some, denominator, 1), np.nan)
        if self.form == "root":
            return np.sqrt(np.maximum(ratio, 0))
        return ratio - 1 if self.form == "lift" else ratio

    @property
    def value(self) -> float:
        """The metric over all users."""
        return float(self.finished(self.numerator.sum(), self.denominator.sum()))


def bootstrap(sums: list[Sums], resamples: int, random_state: int) -> np.ndarray:
    """Each metric over users drawn with replacement (Efron 1979), shape (resamples, metrics).

    The users of a draw are the same for all metrics and, given the same seed and number of
    users, for all recommenders: differences of two results are paired.
    """
    check_resamples(resamples)
    drawn = [_totals(sums, weights) for weights in _weights(sums, resamples, random_state)]
    return np.concatenate(drawn)


def interval(draws: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Percentile interval of each column: its lower and its upper end."""
    if not 0 < confidence < 1:
        raise ParameterError(f"confidence = {confidence} is not possible: choose between 0 and 1.")
    outside = (1 - confidence) / 2
    ends = np.full((2, draws.shape[1]), np.nan)
    known = ~np.isnan(draws).all(axis=0)
    ends[:, known] = np.nanquantile(draws[:, known], [outside, 1 - outside], axis=0)
    return ends[0], ends[1]


def swap_p_values(
    first: list[Sums], second: list[Sums], resamples: int, random_state: int
) -> np.ndarray:
    """Two-sided p value of each difference, by swapping the two results of random users.

    If the recommenders were equally good, chance would decide which of a user's two results came
    from which (Fisher's randomisation test). The p value is the share of random swaps with a
    difference at least as large. It includes the observed one, so it is never 0.
    """
    check_resamples(resamples)
    observed = np.array([a.value - b.value for a, b in zip(first, second, strict=True)])
    users, n = len(first[0].numerator), len(first)
    larger = np.zeros(n)
    generator = np.random.default_rng(random_state)
    step = max(1, WEIGHTS_PER_BLOCK // max(users, 1))
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        swapped = generator.integers(0, 2, (size, users)).astype("float64")
        difference = _totals(first, 1 - swapped, second) - _totals(second, 1 - swapped, first)
        larger += (np.abs(difference) >= np.abs(observed) * (1 - 1e-9) - 1e-15).sum(axis=0)
    return np.where(np.isnan(observed), np.nan, (larger + 1) / (resamples + 1))


def holm(p_values: Any) -> np.ndarray:
    """P values corrected for their number (Holm 1979); NaN stays and does not count.

    If those below 0.05 are called significant, the chance of one or more by luck is below 5 %.

    Raises:
        DataError: a value is not between 0 and 1.

    Example:
        >>> holm([0.01, 0.04, 0.03]).round(2).tolist()
        [0.03, 0.06, 0.06]
    """
    values = np.asarray(p_values, dtype="float64")
    known = np.flatnonzero(~np.isnan(values))
    if ((values[known] < 0) | (values[known] > 1)).any():
        raise DataError("A p value is not between 0 and 1.")
    order = known[np.argsort(values[known], kind="stable")]
    factors = len(order) - np.arange(len(order))
    corrected = values.copy()
    corrected[order] = np.minimum(1, np.maximum.accumulate(values[order] * factors))
    return corrected


def groups_of_equal_users(sums: Mapping[str, Sums]) -> list[list[str]]:
    """Names with the same users, for one draw: rating metrics may have more users than lists."""
    groups: dict[int, list[str]] = {}
    for name, one in sums.items():
        groups.setdefault(len(one.numerator), []).append(name)
    return list(groups.values())


def check_resamples(resamples: int) -> None:
    """Raise a ParameterError unless there are enough resamples for an interval of 95 %."""
    if not isinstance(resamples, int | np.integer) or resamples < 100:
        raise ParameterError(
            f"resamples = {resamples} is not possible: choose a whole number of 100 or more."
        )


def _weights(sums: list[Sums], resamples: int, random_state: int) -> Iterator[np.ndarray]:
    """How often each user is drawn, in blocks of draws, float64, shape (draws, users)."""
    users = len(sums[0].numerator)
    generator = np.random.default_rng(random_state)
    step = max(1, WEIGHTS_PER_BLOCK // users)
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        drawn = generator.integers(0, users, (size, users))
        drawn += np.arange(size)[:, None] * users
        counts = np.bincount(drawn.ravel(), minlength=size * users)
        yield counts.reshape(size, users).astype("float64")


def _totals(sums: list[Sums], weights: np.ndarray, rest: list[Sums] | None = None) -> np.ndarray:
    """Each metric under the weights; 1 less the weights goes to ``rest``, if there is one."""
    above = np.column_stack([one.numerator for one in sums])
    below = np.column_stack([one.denominator for one in sums])
    if rest is None:
        numerators, denominators = weights @ above, weights @ below
    else:
        above_rest = np.column_stack([one.numerator for one in rest])
        below_rest = np.column_stack([one.denominator for one in rest])
        numerators = weights @ (above - above_rest) + above_rest.sum(axis=0)
        denominators = weights @ (below - below_rest) + below_rest.sum(axis=0)
    columns = [
        one.finished(numerators[:, column], denominators[:, column])
        for column, one in enumerate(sums)
    ]
    return np.column_stack(columns)
