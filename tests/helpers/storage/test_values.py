"""Values come back as they were, and nothing that a stranger writes does more than be refused."""

import json
import struct
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from helpers import storage
from helpers.errors import StorageError
from helpers.storage import from_bytes, of_fields, to_bytes
from helpers.storage.values import LENGTH

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=4)
    ),
    max_leaves=20,
)


@dataclass(frozen=True)
class Point:
    x: float
    y: np.ndarray


def again(value, kinds=()):
    return from_bytes(to_bytes(value, kinds), kinds)


@given(PLAIN)
def test_plain_values(value):
    assert again(value) == value
    assert type(again(value)) is type(value)


@pytest.mark.parametrize("value", [..., {1, 2}, frozenset({3}), slice(1, None, 2), b"a\0b"])
def test_other_values_of_python(value):
    assert again(value) == value


def test_numbers_that_are_none():
    found = again([float("nan"), float("inf"), -0.0])
    assert np.isnan(found[0])
    assert found[1] == float("inf")
    assert str(found[2]) == "-0.0"


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3),
        np.asfortranarray(np.arange(6, dtype="int32").reshape(2, 3)),
        np.arange(10)[::2],
        np.array([True, False]),
        np.array(["ä", "film"]),
        np.array([b"a", b""], dtype="S3"),
        np.array(["2026-11-22", "NaT"], dtype="datetime64[us]"),
        np.array([3], dtype="timedelta64[s]"),
        np.array([np.nan, -0.0, 1e-320]),
        np.zeros((0, 4), dtype="float16"),
        np.array(3.5),
        np.arange(3, dtype=">i4"),
    ],
    ids=lambda array: f"{array.dtype} {array.shape}",
)
def test_arrays_keep_every_bit(array):
    back = again(array)
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert back.tobytes() == array.tobytes()
    # A product of matrices adds in another order where the layout differs.
    assert back.flags.f_contiguous == array.flags.f_contiguous or not array.flags.forc
    assert back.flags.writeable


def test_numbers_of_numpy_and_arrays_of_objects():
    assert type(again(np.float32(0.1))) is np.float32
    objects = np.array([1, "a", None, [1, 2]], dtype=object)
    assert again(objects).tolist() == objects.tolist()


def test_one_array_twice_is_one_array():
    array = np.arange(3)
    first, second = again([array, array])
    assert first is second


@pytest.mark.parametrize("cls", [sparse.csr_matrix, sparse.csc_matrix, sparse.csr_array])
def test_sparse_matrices(cls):
    matrix = cls(np.array([[0, 2.0, 0], [1, 0, 0]], dtype="float32"))
    back = again(matrix)
    assert type(back) is cls
    assert back.dtype == matrix.dtype
    for part in ("data", "indices", "indptr"):
        np.testing.assert_array_equal(getattr(back, part), getattr(matrix, part))


TABLE = pd.DataFrame(
    {
        "film": ["A", None, "Ä"],
        "mean": [4.5, np.nan, 4.0],
        3: [True, False, True],
        "when": pd.to_datetime([0, 1, 2], unit="s"),
        "year": pd.array([1999, None, 2001], dtype="Int64"),
        "seen": pd.array([True, None, False], dtype="boolean"),
        "age": pd.Categorical(["old", "young", "old"], categories=["young", "old"], ordered=True),
        "group": pd.cut([1, 5, 9], [0, 4, 10]),
        "mixed": np.array([1, "a", (2, 3)], dtype=object),
    },
    index=pd.Index([7, 9, 8], name="row"),
)


def test_tables():
    pd.testing.assert_frame_equal(again(TABLE), TABLE, check_exact=True)
    for name in TABLE:
        pd.testing.assert_series_equal(again(TABLE[name]), TABLE[name], check_exact=True)
    twice = pd.DataFrame([[1, 2]], columns=["a", "a"])
    pd.testing.assert_frame_equal(again(twice), twice)
    pd.testing.assert_frame_equal(again(twice.iloc[:0]), twice.iloc[:0])


@pytest.mark.parametrize(
    "index",
    [
        pd.RangeIndex(2, 8, 3, name="n"),
        pd.Index(["a", "b"]),
        pd.MultiIndex.from_product([["a", "b"], [1, 2]], names=["x", None]),
        pd.CategoricalIndex(["a", "b", "a"]),
        pd.IntervalIndex.from_breaks([0, 1, 2]),
        pd.DatetimeIndex(["2026-11-22"]),
    ],
    ids=lambda index: type(index).__name__,
)
def test_indices(index):
    pd.testing.assert_index_equal(again(index), index, exact=True)
    back = again(TABLE.groupby(["film", "age"], observed=True)["mean"].agg(["mean", "size"]))
    assert back.index.nlevels == 2


def test_classes_that_are_known():
    kinds = (of_fields(Point),)
    back = again({"p": Point(1.0, np.arange(2))}, kinds)["p"]
    assert (type(back), back.x, back.y.tolist()) == (Point, 1.0, [0, 1])
    with pytest.raises(StorageError, match="'Point', which is none of the classes known"):
        from_bytes(to_bytes(Point(1.0, np.arange(2)), kinds))


@pytest.mark.parametrize("value", [Point(1.0, np.arange(2)), print, int, open, 1j, pd.Timestamp(0)])
def test_anything_else_is_not_stored(value):
    with pytest.raises(StorageError, match="cannot be stored"):
        to_bytes({"a": [value]})


