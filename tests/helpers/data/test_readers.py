import csv
import io
import tracemalloc
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.data import lines
from helpers.data.readers import U_GENRES, read
from helpers.errors import BadLineError, CourseWarning, DataError, MissingDataError


def test_csv(write, csv_files):
    dataset = read(write(csv_files), name="mine")
    assert dataset.name == "mine"
    assert dataset.rating_scale == (0.5, 5)
    assert dataset.ratings.to_dict("list") == {
        "user_id": [1, 1, 2],
        "movie_id": [10, 20, 10],
        "rating": [0.5, 5.0, 3.5],
        "timestamp": [964982703, 964981247, 1445714835],
    }
    assert dataset.movies.to_numpy().tolist() == [
        [10, "Lantern (1987)", "Drama|War"],
        [20, 'Quiet "Harbour", The (1919)', ""],
    ]
    assert dataset.users is None
    assert dataset.rejected.empty


@pytest.mark.parametrize("header", [False, True])
@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-8"])
def test_1m(write, dat_files, header, encoding):
    dat_files["movies.dat"] = dat_files["movies.dat"].decode("iso-8859-1").encode(encoding)
    if header:
        dat_files["ratings.dat"] = (
            b"UserID::MovieID::Rating::Timestamp\n" + dat_files["ratings.dat"]
        )
        dat_files["movies.dat"] = b"MovieID::Title::Genres\n" + dat_files["movies.dat"]
        names = b"UserID::Gender::Age::Occupation::Zip-code\n"
        dat_files["users.dat"] = names + dat_files["users.dat"]
    dataset = read(write(dat_files), name="mine")
    assert dataset.rating_scale == (1, 5)
    assert dataset.ratings["rating"].tolist() == [5, 3, 4]
    assert dataset.movies["title"].tolist() == [
        "Éclair: le train qu'on attend (1919)",
        "Quiet :: Harbour (2000)",
    ]
    assert dataset.movies["genres"].tolist() == ["Drama", ""]
    assert dataset.users is not None
    assert dataset.users.to_numpy().tolist() == [
        [1, "F", 1, 10, "48067"],
        [2, "M", 56, 16, "98107-2117"],
    ]
    assert [str(kind) for kind in dataset.users.dtypes[["user_id", "age", "occupation"]]] == [
        "int32"
    ] * 3


def test_10m_is_utf8_and_has_half_stars(write):
    files = {
        "ratings.dat": b"1::122::0.5::838985046\n",
        "movies.dat": "122::Été (1992)::Comedy|Romance\n".encode(),
        "tags.dat": b"15::4973::excellent!::1215184630\n",
    }
    dataset = read(write(files), name="mine")
    assert dataset.rating_scale == (0.5, 5)
    assert dataset.users is None
    assert dataset.movies["title"].tolist() == ["Été (1992)"]


def test_100k(write, u_files):
    dataset = read(write(u_files), name="mine")
    assert dataset.rating_scale == (1, 5)
    assert dataset.ratings.to_numpy().tolist() == [
        [196, 242, 3, 881250949],
        [186, 302, 1, 891717742],
    ]
    assert dataset.movies.to_numpy().tolist() == [
        [242, "Café Nocturne (1997)", "Comedy|Romance"],
        [302, "unknown", ""],
    ]
    assert dataset.users is not None
    assert list(dataset.users) == ["user_id", "gender", "age", "occupation", "zip_code"]
    assert dataset.users.to_numpy().tolist() == [
        [186, "M", 24, "technician", "85711"],
        [196, "F", 53, "other", "T8H1N"],
    ]


def test_100k_without_its_users_file(write, u_files):
    del u_files["u.user"]
    assert read(write(u_files), name="mine").users is None


def test_each_flag_of_100k_is_its_genre(write, u_files):
    lines = []
    for place in range(18):
        flags = ["0"] * 18
        flags[place] = "1"
        lines.append("|".join([str(place), f"Film {place}", "", "", "", "0", *flags]))
    u_files["u.item"] = "\n".join(lines).encode()
    assert tuple(read(write(u_files), name="mine").movies["genres"]) == U_GENRES


def test_the_bytes_between_lines_of_a_title_stay_in_it(write, dat_files):
    # str.splitlines would break a line at each of these.
    dat_files["movies.dat"] = b"10::Odd\x85 \x0c \x1c Title (1999)::Drama\n20::B (2000)::War\n"
    assert (
        read(write(dat_files), name="mine").movies["title"].iloc[0]
        == "Odd\x85 \x0c \x1c Title (1999)"
    )


def test_the_scale_can_be_given(write, csv_files):
    csv_files["ratings.csv"] = b"userId,movieId,rating,timestamp\n1,10,9,1\n"
    folder = write(csv_files)
    assert read(folder, name="mine", rating_scale=(1, 10)).rating_scale == (1, 10)
    with pytest.raises(BadLineError, match=r"rating 9 is off the scale 0\.5 to 5"):
        read(folder, name="mine")


