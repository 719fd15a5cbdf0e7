from dataclasses import replace

import pandas as pd
import pytest

from helpers.data import Dataset, load, write_1m_layout
from helpers.errors import DataError
from helpers.simulation import simulate


@pytest.fixture(scope="module")
def dataset():
    return simulate(30, 120, 700, random_state=1).dataset


def tiny():
    return Dataset(
        name="tiny",
        ratings=pd.DataFrame(
            {"user_id": [2, 1], "movie_id": [10, 30], "rating": [5.0, 1.0], "timestamp": [7, 8]}
        ),
        movies=pd.DataFrame(
            {"movie_id": [10, 30], "title": ["Été, L' (1962)", "B (1963)"], "genres": ["", "War"]}
        ),
        users=pd.DataFrame(
            {
                "user_id": [1, 2],
                "gender": ["F", "M"],
                "age": [1, 56],
                "occupation": [10, 13],
                "zip_code": ["00501", "99950"],
            }
        ),
        rating_scale=(1, 5),
    )


def test_bytes_by_hand(tmp_path):
    paths = write_1m_layout(tiny(), tmp_path / "new" / "folder")
    assert [path.name for path in paths] == ["users.dat", "movies.dat", "ratings.dat"]
    assert paths[0].read_bytes() == b"1::F::1::10::00501\n2::M::56::13::99950\n"
    assert paths[1].read_bytes() == b"10::\xc9t\xe9, L' (1962)::\n30::B (1963)::War\n"
    assert paths[2].read_bytes() == b"2::10::5::7\n1::30::1::8\n"


def test_header_line(tmp_path):
    users, movies, ratings = write_1m_layout(tiny(), tmp_path, header=True)
    assert users.read_bytes().startswith(b"UserID::Gender::Age::Occupation::Zip-code\n1::F")
    assert movies.read_bytes().startswith(b"MovieID::Title::Genres\n10::")
    assert ratings.read_bytes().startswith(b"UserID::MovieID::Rating::Timestamp\n2::10")


@pytest.mark.parametrize("header", [False, True])
def test_load_reads_back_what_was_written(dataset, tmp_path, header):
    write_1m_layout(dataset, tmp_path, header=header)
    back = load(tmp_path)
    for table in ("ratings", "movies", "users"):
        pd.testing.assert_frame_equal(getattr(back, table), getattr(dataset, table))
    assert back.rating_scale == dataset.rating_scale


def with_value(table, column, value):
    frame = getattr(tiny(), table)
    frame.loc[1, column] = value
    return replace(tiny(), **{table: frame})


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (with_value("ratings", "rating", 3.5), r"the rating in row 1 is 3\.5"),
        (with_value("movies", "title", "A::B"), "title in row 1 of movies is 'A::B'"),
        (with_value("movies", "genres", "War\n"), "genres in row 1 of movies"),
        (with_value("movies", "title", "Łódź"), "ISO-8859-1 has no 'Ł'"),
        (with_value("users", "zip_code", "1\r2"), "zip_code in row 1 of users"),
        (replace(tiny(), users=None), "no table of users"),
    ],
)
def test_what_cannot_be_written_leaves_no_trace(tmp_path, bad, message):
    write_1m_layout(tiny(), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(DataError, match=message):
        write_1m_layout(bad, tmp_path, header=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_failure_half_way_leaves_no_trace(tmp_path, monkeypatch):
    from helpers.data import writing

    write_1m_layout(tiny(), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full_disk(_ratings):
        yield "1::30::1::8\n"
        raise OSError("No space left on device")

    monkeypatch.setattr(writing, "_rating_lines", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_1m_layout(tiny(), tmp_path, header=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
