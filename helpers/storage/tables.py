"""Tables, columns and indices of pandas, taken apart into arrays and text, and put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

MASKED = (pd.arrays.BooleanArray, pd.arrays.IntegerArray, pd.arrays.FloatingArray)


def parts(value: Any) -> Any:
    """The parts of a table, column or index; None of anything else.

    What they are made of, ``values.Writer`` stores: arrays, text, numbers and other indices.
    """
    found: Any = None
    if type(value) is pd.DataFrame:
        columns = [value.iloc[:, place].array for place in range(value.shape[1])]
        found = (value.columns, value.index, columns)
    elif type(value) is pd.Series:
        found = (value.array, value.index, value.name)
    elif type(value) is pd.RangeIndex:
        found = (value.start, value.stop, value.step, value.name)
    elif type(value) is pd.MultiIndex:
        found = (
            list(value.levels),
            [np.asarray(codes) for codes in value.codes],
            list(value.names),
        )
    elif isinstance(value, pd.Index):
        found = (value.array, value.name)
    elif isinstance(value, pd.api.extensions.ExtensionArray):
        found = _parts_of_column(value)
    return found


def _parts_of_column(column: Any) -> Any:
    dtype = column.dtype
    plain = isinstance(column, pd.arrays.NumpyExtensionArray) or isinstance(dtype, np.dtype)
    found: Any = None
    if isinstance(dtype, pd.CategoricalDtype):
        found = ("category", column.codes, column.categories, bool(column.ordered))
    elif isinstance(dtype, pd.IntervalDtype):
        found = ("interval", column.left, column.right, column.closed)
    elif isinstance(dtype, pd.StringDtype) or (plain and _is_text(np.asarray(column))):
        found = ("text", _text(column))
    elif plain:
        found = ("plain", np.asarray(column))
    elif isinstance(column, MASKED):
        values = column.to_numpy(dtype.numpy_dtype, na_value=dtype.numpy_dtype.type(0))
        found = ("masked", dtype.name, values, np.asarray(column.isna()))
    return found


def _is_text(values: np.ndarray) -> bool:
    """Whether objects are text only, as columns of text are in pandas 2."""
    return values.dtype.kind == "O" and pd.api.types.infer_dtype(values) == "string"


def _text(column: Any) -> list[str | None]:
    pairs = zip(column, column.isna().tolist(), strict=True)
    return [None if absent else str(text) for text, absent in pairs]


def made(name: str, found: Any) -> Any:
    """What ``parts`` took apart.

    Args:
        name: its class.
        found: its parts.

    Raises:
        ValueError, TypeError, KeyError: they do not fit together.
    """
    builders: dict[str, Callable[..., Any]] = {
        "DataFrame": _frame,
        "Series": _series,
        "RangeIndex": lambda start, stop, step, name: pd.RangeIndex(start, stop, step, name=name),
        "MultiIndex": lambda levels, codes, names: pd.MultiIndex(levels, codes, names=names),
    }
    if name in builders:
        return builders[name](*found)
    if name.endswith("Index"):
        return pd.Index(found[0], name=found[1])
    return _column(*found)


def _series(values: Any, index: pd.Index, name: Any) -> pd.Series:
    _check_length(values, index)
    return pd.Series(values, index=index, name=name)


def _check_length(values: Any, index: pd.Index) -> None:
    """Raise a ValueError unless there is a value for each row.

    pandas would repeat a single value, and a range of a trillion rows takes no room in a file.
    """
    if isinstance(values, str) or len(values) != len(index):
        raise ValueError(f"a column that does not fit an index of {len(index):,} rows")


def _frame(columns: pd.Index, index: pd.Index, values: list[Any]) -> pd.DataFrame:
    if len(columns) != len(values):
        raise ValueError(f"{len(columns)} names for {len(values)} columns")
    for column in values:
        _check_length(column, index)
    frame = pd.DataFrame(dict(enumerate(values)), index=index)
    frame.columns = columns
    return frame


def _column(kind: str, *found: Any) -> Any:
    builders: dict[str, Callable[..., Any]] = {
        "plain": lambda values: (
            pd.array(values, dtype=values.dtype)
            if values.dtype.kind in "mM"
            else pd.arrays.NumpyExtensionArray(values)
        ),
        "text": _text_column,
        "category": lambda codes, categories, ordered: pd.Categorical.from_codes(
            codes, categories, ordered=ordered
        ),
        "interval": pd.arrays.IntervalArray.from_arrays,
        "masked": _masked,
    }
    return builders[kind](*found)


def _text_column(values: list[str | None]) -> Any:
    # What pandas takes for text differs between its versions.
    return pd.Series(values, dtype=pd.Series(["text"]).dtype).array


def _masked(dtype: str, values: np.ndarray, missing: np.ndarray) -> Any:
    column: Any = pd.Series(values, dtype=pd.api.types.pandas_dtype(dtype)).array
    column[missing] = pd.NA
    return column
