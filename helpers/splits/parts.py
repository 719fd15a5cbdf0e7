"""Three disjoint parts of one set of interactions, and the checks that none is empty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.errors import DataError, ParameterError
from helpers.interactions import Interactions

# One byte each, and one byte for the part of every rating.
TRAIN, VALIDATION, TEST = np.arange(3, dtype="int8")


@dataclass(frozen=True, eq=False, repr=False)
class Split:
    """Three disjoint sets of interactions that share one catalogue of users and films.

    Attributes:
        train: what the model learns from.
        validation: for choices (stopping, hyper-parameters); may be empty.
        test: for the final figure, measured once.
    """

    train: Interactions
    validation: Interactions
    test: Interactions

    def __repr__(self) -> str:
        return (
            f"Split({len(self.train):,} train, {len(self.validation):,} validation, "
            f"{len(self.test):,} test)"
        )


def random_parts(
    n: int, validation: float, test: float, random_state: int, what: str
) -> np.ndarray:
    """The part of each of n things, by chance, int8, shape (n,)."""
    n_validation, n_test = sizes(n, validation, test, what)
    order = np.random.default_rng(random_state).permutation(n)
    part = np.full(n, TRAIN)
    part[order[:n_test]] = TEST
    part[order[n_test : n_test + n_validation]] = VALIDATION
    return part


def sizes(n: int, validation: float, test: float, what: str) -> tuple[int, int]:
    """How many of n go to validation and to test, or an error if a part would be empty."""
    check_fractions(validation, test)
    n_validation, n_test = round(validation * n), round(test * n)
    if n_test == 0 or n_validation + n_test >= n or (validation > 0 and n_validation == 0):
        raise DataError(
            f"{n:,} {what} are too few for a validation of {validation:g} and a test of {test:g}: "
            "a part would be empty. Take more data or other fractions."
        )
    return n_validation, n_test


def check_fraction(name: str, fraction: float) -> None:
    """Raise a ParameterError unless the fraction is from 0 to below 1."""
    if not 0 <= fraction < 1:
        raise ParameterError(
            f"{name} = {fraction:g} is not possible: choose a fraction from 0 to below 1."
        )


def check_fractions(validation: float, test: float) -> None:
    """Raise a ParameterError unless something is left to learn from and to measure on."""
    check_fraction("validation", validation)
    check_fraction("test", test)
    if test == 0:
        raise ParameterError("test = 0 leaves nothing to measure on: choose a fraction above 0.")
    if validation + test >= 1:
        raise ParameterError(
            f"validation + test = {validation + test:g} leaves nothing to learn from: "
            "choose fractions that add up to less than 1."
        )


def check_filled(part: np.ndarray, validation: float, what: str) -> None:
    """Raise a DataError if a part that was asked for is empty."""
    for number, name in ((TRAIN, "training"), (VALIDATION, "validation"), (TEST, "test")):
        if not (part == number).any() and (number != VALIDATION or validation > 0):
            raise DataError(
                f"Too few {what}: the {name} part would be empty. Take more data or "
                "other fractions."
            )


def timestamps(interactions: Interactions) -> np.ndarray:
    """The timestamps, or a DataError if there are none."""
    if interactions.timestamp is None:
        raise DataError(
            "These ratings have no timestamp, so they have no order in time. Use random_split or "
            "per_user_split, or load the data with its timestamps."
        )
    return interactions.timestamp


def divided(interactions: Interactions, part: np.ndarray) -> Split:
    """The split in which each rating goes to the part of that number."""
    return Split(*(interactions.subset(part == number) for number in (TRAIN, VALIDATION, TEST)))
