"""The two ways of reading ratings must agree with a plain reference on every file."""

import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.data import ratings as ratings_module
from helpers.data.lines import Rejections
from helpers.data.ratings import read_ratings
from helpers.errors import BadLineError, CourseWarning, DataError

SCALE = (0.5, 5.0)
SEPARATORS = (b"::", b"\t", b",")
PLAIN_NUMBER = re.compile(rb"-?(\d+\.?\d*|\.\d+)")


def reference(content: bytes, separator: bytes) -> tuple[list[tuple], list[int]]:
    """Rows and the lines of the bad ones, by the plainest code that says what is meant."""
    rows: list[tuple] = []
    bad: list[int] = []
    seen = set()
    for number, line in enumerate(content.split(b"\n"), 1):
        values = line.removesuffix(b"\r").split(separator)
        if values == [b""]:
            continue
        whole = [len(values) == 4 and values[place].isdigit() for place in (0, 1, 3)]
        good = all(whole) and bool(PLAIN_NUMBER.fullmatch(values[2]))
        good = good and max(int(values[0]), int(values[1])) < 2**31 and int(values[3]) < 2**63
        good = good and SCALE[0] <= float(values[2]) <= SCALE[1]
        pair = (int(values[0]), int(values[1])) if good else None
        if not good or pair in seen:
            bad.append(number)
            continue
        seen.add(pair)
        rows.append((*pair, np.float32(values[2].decode()), int(values[3])))
    return rows, bad


def read(path: Path, separator: bytes, **options: int) -> tuple[list[tuple], list[int]]:
    rejections = Rejections("skip")
    try:
        frame = read_ratings(path, separator, SCALE, rejections, **options)
    except DataError:
        return [], []
    rows = list(frame.itertuples(index=False, name=None))
    if rejections.count == 0:
        return rows, []
    with pytest.warns(CourseWarning, match="Left out"):
        rejected = rejections.finish()
    return rows, rejected["line"].tolist()


clean_rating = st.tuples(
    st.integers(1, 30),
    st.integers(1, 30),
    st.sampled_from(["0.5", "1", "2.5", "3", "4.0", "5", "5.", ".75"]),
    st.integers(0, 2**33),
)
awkward = st.sampled_from(
    [
        "", " ", "-1", "+3", "1e0", "nan", "inf", "NA", "3.0", "1.2.3", ".", "6", "0", "007",
        "1.0", "12.", "2147483647", "2147483648", "99999999999999999999999", "1_0", "0x1",
        "3,5", '"3"', "5::3", "5:3", ":", "::", "\t", ",", "é", "\x85", "\x00", "\r", "\n", "\r\n",
        "\n\n", "١", "0.5000000001", "5.0000001", "00000000000000000000001",
        "9223372036854775807", "9223372036854775808",
    ]
)  # fmt: skip


@st.composite
def files(draw: Callable) -> tuple[bytes, bytes]:
    """A separator and a file in which some fields, lines or bytes are wrong."""
    separator = draw(st.sampled_from(SEPARATORS))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    joint = separator.decode()
    lines = []
    for row in draw(st.lists(clean_rating, max_size=6)):
        fields = [str(value) for value in row]
        change = draw(st.sampled_from(["none"] * 6 + ["replace"] * 4 + ["drop", "add"]))
        place = draw(st.integers(0, 3))
        if change == "replace":
            fields[place] = draw(awkward)
        elif change == "drop":
            del fields[place]
        elif change == "add":
            fields.insert(place, draw(awkward))
        lines.append(joint.join(fields))
    content = end.join(lines) + draw(st.sampled_from(["", end, end * 3, "\r\r\n"]))
    raw = bytearray(content.encode("utf-8"))
    if raw and draw(st.booleans()):
        raw[draw(st.integers(0, len(raw) - 1))] = draw(st.integers(0, 255))
    return separator, bytes(raw)


@settings(
    max_examples=500,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    case=files(),
    block_bytes=st.sampled_from([1, 40, 10_000]),
    piece_bytes=st.sampled_from([1, 30, 10_000]),
)
def test_agrees_with_a_plain_reference_on_mutated_files(
    tmp_path: Path, case: tuple[bytes, bytes], block_bytes: int, piece_bytes: int
):
    separator, content = case
    if separator == b"," and b'"' in content:
        content = content.replace(b'"', b"x")
    path = tmp_path / "ratings"
    path.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ratings_module, "PIECE_BYTES", piece_bytes)
        found = read(path, separator, block_bytes=block_bytes)
    assert found == reference(content, separator)


