"""Elicitation: which films to ask a new user about, when nothing else is known."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from scipy import sparse

from helpers.errors import ParameterError
from helpers.evaluation.newcomers import Newcomers
from helpers.interactions import Interactions
from helpers.recommenders import FoldsIn
from helpers.recommenders.arguments import check_count

Strategy = Literal["random", "popularity", "entropy", "popularity and entropy"]


def questions(
    train: Interactions, strategy: Strategy, n: int = 10, *, random_state: int = 0
) -> np.ndarray:
    """The n films to ask every new user about, in this order, int64, shape (n,).

    ``"random"`` draws among the films with a training rating. ``"popularity"`` takes those with
    most ratings, which most people can answer. ``"entropy"`` takes those with the most different
    stars, −Σ p log₂ p over the shares p of each number of stars. ``"popularity and entropy"``
    takes the largest log(ratings) × entropy: films that many know and people disagree on
    (Rashid et al. 2002). Equal films are in the order of their index.

    Raises:
        ParameterError: there is no such strategy, or n is impossible.

    Example:
        >>> import pandas as pd
        >>> ratings = pd.DataFrame({"user_id": [1, 2, 3, 1, 2], "movie_id": [7, 7, 7, 8, 8]})
        >>> train = Interactions.from_frames(ratings.assign(rating=[4.0, 4.0, 5.0, 1.0, 5.0]))
        >>> questions(train, "popularity", 1), questions(train, "entropy", 1)
        (array([0]), array([1]))
    """
    if strategy not in get_args(Strategy):
        raise ParameterError(f"strategy must be one of {get_args(Strategy)}, not {strategy!r}.")
    counts = np.bincount(train.item, minlength=train.n_items)
    rated = np.flatnonzero(counts)
    check_count(n, "n", len(rated))
    if strategy == "random":
        return np.random.default_rng(random_state).permutation(rated)[:n]
    if strategy == "popularity":
        worth = counts.astype("float64")
    else:
        worth = entropy_of_stars(train)
        if strategy == "popularity and entropy":
            worth = worth * np.log(np.maximum(counts, 1))
    return rated[np.argsort(-worth[rated], kind="stable")][:n]


def entropy_of_stars(train: Interactions) -> np.ndarray:
    """−Σ p log₂ p over the shares p of each number of stars a film got, bits, (n_items,).

    0 if all agree, and for a film without ratings.

    Example:
        >>> import pandas as pd
        >>> ratings = pd.DataFrame({"user_id": [1, 2, 1, 2], "movie_id": [7, 7, 8, 8]})
        >>> entropy_of_stars(Interactions.from_frames(ratings.assign(rating=[4.0, 4.0, 1.0, 5.0])))
        array([0., 1.])
    """
    stars, column = np.unique(train.rating, return_inverse=True)
    votes = np.zeros((train.n_items, len(stars)))
    np.add.at(votes, (train.item, column), 1)
    share = votes / np.maximum(votes.sum(axis=1, keepdims=True), 1)
    bits = np.log2(share, out=np.zeros_like(share), where=share > 0)
    entropy: np.ndarray = np.abs((share * bits).sum(axis=1))
    return entropy


def greedy_questions(
    recommender: FoldsIn, people: Newcomers, candidates: np.ndarray, n: int = 10, *, k: int = 10
) -> np.ndarray:
    """The n films that help these people most, one after the other, int64, shape (n,).

    Each question is the candidate that gives the lists of these people the highest mean nDCG@k,
    scored from all their answers so far. The people are a validation set: new to the
    recommender, and not the people on whom the questions are measured afterwards.

    Args:
        recommender: fitted on other users.
        people: the people on whom it tries the questions.
        candidates: indices of films to choose from, n or more.
        n: how many questions.
        k: how many places of a list count.

    Raises:
        ParameterError: there are fewer candidates than questions, or as ``Newcomers.answers``.
        DataError, NotFittedError: as ``Newcomers.ndcg``.
    """
    left = [int(item) for item in candidates]
    check_count(n, "n", len(left))
    told = people.answers([])
    reached = people.ndcg(recommender, told, k)
    chosen: list[int] = []
    while len(chosen) < n:
        tried = [_with(recommender, people, told, reached, item, k) for item in left]
        best = int(np.argmax([values.mean() for values in tried]))
        reached = tried[best]
        chosen.append(left.pop(best))
        told = people.answers(chosen)
    return np.array(chosen)


def _with(  # noqa: PLR0917
    recommender: FoldsIn,
    people: Newcomers,
    told: sparse.csr_matrix,
    reached: np.ndarray,
    item: int,
    k: int,
) -> np.ndarray:
    """The nDCG of all with one more question; only people who can answer it need a new list."""
    answer = people.answers([item])
    rows = np.flatnonzero(answer.getnnz(axis=1))
    values = reached.copy()
    if len(rows):
        values[rows] = people.some(rows).ndcg(recommender, told[rows] + answer[rows], k)
    return values
