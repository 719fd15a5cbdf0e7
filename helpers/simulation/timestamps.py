"""When the ratings were given: users join, sit down for a session, and perhaps come back."""

from __future__ import annotations

import numpy as np

from helpers.simulation.truth import Truth

# Three years that begin after the last film came out: 2001-01-01 to 2004-01-01, UTC.
PERIOD_START = 978_307_200
PERIOD_END = 1_072_915_200
RATINGS_PER_RETURN = 120
SECONDS_BETWEEN_RATINGS = 12
LONGEST_SESSION = 4 * 3600


def draw_timestamps(rng: np.random.Generator, truth: Truth, user: np.ndarray) -> np.ndarray:
    """Seconds since 1970 of each rating, int64, shape (n,), within the three years.

    Args:
        rng: the source of chance.
        truth: the world; ``join_time`` says when each user appears.
        user: position of the user of each rating, grouped by user, shape (n,).
    """
    n = len(user)
    start = np.flatnonzero(np.r_[True, user[1:] != user[:-1]])
    length = np.diff(np.r_[start, n])
    group = np.repeat(np.arange(len(start)), length)
    # Each rating falls into one of the user's sessions; two ratings in three into the first.
    sessions = 1 + length // RATINGS_PER_RETURN
    session = (sessions[group] * rng.random(n) ** 3).astype("int64")
    session[rng.random(n) < 0.5] = 0
    first_of_user = np.cumsum(sessions) - sessions
    # Later sessions begin somewhere in what is left of the period, sooner rather than later.
    begin = rng.random(int(sessions.sum())) ** 3
    begin[first_of_user] = 0.0
    joined = truth.join_time[user[start]][group]
    moment = joined + (1 - joined) * begin[first_of_user[group] + session]
    longest = np.minimum(LONGEST_SESSION, SECONDS_BETWEEN_RATINGS * length)[group]
    last_begin = PERIOD_END - LONGEST_SESSION - PERIOD_START
    seconds = (moment * last_begin).astype("int64") + (rng.random(n) * longest).astype("int64")
    return PERIOD_START + seconds
