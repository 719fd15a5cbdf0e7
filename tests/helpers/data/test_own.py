"""Tables of one's own: read whatever they are, shown what was guessed, asked what is doubtful."""

import gzip
import io
import warnings
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.data import load
from helpers.errors import BadLineError, CourseWarning, DataError, ParameterError
from helpers.interactions import Interactions

ROWS = [("7", "Heat", "4.5"), ("7", "Amélie", "3"), ("9", "Heat", "1")]
CSV = "user,film,rating\n" + "".join(",".join(row) + "\n" for row in ROWS)


@pytest.fixture
def table(tmp_path):
    """Load a table from its text or bytes."""

    def read(content, name="mine.csv", **options):
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return load(file, **options)

    return read


def rows(dataset):
    columns = ["user_id", "movie_id", "rating"]
    return list(dataset.ratings[columns].itertuples(index=False, name=None))


EXPECTED = [(7, "Heat", 4.5), (7, "Amélie", 3.0), (9, "Heat", 1.0)]


def zipped(name, content):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("__MACOSX/._mine.csv", b"\0")
        archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mine.csv", CSV.encode()),
        ("mine.csv", CSV.encode("utf-8-sig")),
        ("mine.csv", CSV.encode("utf-16")),
        ("mine.csv", CSV.encode("utf-16-le")),
        ("mine.csv", CSV.encode("utf-16-be")),
        ("mine.csv", CSV.encode("latin-1")),
        ("mine.csv", CSV.replace("\n", "\r\n").encode()),
        ("mine.csv", CSV.replace("\n", "\r").encode()),
        ("mine.csv", CSV.rstrip("\n").encode()),
        ("mine.csv", CSV.replace("\n", "\n\n").encode()),
        ("mine.tsv", CSV.replace(",", "\t").encode()),
        ("mine.txt", CSV.replace(",", "|").encode()),
        ("mine.dat", CSV.replace(",", "::").encode()),
        ("mine.csv", CSV.replace(",", ";").replace(".", ",").encode()),
        ("mine.csv", CSV.replace("4.5", '"4,5"').encode()),
        ("mine.csv", CSV.replace(",", " , ").encode()),
        ("mine.csv", CSV.replace("Heat", '"Heat"').encode()),
        ("mine.csv.gz", gzip.compress(CSV.encode(), mtime=0)),
        ("mine.zip", zipped("deep/mine.csv", CSV.encode())),
        ("mine.zip", zipped("mine.csv.gz", gzip.compress(CSV.encode(), mtime=0))),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_a_table_is_read_however_it_is_written(table, name, content):
    dataset = table(content, name)
    assert rows(dataset) == EXPECTED
    assert dataset.rating_scale == (0.5, 5)
    assert dataset.guess.columns == {"user": "user", "item": "film", "rating": "rating"}


def test_json_lines_and_lists_are_read(table):
    objects = [f'{{"user": {u}, "film": "{i}", "rating": {r}}}' for u, i, r in ROWS]
    assert rows(table("\n".join(objects), "mine.jsonl")) == EXPECTED
    assert rows(table(f"[{','.join(objects)}]", "mine.json")) == EXPECTED
    with pytest.raises(DataError, match="one object in each line"):
        table("[1, 2", "mine.json")


def test_parquet_is_read_with_its_types(table):
    frame = pd.DataFrame(ROWS, columns=["user", "film", "rating"])
    buffer = io.BytesIO()
    frame.astype({"rating": "float32"}).to_parquet(buffer)
    found = table(buffer.getvalue(), "mine.parquet")
    assert found.ratings["user_id"].tolist() == ["7", "7", "9"]
    assert found.ratings["rating"].tolist() == [4.5, 3, 1]


def workbook(*sheets):
    """The least that is a workbook: a list of rows of numbers and texts for each sheet."""
    buffer = io.BytesIO()
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    names = range(1, len(sheets) + 1)
    listed = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>' for n in names)
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{office}/worksheet" Target="worksheets/s{n}.xml"/>'
        for n in names
    )
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Default '
            'Extension="xml" ContentType="application/xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">{related}</Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{listed}</sheets></workbook>',
        )
        for n, sheet in zip(names, sheets, strict=True):
            lines = "".join("<row>" + "".join(map(cell, line)) + "</row>" for line in sheet)
            archive.writestr(
                f"xl/worksheets/s{n}.xml",
                f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>',
            )
    return buffer.getvalue()


