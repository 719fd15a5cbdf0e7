import tracemalloc

import pytest

from helpers.data import lines
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
    assert table.index.tolist() == [0, 1, 2]
    assert table["text"].str.len().max() == 120


def test_the_message_shows_the_first_lines_and_counts_the_rest():
    rejections = Rejections()
    for line in range(7, 0, -1):
        rejections.add(File("u.data"), line, "odd", "x")
    with pytest.raises(BadLineError, match=r"7 lines that cannot be read:(.|\n)*and 2 more"):
        rejections.finish()


def test_each_word_of_the_report():
    one = Rejections("skip")
    one.add(File("a.dat"), 3, "odd", "x")
    with pytest.warns(CourseWarning) as caught:
        one.finish()
    assert str(caught[0].message) == (
        "Left out: 1 line that cannot be read:\n"
        "  a.dat:3: odd: 'x'\n"
        "They are listed in the data set's table `rejected`."
    )
    many = Rejections()
    for line in range(6, 0, -1):
        many.add(File("a.dat"), line, "odd", "x")
    with pytest.raises(BadLineError) as raised:
        many.finish()
    assert str(raised.value) == "\n".join(
        [
            "6 lines that cannot be read:",
            *(f"  a.dat:{line}: odd: 'x'" for line in range(2, 7)),
            "  … and 1 more",
            "Correct them, or leave them out with load(…, on_bad_line='skip').",
        ]
    )


def test_a_text_is_cut_where_it_is_longer_than_a_screen():
    rejections = Rejections("skip")
    for length in (120, 121):
        rejections.add(File("a.dat"), length, "long", "b" * length)
    with pytest.warns(CourseWarning):
        texts = rejections.finish()["text"].tolist()
    assert texts == ["b" * 120, "b" * 117 + "..."]


def test_so_many_bad_lines_may_be_skipped_and_not_one_more(monkeypatch):
    monkeypatch.setattr(lines, "MOST_SKIPPED", 3)
    rejections = Rejections("skip")
    for line in range(1, 4):
        rejections.add(File("a.dat"), line, "odd", "x")
    with pytest.raises(
        BadLineError, match=r"^More than 3 lines that cannot be read:\n  a\.dat:1: odd"
    ):
        rejections.add(File("a.dat"), 4, "odd", "x")


def test_a_strict_reader_keeps_only_the_lines_that_it_shows():
    rejections = Rejections()
    for line in range(1, 51):
        rejections.add(File("a.dat"), line, "odd", "x")
    with pytest.raises(BadLineError, match=r"^50 lines(.|\n)*a\.dat:5:(.|\n)*and 45 more"):
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
    assert whole(b"2147483647", "user_id") == 2**31 - 1
    assert whole(b"9223372036854775807", "timestamp", 2**63 - 1) == 2**63 - 1
    for text, column, largest, reason in (
        (b"2147483648", "user_id", 2**31 - 1, "user_id 2147483648 is larger than 2,147,483,647"),
        (b"10", "age", 9, "age 10 is larger than 9"),
        (b"1" * 20, "age", 10**30, f"age {'1' * 20} is larger than {10**30:,}"),
        (b"", "age", 9, "age is empty"),
        (b"\xe9", "age", 9, r"age '\\xe9' is not a whole number"),
    ):
        with pytest.raises(LineFault) as caught:
            whole(text, column, largest)
        assert str(caught.value) == reason


def test_stars_hold_both_ends_of_the_scale():
    assert stars(b"1", (1, 5)) == 1
    assert stars(b"5.0", (1, 5)) == 5
    for text in (b"0.99", b"5.01", b"-1"):
        with pytest.raises(LineFault, match="off the scale 1 to 5"):
            stars(text, (1, 5))
    assert stars(b"-1", (-5, 5)) == -1
    assert stars(b".5", (0.5, 5)) == stars(b"0.5", (0.5, 5)) == 0.5
    for text, reason in (
        (b"", "rating is empty"),
        (b"x", "rating 'x' is not a number"),
        (b"6", "rating 6 is off the scale 0.5 to 5"),
    ):
        with pytest.raises(LineFault) as caught:
            stars(text, (0.5, 5))
        assert str(caught.value) == reason
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
        (b"UserID::Gender::Age::Occupation::Zip-code::Height::Weight", True),
        (b"UserIDX::Gender::Age::Occupation::Zip-code", False),
        (b"Gender::UserID::Age::Occupation::Zip-code", False),
        (b"1::F::1::10::48067", False),
        (b"", False),
    ],
)
def test_a_header_names_the_columns_in_order(line: bytes, is_one: bool):
    names = ("user_id", "gender", "age", "occupation", "zip_code")
    assert is_header(line, names, b"::") is is_one
