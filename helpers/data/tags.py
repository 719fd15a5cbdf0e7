"""Tags: the words and phrases that users wrote on films, if an archive has them."""

from __future__ import annotations

from importlib.resources.abc import Traversable

import pandas as pd

from helpers.data.lines import (
    LARGEST_TIMESTAMP,
    LineFault,
    Rejections,
    decoded,
    fields,
    read_table,
    whole,
)

TAG_COLUMNS = {"user_id": "int32", "movie_id": "int32", "tag": "str", "timestamp": "int64"}


def read_tags(file: Traversable, separator: bytes, rejections: Rejections) -> pd.DataFrame:
    """Tags of a file whose lines hold user, film, tag and seconds since 1970, in UTF-8.

    A tag may be empty, and one user may have written it twice: both are kept as in the archive.

    Args:
        file: the file, in a folder or in an archive, with or without a header line.
        separator: what is between two fields: ``::`` or a comma.
        rejections: takes lines that cannot be read.

    Returns:
        user_id and movie_id (int32), tag (text), timestamp (int64); one row per tag.
    """
    parse = _dat_tag if separator == b"::" else _csv_tag
    names = tuple(TAG_COLUMNS)
    tags = read_table(file, names, separator, parse, rejections, first_is_key=False)
    return tags.astype(TAG_COLUMNS)


def _csv_tag(line: bytes) -> tuple[int, int, str, int]:
    return _tag(*fields(line, b",", 4))


def _dat_tag(line: bytes) -> tuple[int, int, str, int]:
    # A tag may hold the separator itself; the numbers around it cannot.
    user, _first, rest = line.partition(b"::")
    film, _second, rest = rest.partition(b"::")
    tag, last, time = rest.rpartition(b"::")
    if not last:
        raise LineFault(f"{line.count(b'::') + 1} fields instead of 4")
    return _tag(user, film, tag, time)


def _tag(user: bytes, film: bytes, tag: bytes, time: bytes) -> tuple[int, int, str, int]:
    return (
        whole(user, "user_id"),
        whole(film, "movie_id"),
        decoded(tag, "utf-8"),
        whole(time, "timestamp", LARGEST_TIMESTAMP),
    )
