"""A number for each id, of any type: whole numbers and text do not change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import DataError

DECIMALS = r"-?\d+\.0+"
# Digits of a number of 64 bits without a zero in front: it is written again as it was.
WHOLE = r"0|-?[1-9]\d{0,17}"
AS_DECIMALS = "written as 1.0, 2.0 …, read as whole numbers"


@dataclass(frozen=True, eq=False)
class Coded:
    """A column of ids.

    Attributes:
        codes: a number from 0 for the id of each row, −1 if there is none, int64, shape (n,).
        ids: the id of each number, int64 or text.
        told: what was changed, in words; empty if nothing was.
    """

    codes: np.ndarray
    ids: pd.Series
    told: str = ""

    def of(self, rows: np.ndarray) -> pd.Series:
        """The ids of some rows; each of these rows has one."""
        codes = self.codes[rows]
        if pd.api.types.is_integer_dtype(self.ids):
            return pd.Series(self.ids.to_numpy()[codes])
        return self.ids.take(codes).reset_index(drop=True)


def coded(values: pd.Series, name: str, *, written: bool = False) -> Coded:
    """The ids of a column: int64 if they are whole numbers, else text.

    Args:
        values: whole numbers or text; decimals such as 1.0 are read as whole numbers, and
            spaces around a text are left out.
        name: of column and table, for messages.
        written: whether text comes from a text file, in which 7 is a number and 007 is not.

    Raises:
        DataError: the ids have several types, or are fractions or something else.

    Example:
        >>> coded(pd.Series(["007", "7", "007"]), "column 'isbn'").ids.tolist()
        ['007', '7']
        >>> found = coded(pd.Series([1.0, 2.0, 1.0]), "column 'user'")
        >>> found.codes, found.ids.tolist(), found.told
        (array([0, 1, 0]), [1, 2], 'written as 1.0, 2.0 …, read as whole numbers')
    """
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.cat.categories.dtype)
    if pd.api.types.is_signed_integer_dtype(values) and not values.isna().any():
        return _of_whole(values.to_numpy("int64"))
    codes, kinds = pd.factorize(values)
    ids = pd.Series(kinds)
    kind = pd.api.types.infer_dtype(ids, skipna=True)
    if kind == "string":
        return _of_text(codes, ids.astype("str").str.strip(), written)
    if kind == "integer":
        if len(ids) and int(ids.max()) >= 2**63:
            return Coded(codes, ids.astype("str"), "of more than 64 bits, read as text")
        return Coded(codes, ids.astype("int64"))
    if kind in ("floating", "mixed-integer-float", "decimal"):
        numbers = pd.to_numeric(ids).astype("float64")
        whole = np.isfinite(numbers) & (numbers % 1 == 0) & (numbers.abs() < 2**53)
        if whole.all():
            return Coded(codes, numbers.astype("int64"), AS_DECIMALS)
        raise DataError(
            f"The ids in {name} are fractions, such as {numbers[~whole].iloc[0]}. Ids are whole "
            "numbers or text: name another column."
        )
    if kind == "empty":
        return Coded(codes, ids.astype("str"))
    raise DataError(
        f"The ids in {name} are of the kind {kind!r}, such as {ids.iloc[:2].tolist()}. Ids are "
        "whole numbers or text, but not both: 7 and '7' are two ids. Make them text with "
        "astype('str'), or name another column."
    )


def _of_whole(numbers: np.ndarray) -> Coded:
    """For numbers that are close together, a look-up table is enough."""
    low, high = (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, 0)
    if high - low > 4 * len(numbers) + 1000:
        codes, ids = pd.factorize(numbers)
        return Coded(codes, pd.Series(ids))
    there = np.bincount(numbers - low) > 0
    codes = (np.cumsum(there) - 1)[numbers - low]
    return Coded(codes, pd.Series(np.flatnonzero(there) + low))


def _of_text(codes: np.ndarray, texts: pd.Series, written: bool) -> Coded:
    again, kinds = pd.factorize(texts.mask(texts == ""))
    codes = np.where(codes >= 0, again[codes], -1) if len(again) else codes
    ids = pd.Series(kinds, dtype="str")
    if len(ids) and ids.str.fullmatch(DECIMALS).all():
        return _whole(codes, ids.str.replace(r"\.0+$", "", regex=True), AS_DECIMALS)
    if written and len(ids) and ids.str.fullmatch(WHOLE).all():
        return _whole(codes, ids, "")
    return Coded(codes, ids)


def _whole(codes: np.ndarray, texts: pd.Series, told: str) -> Coded:
    if texts.str.len().max() > 18 or texts.duplicated().any():
        return Coded(codes, texts)
    return Coded(codes, texts.astype("int64"), told)