def cell(value):
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    return f"<c><v>{value}</v></c>"


SHEET = [["user", "film", "rating"], [7, "Heat", 4.5], [7, "Amélie", 3], [9, "Heat", 1]]


def test_a_workbook_is_read_and_asked_about_where_it_has_two_sheets(table):
    assert rows(table(workbook(SHEET), "mine.xlsx")) == EXPECTED
    text = [["user", "film"], ["007", "Heat"]]
    assert table(workbook(text), "mine.xlsx").ratings["user_id"].tolist() == ["007"]
    with pytest.raises(DataError, match="Write sheet='S1' or sheet='S2'"):
        table(workbook(SHEET, text), "mine.xlsx")
    assert rows(table(workbook(SHEET, text), "mine.xlsx", sheet="S1")) == EXPECTED


@pytest.mark.parametrize("name", ["pyarrow", "python_calamine"])
def test_a_missing_library_is_named(table, monkeypatch, name):
    monkeypatch.setitem(__import__("sys").modules, name, None)
    content = {"pyarrow": b"PAR1 and more", "python_calamine": workbook(SHEET)}[name]
    with pytest.raises(ImportError, match=rf"{name.replace('_', '-')} reads.*\[tables\]"):
        table(content, "mine.xlsx")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"user,item\n", "no row"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\0", "one column|zero bytes"),
        (b"%PDF-1.7 ...", "file of PDF"),
        (b"just one column\n1\n2\n", "one column only"),
        (b"user,user,rating\n1,2,3\n", "two columns are called 'user'"),
        (b"\x1f\x8bdamaged", "cannot be unpacked"),
        (b"a,b\nx,y\nz,w\n", "header=True.*header=False"),
    ],
)
def test_what_is_no_table_is_said_so(table, content, said):
    with pytest.raises(DataError, match=said):
        table(content)


def test_a_zip_of_two_tables_is_asked_about(table, tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", CSV)
        archive.writestr("b.csv", CSV)
    with pytest.raises(DataError, match=r"holds 2 tables \('a.csv', 'b.csv'\)"):
        table(buffer.getvalue(), "mine.zip")


# Ids


def test_ids_stay_what_they_are(table):
    assert table("user,isbn\n1,007\n2,7\n").ratings["movie_id"].tolist() == ["007", "7"]
    assert table("user,item\n01,5\n2,7\n").ratings["user_id"].tolist() == ["01", "2"]
    assert table("user,item\n01,5\n2,7\n").ratings["movie_id"].tolist() == [5, 7]
    assert table("user,item\n+1,5\n2,7\n").ratings["user_id"].tolist() == ["+1", "2"]
    assert table("user,item\nNA,5\nnull,7\n").ratings["user_id"].tolist() == ["NA", "null"]
    assert table("user,item\n1e3,5\nTrue,7\n").ratings["user_id"].tolist() == ["1e3", "True"]
    large = 2**63
    assert table(f"user,item\n{large},5\n2,7\n").ratings["user_id"].tolist() == [str(large), "2"]


def test_ids_with_a_decimal_point_are_whole_numbers_and_said_to_be(table, capsys):
    assert table("user,item\n1.0,5\n2.0,7\n").ratings["user_id"].tolist() == [1, 2]
    assert "'user' written as 1.0, 2.0" in capsys.readouterr().out
    with pytest.raises(DataError, match=r"fractions, such as 1\.5"):
        Interactions.from_table(pd.DataFrame({"user": [1.5], "item": [2]}))


def test_ids_of_two_types_in_a_frame_are_refused():
    with pytest.raises(DataError, match="7 and '7' are two ids"):
        Interactions.from_table(pd.DataFrame({"user": [7, "7"], "item": [1, 2]}))


ids = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.text("0123456789", min_size=1, max_size=5),
    st.text("abcé 0-,\"'\n;", min_size=1, max_size=6).map(str.strip).filter(bool),
)


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(ids, ids, st.integers(2, 10)), min_size=2, max_size=20, unique_by=lambda r: r[:2]
    ),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]),
)
def test_whatever_the_ids_each_row_comes_back(rated, separator, encoding):
    frame = pd.DataFrame(rated, columns=["user", "item", "rating"])
    if frame[["user", "item"]].map(lambda each: each.count("\r")).to_numpy().any():
        return
    text = frame.to_csv(index=False, sep=separator)
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "mine.csv")
        file.write_bytes(text.encode(encoding))
        found = load(file, user="user", item="item", rating_scale=(1, 10), separator=separator)
    for column, name in (("user", "user_id"), ("item", "movie_id")):
        assert [str(each) for each in found.ratings[name]] == expected_ids(frame[column])
    assert found.ratings["rating"].tolist() == frame["rating"].tolist()


