"""Ranking metrics: what the users find in their lists, as a mean over users."""

from __future__ import annotations

from typing import Any, Literal

from helpers.metrics import per_user
from helpers.metrics.lookup import mean_over_users

NOTHING_TO_TELL_APART = (
    "No user has both a relevant item and a candidate that is not relevant, so there is nothing to "
    "tell apart."
)
NOTHING_TO_FIND = "No user has a relevant item, so there is nothing to find."


def precision_at_k(ranked: Any, relevant: Any, k: int) -> float:
    """Share of the first k places that hold a relevant item, 0 to 1, mean over users.

    The divisor is k for every user. So a user with fewer than k relevant items cannot reach 1. An
    empty place (−1) is a miss.

    Args:
        ranked: item indices, best first, −1 for an empty place, integers, shape (users, ≥ k).
        relevant: sparse matrix or array, shape (users, items); any value but 0 means relevant.
            Its size does not matter: relevance is yes or no.
        k: how many places count, 1 … columns of ``ranked``.

    Returns:
        The mean over the users with at least one relevant item; the others have nothing to find.

    Raises:
        ParameterError: a shape does not fit, the ranks are not whole numbers, k is impossible.
        DataError: an item index outside the catalogue, an item twice in one list, no user with
            a relevant item, or a relevance that is NaN.

    Example:
        Three users, two places. The first user finds both of her two items; the second finds one of
        his three, in second place; the third has one relevant item, which is not in the list.

        >>> import numpy as np
        >>> ranked = np.array([[0, 1], [4, 2], [3, 4]])
        >>> relevant = np.array([[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 0, 1, 0, 0]])
        >>> precision_at_k(ranked, relevant, 2)
        0.5
    """
    return _mean(per_user.precision_at_k(ranked, relevant, k))


def recall_at_k(ranked: Any, relevant: Any, k: int) -> float:
    """Share of a user's relevant items found in the first k places, 0 to 1, mean over users.

    The divisor is the number of relevant items, so a user with more than k of them cannot reach
    1. Arguments, mean and errors as ``precision_at_k``.

    Example:
        The users of ``precision_at_k`` find 2 of 2, 1 of 3 and 0 of 1:

        >>> ranked = [[0, 1], [4, 2], [3, 4]]
        >>> relevant = [[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 0, 1, 0, 0]]
        >>> round(recall_at_k(ranked, relevant, 2), 4)
        0.4444
    """
    return _mean(per_user.recall_at_k(ranked, relevant, k))


def hit_rate_at_k(ranked: Any, relevant: Any, k: int) -> float:
    """Share of users with at least one relevant item in the first k places, 0 to 1.

    Arguments, mean and errors as ``precision_at_k``.

    Example:
        >>> ranked = [[0, 1], [4, 2], [3, 4]]
        >>> relevant = [[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 0, 1, 0, 0]]
        >>> round(hit_rate_at_k(ranked, relevant, 2), 4)
        0.6667
    """
    return _mean(per_user.hit_rate_at_k(ranked, relevant, k))


def mrr_at_k(ranked: Any, relevant: Any, k: int) -> float:
    """Mean reciprocal rank: 1 / place of the first relevant item, 0 beyond k, mean over users.

    Only the first find counts (Voorhees 1999). Arguments, mean and errors as ``precision_at_k``.

    Example:
        The users of ``precision_at_k`` make their first find in place 1, in place 2 and nowhere:

        >>> ranked = [[0, 1], [4, 2], [3, 4]]
        >>> relevant = [[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 0, 1, 0, 0]]
        >>> mrr_at_k(ranked, relevant, 2)
        0.5
    """
    return _mean(per_user.mrr_at_k(ranked, relevant, k))


def map_at_k_over_min(ranked: Any, relevant: Any, k: int) -> float:
    """Mean average precision of the first k places, divided by min(relevant items, k), 0 to 1.

    At each place with a relevant item the precision so far is added; the sum is divided by the
    number of relevant items that fit into k places, so that the perfect list scores 1. Kaggle uses
    this divisor. ``map_at_k_over_relevant`` has the other one; say which you report.
    Arguments, mean and errors as ``precision_at_k``.

    Example:
        The users of ``precision_at_k`` reach (1/1 + 2/2) / 2, (1/2) / 2 and 0:

        >>> ranked = [[0, 1], [4, 2], [3, 4]]
        >>> relevant = [[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 0, 1, 0, 0]]
        >>> round(map_at_k_over_min(ranked, relevant, 2), 4)
        0.4167
    """
    return _mean(per_user.map_at_k_over_min(ranked, relevant, k))


