import os
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.features import (
    clean_title,
    genre_indicators,
    occupation_labels,
    release_decade,
    release_year,
)
from helpers.features.people import OCCUPATIONS


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("Lantern, The (1987)", 1987),
        ("Lantern, The (1987)  ", 1987),
        ("Lantern (1987-)", 1987),
        ("Lantern (1987-1990)", 1987),
        ("Lantern (2007–2010)", 2007),
        ("Lantern (Lanterne, La) (1931)", 1931),
        ("2001: A Lantern (1968)", 1968),
        ("Lantern (1919)", 1919),
        ("Lantern (1850) remade", None),
        ("Lantern 1987", None),
        ("Lantern (12345)", None),
        ("", None),
    ],
)
def test_year_of_a_title(title, year):
    found = release_year([title])
    assert found.dtype == "Int16"
    assert found.tolist() == [pd.NA if year is None else year]


def test_year_of_a_missing_title_is_missing():
    assert release_year(pd.Series(["Lantern (1987)", None])).isna().tolist() == [False, True]


def test_features_keep_the_index_of_a_series():
    titles = pd.Series(["Lantern, The (1987)", "Été, L' (1962)"], index=[30, 10])
    assert release_year(titles).index.tolist() == [30, 10]
    assert release_decade(release_year(titles)).index.tolist() == [30, 10]
    assert clean_title(titles).loc[10] == "L'Été"
    assert genre_indicators(pd.Series(["Drama", "War"], index=[30, 10])).loc[10, "War"]
    assert occupation_labels(pd.Series([12, 20], index=[30, 10])).loc[10] == "writer"


def test_the_decade_of_1919_is_not_lost():
    decades = release_decade(pd.Series([1919, 1920, 2000, None], dtype="Int16"))
    assert decades.tolist()[:3] == ["1910s", "1920s", "2000s"]
    assert decades.isna().tolist() == [False, False, False, True]
    assert decades.cat.ordered
    assert decades.cat.categories.tolist() == [f"{year}s" for year in range(1910, 2010, 10)]


def test_decades_of_nothing():
    assert release_decade(pd.Series([], dtype="Int16")).empty
    assert release_decade(pd.Series([None, None], dtype="Int16")).isna().all()


@given(st.lists(st.integers(1850, 2099), min_size=1))
def test_every_year_lies_in_its_decade(years):
    starts = release_decade(years).astype("str").str.removesuffix("s").astype(int)
    assert ((np.array(years) >= starts) & (np.array(years) < starts + 10)).all()


@pytest.mark.parametrize(
    ("title", "clean"),
    [
        ("Lantern, The (1987)", "The Lantern"),
        ("Lantern, A (1987)", "A Lantern"),
        ("Hour, An (1987)", "An Hour"),
        ("Lanterne, La (1987)", "La Lanterne"),
        ("Été, L' (1987)", "L'Été"),
        ("Laterne, Die (1987)", "Die Laterne"),
        ("Faro, El (1987)", "El Faro"),
        ("Lights, Camera, the Night, The (1987)", "The Lights, Camera, the Night"),
        ("Lantern, The (Lanterne, La) (1987)", "The Lantern (La Lanterne)"),
        ("Lantern (a.k.a. Lamp, The) (1987)", "Lantern (a.k.a. The Lamp)"),
        ("Lantern, The (a.k.a. Lamp, L') (1987-)", "The Lantern (a.k.a. L'Lamp)"),
        ("Lantern: The Return (1987)", "Lantern: The Return"),
        ("Lantern, Theodora (1987)", "Lantern, Theodora"),
        ("  Lantern ", "Lantern"),
        ("(500) Lanterns (2009)", "(500) Lanterns"),
    ],
)
def test_clean_title(title, clean):
    assert clean_title([title]).tolist() == [clean]


@pytest.mark.parametrize("titles", [[], [None], [None, float("nan")]])
def test_nothing_but_missing_titles(titles):
    missing = pd.Series(titles, dtype="object")
    assert release_year(missing).isna().tolist() == [True] * len(titles)
    assert clean_title(missing).isna().tolist() == [True] * len(titles)


def test_a_missing_title_stays_missing():
    assert clean_title(pd.Series(["Lantern (1987)", None])).isna().tolist() == [False, True]


