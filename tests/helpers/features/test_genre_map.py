"""A map of films by their vectors: hand-worked pulls, other counting, and tables without genres."""

import numpy as np
import pandas as pd
import pytest

from helpers.errors import ParameterError
from helpers.features import genre_map

GENRES = ["Drama", "Action", "Drama|Sci-Fi", "Children|Action", "Drama|Romance", "Action|Drama", ""]
KINDS = ["drama", "action", "none of them", "family", "drama", "action", "none of them"]


def movies(genres):
    return pd.DataFrame(
        {"title": [f"Film {n} (1999)" for n in range(len(genres))], "genres": genres}
    )


def test_the_pull_is_the_mean_cosine_with_the_others_of_a_kind():
    vectors = np.random.default_rng(0).normal(size=(7, 3))
    places, share = genre_map(5 * vectors, movies(GENRES))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def pull(film, kind):
        others = [other for other in range(7) if KINDS[other] == kind and other != film]
        return np.mean([unit[film] @ unit[other] for other in others]) if others else 0.0

    shown = [film for film in range(7) if KINDS[film] != "none of them"]
    assert places["title"].tolist() == [f"Film {film}" for film in shown]
    assert places["kind"].tolist() == [KINDS[film] for film in shown]
    x = {film: pull(film, "action") - pull(film, "drama") for film in shown}
    assert places["x"].tolist() == pytest.approx(list(x.values()))
    assert places["y"].tolist() == pytest.approx([pull(film, "family") for film in shown])
    pairs = [x[action] > x[drama] for action in (1, 5) for drama in (0, 4)]
    assert share == pytest.approx(np.mean(pairs))


def test_a_table_without_genres_has_no_places():
    for table in (movies([""] * 3), movies([np.nan] * 3), movies([""] * 3)[["title"]]):
        places, share = genre_map(np.zeros((3, 2)), table)
        assert len(places) == 0 and np.isnan(share)
        assert list(places.columns) == ["title", "kind", "x", "y"]


def test_one_film_of_a_kind_and_a_vector_of_length_0_pull_nothing():
    places, share = genre_map([[0, 0], [1, 0]], movies(["Action", "Drama"]))
    assert places["x"].tolist() == [0, 0] and share == 0


def test_each_film_has_a_vector():
    with pytest.raises(ParameterError, match="one row for each of the 2 films"):
        genre_map(np.ones((3, 2)), movies(["Action", "Drama"]))
