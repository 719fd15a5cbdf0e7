"""From any bytes to one use of a reader or of ``Interactions``, with what must hold after it.

Only an exception of ``helpers.errors`` may come out; what is accepted must be what the slow reader
says. ``run.py`` feeds these functions with bytes that a fuzzer makes, test_targets.py with a few.
"""

from __future__ import annotations

import io
import tracemalloc
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.data import Dataset, load
from helpers.errors import BadLineError, CourseError, CourseWarning, DataError
from helpers.interactions import Interactions
from slow_reader import FILES, data_set

LAYOUTS = tuple(FILES)
# Between the files of a data set and between the tables of one; no reader knows it.
BREAK = b"\xfe\xff\xfe"
# What is read at a time, what the libraries take for themselves, and a full list of bad lines.
MEMORY_FLOOR = 8 * 2**20
# Where files are written for the readers to read; whoever calls sets it.
WHERE = Path("build/fuzz/files")


def folder(data: bytes) -> None:
    """A folder in one of the layouts: strict and lenient agree with the slow reader."""
    layout = LAYOUTS[data[0] % len(LAYOUTS)] if data else "csv"
    names = [name for name in FILES[layout] if name]
    contents = (data[1:].split(BREAK) + [b""] * len(names))[: len(names)]
    files = dict(zip(names, contents, strict=True))
    if layout == "100k" and not files["u.user"]:
        del files["u.user"]
    place = WHERE / layout
    place.mkdir(exist_ok=True)
    for name in names:
        (place / name).unlink(missing_ok=True)
    for name, content in files.items():
        (place / name).write_bytes(content)
    compare(place, data_set(files, layout), FILES[layout])


def archive(data: bytes) -> None:
    """Any bytes taken for a zip archive."""
    path = WHERE / "any.zip"
    path.write_bytes(data)
    any_result(path)


def any_result(path: Path) -> None:
    """A data set that makes interactions, or one of the course's errors."""
    try:
        dataset = lenient(path)
    except CourseError:
        return
    if len(dataset.ratings) and describes(dataset):
        Interactions.from_dataset(dataset)


def packed(data: bytes) -> None:
    """A sound archive whose names and contents are any bytes."""
    archive(zipped(data.split(BREAK)))


def zipped(members: Iterable[bytes]) -> bytes:
    """An archive of members that have their name in the first line."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for member in members:
            name, _, content = member.partition(b"\n")
            made.writestr(name.decode("utf-8", "replace").partition("\0")[0][:200] or "x", content)
    return buffer.getvalue()


def frames(data: bytes) -> None:
    """Tables of any values, some of them as the course's own."""
    take = Taker(data)
    ratings = table(take, ["user_id", "movie_id", "rating", "timestamp"])
    movies = table(take, ["movie_id", "title", "genres"]) if take.byte() % 2 else None
    users = table(take, ["user_id", "gender"]) if take.byte() % 2 else None
    scale = (None, (0.5, 5.0), (1, 5), (5, 1), (np.nan, 1))[take.byte() % 5]
    before = [each.copy() if each is not None else None for each in (ratings, movies, users)]
    keep = bool(take.byte() % 2)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", CourseWarning)
            made = Interactions.from_frames(
                ratings, movies, users, rating_scale=scale, keep_unrated=keep
            )
    except CourseError:
        return
    for old, new in zip(before, (ratings, movies, users), strict=True):
        if old is not None:
            pd.testing.assert_frame_equal(old, new)
    check(made, ratings, movies, users)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "folder": folder,
    "archive": archive,
    "packed": packed,
    "frames": frames,
}


def one_input(data: bytes) -> None:
    """The first byte says which target takes the rest; the memory of some runs is measured."""
    if not data:
        return
    target = list(TARGETS.values())[data[0] % len(TARGETS)]
    with within_memory(data):
        target(data[1:])


@contextmanager
def within_memory(data: bytes, every: int = 16) -> Iterator[None]:
    """No more than ten times the input above a constant floor; measured for one input in so many.

    Measuring takes as long as reading, and what needs too much memory once does so often.
    """
    if zlib.crc32(data) % every:
        yield
        return
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= MEMORY_FLOOR + 10 * len(data), f"{len(data):,} bytes took {peak:,}"


