"""Your own table as a data set: every guess is shown, and every doubt becomes a question."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePath
from typing import Any, Literal, TypedDict

import numpy as np
import pandas as pd

from helpers.data.dataset import Dataset, Guess
from helpers.data.describing import counted, described
from helpers.data.guessing import counts_rows, is_unnamed, role_of, roles
from helpers.data.ids import Coded, coded
from helpers.data.lines import Rejections
from helpers.data.repeats import Repeated, check_repeated, one_of_each
from helpers.data.scales import (
    check_zeros,
    checked_scale,
    is_counts,
    numbers_of,
    on_scale,
    scale_of,
)
from helpers.data.table import Table
from helpers.data.times import seconds_of
from helpers.errors import CourseWarning, DataError, ParameterError

ADVICE = "Correct them, or leave them out with on_bad_line='skip'."


class Options(TypedDict, total=False):
    """What you can say about your own table; what you do not say is guessed.

    Attributes:
        user, item: the columns with the ids.
        rating, time, title: the columns; False means that there is none.
        features: columns that describe items, such as ``["genres", "author"]``.
        rating_values: the value of each word if ratings are words.
        counts: whether the ratings count something, such as plays, and so have no scale.
        zeros: "leave out" if 0 means not rated, "keep" if it is the lowest rating.
        repeated: which of several rows of one user and item counts: "first", "last" (by time
            if there is one), their "mean" or their "sum".
        time_unit: "s", "ms", "us" or "ns".
        time_format: how times are written, such as ``"%d/%m/%Y"``.
        separator, decimal, encoding, header, sheet: how the file is written.
    """

    user: Hashable
    item: Hashable
    rating: Hashable
    time: Hashable
    title: Hashable
    features: Iterable[Hashable]
    rating_values: Mapping[Any, float] | None
    counts: bool | None
    zeros: Literal["leave out", "keep"] | None
    repeated: Repeated | None
    time_unit: str | None
    time_format: str | None
    separator: str | None
    decimal: str | None
    encoding: str | None
    header: bool | None
    sheet: str | int | None


NAMES = tuple(Options.__annotations__)
OF_TEXT = ("separator", "decimal", "encoding", "header", "sheet")


def check_options(options: Mapping[str, Any]) -> None:
    """Raise a ParameterError if an option is unknown or impossible."""
    for name in options:
        if name not in NAMES:
            raise ParameterError(
                f"There is no option {name!r} for a table. There are {', '.join(NAMES)}."
            )
    zeros = options.get("zeros")
    if zeros not in (None, "leave out", "keep"):
        raise ParameterError(f"zeros must be 'leave out' or 'keep', not {zeros!r}.")
    check_repeated(options.get("repeated"))
    for role in ("user", "item"):
        if options.get(role) is False:
            raise ParameterError(f"{role}=False is not possible: every table needs its {role}s.")
    if isinstance(options.get("features"), str):
        raise ParameterError("features must be a list of columns, such as features=['genres'].")


def table_of_frame(frame: pd.DataFrame, options: Mapping[str, Any]) -> Table:
    """A table that is already in memory.

    Raises:
        ParameterError: an option is about how a file is written.
        DataError: the table is empty, or the columns cannot be guessed.
    """
    for name in OF_TEXT:
        if options.get(name) is not None:
            raise ParameterError(f"{name}= is for files; this table is in memory already.")
    if frame.empty:
        raise DataError("The table is empty: there is no row in it.")
    repeated = frame.columns[frame.columns.duplicated()]
    if len(repeated):
        raise DataError(f"Two columns are called {repeated[0]!r}. Drop or rename one of them.")
    header = not isinstance(frame.columns, pd.RangeIndex)
    named = [str(name) for name in frame.index.names if name is not None]
    try:
        columns = roles(frame.head(500), named_columns(options), header=header, name="the table")
    except DataError as error:
        if not named:
            raise
        raise DataError(
            f"{error} The index is called {', '.join(map(repr, named))}: make it a column with "
            "frame.reset_index() if it holds what is missing."
        ) from None
    return Table(frame.reset_index(drop=True), "row", columns, header)


def read_frame(
    frame: pd.DataFrame,
    options: Mapping[str, Any],
    *,
    rating_scale: tuple[float, float] | None = None,
    on_bad_line: str = "raise",
) -> Dataset:
    """The data set in a frame; it prints a line about what was guessed.

    Raises:
        DataError: something is in doubt, or rows lack something; the message says what to write.
    """
    check_options(options)
    table = table_of_frame(frame, options)
    dataset = dataset_of(
        table, options, name="the table", rating_scale=rating_scale, on_bad_line=on_bad_line
    )
    say(dataset, options, rating_scale)
    return dataset


def say(
    dataset: Dataset, options: Mapping[str, Any], rating_scale: tuple[float, float] | None = None
) -> None:
    """One line on what was guessed, if anything was; a warning if times were converted."""
    guess = dataset.guess
    if guess is None:
        return
    columns = {role for role in guess.columns if options.get(role) is None}
    if columns or (guess.kind == "ratings" and rating_scale is None):
        print(f"{guess} Name what is wrong: user=, item=, rating=, time=, title=, rating_scale=.")
    if guess.time in ("milliseconds", "microseconds", "nanoseconds") and not options.get(
        "time_unit"
    ):
        unit = {"milliseconds": "ms", "microseconds": "us", "nanoseconds": "ns"}[guess.time]
        warnings.warn(
            f"The times in column {guess.columns['time']!r} are {guess.time}, too large for "
            f"seconds: converted to seconds. Write time_unit={unit!r} to say so, or "
            "time_unit='s' if they are seconds.",
            CourseWarning,
            stacklevel=4,
        )


def named_columns(options: Mapping[str, Any]) -> dict[str, Any]:
    """The caller's option for the column of each role; None if there is none."""
    return {role: options.get(role) for role in ("user", "item", "rating", "time", "title")}


