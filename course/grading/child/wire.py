"""What crosses from a submission to the grader: plain values, written down, never pickled.

To unpickle is to run what the sender wishes. This is ``helpers.storage`` with less in it.
``Sender`` writes numbers, text, arrays, tables and what a figure shows; of anything else it writes
only the type and the repr. ``Receiver`` believes nothing of what arrives: it builds the same few
kinds, no class by its name, and no more than the size of the line allows. An array is written in
the line each time that it is used, so that a short line cannot ask for much memory. NumPy's own
header is not used: Python's parser would have to read it.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course.grading.child.kinds import KINDS
from helpers.errors import StorageError
from helpers.storage.values import PLAIN, Reader, Writer

MOST_BYTES = 16 * 2**20
# Commas and brackets, each of which may become an object of a hundred bytes.
MOST_PARTS = 2_000_000
DEEPEST = 20
LONGEST_NAME = 200
# Keys that differ have different hashes, but for a few, unless somebody has chosen them.
MOST_ALIKE = 16
DTYPE = re.compile(r"[<>|=]?[biufcSUmM]\d{1,6}(\[\d*[A-Za-z]{1,2}\])?")
# What of ``helpers.storage`` is read here. Not bytes, tables and sparse matrices: what they take in
# memory is not bounded by what they take in the line.
CROSSES = {
    *("...", "float", "list", "tuple", "set", "frozenset", "dict"),
    *("array", "number", "objects", "kind"),
}
TOO_LARGE = "too large"
Function = Callable[[int, str], Any]


class WireError(StorageError):
    """What arrived is not what this module writes."""


@dataclass(frozen=True)
class Other:
    """A value that does not cross, such as a model. Only its type and its repr have come."""

    type_name: str
    text: str

    def __repr__(self) -> str:
        return f"a {self.type_name}"


def write(value: Any, keep: Callable[[Any], int] = id) -> str:
    """The value as one line of JSON.

    Args:
        value: any object at all.
        keep: takes a function that is part of the value; returns the number to call it by.
    """
    text = json.dumps(Sender(KINDS, [], keep).tree(value), separators=(",", ":"))
    return json.dumps([TOO_LARGE]) if _is_too_large(text) else text


def read(text: str, function: Function | None = None) -> Any:
    """The value that ``write`` has written.

    Args:
        text: one line, which may come from anybody.
        function: makes something callable of a function's number and name.

    Raises:
        WireError: the value was too large, or the line is nothing that ``write`` writes.

    Example:
        >>> import numpy as np
        >>> read(write({"stars": (4, 5.0, None), "all": ...}))
        {'stars': (4, 5.0, None), 'all': Ellipsis}
        >>> read(write(np.arange(6).reshape(2, 3))).shape
        (2, 3)
    """
    if _is_too_large(text):
        raise WireError("The answer is too large to be handed in.")
    try:
        return Receiver(KINDS, [], function).value(json.loads(text))
    except WireError:
        raise
    # Whatever a stranger may send: numbers of a million digits, a thousand brackets, no type.
    except Exception as error:
        raise WireError(f"What was handed in cannot be read ({_name_of(error)}).") from error


def _is_too_large(text: str) -> bool:
    return len(text) > MOST_BYTES or has_too_many_parts(text)


def has_too_many_parts(text: str) -> bool:
    """Whether a text of JSON would take much more memory than it is long."""
    return text.count(",") + text.count("[") > MOST_PARTS


def _name_of(error: BaseException) -> str:
    """What was wrong: an error of the storage names the one that it comes from."""
    return type(error.__cause__ or error).__name__


@dataclass
class Sender(Writer):
    """Takes any value apart, in the student's process; what does not cross is only named."""

    keep: Callable[[Any], int] = id
    depth: int = 0

    def _tree(self, value: Any) -> Any:
        if self.depth > DEEPEST and not isinstance(value, str | int | float | None):
            return _other(value)
        self.depth += 1
        try:
            found = super()._tree(value)
        finally:
            self.depth -= 1
        return found

    def _container(self, value: Any) -> Any:
        for cls in (list, tuple, set, frozenset, dict):
            if isinstance(value, cls):
                return super()._container(cls(value))
        return ["..."] if value is ... else None

    def _numbers(self, value: Any) -> Any:
        # A table is an array, too, and would come without its columns.
        found = self._of_a_kind(value)
        if found is not None:
            return found
        if callable(value) and not isinstance(value, type):
            name = str(getattr(value, "__name__", "function"))
            return ["function", self.keep(value), name[:LONGEST_NAME]]
        if isinstance(value, np.generic):
            return super()._numbers(value)
        if hasattr(value, "__array__"):
            array = np.asarray(value)
            whole = isinstance(value, np.ndarray) or array.dtype.kind in PLAIN
            return super()._numbers(array) if whole else None
        return None

    def _table(self, value: Any) -> Any:
        return _other(value)

    def _put(self, array: np.ndarray) -> Any:
        content = base64.b64encode(array.tobytes()).decode()
        return [array.dtype.str, list(array.shape), content]


@dataclass
class Receiver(Reader):
    """Puts together what a stranger has sent, in the grader's process."""

    function: Function | None = None
    depth: int = 0

    def _value(self, tree: Any) -> Any:
        if self.depth > DEEPEST + 1:
            raise WireError("What was handed in is nested too deeply.")
        self.depth += 1
        value = super()._value(tree)
        self.depth -= 1
        return value

    def _builders(self) -> dict[str, Callable[..., Any]]:
        every = super()._builders()
        return {
            **{name: every[name] for name in CROSSES},
            "set": lambda parts: set(_distinct(self._all(parts))),
            "frozenset": lambda parts: frozenset(_distinct(self._all(parts))),
            "dict": self._dict,
            "other": lambda name, text: Other(str(name), str(text)),
            "function": self._function,
            TOO_LARGE: _too_large,
        }

    def _dict(self, pairs: Any) -> dict[Any, Any]:
        keys = _distinct([self._value(key) for key, _ in pairs])
        return dict(zip(keys, [self._value(part) for _, part in pairs], strict=True))

    def _function(self, number: Any, name: Any) -> Any:
        if self.function is None:
            return Other(str(number), str(name))
        return self.function(int(number), str(name))

    def _array(self, reference: Any) -> np.ndarray:
        dtype, shape, content = reference
        if not DTYPE.fullmatch(dtype):
            raise WireError("An array of a kind that is not handed in.")
        whole = bytearray(base64.b64decode(content, validate=True))
        return np.frombuffer(whole, dtype).reshape(shape)


def _too_large() -> Any:
    raise WireError("The answer is too large to be handed in.")


def _distinct(keys: list[Hashable]) -> list[Hashable]:
    """The keys, if they can be told apart in time: with one hash for all it would take hours."""
    if len(keys) > MOST_ALIKE and max(Counter(map(hash, keys)).values()) > MOST_ALIKE:
        raise WireError("What was handed in has too many keys with the same hash.")
    return keys


def _other(value: Any) -> Any:
    try:
        text = repr(value)[:LONGEST_NAME]
    except Exception:
        text = ""
    return ["other", type(value).__name__[:LONGEST_NAME], text]
