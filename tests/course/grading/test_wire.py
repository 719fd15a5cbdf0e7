"""Plain values cross from a submission to the grader unchanged, and nothing else does."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        '["array", "O", [1], "gASV"]',
        '["array", "V8", [1], "AAAAAAAAAAA="]',
        '["array", "<f8", [1000000000000], "AAAAAAAAAAA="]',
        '["array", "<f8", [-1, -1], "AAAAAAAAAAA="]',
        '["array", "<U999999999999", [1], ""]',
        '["array", "<f8"]',
        '["array", 3, 3, 3]',
        '["frame", ["a"], [1, 2]]',
        '["objects", [7], [1]]',
        '["dict", [[["list", []], 1]]]',
        '["function", "x", "y"]',
        '["figure", [["title"]]]',
        '["figure", [["tuple", ["t", ["x"], ["y"], [], 3]]]]',
        '[["list"]]',
        "nonsense",
    ],
    ids=lambda text: text[:30],
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
