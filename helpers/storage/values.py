"""A value as a tree of JSON beside numbered arrays, and back: data only, whatever is in it."""

from __future__ import annotations

import io
import json
import math
import re
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from scipy import sparse

from helpers.errors import CourseError, StorageError
from helpers.storage import tables
from helpers.storage.kinds import Kind

# Kinds of arrays that are plain bytes: truth, numbers, text of fixed width, dates.
PLAIN = "biufcSUmM"
SPARSE = {
    "csr": (sparse.csr_matrix, sparse.csr_array),
    "csc": (sparse.csc_matrix, sparse.csc_array),
}
LENGTH = struct.Struct("<Q")
# How NumPy's format begins, in its version 1.0, and its header of an array without fields.
NPY = b"\x93NUMPY\x01\x00"
HEADER = re.compile(
    rb"\{'descr': '([<>|]?[biufcSUmMOV]\d{0,9}(?:\[\d*[A-Za-z]{1,2}\])?)', "
    rb"'fortran_order': (True|False), 'shape': \((|\d{1,19},|\d{1,19}(?:, \d{1,19})+)\), \} *\n"
)


@dataclass
class Writer:
    """Takes values apart; ``arrays`` gathers what the tree only numbers."""

    kinds: Sequence[Kind]
    arrays: list[np.ndarray]

    def tree(self, value: Any) -> Any:
        """The value as JSON.

        Raises:
            StorageError: some part is of no kind that can be stored, or the value contains itself.
        """
        try:
            return self._tree(value)
        except RecursionError as error:
            raise StorageError("It cannot be stored: it is nested too deeply.") from error

    def _tree(self, value: Any) -> Any:
        if value is None or type(value) in (bool, int, str):
            return value
        if type(value) is float:
            return value if math.isfinite(value) else ["float", repr(value)]
        # Kinds last, since to know them may take imports that plain values do not need.
        for convert in (self._container, self._numbers, self._table, self._of_a_kind):
            found = convert(value)
            if found is not None:
                return found
        raise StorageError(f"A {type(value).__name__} cannot be stored.")

    def _of_a_kind(self, value: Any) -> Any:
        for kind in self.kinds:
            if kind.accepts(value):
                return ["kind", kind.name, self._tree(kind.parts(value))]
        return None

    def _container(self, value: Any) -> Any:
        if type(value) in (list, tuple, set, frozenset):
            return [type(value).__name__, [self._tree(part) for part in value]]
        if type(value) is dict:
            pairs = [[self._tree(key), self._tree(part)] for key, part in value.items()]
            return ["dict", pairs]
        if type(value) is bytes:
            return ["bytes", self._put(np.frombuffer(value, "uint8"))]
        if type(value) is slice:
            return ["slice", [self._tree(part) for part in (value.start, value.stop, value.step)]]
        return ["..."] if value is ... else None

    def _numbers(self, value: Any) -> Any:
        if type(value) is np.ndarray and value.dtype.kind == "O":
            return ["objects", list(value.shape), [self._tree(part) for part in value.ravel()]]
        if type(value) is np.ndarray and value.dtype.kind in PLAIN:
            return ["array", self._put(value)]
        if isinstance(value, np.generic) and value.dtype.kind in PLAIN:
            return ["number", self._put(np.asarray(value))]
        if sparse.issparse(value) and value.format in SPARSE:
            matrix = isinstance(value, sparse.spmatrix)
            parts = [self._put(part) for part in (value.data, value.indices, value.indptr)]
            return ["sparse", value.format, matrix, list(map(int, value.shape)), parts]
        return None

    def _table(self, value: Any) -> Any:
        parts = tables.parts(value)
        return None if parts is None else ["table", type(value).__name__, self._tree(parts)]

    def _put(self, array: np.ndarray) -> Any:
        """Put an array aside; what represents it in the tree."""
        # The same array twice is one array, and stays one when it is read.
        for number, known in enumerate(self.arrays):
            if known is array:
                return number
        self.arrays.append(array)
        return len(self.arrays) - 1