BAD_LINES = [
    ("movies.dat", b"30::Short (1999)", "2 fields instead of 3"),
    ("movies.dat", b"30", "1 field instead of 3"),
    ("movies.dat", b"::No id (1999)::Drama", "movie_id is empty"),
    ("movies.dat", b"x30::Odd id (1999)::Drama", "movie_id 'x30' is not a whole number"),
    ("movies.dat", b"30:: ::Drama", "title is empty"),
    ("movies.dat", b"10::Again (1999)::Drama", "movie_id 10 came before, on line 1"),
    ("users.dat", b"3::F::1::10", "4 fields instead of 5"),
    ("users.dat", b"x::F::1::10::48067", "user_id 'x' is not a whole number"),
    ("users.dat", b"3::X::1::10::48067", "gender 'X' is neither M nor F"),
    ("users.dat", b"3::F::young::10::48067", "age 'young' is not a whole number"),
    ("users.dat", b"3::F::1::clerk::48067", "occupation 'clerk' is not a whole number"),
    ("users.dat", b"1::F::1::10::48067", "user_id 1 came before, on line 1"),
]


@pytest.mark.parametrize(("file", "line", "reason"), BAD_LINES)
def test_bad_lines_of_films_and_users(write, dat_files, file, line, reason):
    number = dat_files[file].count(b"\n") + 1
    dat_files[file] += line + b"\n"
    folder = write(dat_files)
    with pytest.raises(BadLineError) as caught:
        read(folder, name="mine")
    assert f"{file}:{number}: {reason}: " in str(caught.value)
    with pytest.warns(CourseWarning, match="Left out: 1 line"):
        dataset = read(folder, name="mine", on_bad_line="skip")
    assert dataset.rejected[["file", "line"]].to_numpy().tolist() == [[file, number]]
    assert len(dataset.movies) == 2
    assert dataset.users is not None
    assert len(dataset.users) == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"5|x||||0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0", "23 fields instead of 24"),
        (b"5|x||||0|0|0|0|0|2|0|0|0|0|0|0|0|0|0|0|0|0|0", "the flag of Comedy is '2', not 0 or 1"),
    ],
)
def test_bad_lines_of_100k_films(write, u_files, line, reason):
    u_files["u.item"] += line + b"\n"
    with pytest.raises(BadLineError, match=rf"u\.item:3: {reason}"):
        read(write(u_files), name="mine")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"5|24|M|clerk", "4 fields instead of 5"),
        (b"x|24|M|clerk|1", "user_id 'x' is not a whole number"),
        (b"5|old|M|clerk|1", "age 'old' is not a whole number"),
        (b"5|24|X|clerk|1", "gender 'X' is neither M nor F"),
        (b"5|24|M|caf\xe9|1", "byte 0xe9 is not UTF-8 text"),
        (b"5|24|M|clerk|\xe9", "byte 0xe9 is not UTF-8 text"),
        (b"186|24|M|clerk|1", "user_id 186 came before, on line 1"),
    ],
)
def test_bad_lines_of_100k_users(write, u_files, line, reason):
    u_files["u.user"] += line + b"\n"
    with pytest.raises(BadLineError) as caught:
        read(write(u_files), name="mine")
    assert f"  u.user:3: {reason}: " in str(caught.value)


def test_types_are_the_same_in_every_layout(write, csv_files, dat_files, u_files):
    for name, files in (("csv", csv_files), ("dat", dat_files), ("u", u_files)):
        dataset = read(write(files, name), name="mine")
        assert str(dataset.movies["movie_id"].dtype) == "int32"
        if dataset.users is not None:
            assert list(dataset.users) == ["user_id", "gender", "age", "occupation", "zip_code"]
            kinds = dataset.users.dtypes.astype(str)
            assert kinds["user_id"] == kinds["age"] == "int32"
            assert isinstance(dataset.users["zip_code"].iloc[0], str)
        assert [type(end) for end in dataset.rating_scale] == [float, float]


def test_undecodable_bytes_of_a_utf8_layout(write, csv_files):
    csv_files["movies.csv"] += b"30,Caf\xe9 (1999),Drama\r\n"
    with pytest.raises(BadLineError, match=r"movies\.csv:4: byte 0xe9 is not UTF-8 text"):
        read(write(csv_files), name="mine")


def test_bad_lines_of_all_files_are_reported_together(write, dat_files):
    dat_files["ratings.dat"] += b"1::30::3\n"
    dat_files["movies.dat"] += b"30\n"
    dat_files["users.dat"] += b"\xff\n"
    with pytest.raises(
        BadLineError, match=r"3 lines(.|\n)*movies.dat:3(.|\n)*ratings.dat:4(.|\n)*users.dat:3"
    ):
        read(write(dat_files), name="mine")


def test_skipping_keeps_the_good_lines_in_order(write, dat_files):
    dat_files["ratings.dat"] = b"1::10::5::1\n1::10::4::2\n1::20::x::3\n\n2::10::1::4"
    with pytest.warns(CourseWarning, match="Left out: 2 lines"):
        dataset = read(write(dat_files), name="mine", on_bad_line="skip")
    assert dataset.ratings["timestamp"].tolist() == [1, 4]
    assert dataset.rejected["reason"].tolist() == [
        "user 1 rated film 10 before, on line 1",
        "rating 'x' is not a number",
    ]