def lenient(path: Path) -> Dataset:
    """``load`` that skips bad lines; silent only where there was none."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        dataset = load(path, on_bad_line="skip")
    assert all(warning.category is CourseWarning for warning in caught), caught
    told = [str(warning.message) for warning in caught]
    told = [text for text in told if "too late for seconds" not in text]
    assert len(told) == bool(len(dataset.rejected)), told
    if told:
        assert told[0].startswith(f"Left out: {len(dataset.rejected):,} line"), told
    return dataset


def compare(place: Path, wanted: dict, names: tuple) -> None:
    """Both modes of ``load`` against what the slow reader found."""
    ratings, films, users = names
    bad = {(name, line) for name, (_, lines) in wanted.items() for line in lines}
    empty = not wanted[ratings][0] and not wanted[ratings][1]
    try:
        dataset = lenient(place)
    except DataError as error:
        assert empty, error
        return
    assert not empty
    rows = [(user, film, np.float32(stars), time) for user, film, stars, time in wanted[ratings][0]]
    assert list(dataset.ratings.itertuples(index=False, name=None)) == rows
    assert list(dataset.movies.itertuples(index=False, name=None)) == wanted[films][0]
    if users in wanted:
        assert list(dataset.users.itertuples(index=False, name=None)) == wanted[users][0]
    found = list(zip(dataset.rejected["file"], dataset.rejected["line"], strict=True))
    assert found == sorted(bad)
    assert all(dataset.rejected["reason"])
    try:
        strict = load(place)
    except BadLineError as error:
        assert bad
        assert str(error).startswith(f"{len(bad):,} line")
        return
    assert not bad
    pd.testing.assert_frame_equal(strict.ratings, dataset.ratings)
    try:
        made = Interactions.from_dataset(strict)
    except DataError:
        assert not describes(strict)
        return
    assert describes(strict)
    check(made, strict.ratings, strict.movies, strict.users)


def describes(dataset: Dataset) -> bool:
    """Whether every film and every user with a rating is described."""
    known = set(dataset.ratings["movie_id"]) <= set(dataset.movies["movie_id"])
    if dataset.users is None:
        return known
    return known and set(dataset.ratings["user_id"]) <= set(dataset.users["user_id"])


def check(
    made: Interactions,
    ratings: pd.DataFrame,
    movies: pd.DataFrame | None,
    users: pd.DataFrame | None,
) -> None:
    """Nothing lost, nothing let in: every rating is there, by the ids it came with."""
    assert len(made) == len(ratings) > 0
    assert made.user.dtype == made.item.dtype == "int32"
    assert list(made.user_ids[made.user]) == list(ratings["user_id"])
    assert list(made.item_ids[made.item]) == list(ratings["movie_id"])
    assert (made.rating == ratings["rating"].to_numpy("float32")).all()
    assert np.isfinite(made.rating).all()
    low, high = made.rating_scale
    assert ((made.rating >= np.float32(low)) & (made.rating <= np.float32(high))).all()
    assert len(set(zip(made.user.tolist(), made.item.tolist(), strict=True))) == len(made)
    for ids in (made.user_ids, made.item_ids):
        assert all(low < high for low, high in pairwise(ids))
    assert list(made.movies["movie_id"]) == list(made.item_ids)
    if made.users is not None:
        assert list(made.users["user_id"]) == list(made.user_ids)
    if "timestamp" in ratings:
        assert (made.timestamp == ratings["timestamp"].to_numpy()).all()
    if movies is not None:
        titles = dict(zip(movies["movie_id"], movies["title"], strict=True))
        assert [same(titles[film]) for film in made.item_ids] == [same(t) for t in made.titles]
    assert made.matrix().nnz == len(made)
    made.nearest("lantern")


def same(title: object) -> object:
    return None if pd.isna(title) else title


class Taker:
    """Numbers out of bytes, 0 when there are none left."""

    def __init__(self, data: bytes) -> None:
        self.data, self.place = data, 0

    def byte(self) -> int:
        self.place += 1
        return self.data[self.place - 1] if self.place <= len(self.data) else 0


VALUES = (
    *range(8), -1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 2**64, 0.5, 1.5, 5.0, 5.5, -0.0, 1e300,
    5e-324, float("inf"), float("-inf"), float("nan"), None, pd.NA, pd.NaT, True, False, "", "3",
    "a", "b", "é", "Lantern (1999)", b"x", pd.Timestamp("2000-01-01"), 1j, np.int8(3),
    np.float32(0.1), np.uint64(2**63 + 5), (1, 2), [1],
)  # fmt: skip
TYPES = (
    None, "int64", "int8", "uint64", "Int64", "float32", "float64", "Float64", "object", "str",
    "string", "category", "bool", "boolean", "datetime64[ns]", "timedelta64[ns]", "complex128",
)  # fmt: skip


def table(take: Taker, names: list[str]) -> pd.DataFrame:
    """A table with most of the columns; small numbers are likelier than odd values."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return _table(take, names)


def _table(take: Taker, names: list[str]) -> pd.DataFrame:
    rows = take.byte() % 6
    columns = {}
    for name in names:
        how = take.byte()
        if how == 255:
            continue
        values = [value(take, odd=how % 4 == 3) for _ in range(rows)]
        column = pd.Series(values, dtype="object").infer_objects()
        with suppress(TypeError, ValueError, OverflowError):
            column = column.astype(TYPES[take.byte() % len(TYPES)] or column.dtype)
        columns[name] = column
    made = pd.DataFrame(columns)
    change = take.byte() % 8
    if change == 1 and names[0] in made:
        made = pd.concat([made, made[[names[0]]]], axis=1)
    elif change == 2:
        made.index = pd.Index([0] * len(made))
    elif change == 3 and names[0] in made:
        made = made.set_index(names[0], drop=False)
    return made


def value(take: Taker, *, odd: bool) -> object:
    number = take.byte()
    return VALUES[number % len(VALUES)] if odd else VALUES[number % 6]