def expected_ids(texts):
    """As they are written, but for -0 and decimals, of which there are none."""
    return texts.tolist()


# Ratings


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([1, 5, 3], (1, 5)),
        ([1, 2, 2, 3], (1, 3)),
        ([0.5, 4, 3.5], (0.5, 5)),
        ([1.5, 4, 5], (0.5, 5)),
        ([2, 9, 10], (1, 10)),
        ([0, 1, 2, 7, 7, 8], (0, 10)),
        ([-9.95, 3.2, 8.1], (-10, 10)),
        ([17, 55, 99], (1, 100)),
        ([0.2, 0.9, 1], (0, 1)),
        ([-1, 1, 1, -1], (-1, 1)),
        ([2, 17, 30], (2, 30)),
    ],
)
def test_the_scale_is_guessed_and_shown(capsys, values, scale):
    frame = pd.DataFrame({"user": range(len(values)), "item": 1, "rating": values})
    made = Interactions.from_table(frame)
    assert made.rating_scale == scale
    said = capsys.readouterr().out
    assert f"on the scale {scale[0]:g} to {scale[1]:g}" in said
    assert said.count("\n") == 1
    assert made.guess in said


def test_nothing_is_said_where_nothing_was_guessed(table, capsys):
    table(CSV, user="user", item="film", rating="rating", rating_scale=(0, 5))
    assert capsys.readouterr().out == ""


def test_counts_have_no_scale(table):
    counts = table("user,song,plays\n1,a,1\n1,b,2\n2,a,532\n")
    assert (counts.guess.kind, counts.rating_scale) == ("counts", (1, 532))
    assert "counts from 1 to 532" in str(counts.guess)
    tail = table("user,item,rating\n1,a,1\n1,b,2\n2,a,700\n3,a,1\n")
    assert tail.guess.kind == "counts"
    assert table(CSV, counts=True).guess.kind == "counts"


def test_choices_have_a_rating_of_one(table):
    for dataset in (
        table("user,item\n1,5\n2,7\n"),
        table(CSV, rating=False),
        table("user,item,rating\n1,5,4\n2,5,4\n2,6,4\n"),
    ):
        assert dataset.guess.kind == "choices"
        assert set(dataset.ratings["rating"]) == {1}
        assert dataset.rating_scale == (1, 1)


ZEROS = "user,book,rating\n1,a,0\n1,b,0\n2,a,0\n2,b,8\n3,a,7\n3,c,0\n"


def test_zeros_that_may_mean_not_rated_are_asked_about(table):
    with pytest.raises(DataError, match=r"4 of 6 ratings.*zeros='leave out'.*zeros='keep'"):
        table(ZEROS)
    left = table(ZEROS, zeros="leave out")
    assert left.ratings["rating"].tolist() == [8, 7]
    assert left.movies["movie_id"].tolist() == ["a", "b"]
    assert "4 rows with a rating of 0 left out" in str(left.guess)
    assert table(ZEROS, zeros="keep").rating_scale == (0, 10)
    assert table(ZEROS, rating=False).guess.kind == "choices"
    assert table(ZEROS, zeros="leave out", rating_scale=(1, 10)).rating_scale == (1, 10)
    with pytest.raises(DataError, match=r"1 of 2 ratings .* are 0"):
        table("user,item,rating\n1,a,0\n1,b,1\n")


def test_a_zero_among_others_is_the_lowest_rating(table):
    values = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] * 2
    text = "user,item,rating\n" + "".join(f"{n},a,{v}\n" for n, v in enumerate(values))
    assert table(text).rating_scale == (0, 10)


def test_ratings_in_words_are_asked_about(table):
    words = "user,item,rating\n1,a,good\n1,b,bad\n2,a,good\n"
    with pytest.raises(DataError, match=r"rating_values=\{'good': 1, 'bad': 2\}"):
        table(words)
    assert table(words, rating_values={"good": 5, "bad": 1}).ratings["rating"].tolist() == [5, 1, 5]
    with pytest.raises(DataError, match="no number for 'bad'"):
        table(words, rating_values={"good": 5})


