"""A figure is judged by what it shows, however it was made."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers import plots
from helpers.checks import figure
from helpers.checks.drawings import drawings

ONE = pd.DataFrame({"ratings": [8.0, 3.0, 1.0]}, index=[1, 2, 3])
TWO = pd.DataFrame({"with": [3.0, 2.0, 2.5], "without": [2.0, 2.25, 2.4]}, index=[1, 2, 3])
WORDS = {"x": "film (rank)", "y": "ratings (number)", "title": "Few films have most ratings"}
LABELS = {"x": ["film", "rank"], "y": ["rating"]}


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    yield
    plt.close("all")


def tail(**options):
    return figure(
        ONE,
        right="Yes.",
        hints=["Sort them.", "Largest first."],
        mistakes=[
            (ONE.set_axis([0, 1, 2]), "Count from 1."),
            (ONE[::-1].set_axis([1, 2, 3]), "Up."),
        ],
        labels=LABELS,
        **options,
    )


def two():
    return figure(
        lambda table: table,
        right="Yes.",
        hints=["Two lines."],
        labels={"x": ["seed"], "y": ["stars"]},
    )


def drawn(draw, *, x=WORDS["x"], y=WORDS["y"], title=WORDS["title"]):
    shown, axes = plt.subplots()
    draw(axes)
    axes.set(xlabel=x, ylabel=y, title=title)
    return shown


def line(axes, values=(8, 3, 1), start=1):
    axes.plot(range(start, start + len(values)), values)


@pytest.mark.parametrize(
    "draw",
    [
        line,
        lambda axes: axes.plot([0, 1, 2, 3], [20, 8, 3, 1]),
        lambda axes: axes.plot([3, 2, 1], [1, 3, 8], "o"),
        lambda axes: axes.plot(np.linspace(1, 3, 41), np.interp(np.linspace(1, 3, 41), *ONE_XY)),
        lambda axes: axes.scatter([1, 2, 3], [8, 3, 1]),
        lambda axes: axes.bar([1, 2, 3], [8, 3, 1]),
        lambda axes: ONE["ratings"].plot(ax=axes),
        lambda axes: (line(axes), axes.axhline(4), axes.axvline(2), line(axes, (1, 1, 1))),
    ],
)
def test_the_same_points_are_right_in_any_kind_of_chart(draw):
    tail()(drawn(draw), strict=True)


ONE_XY = (ONE.index.to_numpy(), ONE["ratings"].to_numpy())


@pytest.mark.parametrize(
    "answer",
    [
        lambda shown: shown.axes[0],
        lambda shown: (shown, shown.axes[0]),
        lambda shown: shown.axes[0].lines,
        lambda shown: shown.axes[0].lines[0],
        lambda shown: np.array([[shown.axes[0]]]),
        drawings,
    ],
)
def test_what_a_plotting_function_returns_is_taken_for_the_figure(answer):
    tail()(answer(drawn(line)), strict=True)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda: 3, "should be a figure, and it is 3"),
        (lambda: drawn(lambda axes: None), "Nothing is drawn"),
        (lambda: drawn(lambda axes: axes.axhline(3)), "Nothing is drawn"),
        (lambda: drawn(lambda axes: line(axes, start=0)), "Count from 1."),
        (lambda: drawn(lambda axes: line(axes, (1, 3, 8))), "Up."),
        (lambda: drawn(lambda axes: line(axes, (8, 4, 1))), "Sort them. Of yours, 3 points run"),
        (lambda: drawn(lambda axes: line(axes, (8, 3))), "Sort them. Of yours, 2 points run"),
        (lambda: drawn(lambda axes: axes.scatter([1, 2], [8, 3])), "from (1, 8) to (2, 3)"),
        (lambda: drawn(line, x=""), "horizontal axis has no label"),
        (lambda: drawn(line, y=" "), "vertical axis has no label"),
        (lambda: drawn(line, y="y"), "vertical axis is called 'y': say what it shows"),
        (lambda: drawn(line, title=""), "no title"),
    ],
)
def test_what_is_wrong_with_a_figure_is_said(answer, said, capsys):
    tail()(answer())
    assert said in capsys.readouterr().out.replace("\n", " ")


def test_the_scale_may_matter(capsys):
    exercise = tail(scales={"y": ("log", "One cannot see the tail on this scale.")})
    shown = drawn(line)
    exercise(shown)
    shown.axes[0].set_yscale("log")
    exercise(shown)
    assert capsys.readouterr().out == "✗ Not yet. One cannot see the tail on this scale.\n✓ Yes.\n"


def both(axes, names=("with", "without")):
    for column, name in zip(TWO, names, strict=True):
        axes.plot(TWO.index, TWO[column], label=name)


def pair(draw, legend=True):
    shown = drawn(draw, x="seeds", y="error (stars²)")
    if legend:
        shown.axes[0].legend()
    return shown


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda: pair(both), "✓"),
        (lambda: pair(lambda axes: both(axes, ("a head", "no head"))), "✓"),
        (lambda: pair(both, legend=False), "which is which"),
        (lambda: pair(lambda axes: both(axes, ("without", "with"))), "swapped"),
        (lambda: pair(lambda axes: axes.plot(TWO["with"], label="with")), "1 of the 2 series"),
    ],
)
def test_two_series_need_names(answer, said, capsys):
    two()(answer(), TWO)
    assert said in capsys.readouterr().out.replace("\n", " ")


def test_the_course_s_own_charts_are_right():
    words = {"x_label": "seeds", "y_label": "error (stars²)"}
    two()(plots.learning_curve(TWO, title="They meet", **words), TWO, strict=True)
    words = {"x_label": WORDS["x"], "y_label": WORDS["y"]}
    tail()(plots.long_tail(ONE["ratings"].to_numpy(), title="Few", **words), strict=True)


def test_lying_bars_are_read_along_their_length():
    shown, axes = plt.subplots()
    axes.barh([1, 2], [5.0, 7.0])
    (bars,) = drawings(shown)[0].series
    assert bars.kind == "bars"
    assert bars.points.tolist() == [[5, 1], [7, 2]]


def test_what_is_hidden_is_not_shown(capsys):
    shown = drawn(line)
    shown.axes[0].lines[0].set_visible(False)
    tail()(shown)
    assert "Nothing is drawn" in capsys.readouterr().out
