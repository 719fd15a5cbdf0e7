"""Interactions: ratings, films and users as one checked value, with ids turned into indices."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.data.times import warn_of_late
from helpers.errors import DataError, UnknownItemError, UnknownUserError
from helpers.interactions.checking import (
    catalogue,
    check_no_duplicates,
    check_nothing_missing,
    check_ratings,
    checked_rows,
    described,
    lookup,
    positions_of,
    quoted,
    with_plain_text,
    with_words,
)
from helpers.interactions.titles import title_index

if TYPE_CHECKING:
    from helpers.data import Dataset
    from helpers.data.own import Options


@dataclass(frozen=True, eq=False)
class Interactions:
    """Ratings by index, with the catalogue of users and films that the indices point to.

    A subset (for example the training part of a split) shares the catalogue of the whole, so an
    index means the same user or film in each part, and a film without a training rating keeps its
    row.

    Attributes:
        user: index of the user of each rating, int32, shape (n,), 0 … n_users − 1.
        item: index of the film of each rating, int32, shape (n,), 0 … n_items − 1.
        rating: stars on ``rating_scale``, float32, shape (n,).
        timestamp: seconds since 1970, int64, shape (n,), or None if the data has none.
        user_ids: the id of each user index, ascending, shape (n_users,).
        item_ids: the id of each film index, ascending, shape (n_items,).
        movies: one row per film in index order: movie_id, title, genres, …
        users: one row per user in index order, or None if the data has no demographics.
        rating_scale: lowest and highest possible rating, in stars.
        guess: how the columns of a table were read, in one line; empty if there is no table.

    Example:
        >>> ratings = pd.DataFrame(
        ...     {"user_id": [7, 7, 9], "movie_id": [30, 10, 30], "rating": [4.0, 2.0, 5.0]}
        ... )
        >>> interactions = Interactions.from_frames(ratings, rating_scale=(1, 5))
        >>> interactions.n_users, interactions.n_items, len(interactions)
        (2, 2, 3)
        >>> interactions.item_index([30])
        array([1], dtype=int32)
        >>> interactions.item_ids[interactions.item]
        array([30, 10, 30])
    """

    user: np.ndarray
    item: np.ndarray
    rating: np.ndarray
    timestamp: np.ndarray | None
    user_ids: np.ndarray
    item_ids: np.ndarray
    movies: pd.DataFrame
    users: pd.DataFrame | None
    rating_scale: tuple[float, float]
    guess: str = ""

    @classmethod
    def from_frames(
        cls,
        ratings: pd.DataFrame,
        movies: pd.DataFrame | None = None,
        users: pd.DataFrame | None = None,
        *,
        rating_scale: tuple[float, float] | None = None,
        keep_unrated: bool = False,
    ) -> Interactions:
        """Check three tables and turn their ids into indices.

        Args:
            ratings: columns user_id, movie_id, rating and perhaps timestamp; one row per rating.
            movies: columns movie_id, title and perhaps genres; must describe every rated film.
            users: column user_id and any demographics; must describe every user who rated.
            rating_scale: lowest and highest possible stars; if None, those in the ratings.
            keep_unrated: also give an index to films and users without any rating.

        Raises:
            DataError: a column is missing, the table is empty, a value is missing, off the
                scale or not a number, a user rated one film twice, an id is described twice or
                not at all.
        """
        made = cls._from_frames(ratings, movies, users, rating_scale, keep_unrated)
        if made.timestamp is not None:
            warn_of_late(made.timestamp, "of the ratings")
        return made

    @classmethod
    def _from_frames(
        cls,
        ratings: pd.DataFrame,
        movies: pd.DataFrame | None,
        users: pd.DataFrame | None,
        rating_scale: tuple[float, float] | None,
        keep_unrated: bool,
    ) -> Interactions:
        scale = check_ratings(ratings, rating_scale)
        if movies is not None:
            movies = with_plain_text(with_words(movies))
        ratings = with_plain_text(ratings)
        users = None if users is None else with_plain_text(users)
        user_ids = catalogue(ratings["user_id"], users, "user_id", keep_unrated)
        item_ids = catalogue(ratings["movie_id"], movies, "movie_id", keep_unrated)
        user = positions_of(user_ids, ratings["user_id"])
        item = positions_of(item_ids, ratings["movie_id"])
        check_no_duplicates(ratings, user, item, len(item_ids))
        if movies is not None:
            if "title" not in movies:
                raise DataError(f"The films have no column 'title'; they have {quoted(movies)}.")
            check_nothing_missing(movies, "title")
        if movies is None:
            titles = [f"film {movie_id}" for movie_id in item_ids]
            movies = pd.DataFrame({"movie_id": item_ids, "title": titles})
        timestamp = ratings["timestamp"].to_numpy("int64") if "timestamp" in ratings else None
        return cls(
            user=user,
            item=item,
            rating=ratings["rating"].to_numpy("float32"),
            timestamp=timestamp,
            user_ids=user_ids,
            item_ids=item_ids,
            movies=described(movies, item_ids, "movie_id"),
            users=None if users is None else described(users, user_ids, "user_id"),
            rating_scale=scale,
        )

    @classmethod
    def from_dataset(cls, dataset: Dataset, *, keep_unrated: bool = False) -> Interactions:
        """Interactions of a data set that ``helpers.data.load`` returned.

        If it was loaded with its tags, ``movies`` has a column ``tags``.
        """
        made = cls._from_frames(
            dataset.ratings,
            dataset.movies if dataset.tags is None else dataset.movies_with_tags(),
            dataset.users,
            dataset.rating_scale,
            keep_unrated,
        )
        return made if dataset.guess is None else replace(made, guess=str(dataset.guess))

    @classmethod
    def from_table(
        cls,
        table: pd.DataFrame | str | os.PathLike[str],
        *,
        rating_scale: tuple[float, float] | None = None,
        on_bad_line: str = "raise",
        **options: Unpack[Options],
    ) -> Interactions:
        """Interactions of any table of your own: one row for each rating or choice.

        The rest is guessed, and one line says what was guessed; it is kept in ``guess``.
        Without ratings every row is a choice, with a rating of 1.

        Args:
            table: a frame, or the path of a table that ``helpers.data.load`` reads.
            rating_scale: lowest and highest possible rating; None guesses it.
            on_bad_line: "raise", or "skip" to leave out rows that lack something, with a warning.
            options: ``user``, ``item``, ``rating``, ``time`` and ``title`` name the columns,
                    ``features`` more that describe items; the others say what to do in doubt, see
                    ``helpers.data.own.Options``.

        Raises:
            DataError: something is in doubt, or cannot be right; the message says what to write.
            MissingDataError, BadLineError, MissingLibraryError: as ``helpers.data.load``.

        Example:
            >>> table = pd.DataFrame({"reader": ["ann", "bo"], "isbn": ["007", "008"]})
            >>> Interactions.from_table(table, user="reader", item="isbn", rating=False)
            Interactions(2 ratings by 2 users of 2 films, 50.00% full)
        """
        from helpers.data import load, own

        if isinstance(table, pd.DataFrame):
            found = own.read_frame(
                table, options, rating_scale=rating_scale, on_bad_line=on_bad_line
            )
        else:
            found = load(table, rating_scale=rating_scale, on_bad_line=on_bad_line, **options)
        return cls.from_dataset(found)

    def __len__(self) -> int:
        return len(self.rating)

    def __repr__(self) -> str:
        return (
            f"Interactions({len(self):,} ratings by {self.n_users:,} users "
            f"of {self.n_items:,} films, {self.density:.2%} full)"
        )

    @property
    def n_users(self) -> int:
        """Number of users in the catalogue, with or without ratings in this subset."""
        return len(self.user_ids)

    @property
    def n_items(self) -> int:
        """Number of films in the catalogue, with or without ratings in this subset."""
        return len(self.item_ids)

    @property
    def density(self) -> float:
        """Share of the user × film matrix that holds a rating, 0 to 1."""
        return len(self) / (self.n_users * self.n_items)

    @property
    def titles(self) -> np.ndarray:
        """Title of each film in index order, shape (n_items,)."""
        return self.movies["title"].to_numpy()

    def same_catalogue(self, other: Interactions) -> bool:
        """Whether an index means the same user and the same film in both."""
        return all(
            one is two or np.array_equal(one, two)
            for one, two in (
                (self.user_ids, other.user_ids),
                (self.item_ids, other.item_ids),
            )
        )

    def user_index(self, user_ids: Any, *, unknown: str = "raise") -> np.ndarray:
        """Index of each user id, int32; ``unknown="mark"`` gives −1 instead of an error."""
        return lookup(self.user_ids, user_ids, unknown, UnknownUserError, "user")

    def item_index(self, movie_ids: Any, *, unknown: str = "raise") -> np.ndarray:
        """Index of each film id, int32; ``unknown="mark"`` gives −1 instead of an error."""
        return lookup(self.item_ids, movie_ids, unknown, UnknownItemError, "film")

    def item_of_title(self, title: str) -> int:
        """Index of a film by its title, as people write titles.

        With or without its year, accents and signs, the article before or after the name, in small
        letters or large, the words in any order, and misspelt if no other title is similar.

        Raises:
            UnknownItemError: no such film, or several with that name; the message lists the
                nearest titles.

        Example:
            >>> movies = pd.DataFrame(
            ...     {"movie_id": [1, 2], "title": ["Matrix, The (1999)", "Amélie (2001)"]}
            ... )
            >>> ratings = pd.DataFrame({"user_id": [7, 7], "movie_id": [1, 2], "rating": [4, 5]})
            >>> films = Interactions.from_frames(ratings, movies)
            >>> films.item_of_title("the matrix"), films.item_of_title("amelie")
            (0, 1)
        """
        matches = title_index(self.titles).matches(title)
        if len(matches) == 1:
            return matches[0]
        if len(matches) > 1:
            shown = self._most_rated_first(matches)
            found = [f"{self.titles[i]} with movie_id {self.item_ids[i]}" for i in shown[:10]]
            more = f" and {len(shown) - 10} more" if len(shown) > 10 else ""
            raise UnknownItemError(
                f"Several films are called {title!r}: {'; '.join(found)}{more}. "
                "Add the year, or use item_index with the id."
            )
        raise UnknownItemError(
            f"No film is called {title!r}. The nearest titles are {quoted(self.nearest(title))}."
        )

    def nearest(self, title: str, n: int = 5) -> list[str]:
        """The n titles that are most similar to the given one, best first."""
        return [str(self.titles[i]) for i in title_index(self.titles).nearest(title, n)]

    def find_titles(self, text: str, n: int = 10) -> pd.DataFrame:
        """Films that a text may mean: those it names, most rated first; then similar ones.

        Returns:
            Columns item (index), title, ratings (how many it has here); at most n rows.
        """
        index = title_index(self.titles)
        meant = self._most_rated_first(index.matches(text))
        found = list(dict.fromkeys((*meant, *index.nearest(text, n))))[:n]
        counts = np.bincount(self.item, minlength=self.n_items)
        return pd.DataFrame({"item": found, "title": self.titles[found], "ratings": counts[found]})

    def _most_rated_first(self, films: list[int]) -> list[int]:
        counts = np.bincount(self.item, minlength=self.n_items)
        return sorted(films, key=lambda film: (-counts[film], film))

    def matrix(self) -> sparse.csr_matrix:
        """Ratings as a sparse matrix, float32, users in rows and films in columns."""
        return sparse.csr_matrix(
            (self.rating, (self.user, self.item)), shape=(self.n_users, self.n_items)
        )

    def subset(self, rows: np.ndarray) -> Interactions:
        """The ratings at those positions (or with True in the mask), over the same catalogue.

        Raises:
            ParameterError: a mask of another length, or positions that are not whole numbers or
                lie outside the ratings.
        """
        rows = checked_rows(rows, len(self))
        return replace(
            self,
            user=self.user[rows],
            item=self.item[rows],
            rating=self.rating[rows],
            timestamp=None if self.timestamp is None else self.timestamp[rows],
        )

    def to_frame(self) -> pd.DataFrame:
        """The ratings as a table: user, item, user_id, movie_id, rating and timestamp if any."""
        columns = {
            "user": self.user,
            "item": self.item,
            "user_id": self.user_ids[self.user],
            "movie_id": self.item_ids[self.item],
            "rating": self.rating,
        }
        if self.timestamp is not None:
            columns["timestamp"] = self.timestamp
        return pd.DataFrame(columns)
