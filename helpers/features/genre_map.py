"""A map of items from their vectors: how strongly the other items of each kind pull it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from helpers.errors import ParameterError
from helpers.features.films import clean_title

# The first kind with its genre and without a genre that excludes it.
KINDS = {
    "family": ("Children|Animation", None),
    "action": ("Action", None),
    "drama": ("Drama", "Comedy|Sci-Fi"),
}
OTHER = "none of them"


def genre_map(vectors: Any, movies: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    """Places of family films, action films and dramas, by the directions of their vectors.

    x is the pull of the action films minus that of the dramas, y the pull of the family films. The
    pull of a kind on a film is the mean cosine of its vector with those of *the other* films of
    that kind, so that a film does not influence its own place.

    Args:
        vectors: one row per film, shape (n, width); their lengths do not matter.
        movies: one row per film with its title and genres, separated by ``|``.

    Returns:
        Columns title (without its year), kind, x, y: one row for each film of a kind, in the order
        of ``movies``. And the share of pairs of an action film and a drama in which the action
        film is further right, 0 to 1: half by chance, NaN if a kind has no film. A table
        without genres gives no row.

    Raises:
        ParameterError: there is not one vector for each film.

    Example:
        >>> movies = pd.DataFrame(
        ...     {"title": ["Heat (1995)", "Speed (1994)", "Emma (1996)", "Nell (1994)"],
        ...      "genres": ["Action", "Action", "Drama", "Drama"]}
        ... )
        >>> places, share = genre_map([[1, 0], [2, 1], [0, 1], [-1, 2]], movies)
        >>> places["title"].tolist(), share
        (['Heat', 'Speed', 'Emma', 'Nell'], 1.0)
    """
    rows = np.asarray(vectors, "float64")
    if rows.ndim != 2 or len(rows) != len(movies):
        raise ParameterError(
            f"The vectors have the shape {rows.shape}: give one row for each of the "
            f"{len(movies):,} films."
        )
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    rows = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    kind = kinds(movies)
    pulls = {name: _pull(rows, kind == name) for name in KINDS}
    places = pd.DataFrame(
        {
            "title": clean_title(movies["title"].to_numpy()),
            "kind": kind,
            "x": pulls["action"] - pulls["drama"],
            "y": pulls["family"],
        }
    )
    action, drama = (places.loc[kind == name, "x"].to_numpy() for name in ("action", "drama"))
    share = float(np.mean(action[:, None] > drama)) if len(action) and len(drama) else np.nan
    return places[kind != OTHER].reset_index(drop=True), share


def kinds(movies: pd.DataFrame) -> np.ndarray:
    """For each film "family", "action", "drama" or "none of them", by its genres, shape (n,)."""
    found = np.full(len(movies), OTHER, dtype=object)
    if "genres" not in movies:
        return found
    written = movies["genres"].astype("object")
    genres = written.where(written.notna(), "").astype(str).reset_index(drop=True)
    for name, (wanted, unwanted) in KINDS.items():
        fits = genres.str.contains(wanted)
        if unwanted is not None:
            fits &= ~genres.str.contains(unwanted)
        found[fits.to_numpy() & (found == OTHER)] = name
    return found


def _pull(rows: np.ndarray, member: np.ndarray) -> np.ndarray:
    """Mean cosine of each row with the members other than itself; 0 if there is none."""
    total = rows @ rows[member].sum(axis=0) - np.where(member, (rows**2).sum(axis=1), 0.0)
    others = member.sum() - member
    return np.divide(total, others, out=np.zeros(len(rows)), where=others > 0)
