"""Who watches what: draws without repetition, exact in number, vectorised over users."""

from __future__ import annotations

import numpy as np

from helpers.simulation.truth import CELLS_AT_ONCE, Truth

ROUNDS = 3
# Of the films that users find, about two in five are watched, and some were seen before.
DRAWS_PER_FILM = 3


def draw_films_of(
    rng: np.random.Generator, truth: Truth, users: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The films that some users watch, as many as ``truth.n_ratings`` says.

    Each user draws films in proportion to popularity × watch probability until enough different
    ones are drawn. Rounds of rejection sampling do that for most users at a cost that does not
    depend on the size of the catalogue. For users who want a large part of the catalogue this
    fails; their draws continue as a race of exponential clocks over the films that are left, which
    has the same distribution (Efraimidis and Spirakis 2006).

    Args:
        rng: the source of chance.
        truth: the world.
        users: positions of the users, ascending, shape (m,).

    Returns:
        User and film positions, int64, grouped by user, each pair once.
    """
    wanted = truth.n_ratings[users]
    film_stairs = np.cumsum(truth.popularity)
    row, film = np.empty(0, "int64"), np.empty(0, "int64")
    missing = wanted.copy()
    for _ in range(ROUNDS):
        draws = np.repeat(np.arange(len(users)), np.where(missing > 0, missing * DRAWS_PER_FILM, 0))
        upon = np.searchsorted(film_stairs, rng.random(len(draws)) * film_stairs[-1], side="right")
        upon = np.minimum(upon, truth.n_movies - 1)
        watched = rng.random(len(draws)) < truth.watch_probability(users[draws], upon)
        row = np.concatenate([row, draws[watched]])
        film = np.concatenate([film, upon[watched]])
        row, film = _first_distinct(row, film, wanted, truth.n_movies)
        missing = wanted - np.bincount(row, minlength=len(users))
        if not missing.any():
            break
    late_row, late_film = _race(rng, truth, users, (row, film), missing)
    row, film = np.concatenate([row, late_row]), np.concatenate([film, late_film])
    order = np.argsort(row, kind="stable")
    return users[row[order]], film[order]


def _first_distinct(
    row: np.ndarray, film: np.ndarray, wanted: np.ndarray, n_movies: int
) -> tuple[np.ndarray, np.ndarray]:
    """Of each user's draws, the first ``wanted`` different films, in the order of drawing."""
    _, first = np.unique(row * n_movies + film, return_index=True)
    first.sort()
    first = first[np.argsort(row[first], kind="stable")]
    row, film = row[first], film[first]
    start = np.searchsorted(row, np.arange(len(wanted)))
    kept = np.arange(len(row)) - start[row] < wanted[row]
    return row[kept], film[kept]


def _race(
    rng: np.random.Generator,
    truth: Truth,
    users: np.ndarray,
    drawn: tuple[np.ndarray, np.ndarray],
    missing: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """For users who still miss films, the remaining films with the earliest exponential clocks."""
    row, film = drawn
    late = np.flatnonzero(missing)
    # Users who miss about the same number are together, so that little is sorted for nothing.
    late = late[np.argsort(missing[late], kind="stable")]
    step = max(1, CELLS_AT_ONCE // truth.n_movies)
    start = np.searchsorted(row, np.arange(len(users) + 1))
    rows, films = [np.empty(0, "int64")], [np.empty(0, "int64")]
    for some in (late[begin : begin + step] for begin in range(0, len(late), step)):
        weight = truth.choice_weights(users[some])
        rings = -np.log1p(-rng.random(weight.shape)) / weight
        lengths = start[some + 1] - start[some]
        seen = np.repeat(start[some] - np.cumsum(lengths) + lengths, lengths) + np.arange(
            lengths.sum()
        )
        rings[np.repeat(np.arange(len(some)), lengths), film[seen]] = np.inf
        most = int(missing[some].max())
        first = np.argpartition(rings, most - 1, axis=1)[:, :most]
        by_time = np.argsort(np.take_along_axis(rings, first, axis=1), axis=1, kind="stable")
        first = np.take_along_axis(first, by_time, axis=1)
        kept = np.arange(most) < missing[some][:, None]
        rows.append(np.repeat(some, missing[some]))
        films.append(first[kept])
    return np.concatenate(rows), np.concatenate(films)
