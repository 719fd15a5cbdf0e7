"""Files of ratings, millions of lines long: a fast way for clean lines, a careful way for others.

The fast way accepts only what it can prove to be right: digits, points, separators and line ends,
the right number of separators, numbers that fit, ratings on the scale. If anything else is in a
block of lines, the block is read line by line, which costs time but names each bad line.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from io import BytesIO
from typing import IO

import numpy as np
import pandas as pd

from helpers.data.lines import (
    BYTE_ORDER_MARK,
    LARGEST_ID,
    LARGEST_TIMESTAMP,
    MOST_SKIPPED,
    LineFault,
    Rejections,
    fields,
    is_header,
    reject,
    shown,
    stars,
    whole,
)
from helpers.errors import DataError

COLUMNS = {"user_id": "int32", "movie_id": "int32", "rating": "float32", "timestamp": "int64"}
NAMES = tuple(COLUMNS)
NAMES_AND_GAPS = ["user_id", "gap 1", "movie_id", "gap 2", "rating", "gap 3", "timestamp"]
WHOLE_COLUMNS = ["user_id", "movie_id", "timestamp"]
BLOCK_BYTES = 4 * 2**20
PIECE_BYTES = 2**16


@dataclass(frozen=True)
class _Block:
    """Some lines of a file: the values of the good ones, and their line numbers."""

    columns: dict[str, np.ndarray]
    lines: range | np.ndarray


def read_ratings(
    file: Traversable,
    separator: bytes,
    scale: tuple[float, float],
    rejections: Rejections,
    *,
    block_bytes: int = BLOCK_BYTES,
) -> pd.DataFrame:
    """Ratings of a file whose lines hold user, film, stars and seconds since 1970.

    Args:
        file: the file, in a folder or in an archive, with or without a header line.
        separator: what is between two fields: ``::``, a tab or a comma.
        scale: lowest and highest possible rating, in stars.
        rejections: takes bad lines; a second rating of a film by the same user is one.
        block_bytes: how much of the file is in memory at a time.

    Returns:
        user_id and movie_id (int32), rating (float32), timestamp (int64); one row per rating.

    Raises:
        DataError: the file holds no rating.
    """
    before = rejections.count
    with file.open("rb") as stream:
        blocks = [
            part
            for first, lines in _blocks(stream, separator, block_bytes)
            for part in _parts(lines, first, separator, scale, file=file, rejections=rejections)
        ]
    if not any(len(block.lines) for block in blocks) and rejections.count == before:
        raise DataError(f"{file} holds no rating.")
    lines = [block.lines for block in blocks]
    columns = {
        name: np.concatenate([block.columns.pop(name) for block in blocks]) for name in NAMES
    }
    ratings = pd.DataFrame(columns, copy=False)
    return _without_repeats(ratings, lines, file, separator, rejections)


def _blocks(stream: IO[bytes], separator: bytes, block_bytes: int) -> Iterator[tuple[int, bytes]]:
    """Whole lines in blocks, each with the number of its first line; the header is left out."""
    for first, block in _whole_lines(stream, 1, block_bytes):
        if first > 1:
            yield first, block
            continue
        lines = block.removeprefix(BYTE_ORDER_MARK)
        head, _end, rest = lines.partition(b"\n")
        yield (2, rest) if is_header(head, NAMES, separator) else (1, lines)


def _whole_lines(stream: IO[bytes], number: int, most_bytes: int) -> Iterator[tuple[int, bytes]]:
    """About this many bytes at a time up to the end of a line, and the number of the first line."""
    while block := stream.read(most_bytes):
        if not block.endswith(b"\n"):
            block += stream.readline()
        yield number, block
        number += _count(block, b"\n")


def _parts(
    block: bytes,
    first: int,
    separator: bytes,
    scale: tuple[float, float],
    *,
    file: Traversable,
    rejections: Rejections,
) -> Iterator[_Block]:
    """The block's ratings: at once, or a piece at a time, since the careful way takes memory."""
    clean = _fast(block, first, separator, scale)
    if clean is not None:
        yield clean
        return
    for number, lines in _whole_lines(BytesIO(block), first, PIECE_BYTES):
        yield _fast(lines, number, separator, scale) or _careful(
            lines, number, separator, scale, file=file, rejections=rejections
        )


def _fast(block: bytes, first: int, separator: bytes, scale: tuple[float, float]) -> _Block | None:
    """The block's ratings, or None if a line might be bad."""
    if not _only_numbers(block, separator):
        return None
    block = block.rstrip(b"\r\n") + b"\n"
    count = _count(block, b"\n")
    frame = _parsed(block, separator) if _four_fields(block, separator, count) else None
    if frame is None or len(frame) != count:
        return None
    if any(frame[name].dtype != "int64" for name in WHOLE_COLUMNS):
        return None
    largest = max(frame["user_id"].max(), frame["movie_id"].max())
    if largest > LARGEST_ID or not frame["rating"].between(*scale).all():
        return None
    columns = {name: frame[name].to_numpy(dtype) for name, dtype in COLUMNS.items()}
    return _Block(columns, range(first, first + count))