def stored(tree, *arrays):
    """Bytes with a tree of a stranger's."""
    whole = to_bytes(list(arrays))
    (length,) = LENGTH.unpack(whole[:8])
    head = tree.encode() if isinstance(tree, str) else json.dumps(tree).encode()
    return LENGTH.pack(len(head)) + head + whole[8 + length :]


# A range of a trillion rows takes no room, until a value is repeated for each.
VAST = ["table", "RangeIndex", ["tuple", [0, 10**12, 1, None]]]
ONE_NAME = ["table", "RangeIndex", ["tuple", [0, 1, 1, None]]]


@pytest.mark.parametrize(
    "tree",
    [
        "",
        "{}",
        "[]",
        "[" * 100_000,
        "9" * 5000,
        ["pickle", "gASVIAAAAA=="],
        ["array", 7],
        ["array", -1],
        ["array", "0"],
        ["dict", [[["list", []], 1]]],
        ["sparse", "csr", True, [2, 2], [0, 0, 0]],
        ["sparse", "csr", True, [10**30, 2], [0, 0, 0]],
        ["table", "DataFrame", ["list", [1, 2]]],
        ["table", "eval", ["list", ["print(1)"]]],
        ["table", "Series", ["tuple", [["array", 0], ["array", 0], {"a": 1}]]],
        ["table", "Series", ["tuple", [5, VAST, None]]],
        ["table", "Series", ["tuple", ["text", VAST, None]]],
        ["table", "DataFrame", ["tuple", [ONE_NAME, VAST, ["list", [5]]]]],
        ["table", "DataFrame", ["tuple", [ONE_NAME, VAST, ["list", [["array", 0]]]]]],
        ["kind", "builtins.eval", "1"],
        ["kind", "Point", ["dict", [["x", 1]]]],
        ["kind", "Point", ["dict", [["x", 1], ["y", 2], ["__class__", 3]]]],
        ["objects", [7], [1]],
        ["set", [["list", []]]],
    ],
    ids=lambda tree: str(tree)[:40],
)
def test_a_forged_tree_is_refused(tree):
    with pytest.raises(StorageError):
        from_bytes(stored(tree, np.array([0, 9])), (of_fields(Point),))


def test_an_index_beyond_a_sparse_matrix_is_refused():
    arrays = np.ones(1), np.array([5], dtype="int32"), np.array([0, 1], dtype="int32")
    tree = ["sparse", "csr", True, [1, 2], [0, 1, 2]]
    with pytest.raises(StorageError):
        from_bytes(stored(tree, *arrays))


def npy(descr, shape, content=b""):
    """An array as NumPy would write it, with that dtype and shape."""
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + content


def test_the_header_is_that_of_numpy():
    head = json.dumps(["array", 0]).encode()
    whole = LENGTH.pack(len(head)) + head + npy("'<f8'", "(1, 1)", np.ones(1).tobytes())
    assert from_bytes(whole).tolist() == [[1.0]]


@pytest.mark.parametrize(
    "array",
    [
        npy("'|O'", "(1,)", b"\x80\x04N."),
        npy("'<f8'", "(1000000,)"),
        npy("'<f8'", "(1000000000000,)", b"12345678"),
        npy("'<f8'", "(9999999999999999999, 0)", b"12345678"),
        npy("'<f8'", "(-1,)", b"12345678"),
        npy("[('a', '<f8')]", "(1,)", b"12345678"),
        npy("'<f3'", "(1,)", b"12345678"),
        npy("'<U999999999'", "(1,)", b"12345678"),
        npy("'<U0'", "(1000000000000,)", b"12345678"),
        npy("'<M8[xx]'", "(1,)", b"12345678"),
        npy("'<f8'", "(2,)", b"12345678"),
        npy("'<f8'", "(" + "1, " * 70 + "1)", b"12345678"),
        npy("__import__('os').getpid()", "()", b"12345678"),
        b"\x93NUMPY\x09\x00",
        b"nonsense",
    ],
    ids=range(15),
)
def test_a_forged_array_is_refused(array):
    head = json.dumps(["array", 0]).encode()
    with pytest.raises(StorageError):
        from_bytes(LENGTH.pack(len(head)) + head + array)


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_be_refused(content):
    try:
        from_bytes(content)
    except StorageError:
        return


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=12))
def test_no_tree_does_more_than_be_refused(tree):
    try:
        from_bytes(stored(tree, np.arange(2)))
    except StorageError:
        return


def test_what_contains_itself_is_not_stored():
    value: list = []
    value.append(value)
    with pytest.raises(StorageError, match="nested too deeply"):
        to_bytes(value)


WHOLE = to_bytes({"table": TABLE, "sparse": sparse.csr_matrix(np.eye(2)), "list": [1, (2.5, None)]})


@settings(max_examples=400)
@given(st.integers(0, len(WHOLE) - 1), st.binary(max_size=3), st.integers(0, 3))
def test_spoilt_bytes_do_no_more_than_be_refused(place, other, cut):
    try:
        from_bytes(WHOLE[:place] + other + WHOLE[place + cut :])
    except StorageError:
        return


def test_nothing_is_a_path():
    assert not hasattr(storage, "extract")
