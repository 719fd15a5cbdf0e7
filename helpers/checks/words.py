"""Any value, and any error, in a few words: short, the same on every run, and never an error."""

from __future__ import annotations

import reprlib
from collections.abc import Callable
from types import EllipsisType, NoneType
from typing import Any

import numpy as np

MOST_CHARACTERS = 200
MOST_NUMBERS = 6
PLAIN = (bool, int, float, complex, str, bytes, NoneType, EllipsisType, range)


class _Short(reprlib.Repr):
    """Plain values as Python writes them, arrays as lists, and the type of anything else."""

    def repr_ndarray(self, array: np.ndarray, level: int) -> str:
        corner = array[tuple(slice(MOST_NUMBERS + 1) for _ in array.shape)]
        return self.repr1(corner.tolist(), level)

    def repr_instance(self, value: Any, level: int) -> str:
        if isinstance(value, np.ndarray):
            return self.repr_ndarray(value, level)
        if isinstance(value, np.generic):
            return self.repr1(value.item(), level)
        return super().repr_instance(value, level) if isinstance(value, PLAIN) else _kind(value)


_short = _Short()
_short.maxlist = _short.maxtuple = _short.maxset = MOST_NUMBERS


def shown(value: Any) -> str:
    """The value in a few characters; for an object that is not a plain value, its type.

    Example:
        >>> shown(np.eye(2)), shown("three"), shown(max), shown(dict.items({}))
        ('[[1.0, 0.0], [0.0, 1.0]]', "'three'", 'the function max', 'a dict_items')
    """
    try:
        return _short.repr(value)
    except Exception:
        return "something that cannot be shown"


def error_text(error: BaseException) -> str:
    """The kind of error, and the beginning of its message.

    Example:
        >>> error_text(ValueError("no such film"))
        'ValueError: no such film'
    """
    name = type(error).__name__
    try:
        text = " ".join(str(error).split())
    except Exception:
        text = ""
    if len(text) > MOST_CHARACTERS:
        text = f"{text[:MOST_CHARACTERS]}…"
    return f"{name}: {text}" if text else name


def with_article(name: str) -> str:
    """``a DataFrame``, ``an Index``."""
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _kind(value: Any) -> str:
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if isinstance(value, Callable) and hasattr(value, "__name__"):  # type: ignore[arg-type]
        return f"the function {value.__name__}"
    return with_article(type(value).__name__)
