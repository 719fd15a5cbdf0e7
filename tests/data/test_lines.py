import tracemalloc

import pytest

from helpers.data.dataset import REJECTED_COLUMNS
from helpers.data.lines import LineFault, Rejections, decoded, fields, is_header, stars, whole
from helpers.errors import BadLineError, CourseWarning, ParameterError


class File:
    def __init__(self, name: str):
        self.name = name


def test_nothing_rejected_gives_an_empty_table_and_no_warning():
    for behaviour in ("raise", "skip"):
        table = Rejections(behaviour).finish()
        assert table.empty
        assert tuple(table.columns) == REJECTED_COLUMNS


def test_skipping_warns_and_returns_each_line_in_order():
    rejections = Rejections("skip")
    rejections.add(File("ratings.dat"), 9, "short", "a")
    rejections.add(File("movies.dat"), 4, "long", "b" * 500)
    rejections.add(File("ratings.dat"), 2, "odd", "c")
    with pytest.warns(CourseWarning, match=r"Left out: 3 lines(.|\n)*movies\.dat:4: long"):
        table = rejections.finish()
    assert table["line"].tolist() == [4, 2, 9]
    assert table["text"].str.len().max() == 120


def test_the_message_shows_the_first_lines_and_counts_the_rest():
    rejections = Rejections()
    for line in range(7, 0, -1):
        rejections.add(File("u.data"), line, "odd", "x")
    with pytest.raises(BadLineError, match=r"7 lines that cannot be read:(.|\n)*and 2 more"):
        rejections.finish()


def test_another_behaviour_is_refused():
    with pytest.raises(ParameterError, match="'raise' or 'skip', not 'ignore'"):
        Rejections("ignore")


def test_a_whole_number_may_have_leading_zeros_and_no_more():
    assert whole(b"0007", "user_id") == 7
    assert whole(b"0" * 5000 + b"1", "user_id") == 1
    for text in (b"", b"7.0", b"+7", b" 7", b"7e1", "٧".encode()):
        with pytest.raises(LineFault, match="user_id"):
            whole(text, "user_id")
    with pytest.raises(LineFault, match="larger than"):
        whole(b"9" * 5000, "user_id")


def test_stars_hold_both_ends_of_the_scale():
    assert stars(b"1", (1, 5)) == 1
    assert stars(b"5.0", (1, 5)) == 5
    for text in (b"0.99", b"5.01", b"-1"):
        with pytest.raises(LineFault, match="off the scale 1 to 5"):
            stars(text, (1, 5))
    for text in (b"", b".", b"five", b"nan", b"inf", b"1e1", b"1,5"):
        with pytest.raises(LineFault, match="rating"):
            stars(text, (1, 5))


def test_quotes_mean_something_only_between_commas():
    assert fields(b'1,"a, ""b""",c', b",", 3) == [b"1", b'a, "b"', b"c"]
    assert fields(b'1::"a::c', b"::", 3) == [b"1", b'"a', b"c"]
    with pytest.raises(LineFault, match="never closed"):
        fields(b'1,"a,c', b",", 3)
    with pytest.raises(LineFault, match="1 field instead of 3"):
        fields(b"1", b",", 3)


def test_a_line_with_quotes_ends_where_it_ends():
    # The csv module would take a carriage return for the end of the line, anywhere.
    for line in (b'1,"2",3\r', b'1,"2"\r,3', b'1,"2\r",3'):
        with pytest.raises(LineFault, match="carriage return"):
            fields(line, b",", 3)
    longest = b'1,"' + b"a" * (2**17 - 6) + b'",3'
    assert len(fields(longest, b",", 3)[1]) == 2**17 - 6
    with pytest.raises(LineFault, match="131,073 characters"):
        fields(longest + b"4", b",", 3)


def test_a_long_line_is_refused_at_once_and_without_a_list_of_its_fields():
    million = 1_000_000
    tracemalloc.start()
    try:
        with pytest.raises(LineFault, match="is not a number"):
            stars(b"1" * million + b"x", (1, 5))
        for separator in (b"::", b"\t", b","):
            with pytest.raises(LineFault, match="1000001 fields instead of 4"):
                fields(separator * million, separator, 4)
            assert not is_header(separator * million, ("user_id", "movie_id"), separator)
        assert not is_header(b'"' * million, ("user_id", "movie_id"), b",")
        assert tracemalloc.get_traced_memory()[1] < 10 * million
    finally:
        tracemalloc.stop()


def test_undecodable_bytes_are_named():
    assert decoded("é".encode(), "utf-8") == "é"
    with pytest.raises(LineFault, match="byte 0xe9 is not UTF-8 text"):
        decoded("é".encode("latin-1"), "utf-8")


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        (b"UserID::Gender::Age::Occupation::Zip-code\r", True),
        (b"\xef\xbb\xbfuser_id::gender::age::occupation::zip_code", True),
        (b'"UserID"::"Gender"::"Age"::"Occupation"::"Zip code"', True),
        (b"Gender::UserID::Age::Occupation::Zip-code", False),
        (b"1::F::1::10::48067", False),
        (b"", False),
    ],
)
def test_a_header_names_the_columns_in_order(line: bytes, is_one: bool):
    names = ("user_id", "gender", "age", "occupation", "zip_code")
    assert is_header(line, names, b"::") is is_one