@dataclass
class _Reading:
    """A table while it is checked, column by column.

    Attributes:
        table: as it was read.
        options: what the caller said about it.
        said: what was found, in words.
        faults: what is wrong with a row, by its number.
    """

    table: Table
    options: Mapping[str, Any]
    said: list[str] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)

    def column(self, role: str) -> pd.Series:
        """The column of a role."""
        return self.table.frame[self.table.columns[role]]

    def where(self, role: str) -> str:
        """Column and table, for messages."""
        return f"column {self.table.columns[role]!r} of {self.table.title}"

    def fault(self, bad: np.ndarray, role: str, reason: str) -> None:
        """Note rows with something wrong; the first reason counts."""
        for row in np.flatnonzero(bad):
            self.faults.setdefault(int(row), f"{self.table.columns[role]} {reason}")


def dataset_of(
    table: Table,
    options: Mapping[str, Any],
    *,
    name: str,
    rating_scale: tuple[float, float] | None = None,
    on_bad_line: str = "raise",
) -> Dataset:
    """The data set in a table.

    Args:
        table: as it was read.
        options: see ``Options``.
        name: of the data set.
        rating_scale: lowest and highest possible rating; None guesses it.
        on_bad_line: "raise", or "skip" to leave out rows that lack something.

    Raises:
        BadLineError: rows lack an id, a rating or a time, or are off the scale that was given.
        DataError: something is in doubt; the message says what to write.
    """
    scale = checked_scale(rating_scale)
    reading = _Reading(table, options, [table.told] if table.told else [])
    users, items = (_ids(reading, role) for role in ("user", "item"))
    values = _ratings(reading, scale)
    times, unit = _times(reading)
    rejected = _rejected(reading, on_bad_line)
    rows = _kept(reading, values)
    frame = pd.DataFrame({"rating": values[rows]}, copy=False)
    if times is not None:
        frame["timestamp"] = times[rows]
    user, item = users.codes[rows], items.codes[rows]
    told = partial(_repeats_told, reading, rows, users, items)
    pairs = user * len(items.ids) + item
    chosen, frame = one_of_each(frame, pairs, options.get("repeated"), told)
    if len(chosen) < len(rows):
        reading.said.append(
            f"{counted(len(rows) - len(chosen), 'repeated row')}: the {options['repeated']} counts"
        )
    kind = _kind(reading, frame["rating"].to_numpy(), scale)
    scale, in_words = _scaled(frame, kind, scale)
    movies, more = described(items.ids, _columns(table.frame, rows), item, user, _wanted(reading))
    there = np.bincount(item, minlength=len(items.ids)) > 0
    counting = rows[chosen]
    ratings = pd.DataFrame(
        {
            "user_id": users.of(counting),
            "movie_id": items.of(counting),
            "rating": frame["rating"].to_numpy("float32"),
            **({} if times is None else {"timestamp": frame["timestamp"].to_numpy()}),
        },
        copy=False,
    )
    guess = Guess(
        table=table.title,
        columns={role: column for role, column in table.columns.items() if role != "genres"},
        kind=kind,
        scale=in_words,
        time=unit,
        notes=(*reading.said, *more, *_unused(reading)),
    )
    movies = movies[there].sort_values("movie_id", ignore_index=True)
    return Dataset(name, ratings, movies, None, scale, rejected, guess=guess)


