"""Times of any table as seconds since 1970: seconds, milliseconds, dates as text."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from helpers.errors import CourseWarning, DataError, ParameterError

UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
IN_WORDS = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}
# From here on a time is too large for seconds: the year 5138.
TOO_LATE = 10**11
# In milliseconds, this is the year 5138 again, and so on.
STEP = 1000


def unit_of(values: np.ndarray) -> str | None:
    """The unit of numbers that count from 1970, by their size; None if they have several units.

    Example:
        >>> unit_of(np.array([964_982_703])), unit_of(np.array([964_982_703_000]))
        ('s', 'ms')
        >>> unit_of(np.array([964_982_703, 964_982_703_000])) is None
        True
    """
    if len(values) and values.min() > 0 and _by_size(values.min()) == _by_size(values.max()):
        return _by_size(values.min())
    sizes = np.abs(np.asarray(values, dtype="float64"))
    sizes = sizes[sizes > 0]
    if not len(sizes):
        return "s"
    found = [_by_size(float(size)) for size in (sizes.min(), sizes.max())]
    if found[0] == found[1]:
        return found[0]
    # A few seconds after 1970 are small in any unit; years apart they are not.
    typical = {_by_size(float(size)) for size in np.quantile(sizes, [0.05, 0.5, 0.95])}
    return None if len(typical) > 1 or sizes.min() > 10**8 else found[1]


def _by_size(size: float) -> str:
    for unit, factor in UNITS.items():
        if size < TOO_LATE * factor:
            return unit
    return "ns"


def warn_of_late(timestamps: Any, where: str) -> None:
    """Warn if times are too large for seconds, such as milliseconds; nothing is changed."""
    values = np.asarray(timestamps)
    latest = float(values.max()) if len(values) else 0.0
    if latest < TOO_LATE:
        return
    unit = _by_size(latest)
    warnings.warn(
        f"The column 'timestamp' {where} reaches {latest:.0f}, which is too late for seconds since "
        f"1970. It looks like {IN_WORDS[unit]}: divide it by {UNITS[unit]:,}.",
        CourseWarning,
        stacklevel=4,
    )


def seconds_of(
    values: pd.Series, *, unit: str | None, style: str | None, name: str
) -> tuple[np.ndarray, np.ndarray, str]:
    """Seconds since 1970 (int64), which rows have no time, and what the values were read as.

    Args:
        values: numbers, dates, or text; text without a zone is read as UTC.
        unit: of numbers: ``"s"``, ``"ms"``, ``"us"`` or ``"ns"``; None decides by their size.
        style: of text, such as ``"%d/%m/%Y"``; None reads ISO 8601.
        name: of file and column, for messages.

    Raises:
        ParameterError: an unknown unit.
        DataError: it is not clear what the values are; the message says what to write.

    Example:
        >>> seconds_of(pd.Series(["2000-07-30 18:45:03"]), unit=None, style=None, name="time")
        (array([964982703]), array([False]), 'dates')
    """
    if unit is not None and unit not in UNITS:
        raise ParameterError(f"time_unit = {unit!r} is not possible: choose one of {list(UNITS)}.")
    if pd.api.types.is_datetime64_any_dtype(values):
        return _of_dates(values, "dates")
    if style is None:
        numbers = _numbers(values)
        if numbers is not None:
            return _of_numbers(numbers, unit, name)
    texts = values.astype("str").str.strip()
    dates = pd.to_datetime(texts, format=style or "ISO8601", utc=True, errors="coerce")
    if dates.isna().mean() > 0.5:
        example = texts[dates.isna()].iloc[0]
        raise DataError(
            f"The times in {name} cannot be read: the first is {example!r}. Say how they are "
            "written, such as time_format='%d/%m/%Y %H:%M', or time=False to do without."
        )
    return _of_dates(dates, "dates")


def _numbers(values: pd.Series) -> np.ndarray | None:
    """The values as numbers, NaN for a few that are not; None if most are not."""
    if pd.api.types.is_bool_dtype(values) or pd.api.types.is_complex_dtype(values):
        return None
    if pd.api.types.is_integer_dtype(values) and not values.isna().any():
        return values.to_numpy("int64")
    numbers: Any = pd.to_numeric(values, errors="coerce")
    if numbers.isna().mean() > 0.5:
        return None
    return numbers.to_numpy("float64", na_value=np.nan)


def _of_numbers(
    numbers: np.ndarray, unit: str | None, name: str
) -> tuple[np.ndarray, np.ndarray, str]:
    if numbers.dtype.kind == "i":
        good, bad = numbers, np.zeros(len(numbers), bool)
    else:
        bad = ~np.isfinite(numbers) | (np.abs(numbers) >= 2.0**63)
        good = numbers[~bad]
    if unit is None and len(good) and good.min() >= 19_000_101 and good.max() <= 21_001_231:
        month, day = good // 100 % 100, good % 100
        if ((month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)).all():
            raise DataError(
                f"The times in {name} look like dates, such as {good[0]:.0f}. Write "
                "time_format='%Y%m%d' if they are, time_unit='s' if they are seconds."
            )
    if unit is None:
        unit = unit_of(good)
    if unit is None:
        raise DataError(
            f"The times in {name} have several units: from {good.min():.0f} to "
            f"{good.max():.0f}. Convert them to one unit first, or write time=False to do without."
        )
    factor = UNITS[unit]
    if numbers.dtype.kind == "i":
        return (numbers if factor == 1 else numbers // factor), bad, IN_WORDS[unit]
    seconds = np.floor(np.where(bad, 0, numbers) / factor).astype("int64")
    return seconds, bad, IN_WORDS[unit]


def _of_dates(dates: pd.Series, what: str) -> tuple[np.ndarray, np.ndarray, str]:
    bad = dates.isna().to_numpy()
    if dates.dt.tz is not None:
        dates = dates.dt.tz_convert("UTC").dt.tz_localize(None)
    filled = dates.fillna(pd.Timestamp(0)).to_numpy("datetime64[us]").astype("int64")
    return filled // 10**6, bad, what