@settings(
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=st.lists(clean_rating, min_size=1, max_size=20, unique_by=lambda row: row[:2]))
def test_clean_files_never_need_the_careful_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[tuple]
):
    monkeypatch.setattr(ratings_module, "_careful", lambda *_values, **_named: pytest.fail("slow"))
    path = tmp_path / "ratings"
    for separator in SEPARATORS:
        joint = separator.decode()
        path.write_text("".join(joint.join(map(str, row)) + "\n" for row in rows))
        frame = read_ratings(path, separator, SCALE, Rejections())
        assert list(frame["timestamp"]) == [row[3] for row in rows]
        assert frame["rating"].tolist() == [np.float32(row[2]) for row in rows]


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize(
    "head",
    ["UserID{0}MovieID{0}Rating{0}Timestamp", "user_id{0}movie_id{0}rating{0}timestamp", ""],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_header_line_and_a_byte_order_mark_are_passed_over(
    tmp_path: Path, separator: bytes, head: str, mark: bytes
):
    joint = separator.decode()
    lines = [head.format(joint)] if head else []
    lines += [joint.join(["7", "8", "3.5", "99"]), joint.join(["7", "9", "bad", "99"])]
    path = tmp_path / "ratings"
    path.write_bytes(mark + "\n".join(lines).encode())
    rows, bad = read(path, separator)
    assert rows == [(7, 8, 3.5, 99)]
    assert bad == [len(lines)]


def test_a_header_in_another_order_is_not_taken_for_ours(tmp_path: Path):
    path = tmp_path / "ratings.csv"
    path.write_text("movieId,userId,rating,timestamp\n1,2,3.0,4\n")
    rejections = Rejections()
    read_ratings(path, b",", SCALE, rejections)
    with pytest.raises(BadLineError, match=r"ratings\.csv:1: user_id 'movieId' is not a whole"):
        rejections.finish()


def test_a_long_line_does_not_make_up_for_a_short_one(tmp_path: Path):
    path = tmp_path / "ratings.csv"
    for lines in (
        ["1,2,3,4,5", "1,2,3"],
        ["1,2,3", "1,2,3,4,5"],
        ["7,7,3,4", "1,2,3,4,5", "1,2,3"],
    ):
        path.write_text("\n".join(lines))
        assert read(path, b",") == reference(path.read_bytes(), b",")


def test_types_are_those_of_the_contract(tmp_path: Path):
    path = tmp_path / "ratings.dat"
    for content in (b"1::2::3::4\n", b"\n1::2::3::4\n"):
        path.write_bytes(content)
        types = read_ratings(path, b"::", SCALE, Rejections()).dtypes
        assert [str(kind) for kind in types] == ["int32", "int32", "float32", "int64"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"1::2::3", "3 fields instead of 4"),
        (b"1::2::3::4::5", "5 fields instead of 4"),
        (b"1,2,3,4", "1 field instead of 4"),
        (b"::2::3::4", "user_id is empty"),
        (b"1::::3::4", "movie_id is empty"),
        (b"1::2::::4", "rating is empty"),
        (b"1::2::3::", "timestamp is empty"),
        (b"1.0::2::3::4", "user_id '1.0' is not a whole number"),
        (b"-1::2::3::4", "user_id '-1' is not a whole number"),
        (b"1::2147483648::3::4", "movie_id 2147483648 is larger than 2,147,483,647"),
        (b"1::2::three::4", "rating 'three' is not a number"),
        (b"1::2::nan::4", "rating 'nan' is not a number"),
        (b"1::2::5.5::4", "rating 5.5 is off the scale 0.5 to 5"),
        (b"1::2::0::4", "rating 0 is off the scale 0.5 to 5"),
        (b"1::2::-3::4", "rating -3 is off the scale 0.5 to 5"),
        (b"1::2::3::4.5", "timestamp '4.5' is not a whole number"),
        (b"1::2::\xff::4", r"rating '\\xff' is not a number"),
        (b"9::9::1::1", "user 9 rated film 9 before, on line 1"),
    ],
)
def test_each_bad_line_has_file_line_and_reason(tmp_path: Path, line: bytes, reason: str):
    path = tmp_path / "ratings.dat"
    path.write_bytes(b"9::9::5::1\n" + line + b"\n8::8::5::1\n")
    rejections = Rejections()
    read_ratings(path, b"::", SCALE, rejections)
    with pytest.raises(BadLineError) as caught:
        rejections.finish()
    message = str(caught.value)
    assert message.startswith("1 line that cannot be read:\n")
    assert f"  ratings.dat:2: {reason}: " in message
    assert "on_bad_line='skip'" in message


@pytest.mark.parametrize("block_bytes", [1, 10**6])
def test_a_repeat_shows_its_line_as_it_stands(tmp_path: Path, block_bytes: int):
    """Also where a block holds bad lines only, which has no numbers of lines to go by."""
    path = tmp_path / "ratings.dat"
    path.write_bytes(b"UserID::MovieID::Rating::Timestamp\nx\n1::2::3::4\n\n1::2::3.50::05\r\n")
    rejections = Rejections("skip")
    frame = read_ratings(path, b"::", SCALE, rejections, block_bytes=block_bytes)
    assert frame.to_numpy().tolist() == [[1, 2, 3, 4]]
    with pytest.warns(CourseWarning):
        rejected = rejections.finish()
    assert rejected.to_numpy().tolist() == [
        ["ratings.dat", 2, "1 field instead of 4", "x"],
        ["ratings.dat", 5, "user 1 rated film 2 before, on line 3", "1::2::3.50::05"],
    ]


