"""A data set as in its files: plain tables with standard column names, ids unchanged."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import pandas as pd

REJECTED_COLUMNS = ("file", "line", "reason", "text")


def no_rejected_lines() -> pd.DataFrame:
    """An empty table of rejected lines."""
    return pd.DataFrame(
        {
            "file": pd.Series(dtype="str"),
            "line": pd.Series(dtype="int64"),
            "reason": pd.Series(dtype="str"),
            "text": pd.Series(dtype="str"),
        }
    )


@dataclass(frozen=True)
class Guess:
    """How your own table was read.

    Attributes:
        table: its name.
        columns: the column of each role: user, item, and perhaps rating, time and title.
        kind: "ratings", "counts" (such as plays) or "choices" (no ratings).
        scale: what the ratings are, in words.
        time: what the times are, such as "seconds"; None if there are none.
        notes: what else was found, changed or left out.
    """

    table: str
    columns: dict[str, Hashable]
    kind: str
    scale: str
    time: str | None
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        named = [f"{role}={column!r}" for role, column in self.columns.items()]
        if "rating" in self.columns:
            place = list(self.columns).index("rating")
            named[place] += f" ({self.scale})"
        else:
            named.append(self.scale)
        if "time" in self.columns:
            named[list(self.columns).index("time")] += f" ({self.time})"
        return f"{self.table}: {'; '.join([', '.join(named), *self.notes])}."


@dataclass(frozen=True, eq=False)
class Dataset:
    """What ``load`` returns.

    Attributes:
        name: name in the catalogue, or the folder that it was read from.
        ratings: user_id (int32), movie_id (int32), rating (float32, stars),
            timestamp (int64, seconds since 1970); one row per rating, in the order of the file.
        movies: movie_id (int32), title (text, with its year), genres (text, separated by ``|``,
            empty if none is listed); one row per film.
        users: user_id (int32), gender (M or F), age, occupation, zip_code (text); or None if
            the data set has no demographics. The 1M layout has codes of age and occupation
            (int32); the 100k layout has the age in years (int32) and the occupation as a word.
        rating_scale: lowest and highest possible rating, in stars.
        rejected: file, line, reason and text of each line that was left out; empty, unless
            you asked to skip bad lines.
        tags: user_id, movie_id (int32), tag (text), timestamp (int64); one row for each word or
            phrase that a user wrote on a film. None if there are none, or you did not ask for them.
        guess: for your own table, how its columns and its scale were read; else None.

    In your own table, ids are whole numbers (int64) or text, as in the table. It may have no
    timestamp and no genres, and its items may be anything, not only films.
    """

    name: str
    ratings: pd.DataFrame
    movies: pd.DataFrame
    users: pd.DataFrame | None
    rating_scale: tuple[float, float]
    rejected: pd.DataFrame = field(default_factory=no_rejected_lines)
    tags: pd.DataFrame | None = None
    guess: Guess | None = None

    def movies_with_tags(self) -> pd.DataFrame:
        """The films with a column ``tags``: what users wrote, in small letters, separated by ``|``.

        A tag occurs as often as users wrote it. If no tags were read, or nobody wrote any on a
        film, the text is empty.

        Example:
            >>> movies = pd.DataFrame({"movie_id": [1, 2], "title": ["Heat", "Casino"]})
            >>> tags = pd.DataFrame({"movie_id": [2, 2, 2], "tag": ["Mafia", "mafia ", "desert"]})
            >>> ratings = pd.DataFrame()
            >>> dataset = Dataset("toy", ratings, movies, None, (0.5, 5.0), tags=tags)
            >>> dataset.movies_with_tags()["tags"].tolist()
            ['', 'mafia|mafia|desert']
        """
        if self.tags is None:
            return self.movies.assign(tags="")
        words = self.tags["tag"].str.replace("|", " ").str.strip().str.lower()
        written = words[words != ""].groupby(self.tags["movie_id"]).agg("|".join)
        of_each = written.reindex(self.movies["movie_id"], fill_value="")
        return self.movies.assign(tags=of_each.to_numpy())