def _only_numbers(block: bytes, separator: bytes) -> bool:
    """Whether there are digits, points, separators and line ends, and nothing else."""
    if block.translate(None, b"0123456789.\r\n" + separator):
        return False
    return b"\r" not in block or block.count(b"\r") == block.count(b"\r\n")


def _four_fields(block: bytes, separator: bytes, count: int) -> bool:
    """Whether there are three separators in the first line and three times as many as lines.

    A short line leaves its timestamp empty, so that its column is not of whole numbers. If no line
    is short and the total number of separators is right, no line is long. If there are six colons
    and three pairs of them per line, every colon is in a pair.
    """
    if block[: block.index(b"\n")].count(separator) != 3:
        return False
    if len(separator) == 1:
        return _count(block, separator) == 3 * count
    return _count(block, separator[:1]) == 6 * count and block.count(separator) == 3 * count


def _count(block: bytes, byte: bytes) -> int:
    """How often a byte occurs; ``bytes.count`` is several times slower for a frequent byte."""
    return int(np.count_nonzero(np.frombuffer(block, "uint8") == byte[0]))


def _parsed(block: bytes, separator: bytes) -> pd.DataFrame | None:
    # With one colon between fields, which pandas reads many times faster than two, every second
    # field is the empty one between the colons of a pair.
    names = list(NAMES) if len(separator) == 1 else NAMES_AND_GAPS
    try:
        return pd.read_csv(
            BytesIO(block),
            sep=separator[:1].decode(),
            header=None,
            names=names,
            usecols=list(NAMES),
            # Told to read whole numbers, pandas takes 1.0 as one; without a dtype it does not.
            dtype={"rating": "float64"},
            index_col=False,
            low_memory=False,
            na_filter=False,
            skip_blank_lines=False,
            quoting=csv.QUOTE_NONE,
        )
    except (ValueError, OverflowError):
        return None


def _careful(
    block: bytes,
    first: int,
    separator: bytes,
    scale: tuple[float, float],
    *,
    file: Traversable,
    rejections: Rejections,
) -> _Block:
    """The block's good ratings line by line; the others are noted with their reason."""
    rows, lines = [], []
    for number, raw in enumerate(block.split(b"\n"), start=first):
        line = raw.removesuffix(b"\r")
        if not line:
            continue
        try:
            user, film, rating, time = fields(line, separator, 4)
            row = (
                whole(user, "user_id"),
                whole(film, "movie_id"),
                stars(rating, scale),
                whole(time, "timestamp", LARGEST_TIMESTAMP),
            )
        except LineFault as fault:
            rejections.add(file, number, str(fault), shown(line))
            continue
        rows.append(row)
        lines.append(number)
    values = list(zip(*rows, strict=True)) or [()] * 4
    columns = {
        name: np.array(column, dtype)
        for (name, dtype), column in zip(COLUMNS.items(), values, strict=True)
    }
    return _Block(columns, np.array(lines, "int64"))


def _without_repeats(
    ratings: pd.DataFrame,
    lines: list[range | np.ndarray],
    file: Traversable,
    separator: bytes,
    rejections: Rejections,
) -> pd.DataFrame:
    """The ratings without those of a film that the same user rated on an earlier line."""
    if len(ratings) < 2:
        return ratings
    films = int(ratings["movie_id"].max()) + 1
    pairs = ratings["user_id"].to_numpy("int64") * films
    pairs += ratings["movie_id"].to_numpy()
    # Most editions are ordered by user and film, so that comparing neighbours is enough.
    if (pairs[1:] > pairs[:-1]).all():
        return ratings
    ordered = np.sort(pairs)
    if (ordered[1:] > ordered[:-1]).all():
        return ratings
    del ordered
    repeated = pd.Series(pairs).duplicated().to_numpy()
    line_of = np.concatenate([np.asarray(part) for part in lines])
    first = ~repeated & np.isin(pairs, pairs[repeated])
    first_line = dict(zip(pairs[first].tolist(), line_of[first].tolist(), strict=True))
    reasons = {}
    for row in np.flatnonzero(repeated)[: MOST_SKIPPED + 1]:
        user, film = divmod(int(pairs[row]), films)
        earlier = first_line[int(pairs[row])]
        reasons[int(line_of[row])] = f"user {user} rated film {film} before, on line {earlier}"
    reject(file, NAMES, separator, reasons, rejections)
    return ratings[~repeated].reset_index(drop=True)
