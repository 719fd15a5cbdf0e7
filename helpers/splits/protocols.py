"""The ways to split: by chance, user by user, in time, with new users or new films."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from scipy import sparse

from helpers.errors import DataError, ParameterError
from helpers.interactions import Interactions
from helpers.splits.parts import (
    TEST,
    TRAIN,
    VALIDATION,
    Split,
    check_filled,
    check_fraction,
    check_fractions,
    divided,
    random_parts,
    sizes,
    timestamps,
)

NO_PART = np.int8(-1)
# 0.29 * 100 is 28.999999999999996 and 0.07 * 100 is 7.000000000000001: without this a whole number
# would be rounded to the one below or above it.
ROUNDING = 1e-9


def random_split(
    interactions: Interactions,
    *,
    validation: float = 0.1,
    test: float = 0.2,
    random_state: int = 0,
) -> Split:
    """Each rating goes to one of the parts by chance, independent of user and time.

    It is the protocol of most published rating errors, and an easy one: the model sees ratings
    from after those that it predicts.

    Args:
        interactions: what to split.
        validation: fraction of the ratings, 0 (none) to 1, rounded to the nearest whole number.
        test: fraction of the ratings, above 0; with validation below 1.
        random_state: seed.

    Raises:
        ParameterError: the fractions are impossible.
        DataError: too few ratings to fill each part.

    Example:
        >>> from helpers.interactions import Interactions
        >>> import pandas as pd
        >>> ratings = pd.DataFrame({"user_id": range(10), "movie_id": 1, "rating": 4.0})
        >>> random_split(Interactions.from_frames(ratings))
        Split(7 train, 1 validation, 2 test)
    """
    part = random_parts(len(interactions), validation, test, random_state, "ratings")
    return divided(interactions, part)


def k_fold(
    interactions: Interactions,
    folds: int = 5,
    *,
    validation: float = 0.1,
    random_state: int = 0,
) -> Iterator[Split]:
    """Yield ``folds`` random splits; their test sets together hold each rating once.

    Args:
        interactions: what to split.
        folds: how many, from 2 to the number of ratings.
        validation: fraction of the ratings outside the test set, 0 (none) to 1. Published
            cross-validation figures use none.
        random_state: seed.

    Raises:
        ParameterError: the number of folds or the fraction is impossible.
        DataError: too few ratings to fill each part.
    """
    n = len(interactions)
    if not isinstance(folds, int | np.integer) or not 2 <= folds <= n:
        raise ParameterError(
            f"folds = {folds} is not possible: choose a whole number from 2 to the {n:,} ratings."
        )
    check_fraction("validation", validation)
    order = np.random.default_rng(random_state).permutation(n)
    return _folds(interactions, np.array_split(order, folds), validation)


def _folds(
    interactions: Interactions, tests: list[np.ndarray], validation: float
) -> Iterator[Split]:
    for fold, held_out in enumerate(tests):
        part = np.full(len(interactions), TRAIN)
        part[held_out] = TEST
        others = np.concatenate([rows for other, rows in enumerate(tests) if other != fold])
        part[others[: round(validation * len(others))]] = VALIDATION
        check_filled(part, validation, "ratings")
        yield divided(interactions, part)


def per_user_split(
    interactions: Interactions,
    *,
    validation: float = 0.1,
    test: float = 0.2,
    order: Literal["random", "time"] = "random",
    random_state: int = 0,
) -> Split:
    """The same fraction of every user's ratings goes to each part.

    A user's test ratings are rounded up, as scikit-learn's ``train_test_split`` does, so a user
    with few ratings is tested too; the validation ratings are rounded down. Every user keeps one
    training rating or more, so a user with a single rating is in no other part.

    Args:
        interactions: what to split.
        validation: fraction of each user's ratings, 0 (none) to 1.
        test: fraction of each user's ratings, above 0; with validation below 1.
        order: ``"random"``, or ``"time"``: the newest of each user are the test, those before
            them the validation; equal timestamps are in the order of the item index.
        random_state: seed; without effect for ``order="time"``.

    Raises:
        ParameterError: the fractions or the order are impossible.
        DataError: too few ratings to fill each part, or no timestamps.
    """
    check_fractions(validation, test)
    if order not in ("random", "time"):
        raise ParameterError(f"order must be 'random' or 'time', not {order!r}.")
    if order == "time":
        sequence = np.lexsort((interactions.item, timestamps(interactions)))
    else:
        sequence = np.random.default_rng(random_state).permutation(len(interactions))
    user = interactions.user
    from_last, count = _position_from_last(interactions, sequence)
    n_test = np.minimum(np.ceil(test * count - ROUNDING), count - 1)
    n_validation = np.minimum(np.floor(validation * count + ROUNDING), count - 1 - n_test)
    part = np.where(
        from_last < n_test[user],
        TEST,
        np.where(from_last < (n_test + n_validation)[user], VALIDATION, TRAIN),
    )
    check_filled(part, validation, "ratings per user")
    return divided(interactions, part)


def leave_last_out(interactions: Interactions) -> Split:
    """Each user's last rating is the test, the last but one the validation, the rest the training.

    Equal timestamps are in the order of the item index, so the higher index counts as later. Users
    with fewer than three ratings stay in training with all their ratings.

    Raises:
        DataError: no timestamps, or no user with three ratings.
    """
    sequence = np.lexsort((interactions.item, timestamps(interactions)))
    from_last, count = _position_from_last(interactions, sequence)
    too_few = count[interactions.user] < 3
    part = np.select([too_few, from_last == 0, from_last == 1], [TRAIN, TEST, VALIDATION], TRAIN)
    if not (part == TEST).any():
        raise DataError(
            "No user has three ratings, so none has one for each of training, validation and test."
        )
    return divided(interactions, part)


def global_time_split(
    interactions: Interactions, *, validation: float = 0.1, test: float = 0.2
) -> Split:
    """The oldest ratings are the training, the newest the test, validation is between.

    A recommender in use meets the same: no rating from the future, and many users that it has never
    seen. Ratings of the same second are never separated: if the boundary falls among equal
    timestamps, all of them go to the later part, which grows a little.

    Args:
        interactions: what to split.
        validation: fraction of the ratings, 0 (none) to 1.
        test: fraction of the ratings, above 0; with validation below 1.

    Raises:
        ParameterError: the fractions are impossible.
        DataError: no timestamps, too few ratings, or too few different timestamps.
    """
    timestamp = timestamps(interactions)
    n = len(interactions)
    n_validation, n_test = sizes(n, validation, test, "ratings")
    newest_first = np.sort(timestamp)[::-1]
    is_test = timestamp >= newest_first[n_test - 1]
    part = np.where(is_test, TEST, TRAIN)
    last = is_test.sum() + n_validation - 1
    if n_validation and last < n:
        part[(timestamp >= newest_first[last]) & ~is_test] = VALIDATION
    check_filled(part, validation, "different timestamps")
    return divided(interactions, part)


def cold_user_split(
    interactions: Interactions,
    *,
    validation: float = 0.1,
    test: float = 0.2,
    random_state: int = 0,
) -> Split:
    """Each user goes to one part with all ratings: the test users are new to the model.

    Args:
        interactions: what to split.
        validation: fraction of the users with ratings, 0 (none) to 1.
        test: fraction of the users with ratings, above 0; with validation below 1.
        random_state: seed.

    Raises:
        ParameterError: the fractions are impossible.
        DataError: too few users to fill each part.
    """
    part = _cold_parts(interactions.user, validation, test, random_state, "users")
    return divided(interactions, part)


def cold_item_split(
    interactions: Interactions,
    *,
    validation: float = 0.1,
    test: float = 0.2,
    random_state: int = 0,
) -> Split:
    """Each film goes to one part with all its ratings: the test films are new to the model.

    Arguments and errors are those of ``cold_user_split``, with films instead of users.
    """
    part = _cold_parts(interactions.item, validation, test, random_state, "films")
    return divided(interactions, part)


def cold_both_split(
    interactions: Interactions,
    *,
    validation: float = 0.1,
    test: float = 0.2,
    random_state: int = 0,
) -> Split:
    """Users and films go to one part each: the test is what new users gave to new films.

    A rating is in a part only if its user and its film both belong there. The others, such as a
    new user's of an old film, are in no part: they would make one of the two known. With a test
    fraction of 0.2, about one rating in 25 is tested, and about half of all train the model.

    Arguments are those of ``cold_user_split``; each fraction is of the users and of the films.

    Raises:
        ParameterError: the fractions are impossible.
        DataError: too few users, films or ratings to fill each part.
    """
    seeds = np.random.SeedSequence(random_state).generate_state(2)
    fractions = (validation, test)
    of_user = _cold_parts(interactions.user, *fractions, int(seeds[0]), "users")
    of_item = _cold_parts(interactions.item, *fractions, int(seeds[1]), "films")
    part = np.where(of_user == of_item, of_user, NO_PART)
    check_filled(part, validation, "ratings of one part's users for its films")
    return divided(interactions, part)


def _cold_parts(
    owner: np.ndarray, validation: float, test: float, random_state: int, what: str
) -> np.ndarray:
    present, position = np.unique(owner, return_inverse=True)
    return random_parts(len(present), validation, test, random_state, what)[position]


def _position_from_last(
    interactions: Interactions, sequence: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """How many ratings of its user follow each rating, and how many each user has."""
    n = len(sequence)
    # Random reads and writes take longer with more bytes.
    kind = sparse.get_index_dtype(maxval=n)
    sequence = sequence.astype(kind)
    # One entry per row: turning rows into columns is a stable sort by user, in time linear in n.
    one_a_row = (sequence, interactions.user[sequence], np.arange(n + 1, dtype=kind))
    by_user = sparse.csr_matrix(one_a_row, shape=(n, interactions.n_users)).tocsc()
    count = np.diff(by_user.indptr)
    from_last = np.empty(n, kind)
    from_last[by_user.data] = np.repeat(by_user.indptr[1:], count) - 1 - np.arange(n, dtype=kind)
    return from_last, count
