"""A data set as its files tell it: plain tables with standard column names, ids untouched."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, eq=False)
class Dataset:
    """What ``load`` returns.

    Attributes:
        name: name in the catalogue, or the folder that it was read from.
        ratings: user_id (int32), movie_id (int32), rating (float32, stars),
            timestamp (int64, seconds since 1970); one row a rating, in the order of the file.
        movies: movie_id (int32), title (text, with its year), genres (text, separated by ``|``,
            empty where none is listed); one row a film.
        users: user_id (int32), gender, age (code), occupation (code), zip_code; or None where
            the data set has no demographics.
        rating_scale: lowest and highest possible rating, in stars.
    """

    name: str
    ratings: pd.DataFrame
    movies: pd.DataFrame
    users: pd.DataFrame | None
    rating_scale: tuple[float, float]