def test_a_quoted_csv_is_read_and_an_open_quotation_mark_is_named(tmp_path: Path):
    path = tmp_path / "ratings.csv"
    path.write_text('"userId","movieId","rating","timestamp"\n"1","2","3.5","4"\n"1,3,4,5\n')
    rejections = Rejections()
    frame = read_ratings(path, b",", SCALE, rejections)
    assert frame.to_numpy().tolist() == [[1, 2, 3.5, 4]]
    with pytest.raises(BadLineError, match=r"ratings\.csv:3: a quotation mark is never closed"):
        rejections.finish()


@pytest.mark.parametrize("content", [b"", b"\n\n", b"UserID::MovieID::Rating::Timestamp\n"])
def test_a_file_without_ratings_is_an_error(tmp_path: Path, content: bytes):
    path = tmp_path / "ratings.dat"
    path.write_bytes(content)
    with pytest.raises(DataError, match="holds no rating"):
        read_ratings(path, b"::", SCALE, Rejections())


def test_bad_lines_of_another_file_are_no_excuse_for_an_empty_one(tmp_path: Path):
    full, empty = tmp_path / "full.dat", tmp_path / "empty.dat"
    full.write_bytes(b"1::2::3::4\nx\n")
    empty.touch()
    rejections = Rejections("skip")
    assert len(read_ratings(full, b"::", SCALE, rejections)) == 1
    with pytest.raises(DataError, match=r"empty\.dat holds no rating"):
        read_ratings(empty, b"::", SCALE, rejections)


def test_only_the_first_lines_are_shown_but_all_are_counted(tmp_path: Path):
    path = tmp_path / "ratings.dat"
    path.write_text("".join(f"{n}::1::9::1\n" for n in range(1, 1001)))
    rejections = Rejections()
    read_ratings(path, b"::", SCALE, rejections)
    with pytest.raises(BadLineError) as caught:
        rejections.finish()
    assert str(caught.value).startswith("1,000 lines that cannot be read:")
    assert str(caught.value).count("ratings.dat:") == 5
    assert "995 more" in str(caught.value)


def test_a_file_of_another_kind_is_given_up_early(tmp_path: Path):
    path = tmp_path / "ratings.dat"
    path.write_bytes(b"no;ratings;here\n" * 100_001)
    with pytest.raises(BadLineError, match="More than 100,000 lines"):
        read_ratings(path, b"::", SCALE, Rejections("skip"))


@pytest.mark.parametrize("dirt", [b"x\n", b"\n"])
def test_one_odd_line_makes_no_file_take_more_than_ten_times_its_bytes(tmp_path: Path, dirt: bytes):
    pairs = (f"{user},{film},3,1\n" for user in range(1, 400) for film in range(1, 400))
    content = dirt + "".join(pairs).encode()
    path = tmp_path / "ratings.csv"
    path.write_bytes(content)
    tracemalloc.start()
    try:
        frame = read_ratings(path, b",", SCALE, Rejections("skip"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(frame) == 399**2
    assert peak < 10 * len(content)


def test_nor_do_as_many_bad_lines_as_may_be_skipped(tmp_path: Path):
    rejections, path = Rejections("skip"), tmp_path / "ratings.dat"
    path.write_bytes(
        b"".join(b"%d::%d::6::978300760\n" % (line, line) for line in range(1, 100_001))
    )
    tracemalloc.start()
    try:
        read_ratings(path, b"::", SCALE, rejections)
        with pytest.warns(CourseWarning, match="Left out: 100,000 lines"):
            rejected = rejections.finish()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert rejected["line"].tolist() == list(range(1, 100_001))
    assert rejected["text"].iloc[-1] == "100000::100000::6::978300760"
    assert peak < 10 * path.stat().st_size


def test_agrees_with_pandas_on_a_large_clean_file(tmp_path: Path):
    random = np.random.default_rng(0)
    pairs = random.permutation(500 * 400)[:50_000]
    frame = pd.DataFrame(
        {
            "user_id": pairs // 400 + 1,
            "movie_id": pairs % 400 + 1,
            "rating": random.integers(1, 11, len(pairs)) / 2,
            "timestamp": random.integers(8e8, 2e9, len(pairs)),
        }
    )
    path = tmp_path / "ratings.csv"
    frame.to_csv(path, index=False)
    ours = read_ratings(path, b",", SCALE, Rejections(), block_bytes=100_000)
    pd.testing.assert_frame_equal(ours, frame, check_dtype=False)


@pytest.mark.parametrize("line", [b"1::3::3::4:", b":1::3::3::4", b"1::3:::3::4"])
def test_a_single_colon_too_many_is_a_bad_line(tmp_path: Path, line: bytes):
    path = tmp_path / "ratings.dat"
    path.write_bytes(b"1::2::3::4\n" + line + b"\n")
    assert read(path, b"::") == ([(1, 2, 3.0, 4)], [2])
