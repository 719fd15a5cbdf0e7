"""The sample that comes with the course: made by its seed, and fit for its lesson."""

import hashlib
import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.data import load, path
from helpers.features import genre_indicators, release_year


@pytest.fixture(scope="module")
def dataset():
    return load("simulated")


@pytest.fixture(scope="module")
def folder():
    return path("simulated")


def test_the_seed_gives_the_files_byte_for_byte(folder, tmp_path):
    # Everything that decides a byte is drawn and added in double precision; a processor that
    # rounds the last digit otherwise would change a rating once in about ten billion samples.
    script = Path(__file__).parents[3] / "data" / "make_simulated.py"
    if not script.exists():
        pytest.skip("runs in a checkout only")
    spec = importlib.util.spec_from_file_location("make_simulated", script)
    make_simulated = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_simulated)
    make_simulated.make(tmp_path)
    for name in ("users.dat", "movies.dat", "ratings.dat", "SHA256SUMS"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


def test_the_sums_are_right(folder):
    for line in (folder / "SHA256SUMS").read_text("ascii").splitlines():
        expected, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == expected


def test_size_and_oddities(dataset):
    assert (len(dataset.users), len(dataset.movies), len(dataset.ratings)) == (600, 900, 25_000)
    years = release_year(dataset.movies["title"])
    assert (years == 1919).sum() == 1
    assert years.notna().all()
    assert (dataset.movies["genres"] == "").sum() == 20
    assert (dataset.movies["title"].str.len() > 80).sum() >= 10
    names = dataset.movies["title"].str.replace(r" \(\d+\)$", "", regex=True)
    assert names.duplicated().sum() >= 5
    assert dataset.movies["title"].is_unique


def test_the_ten_best_means_are_films_with_one_rating(dataset):
    films = dataset.ratings.groupby("movie_id")["rating"].agg(["mean", "size"])
    best = films.sort_values(["mean", "size"], ascending=False).head(10)
    assert (best["size"] == 1).all()
    assert (best["mean"] == 5).all()


def test_a_long_tail_in_a_nearly_empty_matrix(dataset):
    counts = dataset.ratings["movie_id"].value_counts()
    assert 0.04 < len(dataset.ratings) / (600 * 900) < 0.05
    assert counts.iloc[0] > 300
    assert counts.median() < 20
    assert (counts == 1).sum() > 40
    assert counts.nlargest(90).sum() > 0.4 * 25_000


def test_tastes_differ_visibly_by_age_and_gender(dataset):
    ratings = dataset.ratings.merge(dataset.users).merge(dataset.movies)
    genres = genre_indicators(ratings["genres"])

    def mean(genre, rows):
        return ratings["rating"][genres[genre] & rows].mean()

    woman, age = ratings["gender"] == "F", ratings["age"]
    for genre in ("Romance", "Musical"):
        assert mean(genre, woman) > mean(genre, ~woman) + 0.2
    for genre in ("Sci-Fi", "Adventure"):
        assert mean(genre, woman) < mean(genre, ~woman) - 0.2
    for genre, difference in {"Horror": -0.4, "Western": 0.4, "Children's": -0.2}.items():
        young, old = mean(genre, age <= 18), mean(genre, age >= 50)
        assert np.sign(difference) * (old - young) > abs(difference)


def test_a_fixed_width_reader_loses_what_ours_keeps(dataset, folder):
    # pandas sizes the column by the first 100 rows and cuts whatever is longer, without a word.
    raw = pd.read_fwf(folder / "movies.dat", header=None, encoding="iso-8859-1")
    parts = raw[0].str.split("::", expand=True)
    lost = release_year(parts[1]).isna()
    assert len(parts) == len(dataset.movies)
    assert 10 <= lost.sum() <= 20
    cut_ids = parts[0][lost].astype("int64")
    assert dataset.ratings["movie_id"].isin(cut_ids).sum() > 200
    assert release_year(dataset.movies["title"]).notna().all()
