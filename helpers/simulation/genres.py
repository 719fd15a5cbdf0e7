"""The 18 genres of MovieLens 1M: how common they are, who likes them, what goes with what."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class GenreFacts(NamedTuple):
    """The facts about a genre in the simulated world.

    Attributes:
        share: weight of the genre as the main genre of a film.
        woman: how many stars more women give it than men.
        age: how many stars more a user gives it for one unit of ``AGE_UNITS``.
        quality: how many stars its films are above the average film.
        companions: genres that join it in a film, with the probability of each.
    """

    share: float
    woman: float
    age: float
    quality: float
    companions: dict[str, float]


FACTS: dict[str, GenreFacts] = {
    "Action": GenreFacts(
        8.0, -0.30, -0.07, -0.12,
        {"Adventure": 0.25, "Thriller": 0.3, "Sci-Fi": 0.18, "Crime": 0.12, "War": 0.08},
    ),
    "Adventure": GenreFacts(
        4.0, -0.14, -0.06, -0.05,
        {"Action": 0.3, "Children's": 0.3, "Fantasy": 0.12, "Sci-Fi": 0.15, "Romance": 0.08},
    ),
    "Animation": GenreFacts(
        2.2, 0.16, -0.14, 0.20,
        {"Children's": 0.75, "Musical": 0.3, "Comedy": 0.15, "Fantasy": 0.1},
    ),
    "Children's": GenreFacts(
        3.5, 0.24, -0.10, -0.25,
        {"Comedy": 0.4, "Adventure": 0.2, "Fantasy": 0.12, "Drama": 0.12, "Musical": 0.12},
    ),
    "Comedy": GenreFacts(
        25.0, 0.04, -0.12, -0.08,
        {"Romance": 0.2, "Drama": 0.16, "Crime": 0.05, "Horror": 0.03, "Musical": 0.03},
    ),
    "Crime": GenreFacts(
        3.5, -0.16, 0.02, 0.15,
        {"Drama": 0.4, "Thriller": 0.35, "Film-Noir": 0.07, "Mystery": 0.07},
    ),
    "Documentary": GenreFacts(3.4, 0.05, 0.10, 0.35, {"Drama": 0.03, "War": 0.03}),
    "Drama": GenreFacts(
        31.0, 0.18, 0.20, 0.15,
        {"Romance": 0.2, "Thriller": 0.1, "War": 0.05, "Crime": 0.04, "Mystery": 0.03},
    ),
    "Fantasy": GenreFacts(
        1.0, -0.04, -0.10, 0.0,
        {"Adventure": 0.4, "Children's": 0.3, "Comedy": 0.2, "Sci-Fi": 0.15},
    ),
    "Film-Noir": GenreFacts(
        1.2, -0.06, 0.16, 0.60, {"Crime": 0.35, "Thriller": 0.4, "Mystery": 0.3, "Drama": 0.2}
    ),
    "Horror": GenreFacts(
        7.5, -0.28, -0.34, -0.40,
        {"Thriller": 0.3, "Sci-Fi": 0.15, "Comedy": 0.08, "Mystery": 0.04},
    ),
    "Musical": GenreFacts(
        1.8, 0.46, 0.20, 0.10, {"Comedy": 0.3, "Romance": 0.35, "Drama": 0.15}
    ),
    "Mystery": GenreFacts(
        1.5, 0.04, 0.10, 0.10, {"Thriller": 0.5, "Crime": 0.15, "Drama": 0.2}
    ),
    "Romance": GenreFacts(4.0, 0.44, 0.08, 0.0, {"Drama": 0.45, "Comedy": 0.35, "War": 0.04}),
    "Sci-Fi": GenreFacts(
        4.0, -0.38, -0.20, -0.08,
        {"Action": 0.35, "Adventure": 0.2, "Thriller": 0.18, "Horror": 0.15, "Comedy": 0.05},
    ),
    "Thriller": GenreFacts(
        5.5, -0.12, -0.08, 0.0,
        {"Action": 0.2, "Drama": 0.2, "Mystery": 0.1, "Crime": 0.15, "Horror": 0.08},
    ),
    "War": GenreFacts(2.0, -0.34, 0.20, 0.25, {"Drama": 0.6, "Action": 0.25, "Romance": 0.05}),
    "Western": GenreFacts(
        1.6, -0.34, 0.32, 0.05,
        {"Action": 0.2, "Comedy": 0.1, "Drama": 0.15, "Adventure": 0.08, "Romance": 0.05},
    ),
}  # fmt: skip

GENRES = tuple(FACTS)
MOST_GENRES = 4

# Older films of these genres are over-represented, as they are in MovieLens.
CLASSIC = ("Film-Noir", "Western", "Musical", "War", "Mystery")


def column(name: str) -> np.ndarray:
    """One numeric fact of all genres, float64, shape (18,)."""
    return np.array([getattr(facts, name) for facts in FACTS.values()], dtype="float64")


def companion_probabilities() -> np.ndarray:
    """Probability that a film with the row's main genre also has the column's genre."""
    table = np.zeros((len(GENRES), len(GENRES)))
    for row, facts in enumerate(FACTS.values()):
        for name, probability in facts.companions.items():
            table[row, GENRES.index(name)] = probability
    return table


def pick(rng: np.random.Generator, weights: np.ndarray, n: int) -> np.ndarray:
    """Draw n positions with replacement in proportion to the weights, int64, shape (n,)."""
    cumulative = np.cumsum(weights)
    drawn = np.searchsorted(cumulative, rng.random(n) * cumulative[-1], side="right")
    # A draw that rounds up to the whole sum would be beyond the end.
    return np.minimum(drawn, len(weights) - 1)


def draw_genres(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Main genre (int64, shape (n,)) and all genres (bool, shape (n, 18)), 1 to 4 per film."""
    main = pick(rng, column("share"), n)
    member = rng.random((n, len(GENRES))) < companion_probabilities()[main]
    member[np.arange(n), main] = False
    # Keep three companions at most, the first ones in a second draw.
    order = np.where(member, rng.random(member.shape), 2.0).argsort(axis=1, kind="stable")
    kept = np.zeros_like(member)
    np.put_along_axis(kept, order[:, : MOST_GENRES - 1], True, axis=1)
    member &= kept
    member[np.arange(n), main] = True
    return main, member


def genre_text(member: np.ndarray) -> list[str]:
    """Genres of each film as MovieLens writes them, ``Comedy|Drama``; empty if there is none."""
    return ["|".join(np.array(GENRES)[row]) for row in member]
