"""Plain values cross from a submission to the grader unchanged, and nothing else does."""

import json
from collections import defaultdict, namedtuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from course.grading.child import wire

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.just(...),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(PLAIN)
def test_what_is_written_is_read(value):
    assert wire.read(wire.write(value)) == value


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3),
        np.arange(6).reshape(2, 3).T,
        np.array([True, False]),
        np.array(["ä", "film"]),
        np.array(["2026-11-22"], dtype="datetime64[us]"),
        np.zeros((0, 4)),
        np.array(3.5),
        np.float32(0.25),
    ],
    ids=str,
)
def test_arrays_keep_shape_type_and_values(array):
    back = wire.read(wire.write(array))
    assert np.asarray(back).dtype == np.asarray(array).dtype
    np.testing.assert_array_equal(back, array)


def test_an_array_of_objects():
    array = np.array([1, "a", None, [1, 2]], dtype=object)
    assert wire.read(wire.write(array)).tolist() == array.tolist()


def test_a_table_and_a_column():
    frame = pd.DataFrame({"film": ["A", "B"], "mean": [4.5, 4.0], 3: [True, False]})
    pd.testing.assert_frame_equal(wire.read(wire.write(frame)), frame, check_dtype=False)
    assert wire.read(wire.write(frame["mean"])).tolist() == [4.5, 4.0]
    twice = pd.DataFrame([[1, 2]], columns=["a", "a"])
    assert list(wire.read(wire.write(twice)).columns) == ["a", "a"]


def test_a_function_is_a_number_to_call_it_by():
    kept = []
    text = wire.write({"f": max}, lambda function: kept.append(function) or 7)
    assert kept == [max]
    assert wire.read(text, lambda number, name: (number, name)) == {"f": (7, "max")}
    assert repr(wire.read(text)["f"]) == "a 7"


def test_anything_else_is_only_named():
    class Model:
        def __repr__(self):
            raise ValueError

    assert repr(wire.read(wire.write(Model()))) == "a Model"
    assert repr(wire.read(wire.write(int))) == "a type"


def test_of_a_figure_what_it_shows():
    from helpers import plots
    from helpers.checks.drawings import drawings

    figure, axes = plots.canvas("Twice the side is four times the area")
    axes.plot([1, 2, 3], [1, 4, 9], label="square")
    axes.set(xlabel="side (m)", ylabel="area (m²)")
    axes.legend()
    for answer in (figure, axes):
        (back,) = wire.read(wire.write(answer))
        (here,) = drawings(figure)
        assert (back.title, back.labels, back.texts) == (here.title, here.labels, here.texts)
        np.testing.assert_array_equal(back.series[0].points, here.series[0].points)
        assert drawings([back]) == [back]


def test_what_has_no_bottom_ends():
    nested: list = []
    nested.append(nested)
    assert isinstance(wire.read(wire.write(nested)), list)


def test_a_large_value_is_not_sent():
    with pytest.raises(wire.WireError, match="too large"):
        wire.read(wire.write(np.zeros(3 * 10**6)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[",
        "[]",
        "[" * 100_000,
        "9" * 5000,
        '["pickle", "gASVIAAAAA=="]',
        '["array", ["O", [1], "gASV"]]',
        '["array", ["V8", [1], "AAAAAAAAAAA="]]',
        '["array", ["<f8", [1000000000000], "AAAAAAAAAAA="]]',
        '["array", ["<f8", [-1, -1], "AAAAAAAAAAA="]]',
        '["array", ["<f8", [1], "AAAAAAAAAA=A"]]',
        '["array", ["<U999999999999", [1], ""]]',
        '["array", ["<U0", [1000000000000], ""]]',
        '["array", ["<f8"]]',
        '["array", [3, 3, 3]]',
        '["array", 0]',
        '["objects", [7], [1]]',
        '["dict", [[["list", []], 1]]]',
        '["function", "x", "y"]',
        '["kind", "figure", ["list", [["list", ["title"]]]]]',
        '["kind", "figure", ["list", [["tuple", ["t", ["x"], ["y"], [], 3]]]]]',
        '["kind", "Drawing", ["dict", []]]',
        '["kind", "Interactions", ["dict", []]]',
        '["kind", "keras model", ["dict", []]]',
        '["kind", "path", "/etc/passwd"]',
        '[["list"]]',
        "nonsense",
    ],
    ids=lambda text: text[:50],
)
def test_a_forged_line_is_refused(text):
    with pytest.raises(wire.WireError):
        wire.read(text, lambda number, name: None)


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=12))
def test_no_line_does_more_than_be_refused(value):
    try:
        wire.read(json.dumps(value), lambda number, name: None)
    except wire.WireError:
        return