def _ids(reading: _Reading, role: str) -> Coded:
    """The ids of a role, unchanged; rows without one are noted."""
    written = reading.table.content is not None
    found = coded(reading.column(role), reading.where(role), written=written)
    reading.fault(found.codes < 0, role, "is empty")
    if found.told:
        reading.said.append(f"{reading.table.columns[role]!r} {found.told}")
    return found


def _ratings(reading: _Reading, scale: tuple[float, float] | None) -> np.ndarray:
    """The ratings, float64; 1 for each row if there are none."""
    if "rating" not in reading.table.columns:
        return np.ones(len(reading.table.frame))
    where = reading.where("rating")
    values, bad = numbers_of(reading.column("rating"), reading.options.get("rating_values"), where)
    reading.fault(bad, "rating", "is missing or not a number")
    if reading.options.get("zeros") is None:
        check_zeros(values[~bad], where)
    if scale is None:
        return values
    off = ~bad & ~on_scale(values, scale)
    if reading.options.get("zeros") == "leave out":
        off &= values != 0
    if off.sum() > 0.5 * len(off):
        low, high = np.nanmin(values), np.nanmax(values)
        raise DataError(
            f"Most ratings in {where} are off the scale {scale[0]:g} to {scale[1]:g}: they go from "
            f"{low:g} to {high:g}. Write rating_scale=({low:g}, {high:g}), or leave it out."
        )
    reading.fault(off, "rating", f"is off the scale {scale[0]:g} to {scale[1]:g}")
    return values


def _times(reading: _Reading) -> tuple[np.ndarray | None, str | None]:
    """Seconds since 1970, and how they were written; None if there are no times."""
    if "time" not in reading.table.columns:
        return None, None
    options = reading.options
    seconds, bad, unit = seconds_of(
        reading.column("time"),
        unit=options.get("time_unit"),
        style=options.get("time_format"),
        name=reading.where("time"),
    )
    reading.fault(bad, "time", "is missing or not a time")
    return seconds, unit


def _rejected(reading: _Reading, on_bad_line: str) -> pd.DataFrame:
    """The table of rejected rows, after a warning; or an error that names them."""
    table = reading.table
    rejections = Rejections(on_bad_line, ADVICE)
    file: Any = PurePath(table.name)
    for line, reason, text in table.left_out:
        rejections.add(file, line, reason, text)
    lines = table.lines(set(reading.faults)) if reading.faults else {}
    for row in sorted(reading.faults):
        line, text = lines[row]
        rejections.add(file, line, reading.faults[row], text)
    return rejections.finish()