def map_at_k_over_relevant(ranked: Any, relevant: Any, k: int) -> float:
    """Mean average precision of the first k places, divided by the relevant items, 0 to 1.

    As ``map_at_k_over_min``, but divided by all relevant items, as TREC does (``map_cut``): a
    user with more than k of them cannot reach 1. Arguments, mean and errors as
    ``precision_at_k``.

    Example:
        The users of ``precision_at_k`` reach (1/1 + 2/2) / 2, (1/2) / 3 and 0:

        >>> ranked = [[0, 1], [4, 2], [3, 4]]
        >>> relevant = [[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 0, 1, 0, 0]]
        >>> round(map_at_k_over_relevant(ranked, relevant, 2), 4)
        0.3889
    """
    return _mean(per_user.map_at_k_over_relevant(ranked, relevant, k))


def ndcg_at_k(ranked: Any, relevant: Any, k: int) -> float:
    """Normalised discounted cumulative gain of the first k places, 0 to 1, mean over users.

    A relevant item in place p gains 1 / log2(p + 1); the sum is divided by that of the best
    possible list, which holds min(k, relevant items) of them in front (Järvelin and Kekäläinen
    2002, with gains of 0 and 1). Arguments, mean and errors as ``precision_at_k``.

    Example:
        The users of ``precision_at_k`` reach 1, (1 / log2 3) / (1 + 1 / log2 3) and 0:

        >>> ranked = [[0, 1], [4, 2], [3, 4]]
        >>> relevant = [[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 0, 1, 0, 0]]
        >>> round(ndcg_at_k(ranked, relevant, 2), 4)
        0.4623
    """
    return _mean(per_user.ndcg_at_k(ranked, relevant, k))


def graded_ndcg_at_k(
    ranked: Any, relevance: Any, k: int, gain: Literal["linear", "exponential"] = "linear"
) -> float:
    """``ndcg_at_k`` if some items are more relevant than others: stars, for example.

    Args:
        ranked: as ``precision_at_k``.
        relevance: sparse matrix or array, shape (users, items), grades from 0; 0 is not relevant.
        k: how many places count.
        gain: what a grade g gains in first place: ``"linear"`` g (Järvelin and Kekäläinen 2002,
            TREC), ``"exponential"`` 2^g − 1 (Burges et al. 2005).

    Raises:
        ParameterError, DataError: as ``precision_at_k``; also a negative or infinite grade.

    Example:
        The second user gave 3, 5 and 4 stars to films 0, 1 and 2 and finds film 2 in second
        place: 4 / log2 3, the best list has 5 + 4 / log2 3.

        >>> ranked = [[0, 1], [4, 2], [3, 4]]
        >>> stars = [[5, 4, 0, 0, 0], [3, 5, 4, 0, 0], [0, 0, 2, 0, 0]]
        >>> round(graded_ndcg_at_k(ranked, stars, 2), 4)
        0.4451
    """
    return _mean(per_user.graded_ndcg_at_k(ranked, relevance, k, gain))


def auc(scores: Any, relevant: Any, excluded: Any = None) -> float:
    """Chance that a relevant item scores above one that is not, 0 to 1, mean over users.

    The area under the ROC curve of each user; chance achieves 0.5. A tie counts half (Mann and
    Whitney 1947). It weighs the end of the list like its start, so it says little about the ten
    films that a user sees.

    Args:
        scores: shape (users, items), higher is better, finite unless excluded.
        relevant: sparse matrix or array, shape (users, items); any value but 0 means relevant.
        excluded: bool mask of the same shape, or None; items that are not candidates, such as
            those seen in training.

    Returns:
        The mean over users with at least one relevant item and one candidate that is not relevant.

    Raises:
        ParameterError: the shapes differ.
        DataError: a score is not finite, a relevant item is excluded, or no user counts.

    Example:
        >>> round(auc([[0.9, 0.8, 0.1], [0.2, 0.7, 0.7]], [[1, 0, 1], [0, 1, 0]]), 4)
        0.625
    """
    return mean_over_users(per_user.auc(scores, relevant, excluded), NOTHING_TO_TELL_APART)


def auc_of_ranking(ranked: Any, relevant: Any) -> float:
    """``auc`` from lists that rank every candidate, in which ties are already broken.

    Args:
        ranked: item indices, best first, −1 for places after the last candidate, shape
            (users, places); an item that is not listed was not a candidate.
        relevant: as ``precision_at_k``; every relevant item must be in the list.

    Raises:
        ParameterError, DataError: as ``precision_at_k``; also a relevant item not in the list.

    Example:
        The lists of ``precision_at_k``, to their end:

        >>> ranked = [[0, 1, 2, 3, 4], [4, 2, 3, 0, 1], [3, 4, 2, 0, 1]]
        >>> relevant = [[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 0, 1, 0, 0]]
        >>> round(auc_of_ranking(ranked, relevant), 4)
        0.5556
    """
    return mean_over_users(per_user.auc_of_ranking(ranked, relevant), NOTHING_TO_TELL_APART)


def _mean(values: Any) -> float:
    return mean_over_users(values, NOTHING_TO_FIND)
