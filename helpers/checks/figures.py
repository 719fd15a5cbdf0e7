"""Exercises whose answer is a figure: judged by what it shows to a reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd

from helpers.checks.core import (
    NEXT_HINT,
    RIGHT,
    Exercise,
    Mistakes,
    UnusableError,
    is_close,
    resolve,
)
from helpers.checks.drawings import Drawing, Series, drawings
from helpers.checks.words import shown

AXES = {"x": "horizontal", "y": "vertical"}


def figure(
    expected: Any,
    *,
    right: str,
    hints: Sequence[str],
    mistakes: Mistakes = (),
    labels: Mapping[str, Sequence[str]],
    scales: Mapping[str, tuple[str, str]] | None = None,
    tolerance: float = 1e-3,
) -> Exercise:
    """An exercise whose answer is a chart: a Matplotlib figure, its axes, or what a plot returned.

    Judged in this order: what is drawn, the scales, the labels of the axes, a name for each of
    several series, and whether there is a title. Colours, sizes and kinds of chart are free, and
    further series do not matter; a line may have more points than the exercise asks for.

    Args:
        expected: a table, or a function of the context that returns it: x in the index, y in a
            column for each series.
        right: what to say about the right answer.
        hints: what to say about wrong data, deeper with each try.
        mistakes: tables with wrong data that you expect, each with what to say about it.
        labels: for each of "x" and "y", a list of words; the label of that axis must have one.
        scales: for "x" or "y", the scale that it must have, and what to say if it has another.
        tolerance: allowed error of a point, relative, and absolute near 0.

    Example:
        >>> squares = pd.DataFrame({"square": [1, 4, 9]}, index=[1, 2, 3])
        >>> growth = figure(squares, labels={"x": ["side"], "y": ["area"]}, right="Yes.",
        ...                 hints=["How large is a square with sides of 3 m?"])
        >>> from helpers import plots
        >>> answer, axes = plots.canvas("Twice the side is four times the area")
        >>> growth(answer)
        ✗ Not yet. Nothing is drawn on the axes.
        >>> line = axes.plot([1, 2, 3], [1, 4, 9])
        >>> growth(answer)
        ✗ Not yet. The horizontal axis has no label: what does it show, in which unit?
        >>> _ = axes.set(xlabel="side (m)", ylabel="area (m²)")
        >>> growth(answer)
        ✓ Yes.
    """

    def judge(answer: Any, *context: Any) -> str | None:
        found = drawings(answer)
        if not found:
            return f"The answer should be a figure, and it is {shown(answer)}."
        if not any(drawing.series for drawing in found):
            return "Nothing is drawn on the axes."
        truth = resolve(expected, context)
        for drawing in found:
            if _shows(drawing, truth, tolerance):
                return _readable(drawing, truth, labels, scales or {}, tolerance)
        for wrong, message in mistakes:
            with suppress(UnusableError):
                table = resolve(wrong, context)
                if any(_shows(drawing, table, tolerance) for drawing in found):
                    return message
        return _difference(found, truth, tolerance)

    return Exercise(judge, right=right, hints=hints)


def _shows(drawing: Drawing, truth: pd.DataFrame, tolerance: float) -> bool:
    return all(_drawn(drawing, truth[name], tolerance) for name in truth.columns)


def _drawn(drawing: Drawing, column: pd.Series, tolerance: float) -> list[Series]:
    """The series with the values of the column over those of its index."""
    wanted = np.column_stack([column.index.to_numpy(), column.to_numpy()]).astype(float)
    return [each for each in drawing.series if _passes(each, _ordered(wanted), tolerance)]


def _passes(series: Series, wanted: np.ndarray, tolerance: float) -> bool:
    points = _ordered(series.points[np.isfinite(series.points).all(axis=1)])
    if len(points) == len(wanted):
        return is_close(points, wanted, tolerance)
    x, y = points.T
    if series.kind != "line" or len(points) < len(wanted) or not np.all(np.diff(x) > 0):
        return False
    if wanted[0, 0] < x[0] or wanted[-1, 0] > x[-1]:
        return False
    return is_close(np.interp(wanted[:, 0], x, y), wanted[:, 1], tolerance)


def _ordered(points: np.ndarray) -> np.ndarray:
    return points[np.lexsort((points[:, 1], points[:, 0]))]


def _readable(
    drawing: Drawing,
    truth: pd.DataFrame,
    labels: Mapping[str, Sequence[str]],
    scales: Mapping[str, tuple[str, str]],
    tolerance: float,
) -> str | None:
    """What is missing for a reader who sees only the figure, if its data are right."""
    for axis, drawn in zip(AXES, drawing.scales, strict=True):
        wanted, message = scales.get(axis, (drawn, ""))
        if drawn != wanted:
            return message
    for (axis, name), label in zip(AXES.items(), drawing.labels, strict=True):
        if not label.strip():
            return f"The {name} axis has no label: what does it show, in which unit?"
        if not any(word.casefold() in label.casefold() for word in labels.get(axis, [""])):
            return f"The {name} axis is called {label!r}: say what it shows, and in which unit."
    if (problem := _unnamed(drawing, truth, tolerance)) is not None:
        return problem
    if not drawing.title.strip():
        return "The figure has no title: say in one sentence what one sees."
    return RIGHT


def _unnamed(drawing: Drawing, truth: pd.DataFrame, tolerance: float) -> str | None:
    """What to say if a name does not identify one of several series."""
    names = [str(name) for name in truth.columns]
    if len(names) < 2:
        return None
    for name in truth.columns:
        theirs = {series.name for series in _drawn(drawing, truth[name], tolerance)}
        if str(name) not in theirs and theirs & set(names):
            return "The names of the series are swapped: which is which?"
    if len(drawing.texts) < len(names):
        return f"Here are {len(names)} series, and nothing on the figure says which is which."
    return None


def _difference(found: Sequence[Drawing], truth: pd.DataFrame, tolerance: float) -> str:
    drawing = max(found, key=lambda each: len(each.series))
    there = sum(bool(_drawn(drawing, truth[name], tolerance)) for name in truth.columns)
    if there:
        return f"{there} of the {len(truth.columns)} series is right. {NEXT_HINT}"
    series = max(drawing.series, key=lambda each: len(each.points))
    if not len(series.points):
        return f"{NEXT_HINT} What is drawn has no points."
    ends = series.points[[0, -1]].round(3).tolist()
    first, last = (f"({x:g}, {y:g})" for x, y in ends)
    return f"{NEXT_HINT} Of yours, {len(series.points):,} points run from {first} to {last}."
