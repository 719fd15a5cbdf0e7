"""Tags are read where they are asked for, checked like ratings, and reach the films."""

import csv
import io
import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.data import load
from helpers.data.readers import read
from helpers.errors import BadLineError, CourseWarning
from helpers.interactions import Interactions

TAGS = (
    b"userId,movieId,tag,timestamp\r\n2,10,Highly quotable,1445714996\r\n"
    b'1,10,"war, and peace",1445714996\r\n2,20,,1445714996\r\n2,10,highly quotable ,1445714997\r\n'
)


@pytest.fixture
def with_tags(write, csv_files):
    return write({**csv_files, "tags.csv": TAGS})


def test_tags_are_read_only_where_they_are_asked_for(with_tags):
    assert load(with_tags).tags is None
    assert read(with_tags, name="read by itself").tags is None
    tags = load(with_tags, with_tags=True).tags
    assert tags.to_numpy().tolist() == [
        [2, 10, "Highly quotable", 1445714996],
        [1, 10, "war, and peace", 1445714996],
        [2, 20, "", 1445714996],
        [2, 10, "highly quotable ", 1445714997],
    ]
    assert tags.dtypes[["user_id", "movie_id", "timestamp"]].astype(str).tolist() == [
        *("int32", "int32", "int64")
    ]
    assert pd.api.types.is_string_dtype(tags["tag"])


def test_what_users_wrote_reaches_the_films(with_tags):
    movies = Interactions.from_dataset(load(with_tags, with_tags=True)).movies
    assert movies["tags"].tolist() == ["highly quotable|war, and peace|highly quotable", ""]
    assert "tags" not in Interactions.from_dataset(load(with_tags)).movies


def test_a_data_set_without_tags_has_none(write, csv_files, u_files):
    for files in (csv_files, u_files):
        dataset = load(write(files, name=f"of {len(files)}"), with_tags=True)
        assert dataset.tags is None
        assert set(dataset.movies_with_tags()["tags"]) == {""}


def test_a_file_of_no_tags(write, csv_files):
    dataset = load(write({**csv_files, "tags.csv": b""}), with_tags=True)
    assert dataset.tags.empty and set(dataset.movies_with_tags()["tags"]) == {""}


def test_10m_tags_may_hold_the_separator(write):
    files = {
        "ratings.dat": b"1::122::0.5::838985046\n",
        "movies.dat": "122::Été (1992)::Comedy|Romance\n".encode(),
        "tags.dat": "15::4973::très :: bon|!::1215184630\n1::122::été::1215184630\n".encode(),
    }
    dataset = read(write(files), name="mine", with_tags=True)
    assert dataset.tags["tag"].tolist() == ["très :: bon|!", "été"]
    assert dataset.movies_with_tags()["tags"].tolist() == ["été"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"2,10,funny", "3 fields instead of 4"),
        (b"2,10,a,b,1445714996", "5 fields instead of 4"),
        (b"two,10,funny,1445714996", "user_id 'two' is not a whole number"),
        (b"2,,funny,1445714996", "movie_id is empty"),
        (b"2,10,funny,soon", "timestamp 'soon'"),
        (b"2,10,\xe9t\xe9,1445714996", "byte 0xe9 is not UTF-8"),
    ],
)
def test_bad_lines_are_named(write, csv_files, line, reason):
    folder = write({**csv_files, "tags.csv": TAGS + line + b"\n"})
    assert load(folder).tags is None
    with pytest.raises(BadLineError, match=f"tags.csv:6: {reason}"):
        load(folder, with_tags=True)
    with pytest.warns(CourseWarning, match="Left out: 1"):
        dataset = load(folder, with_tags=True, on_bad_line="skip")
    assert len(dataset.tags) == 4 and len(dataset.rejected) == 1


def test_a_short_line_of_10m(write):
    files = {
        "ratings.dat": b"1::122::0.5::838985046\n",
        "movies.dat": b"122::Heat (1995)::Crime\n",
        "tags.dat": b"15::4973::1215184630\n",
    }
    with pytest.raises(BadLineError, match=r"tags.dat:1: 3 fields instead of 4"):
        read(write(files), name="mine", with_tags=True)


WRITTEN = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9), WRITTEN), max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_any_text_comes_back_as_csv_wrote_it(tmp_path, rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([*row, 5] for row in rows)
    (tmp_path / "tags.csv").write_bytes(text.getvalue().encode())
    (tmp_path / "ratings.csv").write_bytes(b"1,10,0.5,964982703\n")
    (tmp_path / "movies.csv").write_bytes(b"10,Heat (1995),Crime\n")
    found = load(tmp_path, with_tags=True).tags
    assert found[["user_id", "movie_id", "tag"]].to_numpy().tolist() == [list(r) for r in rows]


def test_latest_small_has_tags():
    archive = Path(os.environ.get("COURSE_REAL_DATA", "")) / "ml-latest-small.zip"
    if not archive.is_file():
        pytest.skip("COURSE_REAL_DATA names no folder with ml-latest-small.zip")
    dataset = load(archive, with_tags=True)
    assert len(dataset.tags) == 3683
    movies = dataset.movies_with_tags().set_index("title")["tags"]
    assert (movies != "").sum() == 1572
    assert "boxing story" in movies["Warrior (2011)"].split("|")