def _kept(reading: _Reading, values: np.ndarray) -> np.ndarray:
    """The rows that count."""
    kept = np.ones(len(values), bool)
    kept[list(reading.faults)] = False
    if reading.options.get("zeros") == "leave out":
        zeros = kept & (values == 0)
        kept &= ~zeros
        reading.said.append(f"{counted(int(zeros.sum()), 'row')} with a rating of 0 left out")
    if not kept.any():
        raise DataError(f"{reading.table.title} holds no row with a user, an item and a rating.")
    return np.flatnonzero(kept)


def _columns(frame: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    return frame if len(rows) == len(frame) else frame.iloc[rows]


def _repeats_told(  # noqa: PLR0917
    reading: _Reading,
    rows: np.ndarray,
    users: Coded,
    items: Coded,
    number: int,
    first: int,
    second: int,
) -> str:
    table = reading.table
    lines = table.lines({int(rows[first]), int(rows[second])})
    kind = "lines" if table.content is not None else "rows"
    places = " and ".join(f"{lines[int(rows[row])][0]:,}" for row in (first, second))
    user, item = (each.of(rows[[second]]).tolist()[0] for each in (users, items))
    return (
        f"{table.title}: {number:,} {'row repeats' if number == 1 else 'rows repeat'} a user and "
        f"an item; the first is user {user!r} on item {item!r}, on {kind} {places}. Say which "
        "counts: repeated='last' or 'first' (by time, if there is one), 'mean', or 'sum' (for "
        "counts, such as plays)."
    )


def _kind(
    reading: _Reading, values: np.ndarray, scale: tuple[float, float] | None
) -> Literal["ratings", "counts", "choices"]:
    """The meaning of the numbers."""
    counts = reading.options.get("counts")
    if counts or reading.options.get("repeated") == "sum":
        return "counts"
    if "rating" not in reading.table.columns:
        return "choices"
    if counts is None and scale is None:
        named_so = role_of(reading.table.columns["rating"]) == "counts"
        if is_counts(values, named_so):
            return "counts"
        if len(values) > 1 and (values == values[0]).all():
            return "choices"
    return "ratings"


def _scaled(
    frame: pd.DataFrame, kind: str, given: tuple[float, float] | None
) -> tuple[tuple[float, float], str]:
    values = frame["rating"].to_numpy()
    low, high = float(values.min()), float(values.max())
    if kind == "choices":
        frame["rating"] = 1.0
        return (1.0, 1.0), "choices only, no ratings"
    if kind == "counts":
        return (low, high), f"counts from {low:g} to {high:g}, which have no scale"
    if given is not None:
        return given, f"on the scale {given[0]:g} to {given[1]:g}"
    scale, in_use = scale_of(values)
    words = f"on the scale {scale[0]:g} to {scale[1]:g}"
    return scale, words if in_use else f"{words}, their lowest and highest"


def _wanted(reading: _Reading) -> dict[str, Hashable]:
    """The columns that describe items, by their new names."""
    table = reading.table
    found = table.columns
    wanted: dict[str, Hashable] = {
        role: found[role] for role in ("title", "genres") if role in found
    }
    for column in reading.options.get("features") or []:
        if column not in table.frame.columns:
            raise DataError(
                f"{table.title} has no column {column!r}, which features= names. It has "
                f"{', '.join(map(repr, table.frame.columns))}."
            )
        if column not in wanted.values():
            wanted[str(column)] = column
    return wanted


def _unused(reading: _Reading) -> list[str]:
    """The columns that are not used, in words."""
    frame = reading.table.frame
    used = [*reading.table.columns.values(), *(reading.options.get("features") or [])]
    names = [
        f"{column!r}, which counts the rows"
        if is_unnamed(column) and counts_rows(frame[column])
        else repr(column)
        for column in frame.columns
        if column not in used
    ]
    if not names:
        return []
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return [f"not used: {', '.join(names[:6])}{more}"]
