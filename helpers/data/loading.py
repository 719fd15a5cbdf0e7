"""``load``: a data set by its name, a folder or zip, or any table; the network is never used."""

from __future__ import annotations

import os
import zipfile
from contextlib import suppress
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Unpack

from helpers.data import cache
from helpers.data.archives import opened
from helpers.data.catalogue import CATALOGUE, lookup
from helpers.data.dataset import Dataset
from helpers.data.locations import verified
from helpers.data.own import Options, check_options, dataset_of, named_columns, say
from helpers.data.readers import has_layout, read
from helpers.data.scales import checked_scale
from helpers.data.table import TABLES, read_table_of, unpacked
from helpers.errors import MissingDataError, ParameterError


def load(
    name_or_path: str | os.PathLike[str],
    *,
    rating_scale: tuple[float, float] | None = None,
    on_bad_line: str = "raise",
    with_tags: bool = False,
    **table: Unpack[Options],
) -> Dataset:
    """A data set as checked tables.

    Args:
        name_or_path: a name in the catalogue (``movielens-small``, ``simulated``, ``ml-1m``, …);
            the path of a folder or zip with the files of any MovieLens layout; or the path of any
            table of your own: CSV, TSV, JSON lines, xlsx, Parquet, also packed as gz or zip.
        rating_scale: lowest and highest possible rating; None takes the data set's own, and
            guesses that of a table.
        on_bad_line: "raise", or "skip" to leave bad lines out, with a CourseWarning, and list
            them in the data set's table ``rejected``.
        with_tags: also read what users wrote on films, if the data set has a file of it; the
            larger archives have up to two million tags, which take seconds.
        table: for a table of your own, see ``helpers.data.own.Options``: ``user``, ``item``,
            ``rating``, ``time`` and ``title`` name its columns, ``features`` more of them. What
            you do not name is guessed, and one line says what was guessed; it stays in the data
            set's ``guess``. A second read of the same file is faster.

    Raises:
        UnknownDatasetError: neither a name in the catalogue nor an existing path.
        MissingDataError: the files are not on this machine; the message says how to get them.
        AlteredDataError: a named data set differs from what was published; a damaged zip.
        BadLineError: lines cannot be read; the message names file, line and reason.
        DataError: there is no rating, a zip could harm the machine, or something in a table is
            in doubt; the message says what to write.
        MissingLibraryError: an xlsx or Parquet file, but no library that reads it.

    Example:
        >>> dataset = load("movielens-small")
        >>> len(dataset.ratings), dataset.rating_scale
        (100004, (0.5, 5.0))
    """
    text = os.fspath(name_or_path)
    check_options(table)
    rating_scale = scale = checked_scale(rating_scale)
    if isinstance(name_or_path, str) and text in CATALOGUE:
        source, name = verified(text), text
        rating_scale = scale or CATALOGUE[text].rating_scale
    else:
        source = existing(name_or_path)
        name = str(source)
    how = partial(
        read, name=name, rating_scale=rating_scale, on_bad_line=on_bad_line, with_tags=with_tags
    )
    if source.is_dir():
        _check_no_options(table, source)
        return how(source)
    if source.suffix.lower() == ".zip" or zipfile.is_zipfile(source):
        with opened(source) as root:
            if has_layout(root):
                _check_no_options(table, source)
                return how(root)
    return load_table(source, table, rating_scale=rating_scale, on_bad_line=on_bad_line)


def load_table(
    path: Path,
    options: Options,
    *,
    rating_scale: tuple[float, float] | None = None,
    on_bad_line: str = "raise",
) -> Dataset:
    """The data set in one file of any kind; it prints a line about what was guessed.

    Raises:
        DataError, BadLineError, MissingLibraryError: as ``load``.
    """
    if on_bad_line not in ("raise", "skip"):
        raise ParameterError(f"on_bad_line must be 'raise' or 'skip', not {on_bad_line!r}.")
    content = path.read_bytes()
    told = {**options, "rating_scale": rating_scale, "on_bad_line": on_bad_line}
    key = cache.key_of(content, path.name, told)
    dataset = cache.kept(key) if len(content) >= cache.LEAST_BYTES else None
    if dataset is None:
        inner, inner_name = unpacked(path, content)
        table = read_table_of(
            inner,
            inner_name,
            named_columns(options),
            skip=on_bad_line == "skip",
            separator=options.get("separator"),
            decimal=options.get("decimal"),
            encoding=options.get("encoding"),
            header=options.get("header"),
            sheet=options.get("sheet"),
        )
        dataset = dataset_of(
            table, options, name=str(path), rating_scale=rating_scale, on_bad_line=on_bad_line
        )
        if len(content) >= cache.LEAST_BYTES and not len(dataset.rejected):
            cache.keep(key, dataset)
    say(dataset, options, rating_scale)
    return dataset


def _check_no_options(table: Options, source: Path) -> None:
    if table:
        raise ParameterError(
            f"{', '.join(f'{name}=' for name in table)} is for one table, and {source} has the "
            "files of MovieLens. Pass the path of the table itself, or leave it out."
        )


def existing(name_or_path: str | os.PathLike[str]) -> Path:
    """The path of a file or folder that exists.

    Raises:
        UnknownDatasetError: it is not a path and not a name in the catalogue.
        MissingDataError: there is no such file or folder; the message says what is there instead.
    """
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
        f"There is no file or folder {source} (sought from {Path.cwd()}). {_nearest(source)}Pass "
        "the path of a table of your own, of a folder or zip with MovieLens files, or a name that "
        "`course data list` shows."
    )


def _nearest(source: Path) -> str:
    """What is there instead, in the folder that exists."""
    parent = source.parent
    if not parent.is_dir():
        return f"There is no folder {parent} either. "
    with suppress(OSError):
        names = [one.name for one in parent.iterdir() if not one.name.startswith(".")]
        folded = {name.casefold(): name for name in names}
        near = get_close_matches(source.name.casefold(), folded, n=1, cutoff=0.6)
        if near:
            return f"The nearest name there is {folded[near[0]]!r}. "
        tables = sorted(name for name in names if Path(name).suffix.lower() in TABLES)[:3]
        if tables:
            return f"There is {', '.join(map(repr, tables))}. "
    return ""
