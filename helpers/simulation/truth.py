"""What is known about the simulated world, but not about real data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.special import expit, ndtr

from helpers.errors import ParameterError
from helpers.simulation.films import genre_loads
from helpers.simulation.genres import GENRES

PAIRS_AT_ONCE = 8_192
CELLS_AT_ONCE = 4_000_000


@dataclass(frozen=True, eq=False, repr=False)
class Truth:
    """The world behind the ratings. Users and films are given by position: 0 is the first row.

    Positions are those of ``world.dataset.users`` and ``world.dataset.movies``, and they are the
    indices of ``Interactions.from_dataset(world.dataset, keep_unrated=True)``.

    How a rating is made: a user finds films in proportion to their popularity, watches one with a
    chance that grows with its appeal, and gives it appeal plus noise, rounded to whole stars at
    ``cut_points``.

    Attributes:
        base: appeal of the average film to the average user, in stars.
        quality: stars above the average film, float64, shape (n_movies,).
        bias: stars above the average user (generosity), float64, shape (n_users,).
        genre_names: the 18 genres, in the order of the columns below.
        genres: whether the film belongs to the genre, bool, shape (n_movies, 18).
        genre_taste: stars for a film of that genre alone, float64, shape (n_users, 18); depends
            on gender and age, and differs from user to user.
        user_factors: tastes that do not depend on genres, float64, shape (n_users, 12), in stars.
        movie_factors: properties of the film that these tastes are about, float64, shape (n_movies,
            12), unit-free.
        noise_sd: standard deviation of the noise of a single rating, in stars.
        cut_points: appeal plus noise from which a rating has 2, 3, 4, 5 stars.
        popularity: chance that a film is the next one that a user finds, sums to 1, (n_movies,).
        choosiness: how steeply the chance to watch a film grows with its appeal.
        drift: how much appeal the film gains over the period, (n_movies,), unit-free.
        join_time: when the user joined, 0 to 1 through the period, shape (n_users,).
        n_ratings: how many films the user rated, int64, shape (n_users,).
    """

    base: float
    quality: np.ndarray
    bias: np.ndarray
    genres: np.ndarray
    genre_taste: np.ndarray
    user_factors: np.ndarray
    movie_factors: np.ndarray
    noise_sd: float
    cut_points: tuple[float, float, float, float]
    popularity: np.ndarray
    choosiness: float
    drift: np.ndarray
    join_time: np.ndarray
    n_ratings: np.ndarray
    genre_names: tuple[str, ...] = GENRES
    # Rows whose dot product is the appeal.
    _user_rows: np.ndarray = field(init=False)
    _movie_rows: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        users, movies = np.ones((len(self.bias), 1)), np.ones((len(self.quality), 1))
        user_parts = [self.base + self.bias[:, None], users, self.genre_taste, self.user_factors]
        movie_parts = [
            movies,
            self.quality[:, None],
            genre_loads(self.genres),
            self.movie_factors,
        ]
        object.__setattr__(self, "_user_rows", np.hstack(user_parts))
        object.__setattr__(self, "_movie_rows", np.hstack(movie_parts))

    def __repr__(self) -> str:
        return f"Truth({self.n_users:,} users, {self.n_movies:,} films)"

    @property
    def n_users(self) -> int:
        """Number of users."""
        return len(self.bias)

    @property
    def n_movies(self) -> int:
        """Number of films, rated or not."""
        return len(self.quality)

    def appeal(self, users: Any, items: Any) -> np.ndarray:
        """Stars before noise and rounding; they may be off the scale, float64, shape (n,).

        ``users`` and ``items`` are positions; arrays of shapes that broadcast, such as
        ``users[:, None]`` and ``items[None, :]``, give a table.

        Raises:
            ParameterError: a position that is not in the world.
        """
        users, items = self._checked(users, items)
        out = np.empty(users.shape)
        flat_users, flat_items, flat = users.ravel(), items.ravel(), out.reshape(-1)
        for start in range(0, len(flat), PAIRS_AT_ONCE):
            rows = slice(start, start + PAIRS_AT_ONCE)
            left, right = self._user_rows[flat_users[rows]], self._movie_rows[flat_items[rows]]
            flat[rows] = np.einsum("ij,ij->i", left, right)
        return out

    def expected(self, users: Any, items: Any) -> np.ndarray:
        """Mean of the stars that the user would give the film, 1 to 5, for any pair.

        No recommender can have a lower squared error than this one: what is left is noise.
        Shapes as in ``appeal``.
        """
        appeal = self.appeal(users, items)
        total = np.ones_like(appeal)
        for cut in self.cut_points:
            total += ndtr((appeal - cut) / self.noise_sd)
        return total

    def star_probabilities(self, users: Any, items: Any) -> np.ndarray:
        """Chance of 1, 2, 3, 4 and 5 stars, shape (…, 5); they sum to 1 (ordered probit)."""
        appeal = self.appeal(users, items)[..., None]
        at_least = ndtr((appeal - np.array(self.cut_points)) / self.noise_sd)
        edge = np.ones((*at_least.shape[:-1], 1))
        return -np.diff(np.concatenate([edge, at_least, 0 * edge], axis=-1), axis=-1)

    def watch_probability(self, users: Any, items: Any) -> np.ndarray:
        """Chance that the user watches the film after finding it, 0 to 1."""
        users, items = self._checked(users, items)
        return self._watch(self.appeal(users, items), self.join_time[users], self.drift[items])

    def propensity(self, users: Any, items: Any) -> np.ndarray:
        """Chance that the pair is in the data, 0 to 1, given how many films the user rated.

        The data are draws without repetition in proportion to popularity × watch probability.
        Their inclusion probabilities have no closed form; 1 − exp(−λ w), with λ such that they
        sum to the number of ratings, is the limit for many films (Rosén 1972) and within about
        0.01 of the truth here. Shapes as in ``appeal``.
        """
        users, items = self._checked(users, items)
        out = np.empty(users.shape)
        distinct, row = np.unique(users.ravel(), return_inverse=True)
        step = max(1, CELLS_AT_ONCE // self.n_movies)
        flat_items, flat = items.ravel(), out.reshape(-1)
        for start in range(0, len(distinct), step):
            weight = self.choice_weights(distinct[start : start + step])
            chance = 1 - np.exp(-_rates(weight, self.n_ratings[distinct[start : start + step]]))
            mine = np.flatnonzero((row >= start) & (row < start + step))
            flat[mine] = chance[row[mine] - start, flat_items[mine]]
        return out

    def choice_weights(self, users: np.ndarray) -> np.ndarray:
        """Popularity × watch probability of all films, float64, shape (len(users), n_movies)."""
        appeal = self._user_rows[users] @ self._movie_rows.T
        watch = self._watch(appeal, self.join_time[users][:, None], self.drift[None, :])
        return self.popularity * watch

    def _watch(self, appeal: np.ndarray, joined: np.ndarray, drift: np.ndarray) -> np.ndarray:
        return expit(self.choosiness * (appeal - self.base) + drift * (joined - 0.5))

    def _checked(self, users: Any, items: Any) -> tuple[np.ndarray, np.ndarray]:
        users, items = np.broadcast_arrays(users, items)
        for positions, size, kind in (
            (users, self.n_users, "user"),
            (items, self.n_movies, "film"),
        ):
            if positions.size and not np.issubdtype(positions.dtype, np.integer):
                raise ParameterError(
                    f"The {kind} positions are of type {positions.dtype}; pass whole numbers."
                )
            off = positions[(positions < 0) | (positions >= size)]
            if off.size:
                raise ParameterError(
                    f"No {kind} has the position {off.flat[0]}: they run from 0 to {size - 1}. "
                    "Pass positions in the tables of the data set, not ids."
                )
        return users.astype("int64"), items.astype("int64")


def _rates(weight: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """λ w for each row, with λ such that 1 − exp(−λ w) sums to the number wanted."""
    full = wanted >= weight.shape[1]
    target = np.minimum(wanted, weight.shape[1] - 0.5)[:, None]
    log_rate = np.log(target / weight.sum(axis=1, keepdims=True))
    # Newton in log λ: the sum is increasing and concave from the left, so it climbs to the root.
    for _ in range(60):
        rate = np.exp(log_rate) * weight
        gone = np.exp(-rate)
        missing = target - (1 - gone).sum(axis=1, keepdims=True)
        slope = (rate * gone).sum(axis=1, keepdims=True)
        step = np.clip(missing / np.maximum(slope, 1e-12), -2.0, 2.0)
        log_rate += step
        if np.abs(step).max() < 1e-9:
            break
    rate = np.exp(log_rate) * weight
    rate[full] = np.inf
    return rate
