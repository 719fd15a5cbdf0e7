"""Naive Bayes: which terms speak for a film, judged by what one user liked and disliked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.arrays.rows import ones_of
from helpers.errors import DataError
from helpers.features import item_terms
from helpers.interactions import Interactions
from helpers.recommenders.arguments import check_positive, values_or
from helpers.recommenders.base import Recommender
from helpers.recommenders.lists import blocks_of_pairs

# How many ratings at the usual share of likes each film gets in addition, for users unknown.
DAMPING = 10.0


@dataclass(repr=False, eq=False)
class NaiveBayes(Recommender):
    """Scores a film by the odds that the user will like it, from the terms that it has.

    A user likes what they rate at their own mean or above. With x_t = 1 where film i has term t,

        log odds = log P(like) / P(not) + Σ_t log P(x_t | like) / P(x_t | not),

    as if the terms were independent, which they are not: hence *naive*. P(term | like) is the
    share of the liked films that have it, with ``smoothing`` films with and as many without it
    added, and the prior is counted the same way (Bernoulli naive Bayes; Pazzani and Billsus 1997
    for pages of the web). A score is the log of odds: 0 means even, ``probability`` has it
    between 0 and 1. It says how a user will like a film, not whether they will watch it.

    No rating of the *film* is needed: one that nobody has rated gets a score like any other.

    Fallback: a film without any term gets the user's prior. A user without a training rating gets
    the log odds that anybody likes the film, as if ten more had rated it with the usual share of
    likes.

    Args:
        kinds: which terms to read, some of ``helpers.features.KINDS``.
        smoothing: above 0; how many films with each term, and without, are added to each class.

    Attributes:
        has_: 1 if a film has a term, sparse, shape (n_items, terms).
        terms_: the names of the terms, shape (terms,).
        liked_: how many films with each term a user liked, sparse, shape (n_users, terms);
            ``disliked_`` likewise.

    Raises:
        ParameterError: a kind is unknown, or the smoothing is not above 0.
        DataError: no film has a term of these kinds.

    Example:
        >>> movies = pd.DataFrame(
        ...     {
        ...         "movie_id": [1, 2, 3, 4],
        ...         "title": ["Lantern", "Harbour", "Zoo", "New"],
        ...         "genres": ["War|Drama", "Drama", "Comedy", "Comedy|War"],
        ...     }
        ... )
        >>> ratings = pd.DataFrame({"user_id": 1, "movie_id": [1, 2, 3], "rating": [5.0, 4.0, 1.0]})
        >>> films = Interactions.from_frames(ratings, movies, keep_unrated=True)
        >>> NaiveBayes("genre").fit(films).probability([0], [3]).round(2)
        array([0.24])
    """

    kinds: Iterable[str] = ("genre", "decade")
    _: KW_ONLY
    smoothing: float = 1.0

    def __post_init__(self) -> None:
        check_positive(self.smoothing, "smoothing")
        self.kinds = (self.kinds,) if isinstance(self.kinds, str) else tuple(self.kinds)

    def _fit(self, train: Interactions, _validation: Interactions | None) -> None:
        terms = item_terms(train.movies, self.kinds)
        if terms.counts.nnz == 0:
            raise DataError(
                f"No two films share a term of the kinds {self.kinds}: nothing is known of them. "
                "Load a data set whose films have genres or years, or choose other kinds."
            )
        self.terms_ = terms.names
        self.has_ = ones_of(terms.counts)
        sums = np.bincount(train.user, train.rating, train.n_users)
        means = sums / np.maximum(self.user_counts_, 1)
        likes = train.rating >= means[train.user]
        each = [_entries(train, rows) for rows in (likes, ~likes)]
        self.liked_, self.disliked_ = (sparse.csr_matrix(one @ self.has_) for one in each)
        self.n_liked_, self.n_disliked_ = (np.diff(one.indptr).astype("float64") for one in each)
        by_film = [
            np.bincount(train.item[rows], minlength=train.n_items) for rows in (likes, ~likes)
        ]
        share = (likes.sum() + self.smoothing) / (len(train) + 2 * self.smoothing)
        self.usual_ = float(np.log(share / (1 - share)))
        self.film_odds_ = np.log(
            (by_film[0] + DAMPING * share) / (by_film[1] + DAMPING * (1 - share))
        )
        self.n_parameters_ = int(self.liked_.nnz + self.disliked_.nnz)

    def _known_items(self) -> np.ndarray:
        known: np.ndarray = np.diff(self.has_.indptr) > 0
        return known

    def probability(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Chance that each user likes each item, 0 to 1, float64, shape (n,): ``predict`` as such.

        Naive Bayes is too sure of itself, since it counts what two terms say together twice.

        Raises:
            NotFittedError, ParameterError: as ``predict``.
        """
        probabilities: np.ndarray = 1 / (1 + np.exp(-self.predict(users, items)))
        return probabilities

    def explain_terms(self, user: int, item: int) -> pd.DataFrame:
        """What each term of a film adds to its log odds, or takes: columns term and contribution.

        Two more rows: the start of the user, and all terms that the film lacks. They add up to
        the score. No row if the user or the film is unknown.

        Raises:
            NotFittedError: ``fit`` has not been called.
        """
        self._check_fitted()
        if not self._knows(user, item):
            return pd.DataFrame(columns=["term", "contribution"])
        present, absent = (part[0] for part in self._evidence(np.array([user])))
        columns = self.has_[[item]].indices
        rows = pd.DataFrame({"term": self.terms_[columns], "contribution": present[columns]})
        rows = rows.sort_values("contribution", ascending=False, kind="stable", ignore_index=True)
        rows.loc[len(rows)] = ["what it lacks", absent.sum() - absent[columns].sum()]
        rows.loc[len(rows)] = ["how often the user likes", self._prior(np.array([user]))[0]]
        return rows

    def _prior(self, users: np.ndarray) -> np.ndarray:
        smooth = self.smoothing
        odds = (self.n_liked_[users] + smooth) / (self.n_disliked_[users] + smooth)
        prior: np.ndarray = np.log(odds)
        return prior

    def _evidence(self, users: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What each term says if a film has it, and if not; each of shape (users, terms)."""
        shares = []
        for counts, n in ((self.liked_, self.n_liked_), (self.disliked_, self.n_disliked_)):
            with_term = counts[users].toarray() + self.smoothing
            shares.append(with_term / (n[users, None] + 2 * self.smoothing))
        liked, disliked = shares
        return np.log(liked / disliked), np.log((1 - liked) / (1 - disliked))

    def _weights(self, users: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Log odds of a film without any term, and what each term changes."""
        present, absent = self._evidence(users)
        return self._prior(users) + absent.sum(axis=1), present - absent

    def _scores(self, users: np.ndarray) -> np.ndarray:
        start, weights = self._weights(users)
        scores: np.ndarray = (self.has_ @ weights.T).T + start[:, None]
        return scores

    def _predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        predicted = np.empty(len(users))
        for some, pairs, place in blocks_of_pairs(users, len(self.terms_)):
            start, weights = self._weights(some)
            films = self.has_[items[pairs]]
            pair = np.repeat(np.arange(len(pairs)), np.diff(films.indptr))
            sums = np.bincount(pair, weights[place[pair], films.indices], len(pairs))
            predicted[pairs] = start[place] + sums
        return predicted

    def _fallback(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        scores = values_or(self.film_odds_, items, self.usual_)
        known = self._is_trained(users, self._known_users())
        scores[known] = self._prior(users[known])
        return scores


def _entries(train: Interactions, rows: np.ndarray) -> sparse.csr_matrix:
    """1 for each rating of these rows, shape (n_users, n_items)."""
    pairs = (train.user[rows], train.item[rows])
    return sparse.csr_matrix((np.ones(rows.sum()), pairs), (train.n_users, train.n_items))