def test_most_ratings_off_the_given_scale_name_the_scale(table):
    text = "user,item,rating\n1,a,9\n1,b,8\n2,a,3\n"
    with pytest.raises(DataError, match=r"Write rating_scale=\(3, 9\)"):
        table(text, rating_scale=(1, 5))
    with pytest.raises(BadLineError, match=r"mine\.csv:2: rating is off the scale 1 to 8: '1,a,9'"):
        table(text, rating_scale=(1, 8))


# Times


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("964982703", 964982703),
        ("2000-07-30 18:45:03", 964982703),
        ("2000-07-30T18:45:03Z", 964982703),
        ("2000-07-30T20:45:03+02:00", 964982703),
        ("2000-07-30", 964915200),
        ("1960-01-01", -315619200),
    ],
)
def test_times_are_seconds_since_1970(table, value, seconds):
    dataset = table(f"user,item,time\n1,5,{value}\n2,5,{value}\n")
    assert dataset.ratings["timestamp"].tolist() == [seconds, seconds]
    assert dataset.ratings["timestamp"].dtype == "int64"


@pytest.mark.parametrize(
    ("factor", "unit"), [(10**3, "milliseconds"), (10**6, "microseconds"), (10**9, "nanoseconds")]
)
def test_other_units_are_converted_with_a_warning_that_names_the_column(table, factor, unit):
    text = f"user,item,seen at,time\n1,5,x,{964982703 * factor}\n2,5,x,{964982704 * factor}\n"
    with pytest.warns(CourseWarning, match=f"column 'time' are {unit}"):
        assert table(text).ratings["timestamp"].tolist() == [964982703, 964982704]
    short = {"milliseconds": "ms", "microseconds": "us", "nanoseconds": "ns"}[unit]
    assert table(text, time_unit=short).ratings["timestamp"].tolist() == [964982703, 964982704]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("964982703", "1399999999906", "several units"),
        ("30/07/2000", "31/07/2000", "time_format="),
        ("20000730", "20000731", "time_format='%Y%m%d'"),
    ],
)
def test_times_of_which_something_is_doubtful_are_asked_about(table, first, second, said):
    text = f"user,item,time\n1,5,{first}\n2,5,{second}\n"
    with pytest.raises(DataError, match=said):
        table(text)
    assert "timestamp" not in table(text, time=False).ratings


def test_a_format_of_times_can_be_named(table):
    text = "user,item,time\n1,5,30/07/2000\n2,5,30/07/2000\n"
    assert table(text, time_format="%d/%m/%Y").ratings["timestamp"].tolist() == [964915200] * 2


# Columns


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("userId,movieId,rating", ("userId", "movieId", "rating")),
        ("movieId,rating,userId", ("userId", "movieId", "rating")),
        ("User-ID,ISBN,Book-Rating", ("User-ID", "ISBN", "Book-Rating")),
        ("reviewerID,asin,overall", ("reviewerID", "asin", "overall")),
        ("customer,product_id,stars", ("customer", "product_id", "stars")),
        ("Nutzer,Artikel,Bewertung", ("Nutzer", "Artikel", "Bewertung")),
    ],
)
def test_columns_are_found_by_their_names(table, header, columns):
    found = table(f"{header}\n1,2,3\n4,5,6\n7,8,9\n").guess.columns
    assert tuple(found[role] for role in ("user", "item", "rating")) == columns


def test_columns_without_names_go_by_their_place_and_are_shown(table, capsys):
    dataset = table("7,11,4.0,964982703\n8,11,3.5,964982704\n")
    assert dataset.guess.columns == {
        "user": "column 1",
        "item": "column 2",
        "rating": "column 3",
        "time": "column 4",
    }
    assert "user='column 1'" in capsys.readouterr().out
    swapped = table("7,11,4.0\n8,11,3.5\n", user="column 2", item="column 1", rating="column 3")
    assert swapped.ratings["user_id"].tolist() == [11, 11]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b,c\n1,2,3\n", "user='a', item='b', rating='c'"),
        ("customer,reviewer,item\n1,2,3\n", "user='customer' or user='reviewer'"),
        ("0,7,11,4\n1,8,11,3\n2,9,11,3\n", "first column counts the rows.*user='column 2'"),
        ("1,2,3,4,5\n1,2,3,4,5\n", "Which column"),
    ],
)
def test_columns_that_cannot_be_told_are_asked_about(table, text, said):
    with pytest.raises(DataError, match=said):
        table(text)


