"""How well a recommender separates films, by how many ratings they have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from helpers.errors import ParameterError
from helpers.evaluation.evaluating import check_not_leaked
from helpers.evaluation.measures import binary_rows
from helpers.evaluation.resampling import Sums, bootstrap, check_resamples, interval
from helpers.metrics import per_user
from helpers.recommenders import Recommender
from helpers.recommenders.arguments import check_one_of
from helpers.recommenders.lists import SCORES_PER_BLOCK, slices
from helpers.splits import Split


def auc_by_ratings(
    recommender: Recommender,
    split: Split,
    edges: Sequence[int] = (0, 1, 3, 10, 30, 100),
    *,
    part: Literal["test", "validation"] = "test",
    resamples: int = 1000,
    random_state: int = 0,
) -> pd.DataFrame:
    """AUC among films with about as many training ratings: each group is one shelf.

    On each shelf, and for each user with a held-out film there: the chance that this film scores
    above another film of the shelf that the user has not rated; a tie counts half. So popularity
    alone does not win, and a model with one score for all films without ratings has 0.5 on their
    shelf. The mean is over users, its interval the bootstrap's.

    Args:
        recommender: fitted on ``split.train``.
        split: the training part it was fitted on, and the part to measure on.
        edges: training ratings from which each shelf begins, ascending; the last has no end.
        part: ``"validation"`` to choose by, ``"test"`` to report, once.
        resamples: how many draws of users, 100 or more.
        random_state: seed of the draws.

    Returns:
        One row per shelf with a held-out film, named ``0``, ``1–2`` … ``100 on``: value,
        low and high (95 %), users (how many have a held-out film there) and films.

    Raises:
        ParameterError: the edges do not ascend from 0 or more, the part is another word, or the
            number of draws is too small.
        NotFittedError, DataError: as ``evaluate``.

    Example:
        >>> from helpers.data import load
        >>> from helpers.interactions import Interactions
        >>> from helpers.recommenders import Popularity
        >>> from helpers.splits import per_user_split
        >>> split = per_user_split(Interactions.from_dataset(load("movielens-small")))
        >>> table = auc_by_ratings(Popularity().fit(split.train), split, [0, 1])
        >>> table["value"].round(1).to_dict()
        {'0': 0.5, '1 on': 0.9}
    """
    check_one_of(part, "part", ("test", "validation"))
    ends = np.asarray(edges)
    if not (ends.ndim == 1 and len(ends) and ends[0] >= 0 and (np.diff(ends) > 0).all()):
        raise ParameterError(
            f"edges = {list(edges)} is not possible: they must ascend from 0 or more."
        )
    check_resamples(resamples)
    held = getattr(split, part)
    check_not_leaked(recommender, held, part)
    counts = np.bincount(split.train.item, minlength=held.n_items)
    shelf_of = np.digitize(counts, ends)
    each = _of_each_user(recommender, split, part, shelf_of, len(ends))
    rows = {}
    for number, name in enumerate(_names(ends), start=1):
        found = each[:, number - 1]
        found = found[~np.isnan(found)]
        if len(found):
            draws = bootstrap([Sums.of_values(found)], resamples, random_state)
            low, high = (float(end[0]) for end in interval(draws, 0.95))
            films = int(np.count_nonzero(shelf_of == number))
            rows[name] = (float(found.mean()), low, high, len(found), films)
    columns = ["value", "low", "high", "users", "films"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("ratings")


def _of_each_user(
    recommender: Recommender, split: Split, part: str, shelf_of: np.ndarray, n_shelves: int
) -> np.ndarray:
    """AUC of each user with anything held out, on each shelf; NaN if nothing was."""
    held = getattr(split, part)
    users = np.unique(held.user)
    relevant, seen = binary_rows(held, users), binary_rows(split.train, users)
    if part == "test":
        seen = seen + binary_rows(split.validation, users)
    found = np.full((len(users), n_shelves), np.nan)
    for rows in slices(len(users), SCORES_PER_BLOCK // held.n_items):
        scores, hidden = recommender.scores(users[rows]), seen[rows].toarray() > 0
        for number in range(n_shelves):
            shelf = np.flatnonzero(shelf_of == number + 1)
            wanted = relevant[rows][:, shelf]
            some = np.flatnonzero(np.diff(wanted.indptr))
            each = per_user.auc(
                scores[np.ix_(some, shelf)], wanted[some], hidden[np.ix_(some, shelf)]
            )
            found[rows.start + some, number] = each
    return found


def _names(edges: np.ndarray) -> list[str]:
    ends = [*(edges[1:] - 1), None]
    return [
        f"{first} on" if last is None else str(first) if first == last else f"{first}–{last}"
        for first, last in zip(edges, ends, strict=True)
    ]
