"""The rating matrix cut twice, by users and by films: four corners, three of them cold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from helpers.errors import DataError, ParameterError
from helpers.interactions import Interactions
from helpers.splits.parts import Split, check_fraction

Corner = Literal["warm", "cold users", "cold films", "cold both"]


@dataclass(frozen=True, eq=False, repr=False)
class Corners:
    """One training set, and four sets to measure on, over one catalogue.

    Attributes:
        train: what old users gave to old films, without the held-out ratings.
        validation: some more of those ratings, to choose with.
        warm: some more of those ratings, to measure on.
        cold_users: what new users gave to old films.
        cold_films: what old users gave to new films.
        cold_both: what new users gave to new films.
    """

    train: Interactions
    validation: Interactions
    warm: Interactions
    cold_users: Interactions
    cold_films: Interactions
    cold_both: Interactions

    def __repr__(self) -> str:
        sizes = {name: len(self.split(name).test) for name in get_args(Corner)}
        tested = ", ".join(f"{size:,} {name}" for name, size in sizes.items())
        return f"Corners({len(self.train):,} train, {len(self.validation):,} validation; {tested})"

    @property
    def new_films(self) -> np.ndarray:
        """Indices of the new films, ascending."""
        return np.union1d(self.cold_films.item, self.cold_both.item)

    def split(self, corner: Corner) -> Split:
        """The split with that corner as its test set, for ``helpers.evaluation``.

        Raises:
            ParameterError: there is no such corner.
        """
        if corner not in get_args(Corner):
            raise ParameterError(f"corner must be one of {get_args(Corner)}, not {corner!r}.")
        return Split(self.train, self.validation, getattr(self, corner.replace(" ", "_")))


def cold_corners(
    interactions: Interactions,
    *,
    users: float = 0.3,
    films: float = 0.2,
    validation: float = 0.1,
    test: float = 0.2,
    random_state: int = 0,
) -> Corners:
    """Make some users and some films new, and measure every kind of cold start with one training.

    Args:
        interactions: what to split.
        users: fraction of the users with ratings who are new, above 0, below 1.
        films: fraction of the rated films that are new, above 0, below 1.
        validation: fraction of what old users gave to old films, 0 (none) to 1.
        test: the same for the warm corner, above 0; with validation below 1.
        random_state: seed.

    Raises:
        ParameterError: a fraction is impossible.
        DataError: too few users, films or ratings to fill each corner.

    Example:
        >>> from helpers.data import load
        >>> corners = cold_corners(Interactions.from_dataset(load("simulated")))
        >>> corners.split("cold films")
        Split(9,851 train, 1,407 validation, 3,392 test)
    """
    for name, fraction in (("users", users), ("films", films), ("test", test)):
        check_fraction(name, fraction)
        if fraction == 0:
            raise ParameterError(f"{name} = 0 leaves a corner empty: choose a fraction above 0.")
    check_fraction("validation", validation)
    if validation + test >= 1:
        raise ParameterError("validation and test leave nothing to learn from.")
    generator = np.random.default_rng(random_state)
    new_user = _drawn(interactions.user, users, generator)
    new_film = _drawn(interactions.item, films, generator)
    chance = np.ones(len(interactions))
    old = np.flatnonzero(~new_user & ~new_film)
    # By place in a random order, so that the fractions are exact.
    chance[old] = generator.permutation(len(old)) / max(len(old), 1)
    warm, held = chance < test, chance < test + validation
    rows = (
        (~new_user & ~new_film & ~held),
        held & ~warm,
        warm,
        new_user & ~new_film,
        ~new_user & new_film,
        new_user & new_film,
    )
    parts = Corners(*(interactions.subset(each) for each in rows))
    empty = [name for name, part in vars(parts).items() if len(part) == 0]
    if set(empty) - ({"validation"} if validation == 0 else set()):
        raise DataError(
            f"Too few ratings: {', '.join(empty)} would be empty. Take more data, or other "
            "fractions."
        )
    return parts


def _drawn(owner: np.ndarray, fraction: float, generator: np.random.Generator) -> np.ndarray:
    """Whether each rating's user (or film) is in the drawn fraction."""
    present = np.unique(owner)
    drawn = generator.permutation(present)[: round(fraction * len(present))]
    return np.isin(owner, drawn)
