"""Content profiles: what is written on the films that a user chose, held against every film."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.arrays.rows import row_sums, squares_of, unit_rows
from helpers.errors import DataError
from helpers.features import item_terms, tfidf
from helpers.interactions import Interactions
from helpers.recommenders.arguments import check_one_of, values_or
from helpers.recommenders.folding_in import FoldsIn
from helpers.recommenders.lists import best_items

Counting = Literal["choices", "likes", "stars"]
EVERYBODY = "what everybody watches"


@dataclass(repr=False, eq=False)
class ContentProfiles(FoldsIn):
    """Scores a film by how alike its terms and those of the user's films are: a cosine.

    Each film i is a row of TF-IDF v_i (``helpers.features.tfidf``) over its genres, its decade, and
    whatever else ``kinds`` names. The profile of user u is p_u = Σ w_ui v_i, scaled to length 1,
    and the score is cos(p_u − p̄, v_i), where p̄ is the mean profile of all users: most people
    watch dramas and comedies, so profiles look alike until that is taken off. A score lies
    between −1 and 1 and has no unit. It says what a user will watch, not how they will like it.
    (Pazzani and Billsus 2007 survey the family; Rocchio 1971 is its root.)

    No rating of the *film* is needed: one that nobody has rated gets a score like any other.
    That is the point of it.

    Fallback: a film without any term scores 0, a right angle. A user whose training ratings say
    nothing, or who has none, gets every film's share of the users who rated it, so popularity
    decides.

    The defaults were chosen on validation sets of MovieLens latest-small, by the films that are
    rated least: words of titles and tags made them worse, and so did leaving p̄ in.

    Args:
        kinds: which terms to read, some of ``helpers.features.KINDS``.
        counting: the weight w_ui of a rated film: 1 (``"choices"``); 1 if it is at the user's
            mean or above, else 0 (``"likes"``); or its stars less the user's mean (``"stars"``),
            which is negative for what they disliked.
        centred: whether p̄ is taken off. With one user nothing would be left.

    Attributes:
        vectors_: TF-IDF of each film, sparse, shape (n_items, terms), rows of length 1 or 0.
        terms_: the names of the terms, shape (terms,).
        weights_: w_ui, sparse, shape (n_users, n_items), divided by the length of the sum.
        profiles_: sparse, shape (n_users, terms), rows of length 1 or 0.
        usual_: p̄, shape (terms,), 0 if it is not subtracted.

    Raises:
        ParameterError: a kind is unknown, or ``counting`` is none of the three.
        DataError: no film has a term of these kinds.

    Example:
        >>> movies = pd.DataFrame(
        ...     {
        ...         "movie_id": [1, 2, 3, 4],
        ...         "title": ["Lantern (1981)", "Harbour (1984)", "Zoo (1999)", "New (1999)"],
        ...         "genres": ["War", "War|Drama", "Comedy", "Comedy"],
        ...     }
        ... )
        >>> ratings = pd.DataFrame(
        ...     {"user_id": [1, 1, 2], "movie_id": [1, 2, 3], "rating": [5.0, 4.0, 4.0]}
        ... )
        >>> films = Interactions.from_frames(ratings, movies, keep_unrated=True)
        >>> model = ContentProfiles().fit(films)
        >>> model.recommend([1], n=1)[["item", "score"]].round(2)
           item  score
        0     3   0.71
    """

    _needs = "term of the kinds that are read"

    kinds: Iterable[str] = ("genre", "decade")
    _: KW_ONLY
    counting: Counting = "choices"
    centred: bool = True

    def __post_init__(self) -> None:
        check_one_of(self.counting, "counting", get_args(Counting))
        self.kinds = (self.kinds,) if isinstance(self.kinds, str) else tuple(self.kinds)

    def _fit(self, train: Interactions, _validation: Interactions | None) -> None:
        terms = item_terms(train.movies, self.kinds)
        if terms.counts.nnz == 0:
            raise DataError(
                f"No two films share a term of the kinds {self.kinds}: nothing is known of them. "
                "Load a data set whose films have genres or years, or choose other kinds."
            )
        self.terms_ = terms.names
        self.vectors_ = tfidf(terms.counts)
        weights = self._weights(train.matrix())
        sums = sparse.csr_matrix(weights @ self.vectors_)
        self.profiles_ = unit_rows(sums)
        lengths = np.sqrt(row_sums(squares_of(sums)))
        self.weights_ = sparse.csr_matrix(weights.multiply(1 / _or_one(lengths)[:, None]))
        known = self._known_users()
        self.usual_ = np.zeros(len(self.terms_))
        if self.centred and known.any():
            self.usual_ = np.asarray(self.profiles_[known].mean(axis=0)).ravel()
        self.lengths_ = self._lengths(self.profiles_)
        self.popularity_ = self.item_counts_ / np.count_nonzero(self.user_counts_)
        self.n_parameters_ = int(self.profiles_.nnz)

    def _weights(self, ratings: sparse.csr_matrix) -> sparse.csr_matrix:
        """What each rated film counts, from the stars of each person in a row."""
        count = np.diff(ratings.indptr)
        row = np.repeat(np.arange(len(count)), count)
        mean = np.bincount(row, ratings.data, len(count)) / np.maximum(count, 1)
        above = ratings.data - mean[row]
        values = {"choices": np.ones(len(row)), "likes": (above >= 0).astype("float64")}
        chosen = values.get(self.counting, above)
        return sparse.csr_matrix((chosen, ratings.indices, ratings.indptr), ratings.shape)

    def _lengths(self, profiles: sparse.csr_matrix) -> np.ndarray:
        """|p − p̄| of each row p, 1 if it is 0."""
        known = row_sums(squares_of(profiles)) > 0
        # |p|² − 2 p·p̄ + |p̄|², of which rounding may leave a little below 0.
        squares = known - 2 * (profiles @ self.usual_) + self.usual_ @ self.usual_
        return _or_one(np.sqrt(np.where(squares > 1e-12, squares, 0)))

    def _known_users(self) -> np.ndarray:
        known: np.ndarray = row_sums(squares_of(self.profiles_)) > 0
        return known

    def _known_items(self) -> np.ndarray:
        known: np.ndarray = np.diff(self.vectors_.indptr) > 0
        return known

    def explain(self, user: int, item: int) -> pd.DataFrame:
        """What each film of the user's adds to the score of another one.

        Returns:
            One row a film that counts, the largest contribution first: item, title, rating (the
            stars that the user gave it), terms (what it shares with the film, weightiest first)
            and contribution. Where profiles are centred, a last row takes off what everybody
            watches (item −1). The contributions add up to the score. No row if the score is
            the fallback.

        Raises:
            NotFittedError: ``fit`` has not been called.
        """
        self._check_fitted()
        if not self._knows(user, item):
            return pd.DataFrame(columns=["item", "title", "rating", "terms", "contribution"])
        own, film = self.weights_[[user]], self.vectors_[item].toarray().ravel()
        shared = self.vectors_[own.indices].multiply(film).tocsr()
        shared.eliminate_zeros()
        parts = own.data * row_sums(shared) / self.lengths_[user]
        stars = self.train_.matrix()[[user]].toarray().ravel()
        order = np.argsort(-parts, kind="stable")
        order = order[parts[order] != 0]
        items = own.indices[order]
        rows = {
            "item": items.tolist(),
            "title": self.train_.titles[items].tolist(),
            "rating": stars[items].tolist(),
            "terms": [self._named(shared[[place]]) for place in order],
            "contribution": parts[order].tolist(),
        }
        if self.centred:
            taken = -float(self.usual_ @ film) / self.lengths_[user]
            last = (-1, EVERYBODY, np.nan, "", taken)
            # Before there is a table: pandas 2 would guess other types for a row that joins one.
            for column, value in zip(rows.values(), last, strict=True):
                column.append(value)
        return pd.DataFrame(rows)

    def explain_terms(self, user: int, item: int) -> pd.DataFrame:
        """What each term of a film adds to its score, or takes: columns term and contribution.

        The largest comes first, and they add up to the score. No row if it is the fallback.

        Raises:
            NotFittedError: ``fit`` has not been called.
        """
        self._check_fitted()
        if not self._knows(user, item):
            return pd.DataFrame(columns=["term", "contribution"])
        film = self.vectors_[item].tocoo()
        column = film.coords[-1]
        profile = self.profiles_[user].toarray().ravel()[column] - self.usual_[column]
        parts = profile * film.data / self.lengths_[user]
        rows = pd.DataFrame({"term": self.terms_[column], "contribution": parts})
        return rows.sort_values("contribution", ascending=False, kind="stable", ignore_index=True)

    def similar_items(self, item: int, n: int = 10) -> pd.DataFrame:
        """The n films whose terms are most alike: columns rank, item, score (the cosine).

        Raises:
            NotFittedError: ``fit`` has not been called.
            UnknownItemError: the film has no term, or there is no such film.
            ParameterError: n is below 1 or above the number of films.
        """
        self._check_fitted()
        self._check_item(item, n, self._known_items())
        cosines = (self.vectors_[[item]] @ self.vectors_.T).toarray()[0]
        left_out = cosines <= 0
        left_out[item] = True
        return best_items(cosines, n, left_out)

    def _scores(self, users: np.ndarray) -> np.ndarray:
        return self._cosines(self.profiles_[users], self.lengths_[users])

    def _scores_for(self, ratings: sparse.csr_matrix) -> np.ndarray:
        profiles = unit_rows(sparse.csr_matrix(self._weights(ratings) @ self.vectors_))
        scores = self._cosines(profiles, self._lengths(profiles))
        scores[row_sums(squares_of(profiles)) == 0] = self.popularity_
        return scores

    def _cosines(self, profiles: sparse.csr_matrix, lengths: np.ndarray) -> np.ndarray:
        scores: np.ndarray = (profiles @ self.vectors_.T).toarray()
        scores -= self.vectors_ @ self.usual_
        scores /= lengths[:, None]
        return scores

    def _predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        films = self.vectors_[items]
        scores = row_sums(sparse.csr_matrix(self.profiles_[users].multiply(films)))
        scored: np.ndarray = (scores - films @ self.usual_) / self.lengths_[users]
        return scored

    def _fallback(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        known = self._is_trained(users, self._known_users())
        return np.where(known, 0.0, values_or(self.popularity_, items))

    def _named(self, shared: sparse.csr_matrix) -> str:
        """The names of the terms of one row, the weightiest first, without their kind."""
        row = sparse.coo_array(shared)
        names = self.terms_[row.coords[-1][np.argsort(-row.data, kind="stable")]]
        return ", ".join(name.partition(": ")[2] for name in names)


def _or_one(lengths: np.ndarray) -> np.ndarray:
    """The lengths, with 1 in place of 0, so that a vector of zeros stays one when divided."""
    return np.where(lengths > 0, lengths, 1.0)
