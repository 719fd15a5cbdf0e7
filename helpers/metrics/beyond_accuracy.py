"""Beyond accuracy: how varied, new, surprising and fair to the catalogue the lists are.

The examples use the lists of ``precision_at_k``: three users, two places, five films. Films 0 to
4 were rated by 8, 4, 2, 1 and 1 of eight users; films 0 and 1 are comedies, film 2 is comedy and
drama, films 3 and 4 are dramas.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from helpers.errors import DataError
from helpers.metrics import per_user
from helpers.metrics.lookup import check_catalogue, checked_ranks, mean_over_users
from helpers.metrics.ranking import NOTHING_TO_FIND

EMPTY_LISTS = "No user has a list and a profile to measure it by, so there is nothing to measure."


def catalogue_coverage_at_k(ranked: Any, n_items: int, k: int) -> float:
    """Share of the catalogue that is in the first k places of any user's list, 0 to 1.

    It grows with the number of users, so compare it only between lists for the same users.

    Raises:
        ParameterError: the lists have another shape, or k is impossible.
        DataError: an item outside the catalogue, an item twice in a list, or no item at all.

    Example:
        >>> catalogue_coverage_at_k([[0, 1], [4, 0], [1, 4]], n_items=5, k=2)
        0.6
    """
    return float((_exposure(ranked, n_items, k) > 0).mean())


def gini_of_exposure_at_k(ranked: Any, n_items: int, k: int) -> float:
    """Gini coefficient of how often each film is in a list, 0 to 1.

    0 means that all films are listed equally often; near 1, a few films take all places. It is over
    the whole catalogue, including films that are never listed. Errors as
    ``catalogue_coverage_at_k``.

    Example:
        Film 4 is in two lists, each of the others in one:

        >>> round(gini_of_exposure_at_k([[0, 1], [4, 2], [3, 4]], n_items=5, k=2), 4)
        0.1333
    """
    exposure = np.sort(_exposure(ranked, n_items, k))
    weights = 2 * np.arange(1, n_items + 1) - n_items - 1
    return float(weights @ exposure / (n_items * exposure.sum()))


def novelty_at_k(ranked: Any, item_counts: Any, n_users: int, k: int) -> float:
    """Mean self-information of the listed films, in bits; higher is less known.

    −log2 of the share of users who rated the film in training (Zhou et al. 2010): a film that
    everybody knows has 0 bits, one that a quarter knows has 2. A film without a rating counts as
    if one user knew it. The mean is first over each list, then over users.

    Args:
        ranked: as ``precision_at_k``.
        item_counts: how many users rated each film in training, shape (items,).
        n_users: how many users there are in training.
        k: how many places count.

    Raises:
        ParameterError: a shape or k is impossible.
        DataError: a film with more users than there are, an item outside the catalogue or twice
            in a list, or only empty lists.

    Example:
        >>> novelty_at_k([[0, 1], [4, 2], [3, 4]], [8, 4, 2, 1, 1], n_users=8, k=2)
        2.0
    """
    return mean_over_users(per_user.novelty_at_k(ranked, item_counts, n_users, k), EMPTY_LISTS)


def intra_list_diversity_at_k(ranked: Any, features: Any, k: int) -> float:
    """Mean distance (1 − cosine) between the films of a list, mean over users.

    0 if all films of a list have the same features; 1 if no two share any. A film without
    features is at distance 1 from all (Smyth and McClave 2001; Ziegler et al. 2005). A list of
    fewer than two films does not count.

    Args:
        ranked: as ``precision_at_k``.
        features: sparse matrix or array, shape (items, features): genre indicators, vectors, …
        k: how many places count, 2 or more.

    Raises:
        ParameterError: a shape or k is impossible.
        DataError: a feature is not finite, an item outside the catalogue or twice in a list, or
            no list of two films.

    Example:
        >>> genres = [[1, 0], [1, 0], [1, 1], [0, 1], [0, 1]]
        >>> round(intra_list_diversity_at_k([[0, 1], [4, 2], [3, 4]], genres, 2), 4)
        0.0976
    """
    return mean_over_users(per_user.intra_list_diversity_at_k(ranked, features, k), EMPTY_LISTS)


def serendipity_at_k(ranked: Any, relevant: Any, expected: Any, k: int) -> float:
    """Share of the first k places with a film that is relevant but not expected, 0 to 1.

    A film is expected if a primitive recommender, most often popularity, puts it into the user's
    first k places (Ge, Delgado-Battenfeld and Jannach 2010). Mean over users with a relevant item.

    Args:
        ranked: as ``precision_at_k``.
        relevant: as ``precision_at_k``.
        expected: the lists of the primitive recommender, shape (users, ≥ k).
        k: how many places count.

    Raises:
        ParameterError, DataError: as ``precision_at_k``, for both kinds of lists.

    Example:
        The first user finds two films that popularity finds too; the second finds one that it does
        not.

        >>> ranked, expected = [[0, 1], [4, 2], [3, 4]], [[0, 1], [0, 1], [0, 1]]
        >>> relevant = [[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 0, 1, 0, 0]]
        >>> round(serendipity_at_k(ranked, relevant, expected, 2), 4)
        0.1667
    """
    values = per_user.serendipity_at_k(ranked, relevant, expected, k)
    return mean_over_users(values, NOTHING_TO_FIND)


def popularity_lift_at_k(ranked: Any, profile: Any, item_counts: Any, k: int) -> float:
    """How much more popular the lists are than what the users chose themselves: 0.5 is 50 % more.

    (mean popularity of the lists − that of the profiles) / that of the profiles; both means are
    first over each user and then over users (Abdollahpouri et al. 2020). The per-user variant has
    the lift of each user; the mean of those is another figure.

    Args:
        ranked: as ``precision_at_k``.
        profile: sparse matrix or array, shape (users, items); the user's training films have
            values other than 0.
        item_counts: how many users rated each film in training, shape (items,).
        k: how many places count.

    Raises:
        ParameterError: a shape or k is impossible.
        DataError: a negative count or weight, a profile of films that nobody has rated, an item
            outside the catalogue or twice in a list, or nobody with a list and a profile.

    Example:
        The lists have a mean popularity of 6, 1.5 and 1, the profiles 1, 1 and 8.

        >>> profile = [[0, 0, 0, 1, 0], [0, 0, 0, 1, 0], [1, 0, 0, 0, 0]]
        >>> lift = popularity_lift_at_k([[0, 1], [4, 2], [3, 4]], profile, [8, 4, 2, 1, 1], 2)
        >>> round(lift, 4)
        -0.15
    """
    offered, own = per_user.popularity_of_lists(ranked, profile, item_counts, k)
    return mean_over_users(offered, EMPTY_LISTS) / mean_over_users(own, EMPTY_LISTS) - 1


def genre_calibration_at_k(
    ranked: Any, profile: Any, genres: Any, k: int, alpha: float = 0.01
) -> float:
    """How far the genres of the lists are from those of the users' own films; 0 is calibrated.

    Kullback-Leibler divergence Σ_g p(g) ln(p(g) / q̃(g)) in nats, with p the genres of the
    profile, q those of the list and q̃ = (1 − alpha) q + alpha p (Steck 2018); lower is better. A
    film shares its weight evenly among its genres; a film without genres does not count.

    Args:
        ranked: as ``precision_at_k``.
        profile: sparse matrix or array, shape (users, items): 1, or the weight of each film.
        genres: sparse matrix or array of 0 and 1, shape (items, genres).
        k: how many places count.
        alpha: above 0, up to 1; keeps the divergence finite if the list lacks a genre.

    Raises:
        ParameterError: a shape, k or alpha is impossible.
        DataError: a negative weight, an item outside the catalogue or twice in a list, or nobody
            with genres in both list and profile.

    Example:
        >>> genres = [[1, 0], [1, 0], [1, 1], [0, 1], [0, 1]]
        >>> profile = [[0, 0, 0, 1, 0], [0, 0, 0, 1, 0], [1, 0, 0, 0, 0]]
        >>> round(genre_calibration_at_k([[0, 1], [4, 2], [3, 4]], profile, genres, 2), 4)
        3.1649
    """
    values = per_user.genre_calibration_at_k(ranked, profile, genres, k, alpha)
    return mean_over_users(values, EMPTY_LISTS)


def _exposure(ranked: Any, n_items: int, k: int) -> np.ndarray:
    ranked = checked_ranks(ranked, k)
    check_catalogue(ranked, n_items)
    listed = ranked[ranked >= 0]
    if len(listed) == 0:
        raise DataError("All lists are empty, so there is nothing to measure.")
    return np.bincount(listed, minlength=n_items)
