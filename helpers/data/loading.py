"""``load``: a data set by its name, or from a folder or zip; the network is never used."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from pathlib import Path

from helpers.data.archives import opened
from helpers.data.catalogue import CATALOGUE, lookup
from helpers.data.dataset import Dataset
from helpers.data.locations import verified
from helpers.data.readers import read
from helpers.errors import MissingDataError


def load(
    name_or_path: str | os.PathLike[str],
    *,
    rating_scale: tuple[float, float] | None = None,
    on_bad_line: str = "raise",
    with_tags: bool = False,
) -> Dataset:
    """A data set as checked tables.

    Args:
        name_or_path: a name in the catalogue (``movielens-small``, ``simulated``, ``ml-1m``, …),
            or the path of a folder or zip with the files of any MovieLens layout.
        rating_scale: lowest and highest possible rating; None takes the data set's own.
        on_bad_line: "raise", or "skip" to leave bad lines out, with a CourseWarning, and list
            them in the data set's table ``rejected``.
        with_tags: also read what users wrote on films, if the data set has a file of it; the
            larger archives have up to two million tags, which take seconds.

    Raises:
        UnknownDatasetError: neither a name in the catalogue nor an existing path.
        MissingDataError: the files are not on this machine; the message says how to get them.
        AlteredDataError: a named data set differs from what was published; a damaged zip.
        BadLineError: lines cannot be read; the message names file, line and reason.
        DataError: there is no rating, or a zip that could harm the machine.

    Example:
        >>> dataset = load("movielens-small")
        >>> len(dataset.ratings), dataset.rating_scale
        (100004, (0.5, 5.0))
    """
    text = os.fspath(name_or_path)
    if isinstance(name_or_path, str) and text in CATALOGUE:
        source = verified(text)
        name = text
        rating_scale = rating_scale or CATALOGUE[text].rating_scale
    else:
        source = _existing(name_or_path)
        name = str(source)
    how = partial(
        read, name=name, rating_scale=rating_scale, on_bad_line=on_bad_line, with_tags=with_tags
    )
    if source.is_dir():
        return how(source)
    with opened(source) as root:
        return how(root)


def _existing(name_or_path: str | os.PathLike[str]) -> Path:
    source = Path(name_or_path)
    with suppress(RuntimeError):  # a user that this machine does not know
        source = source.expanduser()
    if source.exists():
        return source
    text = os.fspath(name_or_path)
    looks_like_a_path = not isinstance(name_or_path, str) or any(
        mark in text for mark in ("/", "\\", ".", "~")
    )
    if not looks_like_a_path:
        lookup(text)
    raise MissingDataError(
        f"There is no file or folder {source} (sought from {Path.cwd()}). Pass the path of a "
        "folder or zip with MovieLens files, or a name that `course data list` shows."
    )