class TestBounds:
    """A short line takes little memory and little time, whatever it asks for."""

    @pytest.mark.parametrize("kind", ["bytes", "slice", "sparse", "table"])
    def test_what_a_file_may_hold_and_a_line_may_not(self, kind):
        with pytest.raises(wire.WireError):
            wire.read(f'["{kind}", ["array", ["<f8", [0], ""]]]')
        assert kind not in wire.CROSSES

    @pytest.mark.parametrize(
        "second",
        ["5", '"x"', '["array", ["<f8", [], "AAAAAAAAAAA="]]', '["array", ["<f8", [0], ""]]'],
    )
    def test_no_column_of_a_table_is_repeated(self, second):
        column = wire.write(np.zeros(3))
        parts = f'["tuple", [["list", ["a", "b"]], ["list", [{column}, {second}]]]]'
        with pytest.raises(wire.WireError):
            wire.read(f'["kind", "frame", {parts}]')

    @pytest.mark.parametrize("kind", ["set", "frozenset", "dict"])
    def test_keys_that_were_chosen_to_have_one_hash(self, kind):
        keys = [(2**61 - 1) * n for n in range(1000)]
        assert len(set(map(hash, keys))) == 1
        parts = [[key, 0] for key in keys] if kind == "dict" else keys
        with pytest.raises(wire.WireError, match="same hash"):
            wire.read(json.dumps([kind, parts]))

    def test_keys_that_nobody_has_chosen(self):
        keys = [*range(-500, 500), *np.linspace(0, 1, 500).tolist(), *map(str, range(500)), None]
        for value in (set(keys), dict.fromkeys(keys, 1)):
            assert wire.read(wire.write(value)) == value

    def test_brackets_without_end_inside_one_another(self):
        text = '["list",[' * 40 + "1" + "]]" * 40
        with pytest.raises(wire.WireError, match="nested too deeply"):
            wire.read(text)

    @pytest.mark.parametrize("deep", range(wire.DEEPEST - 2, wire.DEEPEST + 3))
    def test_what_is_written_is_never_too_deep(self, deep):
        value = np.ones(2)
        for _ in range(deep):
            value = [value]
        found = wire.read(wire.write(value))
        for _ in range(min(deep, wire.DEEPEST + 1)):
            (found,) = found
        assert isinstance(found, np.ndarray if deep <= wire.DEEPEST else wire.Other)

    @pytest.mark.parametrize("part", ["[],", "1,", '["set",[]],'])
    def test_too_many_parts(self, part):
        text = '["list",[' + part * wire.MOST_PARTS + "0]]"
        with pytest.raises(wire.WireError, match="too large"):
            wire.read(text)
        assert wire.has_too_many_parts(text)

    def test_a_long_line(self):
        with pytest.raises(wire.WireError, match="too large"):
            wire.read('"' + "x" * wire.MOST_BYTES + '"')


def test_values_of_classes_that_are_like_plain_ones():
    Pair = namedtuple("Pair", "a b")
    assert wire.read(wire.write(Pair(1, 2))) == (1, 2)
    assert wire.read(wire.write(defaultdict(int, a=1))) == {"a": 1}
    assert wire.read(wire.write(frozenset({1}))) == {1}
    assert wire.read(wire.write(float("-inf"))) == float("-inf")
    np.testing.assert_array_equal(wire.read(wire.write(np.ma.array([1, 2]))), [1, 2])
    number = wire.read(wire.write(np.float32(0.1)))
    assert type(number) is np.float32
    for value in (b"bytes", slice(1), 1j, sparse.eye(2), pd.Timestamp(0), range(3)):
        assert isinstance(wire.read(wire.write(value)), wire.Other)


def test_the_same_array_twice_takes_the_line_twice():
    array = np.zeros(1000)
    assert len(wire.write([array, array])) > 2 * len(wire.write(array)) - 100


SENT = wire.write(
    {
        "table": pd.DataFrame({"film": ["A", "B"], "mean": [4.5, 4.0]}),
        "numbers": [np.arange(3), np.float32(0.5), float("nan"), (1, None, ...)],
        "objects": np.array([1, "a"], dtype=object),
        "function": print,
    }
)


@given(st.integers(0, len(SENT) - 1), st.characters(codec="utf-8"), st.integers(0, 5))
def test_a_spoilt_line_does_no_more_than_be_refused(place, other, cut):
    spoilt = SENT[:place] + other + SENT[place + cut :]
    try:
        wire.read(spoilt, lambda number, name: None)
    except wire.WireError:
        return