@dataclass
class Reader:
    """Puts values together from what ``Writer`` made of them; the tree may come from anybody."""

    kinds: Sequence[Kind]
    arrays: Sequence[np.ndarray]

    def __post_init__(self) -> None:
        self._known = self._builders()

    def value(self, tree: Any) -> Any:
        """The value of a tree.

        Raises:
            StorageError: the tree is none that ``Writer`` makes.
        """
        try:
            return self._value(tree)
        except CourseError:
            raise
        # Whatever a stranger may write: wrong types, vast numbers, a thousand brackets.
        except (
            *(ValueError, TypeError, KeyError, IndexError, AttributeError),
            *(OverflowError, MemoryError, RecursionError),
        ) as error:
            raise StorageError(f"It cannot be read ({type(error).__name__}: {error}).") from error

    def _value(self, tree: Any) -> Any:
        if not isinstance(tree, list):
            if isinstance(tree, dict):
                raise StorageError("A bare mapping is nothing that is stored.")
            return tree
        kind, *rest = tree
        if kind not in self._known:
            raise StorageError(f"No stored value is called {str(kind)[:60]!r}.")
        return self._known[kind](*rest)

    def _builders(self) -> dict[str, Callable[..., Any]]:
        """What makes a value, by the name with which its part of the tree begins."""
        return {
            "...": lambda: ...,
            "float": float,
            "list": self._all,
            "tuple": lambda parts: tuple(self._all(parts)),
            "set": lambda parts: set(self._all(parts)),
            "frozenset": lambda parts: frozenset(self._all(parts)),
            "slice": lambda parts: slice(*self._all(parts)),
            "dict": lambda pairs: {self._value(key): self._value(part) for key, part in pairs},
            "bytes": lambda number: self._array(number).tobytes(),
            "array": self._array,
            "number": lambda number: self._array(number)[()],
            "objects": self._objects,
            "sparse": self._sparse,
            "table": lambda name, parts: tables.made(name, self._value(parts)),
            "kind": self._kind,
        }

    def _all(self, parts: Any) -> list[Any]:
        return [self._value(part) for part in parts]

    def _array(self, reference: Any) -> np.ndarray:
        """The array that this represents in the tree, see ``Writer._put``."""
        if reference < 0:
            raise StorageError("An array cannot have a negative number.")
        return self.arrays[reference]

    def _objects(self, shape: list[int], parts: list[Any]) -> np.ndarray:
        array = np.empty(len(parts), dtype=object)
        for place, part in enumerate(parts):
            array[place] = self._value(part)
        return array.reshape(shape)

    def _sparse(self, layout: str, matrix: bool, shape: list[int], numbers: list[int]) -> Any:
        rows, columns = shape
        cls = SPARSE[layout][0 if matrix else 1]
        value = cls(tuple(map(self._array, numbers)), shape=(rows, columns))
        # An index beyond the matrix would be read outside of it, by code that does not look.
        value.check_format(full_check=True)
        return value

    def _kind(self, name: str, parts: Any) -> Any:
        for kind in self.kinds:
            if kind.name == name:
                return kind.made(self._value(parts))
        raise StorageError(
            f"It holds a {str(name)[:60]!r}, which is none of the classes known here."
        )


def to_bytes(value: Any, kinds: Sequence[Kind] = ()) -> bytes:
    """The value as bytes, for a pipe or a file that stays on this machine.

    Raises:
        StorageError: some part of it is of no kind that can be stored.

    Example:
        >>> from_bytes(to_bytes({"stars": (4, np.arange(2.0))}))
        {'stars': (4, array([0., 1.]))}
    """
    writer = Writer(kinds, [])
    head = json.dumps(writer.tree(value)).encode()
    body = io.BytesIO()
    for array in writer.arrays:
        np.lib.format.write_array(body, array, allow_pickle=False)
    return LENGTH.pack(len(head)) + head + body.getvalue()


def from_bytes(content: bytes, kinds: Sequence[Kind] = ()) -> Any:
    """The value that ``to_bytes`` has written.

    Raises:
        StorageError: the bytes are something else.
    """
    stream = io.BytesIO(content)
    try:
        head = json.loads(stream.read(LENGTH.unpack(stream.read(LENGTH.size))[0]))
        arrays = []
        while stream.tell() < len(content):
            arrays.append(array_from(stream, len(content) - stream.tell()))
    except (ValueError, TypeError, struct.error, RecursionError, OverflowError) as error:
        raise StorageError(f"It cannot be read ({type(error).__name__}).") from error
    return Reader(kinds, arrays).value(head)


def array_from(stream: IO[bytes], size: int) -> np.ndarray:
    """The next array of a stream, as NumPy's own format has it, of plain values only.

    Args:
        stream: at the beginning of an array.
        size: how many bytes there are at most, so that no header asks for more memory.

    Raises:
        ValueError: it is not an array, or is one of objects, or is larger than that.
    """
    shape, column_major, dtype = _header(stream)
    if dtype.kind not in PLAIN:
        raise ValueError(f"an array of {dtype}")
    wanted = math.prod(shape) * dtype.itemsize
    if wanted > size:
        raise ValueError(f"an array of {wanted:,} bytes where {size:,} are left")
    content = bytearray(wanted)
    if _fill(stream, content) < wanted:
        raise ValueError("an array that ends too early")
    array = np.frombuffer(content, dtype)
    return array.reshape(shape[::-1]).T if column_major else array.reshape(shape)


def _header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Shape, whether columns come first, and dtype, from what NumPy writes before an array.

    NumPy's own function would let Python's parser read it, which a stranger can make fail in many
    ways; what NumPy writes of an array without fields is always this line.
    """
    start = stream.read(len(NPY) + 2)
    length = int.from_bytes(start[len(NPY) :], "little")
    found = HEADER.fullmatch(stream.read(length))
    if start[: len(NPY)] != NPY or found is None:
        raise ValueError("an array with fields, or not in NumPy's format")
    kind, order, sides = (part.decode() for part in found.groups())
    shape = tuple(int(side) for side in sides.split(",") if side.strip())
    return shape, order == "True", np.dtype(kind)


def _fill(stream: Any, content: bytearray) -> int:
    view, filled = memoryview(content), 0
    while filled < len(content) and (got := stream.readinto(view[filled:])):
        filled += got
    return filled