def test_a_column_that_is_not_there_or_named_twice_is_refused(table):
    with pytest.raises(DataError, match=r"no column 'reader', which user= names\. It has 'user'"):
        table(CSV, user="reader")
    with pytest.raises(DataError, match="named twice: as user and as item"):
        table(CSV, user="user", item="user")
    with pytest.raises(DataError, match="no column 'x', which features= names"):
        table(CSV, features=["x"])
    with pytest.raises(ParameterError, match="There is no option 'reader'"):
        table(CSV, reader="user")
    with pytest.raises(ParameterError, match="every table needs its users"):
        table(CSV, user=False)


def test_the_index_that_pandas_writes_is_left_out_and_said_to_be(table, capsys):
    text = pd.DataFrame(EXPECTED, columns=["user", "film", "rating"]).to_csv()
    assert rows(table(text)) == EXPECTED
    assert "not used: 'column 1', which counts the rows" in capsys.readouterr().out


def test_exchanged_columns_are_asked_about_where_titles_tell(table):
    text = "item,user,title\n1,7,Heat\n2,7,Heat\n3,8,Dune\n1,8,Dune\n2,9,Emma\n"
    with pytest.raises(DataError, match="Are users and items exchanged"):
        table(text, user="user", item="item")
    assert table(text, user="item", item="user").movies["title"].tolist() == [
        "Heat",
        "Dune",
        "Emma",
    ]


def test_titles_and_features_describe_items(table):
    text = (
        'user,isbn,title,genre,author\n1,5,Dune,"Sci-Fi | Drama",Herbert\n'
        '2,5,Dune,,Herbert\n2,6,"Two\nlines",Poetry,\n3,7,,,\n'
    )
    movies = table(text, features=["author"]).movies
    assert movies["title"].tolist() == ["Dune", "Two\nlines", "item 7"]
    assert movies["genres"].tolist() == ["Sci-Fi|Drama", "Poetry", ""]
    assert movies["author"].fillna("").tolist() == ["Herbert", "", ""]


def test_genres_with_commas_are_several_genres(table):
    text = 'user,item,genres\n1,5,"Drama, War"\n2,6,Drama\n'
    found = table(text)
    assert found.movies["genres"].tolist() == ["Drama|War", "Drama"]
    assert "separated by commas" in str(found.guess)


# Rows


def test_repeated_rows_are_asked_about(table):
    text = "user,item,rating,time\n1,5,4,30\n1,5,2,20\n2,5,1,10\n"
    with pytest.raises(DataError, match=r"on lines 2 and 3.*repeated='last'.*'sum'"):
        table(text)
    for how, value, time in (("last", 4, 30), ("first", 2, 20), ("mean", 3, 30), ("sum", 6, 30)):
        found = table(text, repeated=how).ratings
        assert found["rating"].tolist() == [value, 1], how
        assert found["timestamp"].tolist() == [time, 10], how
    assert table(text, repeated="sum").guess.kind == "counts"
    without = "user,item,rating\n1,5,4\n1,5,2\n2,5,3\n"
    assert table(without, repeated="last").ratings["rating"].tolist() == [2, 3]
    assert table(without, repeated="first").ratings["rating"].tolist() == [4, 3]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 5)), min_size=1))
def test_repeated_rows_against_pandas(rated):
    frame = pd.DataFrame(rated, columns=["user", "item", "rating"])
    grouped = frame.groupby(["user", "item"], sort=False)["rating"]
    for how in ("first", "last", "mean", "sum"):
        made = Interactions.from_table(
            frame, user="user", item="item", rating="rating", repeated=how, counts=True
        )
        found = made.to_frame().set_index(["user_id", "movie_id"])["rating"]
        wanted = grouped.agg(how)
        assert found.to_dict() == pytest.approx(wanted.to_dict(), rel=1e-6)


BAD = (
    "user,item,rating,time\n1,5,4,10\n,5,4,10\n2,,4,10\n3,5,,10\n4,5,x,10\n5,5,3\n6,5,3,1,9\n"
    + "".join(f"{user},5,3,2\n" for user in range(7, 60))
)


