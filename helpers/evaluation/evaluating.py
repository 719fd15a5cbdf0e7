"""``evaluate``: one recommender on one split, with intervals over users."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from helpers.errors import DataError, NotFittedError, ParameterError
from helpers.evaluation import measures
from helpers.evaluation.measures import Lists, binary_rows, chosen_metrics, rating_sums
from helpers.evaluation.resampling import (
    Sums,
    bootstrap,
    check_resamples,
    groups_of_equal_users,
    interval,
)
from helpers.interactions import Interactions
from helpers.interactions.checking import reaches
from helpers.metrics import per_user
from helpers.recommenders import Recommender
from helpers.recommenders.arguments import check_count, check_one_of
from helpers.recommenders.lists import SCORES_PER_BLOCK, slices
from helpers.splits import Split


@dataclass(frozen=True, eq=False, repr=False)
class Evaluation:
    """What ``evaluate`` returns.

    Attributes:
        table: one row per metric: metric, k (0 for a rating metric), value, low, high (the ends of
            the interval; NaN for coverage and gini, which have no mean over users), users (how
            many the value is over).
        users: the evaluated users, shape (users,).
        sums: what each user adds to each metric.
        score_seconds: time to score and rank, in seconds.
        fingerprint: identifies the held-out ratings and k; only results with equal ones can be
            compared.
    """

    table: pd.DataFrame
    users: np.ndarray
    sums: dict[str, Sums]
    score_seconds: float
    fingerprint: str

    def __repr__(self) -> str:
        return f"Evaluation of {len(self.users):,} users\n{self.table.to_string(index=False)}"

    def __getitem__(self, metric: str) -> float:
        """The value of a metric."""
        found = self.table.loc[self.table["metric"] == metric, "value"]
        if found.empty:
            raise ParameterError(
                f"{metric!r} was not measured. There are {', '.join(self.table['metric'])}."
            )
        return float(found.iloc[0])


def evaluate(
    recommender: Recommender,
    split: Split,
    metrics: Iterable[str] | None = None,
    k: int = 10,
    *,
    part: Literal["test", "validation"] = "test",
    relevant_from: float | None = None,
    resamples: int = 1000,
    confidence: float = 0.95,
    random_state: int = 0,
) -> Evaluation:
    """Measure a fitted recommender on the held-out part of a split.

    It ranks the whole catalogue, except what the user has rated before: the training ratings, and
    on the test part the validation ratings too. The users are those with a relevant film in the
    part, whether training knows them or not. Scores are made in blocks of users, so memory stays
    bounded. The interval is the percentile bootstrap over users.

    Args:
        recommender: fitted on ``split.train``.
        split: the training part it was fitted on, and the part to measure on.
        metrics: names from ``helpers.evaluation.METRICS``; None measures what applies: rating
            metrics only if the recommender predicts stars, genres only if films have them.
        k: how many places of the list count.
        part: ``"validation"`` to choose by, ``"test"`` to report, once.
        relevant_from: stars from which a held-out film is relevant; None makes all relevant.
        resamples: how many draws of users, 100 or more.
        confidence: of the interval, between 0 and 1.
        random_state: seed of the draws.

    Raises:
        NotFittedError: ``fit`` has not been called.
        ParameterError: an option is out of range, or a metric is unknown or does not apply.
        DataError: the part is empty, nobody has a relevant film, a score is NaN, or the
            recommender has learnt from the part.

    Example:
        >>> from helpers.data import load
        >>> from helpers.recommenders import Popularity
        >>> from helpers.splits import per_user_split
        >>> split = per_user_split(Interactions.from_dataset(load("simulated")))
        >>> result = evaluate(Popularity().fit(split.train), split, ["ndcg", "recall"])
        >>> result.table.columns.tolist()
        ['metric', 'k', 'value', 'low', 'high', 'users']
    """
    check_one_of(part, "part", ("test", "validation"))
    check_count(k, "k", split.train.n_items)
    check_resamples(resamples)
    held = getattr(split, part)
    names = chosen_metrics(metrics, split.train, recommender.predicts_stars, k)
    check_not_leaked(recommender, held, part)
    seen = [split.train, split.validation] if part == "test" else [split.train]
    started = time.perf_counter()
    lists = _ranked_lists(
        recommender,
        seen,
        held,
        k=k,
        relevant_from=relevant_from,
        with_lists=not set(names) <= set(measures.RATING),
        with_auc="auc" in names,
    )
    predicted = np.empty(0)
    if set(names) & set(measures.RATING):
        predicted = recommender.predict(held.user, held.item)
    seconds = time.perf_counter() - started
    sums = _sums(names, lists, held, predicted)
    table = _table(
        names,
        lists,
        sums,
        resamples=resamples,
        confidence=confidence,
        random_state=random_state,
    )
    return Evaluation(table, lists.users, sums, seconds, _fingerprint(lists, relevant_from))


def _ranked_lists(
    recommender: Recommender,
    seen: list[Interactions],
    held: Interactions,
    *,
    k: int,
    relevant_from: float | None,
    with_lists: bool,
    with_auc: bool,
) -> Lists:
    """The lists of all users with something relevant; all −1 if no metric needs them."""
    # In the precision of the ratings: 4.6 and pandas' own 4.6 are one threshold.
    wanted = held if relevant_from is None else held.subset(reaches(held.rating, relevant_from))
    if len(wanted) == 0:
        raise DataError(
            f"No held-out rating reaches {relevant_from} stars, so nothing is relevant. Choose a "
            "lower relevant_from."
        )
    users = np.unique(wanted.user)
    relevant = binary_rows(wanted, users)
    masked = binary_rows(seen[0], users)
    for more in seen[1:]:
        masked = masked + binary_rows(more, users)
    ranked = np.full((len(users), k), -1, dtype="int32")
    if with_lists:
        ranked, _scores = recommender.rank(
            users, k, exclude_seen=False, excluded=masked, refuse_nan=True
        )
    areas = np.empty(len(users) if with_auc else 0)
    for rows in slices(len(areas), SCORES_PER_BLOCK // held.n_items):
        excluded = masked[rows].toarray() > 0
        areas[rows] = per_user.auc(recommender.scores(users[rows]), relevant[rows], excluded)
    stars = wanted.matrix()[users]
    return Lists(users, ranked, stars, relevant, masked, areas, seen[0], k)


def _sums(
    names: list[str], lists: Lists, held: Interactions, predicted: np.ndarray
) -> dict[str, Sums]:
    sums = {}
    for name in names:
        if name in measures.RATING:
            sums[name] = rating_sums(name, held, predicted, np.unique(held.user))
        elif name in measures.OF_USERS:
            sums[name] = Sums.of_values(measures.OF_USERS[name](lists))
        elif name in measures.OF_SUMS:
            sums[name] = measures.OF_SUMS[name](lists)
    return sums


def _table(
    names: list[str],
    lists: Lists,
    sums: dict[str, Sums],
    *,
    resamples: int,
    confidence: float,
    random_state: int,
) -> pd.DataFrame:
    ends: dict[str, tuple[float, float]] = {}
    for group in groups_of_equal_users(sums):
        draws = bootstrap([sums[name] for name in group], resamples, random_state)
        low, high = interval(draws, confidence)
        ends.update(zip(group, zip(low.tolist(), high.tolist(), strict=True), strict=True))
    rows = []
    for name in names:
        k = 0 if name in measures.RATING else lists.k
        if name in sums:
            counted = int(np.count_nonzero(sums[name].denominator))
            rows.append((name, k, sums[name].value, *ends[name], counted))
        else:
            value = measures.OF_CATALOGUE[name](lists)
            rows.append((name, k, value, np.nan, np.nan, len(lists.users)))
    return pd.DataFrame(rows, columns=["metric", "k", "value", "low", "high", "users"])


def check_not_leaked(recommender: Recommender, held: Interactions, part: str) -> None:
    """Raise unless the recommender is fitted, on this catalogue, and on none of these ratings."""
    if len(held) == 0:
        raise DataError(f"The {part} part is empty: there is nothing to measure on.")
    train = getattr(recommender, "train_", None)
    if train is None:
        raise NotFittedError(
            f"This {type(recommender).__name__} has not learnt yet: call fit with split.train."
        )
    if not train.same_catalogue(held):
        raise ParameterError(
            "The recommender was fitted on another catalogue of users and films: an index means "
            "another user or film there. Fit it on the split's own training part."
        )
    everyone = np.arange(held.n_users)
    learnt, measured = (binary_rows(one, everyone) for one in (train, held))
    leaked = learnt.multiply(measured).nnz
    if leaked:
        raise DataError(
            f"The recommender has learnt from {leaked:,} of the {len(held):,} {part} ratings. "
            "Fit it on split.train."
        )


def _fingerprint(lists: Lists, relevant_from: float | None) -> str:
    digest = hashlib.sha256(f"{lists.k} {relevant_from}".encode())
    for values in (lists.users, lists.stars.indptr, lists.stars.indices):
        digest.update(np.ascontiguousarray(values, dtype="int64").tobytes())
    for ids in (lists.train.user_ids, lists.train.item_ids):
        digest.update(repr(ids.tolist()).encode())
    return digest.hexdigest()[:16]
