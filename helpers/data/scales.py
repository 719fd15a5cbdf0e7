"""What the numbers of a table mean: ratings on a scale, counts, or zeros for "not rated"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from helpers.errors import DataError

# Lowest and highest rating, the more likely first.
SCALES = (
    (1, 5),
    (1, 10),
    (1, 100),
    (0.5, 5),
    (0, 1),
    (0, 5),
    (0, 10),
    (0, 100),
    (-1, 1),
    (-10, 10),
)
MISSING = ("", "na", "n/a", "nan", "null", "none", "-", "?")
SHARE_OF_A_SPIKE = 0.05
SPIKE = 3
# In counts, the largest is at least this many times the median.
LONG_TAIL = 10


def checked_scale(scale: Any) -> tuple[float, float] | None:
    """Two finite numbers in order, from any container, such as a Series; None stays None.

    Raises:
        DataError: it is something else; the message says what it was.

    Example:
        >>> checked_scale(np.array([1, 5]))
        (1.0, 5.0)
    """
    if scale is None:
        return None
    try:
        found = np.asarray(scale, dtype="float64")
    except (TypeError, ValueError):
        found = np.empty(0)
    if found.shape != (2,) or not np.isfinite(found).all() or found[0] > found[1]:
        shown = found.tolist() if found.size else scale
        raise DataError(
            f"A rating scale from {shown!r} is not possible: give the lowest and the highest "
            "rating, two finite numbers, such as rating_scale=(1, 5)."
        )
    return float(found[0]), float(found[1])


def on_scale(values: Any, scale: tuple[float, float]) -> np.ndarray:
    """Which ratings are on the scale, both ends included, in the precision of ratings.

    Ratings are kept as float32, in which 9.8 is a little more than the 9.8 of Python; so both are
    compared as float32.

    Example:
        >>> on_scale([np.float32(9.8), 9.9, np.nan], (2.2, 9.8))
        array([ True, False, False])
    """
    with np.errstate(over="ignore"):
        stars = np.asarray(values).astype("float32")
    low, high = np.float32(scale[0]), np.float32(scale[1])
    found: np.ndarray = (stars >= low) & (stars <= high)
    return found


def numbers_of(
    values: pd.Series, of_text: Mapping[Any, float] | None, name: str
) -> tuple[np.ndarray, np.ndarray]:
    """Ratings as float64, and which rows have none; those are NaN.

    Args:
        values: numbers, or text.
        of_text: the number of each text, if the ratings are words.
        name: of file and column, for messages.

    Raises:
        DataError: the ratings are words without numbers for them.

    Example:
        >>> numbers_of(pd.Series(["good", "bad"]), {"good": 1, "bad": 0}, "rating")[0]
        array([1., 0.])
    """
    if of_text is not None:
        numbers = values.map(dict(of_text))
        unknown = values[numbers.isna() & ~_is_missing(values)]
        if len(unknown):
            raise DataError(
                f"rating_values has no number for {unknown.iloc[0]!r}, which is in {name}."
            )
        found = numbers.to_numpy("float64", na_value=np.nan)
        return found, np.isnan(found)
    if pd.api.types.is_bool_dtype(values):
        values = values.astype("float64")
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_complex_dtype(values):
        found = values.to_numpy("float64", na_value=np.nan)
        return found, ~np.isfinite(found)
    texts = values.astype("str").str.strip()
    numbers = pd.to_numeric(
        texts.str.replace(r"^([+-]?\d*),(\d+)$", r"\1.\2", regex=True), "coerce"
    )
    words = texts[numbers.isna() & ~_is_missing(texts)]
    if len(words) > 0.1 * len(texts) or (len(words) > 2 and words.nunique() < len(words) / 2):
        raise DataError(_words_told(words, name))
    found = numbers.to_numpy("float64", na_value=np.nan)
    return found, ~np.isfinite(found)


def _is_missing(values: pd.Series) -> pd.Series:
    return values.isna() | values.astype("str").str.strip().str.lower().isin(MISSING)


def _words_told(words: pd.Series, name: str) -> str:
    common = words.value_counts().index[:6].tolist()
    example = ", ".join(f"{word!r}: {place}" for place, word in enumerate(common[:3], 1))
    return (
        f"The ratings in {name} are text: {', '.join(map(repr, common))}. Say what each is worth "
        f"with rating_values={{{example}}}, or write rating=False to read every row as a choice."
    )


def check_zeros(values: np.ndarray, name: str) -> None:
    """Raise a DataError if zeros may mean "not rated".

    That is so if 0 is the lowest value and there are many more zeros than of the next value, or a
    gap up to it; or if there is only 0 and one other number.

    Example:
        >>> check_zeros(np.array([0, 1, 1, 2, 3.0]), "rating")
    """
    if not len(values) or values.min() != 0:
        return
    kinds, counts = np.unique(values, return_counts=True)
    step = np.diff(kinds[1:]).min() if len(kinds) > 2 else 0
    spike = counts[0] >= SHARE_OF_A_SPIKE * len(values) and (
        len(kinds) < 2 or counts[0] >= SPIKE * counts[1]
    )
    gap = len(kinds) > 2 and kinds[1] > 1.5 * step
    if not (spike or gap or len(kinds) == 2):
        return
    other = f" The next value is {kinds[1]:g}." if len(kinds) > 1 else ""
    raise DataError(
        f"{counts[0]:,} of {len(values):,} ratings in {name} are 0.{other} Does 0 mean that nobody "
        "rated? Then write zeros='leave out'. If it is the lowest rating, write zeros='keep'. To "
        "read every row as a choice, whatever its rating, write rating=False."
    )


def is_counts(values: np.ndarray, named_so: bool) -> bool:
    """Whether numbers count something, such as plays: whole, from 0 on, and with a long tail.

    Example:
        >>> is_counts(np.array([1, 1, 2, 1, 532.0]), False), is_counts(np.array([1, 4, 5.0]), False)
        (True, False)
    """
    if not len(values) or values.min() < 0:
        return False
    whole = bool((values == np.floor(values)).all())
    if named_so:
        return whole or float(values.max()) > SCALES[-1][1]
    high = float(values.max())
    return whole and high > 10 and high > LONG_TAIL * max(float(np.median(values)), 1)


def scale_of(values: np.ndarray) -> tuple[tuple[float, float], bool]:
    """The most likely scale of some ratings, and whether it is a usual one.

    If not, it goes from the lowest to the highest value.

    Example:
        >>> scale_of(np.array([2.0, 9.0])), scale_of(np.array([-3.2, 17.5]))
        (((1.0, 10.0), True), ((-3.2, 17.5), False))
    """
    low, high = float(values.min()), float(values.max())
    values = pd.unique(values)
    halves = bool((values * 2 == np.floor(values * 2)).all()) and bool((values % 1 != 0).any())
    least = 0.5 if halves and low > 0 and high <= 5 else 1 if low >= 1 else 0 if low >= 0 else low
    for lowest, highest in SCALES:
        # Nobody gives ratings in the lower half of a scale only.
        likely = (lowest + highest) / 2 < high <= highest
        if likely and (lowest == least or lowest <= low < 0):
            return (float(lowest), float(highest)), True
    return (low, high), False
