"""``compare``: is one recommender better than another, user by user?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.errors import ParameterError
from helpers.evaluation.evaluating import Evaluation
from helpers.evaluation.resampling import (
    bootstrap,
    groups_of_equal_users,
    holm,
    interval,
    swap_p_values,
)


def compare(
    first: Evaluation,
    second: Evaluation,
    metrics: Iterable[str] | None = None,
    *,
    resamples: int = 5000,
    confidence: float = 0.95,
    random_state: int = 0,
) -> pd.DataFrame:
    """Two recommenders on the same users: what is the difference, and could it be chance?

    Paired: the difference is taken for each user, so what makes a user easy or hard for both
    cancels. Users are resampled, so the answer is about other users like these, not about another
    draw of the split or of the model's seed.

    Args:
        first: a result of ``evaluate``.
        second: another, on the same part of the same split, with the same k.
        metrics: names; None takes all that both have (coverage and gini have no value per user).
        resamples: how many draws and how many swaps, 100 or more.
        confidence: of the interval, between 0 and 1.
        random_state: seed.

    Returns:
        One row per metric: metric, first, second, difference (first − second), low, high
        (percentile bootstrap of the difference), p_value (see ``resampling.swap_p_values``),
        p_holm (corrected for the number of rows).

    Raises:
        ParameterError: the results are over other ratings, a metric is in only one of them, or an
            option is out of range.
    """
    if first.fingerprint != second.fingerprint:
        raise ParameterError(
            "The two results are over different held-out ratings or lists of different length, so "
            "their users cannot be paired. Evaluate both on one split, with the same k."
        )
    names = _shared(first, second, metrics)
    rows = {}
    for group in groups_of_equal_users({name: first.sums[name] for name in names}):
        left, right = ([one.sums[name] for name in group] for one in (first, second))
        draws = bootstrap(left, resamples, random_state) - bootstrap(right, resamples, random_state)
        low, high = interval(draws, confidence)
        p_values = swap_p_values(left, right, resamples, random_state)
        for position, name in enumerate(group):
            one, other = left[position].value, right[position].value
            ends = low[position], high[position]
            rows[name] = (name, one, other, one - other, *ends, p_values[position])
    columns = ["metric", "first", "second", "difference", "low", "high", "p_value"]
    table = pd.DataFrame([rows[name] for name in names], columns=columns)
    return table.assign(p_holm=holm(table["p_value"].to_numpy()))


def compare_all(
    evaluations: Mapping[str, Evaluation],
    metric: str,
    *,
    resamples: int = 5000,
    confidence: float = 0.95,
    random_state: int = 0,
) -> pd.DataFrame:
    """``compare`` for every pair of recommenders, by one metric, corrected for their number.

    Returns:
        One row per pair: first, second (names), difference, low, high, p_value, p_holm.

    Raises:
        ParameterError: fewer than two results, or as ``compare``.
    """
    if len(evaluations) < 2:
        raise ParameterError("A comparison needs two results or more.")
    rows = []
    for first, second in combinations(evaluations, 2):
        found = compare(
            evaluations[first],
            evaluations[second],
            [metric],
            resamples=resamples,
            confidence=confidence,
            random_state=random_state,
        )
        rows.append(found.drop(columns=["metric", "p_holm"]).assign(first=first, second=second))
    table = pd.concat(rows, ignore_index=True)
    return table.assign(p_holm=holm(table["p_value"].to_numpy()))


def _shared(first: Evaluation, second: Evaluation, metrics: Iterable[str] | None) -> list[str]:
    if metrics is None:
        names = [name for name in first.sums if name in second.sums]
    else:
        names = [metrics] if isinstance(metrics, str) else list(metrics)
    for name in names:
        if name not in first.sums or name not in second.sums:
            raise ParameterError(
                f"{name!r} cannot be compared user by user: both results need it, and coverage "
                "and gini have no value per user."
            )
        if not np.array_equal(
            np.shape(first.sums[name].numerator), np.shape(second.sums[name].numerator)
        ):
            raise ParameterError(f"{name!r} is over different users in the two results.")
    if not names:
        raise ParameterError("The two results share no metric that can be compared.")
    return names