def test_the_first_of_several_lines_with_one_key_counts(write, u_files, csv_files):
    """In whatever order the keys stand; a line that is bad for another reason is no first one."""
    u_files["u.user"] = b"9|x|F|odd|1\n9|30|F|a|1\n3|31|M|b|2\n9|32|M|c|3\n3|33|F|d|4\n9|34|F|e|5"
    csv_files["movies.csv"] = b'7,B,War\n5,"A, The",\n7,"C ""c""",Drama\n'
    with pytest.warns(CourseWarning):
        users = read(write(u_files, "u"), name="u", on_bad_line="skip")
    with pytest.warns(CourseWarning):
        films = read(write(csv_files, "csv"), name="csv", on_bad_line="skip")
    assert users.users.to_numpy().tolist() == [[9, "F", 30, "a", "1"], [3, "M", 31, "b", "2"]]
    assert users.users.index.tolist() == [0, 1]
    assert users.rejected[["line", "reason", "text"]].to_numpy().tolist() == [
        [1, "age 'x' is not a whole number", "9|x|F|odd|1"],
        [4, "user_id 9 came before, on line 2", "9|32|M|c|3"],
        [5, "user_id 3 came before, on line 3", "3|33|F|d|4"],
        [6, "user_id 9 came before, on line 2", "9|34|F|e|5"],
    ]
    assert films.movies.to_numpy().tolist() == [[7, "B", "War"], [5, "A, The", ""]]
    assert films.rejected["text"].tolist() == ['7,"C ""c""",Drama']


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("movies.csv", "{key},{word:.2},"),
        ("movies.csv", "{key},{word}{key},{word}"),
        ("u.user", "{key}|{small}|F|{word:.2}|"),
    ],
)
def test_short_lines_take_no_more_than_ten_times_their_bytes(write, request, file, line):
    files = request.getfixturevalue("csv_files" if file == "movies.csv" else "u_files")
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = [first + second + third for first in letters for second in letters for third in "xyz"]
    keys = range(10_000, 100_000)
    lines = (line.format(key=k, word=words[k % len(words)], small=k % 999) for k in keys)
    files[file] = "\n".join(lines).encode()
    folder = write(files)
    tracemalloc.start()
    try:
        read(folder, name="mine")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 10 * len(files[file])


def test_a_table_of_repeats_ends_like_other_bad_lines(write, csv_files, monkeypatch):
    monkeypatch.setattr(lines, "MOST_SKIPPED", 3)
    csv_files["movies.csv"] = b"1,A,\n" * 4
    with pytest.warns(CourseWarning, match="Left out: 3 lines"):
        films = read(write(csv_files, "a"), name="a", on_bad_line="skip").movies
    assert films["movie_id"].tolist() == [1]
    csv_files["movies.csv"] += b"1,A,\n" * 5
    with pytest.raises(BadLineError, match="More than 3 lines"):
        read(write(csv_files, "b"), name="b", on_bad_line="skip")


def test_a_folder_one_down_is_found(write, csv_files, tmp_path):
    write(csv_files, "outer/ml-small")
    (tmp_path / "outer" / "__MACOSX").mkdir()
    assert len(read(tmp_path / "outer", name="mine").ratings) == 3


def test_two_data_sets_in_one_folder_are_ambiguous(write, csv_files, dat_files, tmp_path):
    write(csv_files, "outer/a")
    write(dat_files, "outer/b")
    with pytest.raises(DataError, match="several data sets: a, b"):
        read(tmp_path / "outer", name="mine")


@pytest.mark.parametrize("missing", ["ratings.csv", "movies.csv"])
def test_a_folder_without_the_files_says_which_are_needed(write, csv_files, missing):
    del csv_files[missing]
    with pytest.raises(MissingDataError, match=r"ratings\.csv with movies\.csv; ratings\.dat"):
        read(write(csv_files), name="mine")


def test_reads_inside_an_archive_as_in_a_folder(write, dat_files, tmp_path):
    folder = write(dat_files, "ml-1m")
    path = tmp_path / "ml-1m.zip"
    with ZipFile(path, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"ml-1m/{file.name}")
    import zipfile

    with ZipFile(path) as archive:
        inside = read(zipfile.Path(archive), name="mine")
    outside = read(folder, name="mine")
    pd.testing.assert_frame_equal(inside.ratings, outside.ratings)
    pd.testing.assert_frame_equal(inside.movies, outside.movies)


titles = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\n", exclude_categories=["Cs"]),
    min_size=1,
    max_size=30,
).filter(str.strip)


@settings(
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(names=st.lists(titles, min_size=1, max_size=5))
def test_any_title_survives_the_csv_layout(tmp_path: Path, names: list[str]):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["movieId", "title", "genres"])
    writer.writerows([number, name, "Drama"] for number, name in enumerate(names))
    (tmp_path / "movies.csv").write_bytes(text.getvalue().encode())
    (tmp_path / "ratings.csv").write_bytes(b"userId,movieId,rating,timestamp\n1,0,3,4\n")
    assert read(tmp_path, name="mine").movies["title"].tolist() == names