def test_lines_that_cannot_be_read_are_named_or_left_out(table):
    with pytest.raises(BadLineError, match=r"mine\.csv:7: 3 fields instead of 4") as caught:
        table(BAD)
    assert "on_bad_line='skip'" in str(caught.value)
    with pytest.warns(CourseWarning, match="Left out: 6 lines"):
        found = table(BAD, on_bad_line="skip")
    assert found.ratings["user_id"].tolist() == [1, *range(7, 60)]
    assert found.rejected["line"].tolist() == [3, 4, 5, 6, 7, 8]
    reasons = found.rejected["reason"].tolist()
    assert reasons[0] == "user is empty"
    assert reasons[5] == "5 fields instead of 4"


def test_a_quoted_title_over_two_lines_does_not_shift_the_numbers_of_lines(table):
    text = 'user,item,rating,title\n1,5,4,"Two\nlines"\n2,5,,x\n3,5,4,"Two\nlines"\n'
    with pytest.raises(BadLineError, match=r"mine\.csv:4: rating is missing"):
        table(text)


def test_a_quotation_mark_that_is_never_closed_is_named(table):
    with pytest.raises(DataError, match="quotation mark"):
        table('user,item,rating\n1,"5,4\n2,5,3\n3,6,1\n')


# Frames


def test_a_frame_is_taken_as_a_file_is():
    frame = pd.DataFrame(EXPECTED, columns=["user", "film", "rating"])
    made = Interactions.from_table(frame)
    assert made.user_ids[made.user].tolist() == [7, 7, 9]
    assert made.titles[made.item].tolist() == ["Heat", "Amélie", "Heat"]
    assert made.subset(np.array([0])).guess == made.guess
    with pytest.raises(ParameterError, match="separator= is for files"):
        Interactions.from_table(frame, separator=";")
    with pytest.raises(DataError, match=r"frame\.reset_index"):
        Interactions.from_table(frame.set_index("user"), item="film")
    with pytest.raises(DataError, match="is empty"):
        Interactions.from_table(frame.head(0))


@pytest.mark.parametrize("dtype", ["object", "str", "string", "category", "string[pyarrow]"])
def test_text_of_every_type_is_text(dtype):
    frame = pd.DataFrame({"user": ["007", "7"], "item": ["a", "b"]}).astype(dtype)
    made = Interactions.from_table(frame)
    assert made.user_ids.tolist() == ["007", "7"]


@pytest.mark.parametrize("dtype", ["int8", "uint64", "Int64", "float32", "category", "object"])
def test_numbers_of_every_type_are_numbers(dtype):
    frame = pd.DataFrame({"user": [7, 9], "item": [1, 2], "rating": [3, 5]}).astype(dtype)
    made = Interactions.from_table(frame)
    assert made.user_ids.tolist() == [7, 9]
    assert made.rating.tolist() == [3, 5]


def test_dates_of_pandas_are_times():
    times = pd.to_datetime(["2000-07-30 18:45:03", "2000-07-30 00:00:00"])
    for each in (times, times.tz_localize("UTC")):
        frame = pd.DataFrame({"user": [1, 2], "item": [5, 5], "time": each})
        assert Interactions.from_table(frame).timestamp.tolist() == [964982703, 964915200]


@settings(max_examples=25)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_data_set_or_an_error_of_the_course(tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_bytes(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CourseWarning)
            dataset = load(file, on_bad_line="skip", zeros="keep", repeated="last")
    except DataError:
        return
    assert len(Interactions.from_dataset(dataset)) == len(dataset.ratings) > 0


@settings(max_examples=25)
@given(
    st.lists(
        st.lists(
            st.sampled_from(
                ["1", "2.5", "a", "", '"', "0", "007", "2000-01-01", "x y", "-3", "nan"]
            ),
            min_size=1,
            max_size=5,
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([",", ";", "\t", "::", "|"]),
    st.booleans(),
)
def test_any_table_gives_a_data_set_or_an_error_of_the_course(
    tmp_path_factory, lines, separator, header
):
    if header:
        lines = [["user", "item", "rating", "time", "title"][: len(lines[0])], *lines]
    text = "\n".join(separator.join(line) for line in lines)
    test_any_bytes_give_a_data_set_or_an_error_of_the_course.hypothesis.inner_test(
        tmp_path_factory, text.encode()
    )