@given(
    st.text(st.characters(categories=["L"]), min_size=1, max_size=20),
    st.sampled_from(["The", "A", "Les", "Der", "El", "Il", "Une"]),
    st.integers(1900, 2030),
)
def test_a_title_written_the_library_way_reads_back(name, article, year):
    title = f"{name}, {article} ({year})"
    assert clean_title([title]).tolist() == [f"{article} {name}"]
    assert release_year([title]).tolist() == [year]


def test_genre_indicators_by_hand():
    table = genre_indicators(["Drama|War", "", "(no genres listed)", None, "Comedy"])
    assert table.columns.tolist() == ["Comedy", "Drama", "War"]
    assert set(table.dtypes) == {np.dtype("bool")}
    assert table.to_numpy().tolist() == [
        [False, True, True],
        [False, False, False],
        [False, False, False],
        [False, False, False],
        [True, False, False],
    ]


@pytest.mark.parametrize("genres", [[], [""], [None]])
def test_no_genre_at_all_gives_no_column(genres):
    assert genre_indicators(pd.Series(genres, dtype="object")).shape == (len(genres), 0)


@given(st.lists(st.sets(st.sampled_from(["Action", "Drama", "Film-Noir", "Sci-Fi"]))))
def test_genres_survive_the_round_trip(sets):
    table = genre_indicators(pd.Series(["|".join(genres) for genres in sets], dtype="str"))
    back = [{name for name in table if table[name].iloc[row]} for row in range(len(table))]
    assert back == sets


def test_all_occupations():
    labels = occupation_labels(pd.Series(range(21)))
    assert labels.tolist() == list(OCCUPATIONS.values())
    assert len(set(OCCUPATIONS.values())) == 21
    assert not labels.cat.ordered


def test_an_unknown_code_is_named():
    with pytest.raises(DataError, match=r"1 values are not occupation codes .* is 26 in row 1"):
        occupation_labels([20, 26])
    with pytest.raises(DataError, match=r"is 21 in row 0.*The codes are 0, 1"):
        occupation_labels([21])
    with pytest.raises(DataError, match="is nan"):
        occupation_labels(pd.Series([12.0, None]))


def test_text_and_numbers_are_told_apart():
    with pytest.raises(DataError, match="Expected text"):
        release_year([1987])
    with pytest.raises(DataError, match="Expected text"):
        genre_indicators([1, 2])
    with pytest.raises(DataError, match="release_year first"):
        release_decade(["1987"])


@pytest.fixture(scope="module")
def real_movies():
    folder = os.environ.get("COURSE_REAL_DATA")
    if not folder:
        pytest.skip("set COURSE_REAL_DATA to a folder with ml-latest-small.zip")
    archive = Path(folder) / "ml-latest-small.zip"
    if not archive.exists():
        pytest.skip(f"no ml-latest-small.zip in {folder}")
    with zipfile.ZipFile(archive) as files, files.open("ml-latest-small/movies.csv") as table:
        return pd.read_csv(table)


def test_every_real_title_gives_its_year(real_movies):
    titles = real_movies["title"]
    assert len(titles) == 9742
    # An independent way: the last four-digit number that opens a bracket.
    expected = [(re.findall(r"\((\d{4})", title) or [None])[-1] for title in titles]
    years = release_year(titles)
    assert years.isna().sum() == sum(year is None for year in expected) > 0
    assert [None if pd.isna(year) else str(year) for year in years] == expected
    assert release_decade(years).isna().sum() == years.isna().sum()


def test_real_titles_read_as_they_are_spoken(real_movies):
    cleaned = clean_title(real_movies["title"])
    assert not cleaned.str.contains(
        r", (?:The|A|An|Le|La|Les|L'|Der|Die|Das|El|Il)(?: \(|\)|$)"
    ).any()
    assert not cleaned.str.contains(r"\(\d{4}\)$").any()
    assert {"The Matrix", "Das Boot (The Boat)", "The Postman (Il Postino)"} <= set(cleaned)


def test_real_genres_equal_a_plain_split(real_movies):
    genres = real_movies["genres"]
    table = genre_indicators(genres)
    back = ["|".join(table.columns[row]) or "(no genres listed)" for row in table.to_numpy()]
    assert back == ["|".join(sorted(text.split("|"))) for text in genres]
