"""The three files of He et al.: read whole, refused with file, line and reason, written back."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.one_against_many import (
    PARTS,
    OneAgainstMany,
    parse_drawn,
    read_one_against_many,
    write_one_against_many,
)
from helpers.data.lines import LineFault
from helpers.errors import BadLineError, DataError, MissingDataError

TRAIN = "0\t32\t4\t978824330\n0\t7\t5\t978824331\n1\t25\t3\t978300055\n"
TEST = "0\t25\t5\t978824351\n1\t133\t3\t978300174\n"
DRAWN = "(0,25)\t1064\t174\t32\n(1,133)\t1072\t3154\t3154\n"


@pytest.fixture
def write(tmp_path):
    def written(train=TRAIN, test=TEST, drawn=DRAWN):
        for part, text in zip(PARTS, (train, test, drawn), strict=True):
            if text is not None:
                (tmp_path / f"ml-1m.{part}").write_text(text, newline="")
        return tmp_path

    return written


def test_by_hand(write):
    split = read_one_against_many(write())
    assert split.train["movie_id"].tolist() == [32, 7, 25]
    assert split.train["rating"].tolist() == [4, 5, 3]
    assert split.tested["user_id"].tolist() == [0, 1]
    assert split.drawn.tolist() == [[1064, 174, 32], [1072, 3154, 3154]]
    assert split.drawn.dtype == np.int32
    # Film 32 was chosen by user 0, film 3154 is drawn twice: counted, not refused.
    assert (split.drawn_though_chosen(), split.drawn_twice()) == (1, 1)


@pytest.mark.parametrize("end", ["\r\n", "\n\n"])
def test_line_ends_and_blank_lines_mean_nothing(write, end):
    split = read_one_against_many(write(drawn=DRAWN.replace("\n", end)))
    assert split.drawn.tolist() == [[1064, 174, 32], [1072, 3154, 3154]]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"drawn": "(0,25)\t1064\n(1;133)\t5\n"}, r"ml-1m.test.negative:2: '\(1;133\)' is no"),
        ({"drawn": "(0,25)\t1064\n(1,133)\n"}, "ml-1m.test.negative:2: no film is drawn"),
        ({"drawn": "(0,25)\t1064\n(1,133)\t5\t6\n"}, ":2: 2 films are drawn, not 1"),
        ({"drawn": "(0,25)\t1064\n(1,133)\tx\n"}, "drawn movie_id 'x' is not a whole number"),
        ({"drawn": "(0,25)\t1064\n(1,133)\t-4\n"}, "drawn movie_id '-4' is not"),
        ({"drawn": "(0,25)\t\n(1,133)\t4\n"}, "drawn movie_id is empty"),
        ({"drawn": "(0,25)\t25\n(1,133)\t4\n"}, "film 25 is drawn against itself"),
        ({"drawn": "(0,99999999999)\t25\n(1,133)\t4\n"}, "larger than"),
        ({"train": "0\t32\t9\t978824330\n"}, "ml-1m.train.rating:1: rating 9 is off the scale"),
        ({"test": "0\t25\t5\n"}, "ml-1m.test.rating:1: 3 fields instead of 4"),
        ({"train": TRAIN + "0\t7\t5\t978824332\n"}, "ml-1m.train.rating:4"),
    ],
)
def test_a_bad_line_is_named(write, files, said):
    with pytest.raises(BadLineError, match=said) as found:
        read_one_against_many(write(**files))
    assert "fetch them again" in str(found.value)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"drawn": "(0,25)\t1064\n"}, "2 tests and ml-1m.test.negative has 1"),
        ({"drawn": ""}, "has 0"),
        ({"drawn": "(0,25)\t4\n(1,134)\t4\n"}, "Test 2 is user 1 with film 133 .* film 134"),
        ({"drawn": "(1,133)\t4\n(0,25)\t4\n"}, "Test 1 is user 0"),
        ({"train": TRAIN + "1\t133\t3\t1\n"}, "Test 2 .* is also in the training set"),
        ({"test": ""}, "holds no rating"),
    ],
)
def test_files_that_do_not_belong_together(write, files, said):
    with pytest.raises(DataError, match=said):
        read_one_against_many(write(**files))


def test_a_missing_file_is_named(write):
    with pytest.raises(MissingDataError, match=r"has no ml-1m.test.negative\. The split of He"):
        read_one_against_many(write(drawn=None))


@given(st.lists(st.sampled_from([b"(", b")", b",", b"\t", b"1", b"23", b"-", b" ", b"\xc3"])))
def test_any_line_is_read_or_refused_with_a_reason(parts):
    try:
        row = parse_drawn(b"".join(parts))
    except LineFault as fault:
        assert str(fault)
    else:
        assert len(row) >= 3 and min(row) >= 0


@given(
    n_users=st.integers(1, 6),
    n_drawn=st.integers(1, 5),
    seed=st.integers(0, 10**6),
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_written_is_read_again(tmp_path, n_users, n_drawn, seed):
    generator = np.random.default_rng(seed)
    rated = np.argwhere(generator.random((n_users, 9)) < 0.7)
    rated = np.vstack([rated, [[n_users, 0]]])
    tables = []
    for pairs in (rated, np.column_stack([np.arange(n_users), np.full(n_users, 9)])):
        table = pd.DataFrame(pairs, columns=["user_id", "movie_id"]).astype("int32")
        table["rating"] = generator.integers(1, 6, len(table)).astype("float32")
        tables.append(table.assign(timestamp=generator.integers(0, 10**9, len(table))))
    drawn = generator.integers(0, 9, (n_users, n_drawn), dtype="int32")
    split = OneAgainstMany("twin", *tables, drawn, (1, 5))
    write_one_against_many(split, tmp_path / "new")
    again = read_one_against_many(tmp_path / "new", "twin")
    pd.testing.assert_frame_equal(again.train, split.train)
    pd.testing.assert_frame_equal(again.tested, split.tested)
    np.testing.assert_array_equal(again.drawn, split.drawn)
    matrix = np.zeros((n_users + 1, 10), dtype=bool)
    matrix[rated[:, 0], rated[:, 1]] = True
    expected = matrix[np.arange(n_users)[:, None], drawn].sum()
    assert again.drawn_though_chosen() == expected
    assert again.drawn_twice() == sum(n_drawn - len(np.unique(row)) for row in drawn)
