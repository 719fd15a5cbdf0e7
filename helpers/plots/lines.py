"""Charts of lines: over epochs, over ratings told, over groups with an order."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from helpers.plots.style import COLOURS, INK, SERIES, Series, canvas, styled, upright_line


@styled
def learning_curve(
    history: pd.DataFrame,
    *,
    title: str,
    x_label: str = "epoch",
    y_label: str = "mean squared error (stars²)",
    marks: Mapping[str, float] | None = None,
    references: Mapping[str, float] | None = None,
    log: bool = False,
) -> Figure:
    """One line per column over the epochs in the index, each named at its end.

    Args:
        history: index the epoch, one column per series (train, validation, …), at most six.
        title: the finding.
        x_label: what the index counts.
        y_label: what the columns measure, with the unit.
        marks: epochs to mark, by name, such as the one at which early stopping would stop.
        references: heights to compare with, by name, as dashed horizontal lines.
        log: whether the vertical axis is logarithmic.
    """
    figure, axes = canvas(title, x_label, y_label)
    if log:
        axes.set_yscale("log")
    every = 1 if len(history) <= 30 else max(1, len(history) // 8)
    ends: list[tuple[float, str, Series | None]] = []
    for (name, values), series in zip(history.items(), SERIES, strict=False):
        axes.plot(
            history.index,
            values,
            color=series.colour,
            linestyle=series.line,
            marker=series.marker,
            markevery=every,
        )
        ends.append((float(values.iloc[-1]), str(name), series))
    ends += _reference_lines(axes, references)
    for name, epoch in (marks or {}).items():
        upright_line(axes, name, epoch, COLOURS["grey"], 1.2)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    name_ends(axes, ends)
    return figure


@styled
def learnt_curve(
    curves: pd.DataFrame,
    *,
    title: str,
    x_label: str,
    y_label: str,
    points: np.ndarray | None = None,
    references: Mapping[str, float] | None = None,
) -> Figure:
    """The output of a model for one number: one line per column, over the number in the index.

    Args:
        curves: index the input in ascending order, one column per curve, at most six.
        title: the finding.
        x_label: what goes in, with the unit.
        y_label: what comes out, with the unit.
        points: pairs of input and output to mark, shape (n, 2), such as real predictions.
        references: heights to compare with, by name, as dashed horizontal lines.
    """
    figure, axes = canvas(title, x_label, y_label)
    ends: list[tuple[float, str, Series | None]] = []
    for (name, values), series in zip(curves.items(), SERIES, strict=False):
        axes.plot(curves.index, values, color=series.colour, linestyle=series.line)
        ends.append((float(values.iloc[-1]), str(name), series))
    if points is not None:
        hollow = {"facecolor": "white", "edgecolor": COLOURS["orange"], "linewidth": 1.5}
        axes.scatter(*np.asarray(points).T, s=30, marker="s", zorder=3, **hollow)
    ends += _reference_lines(axes, references)
    name_ends(axes, ends)
    return figure


@styled
def seed_strip(
    scores: pd.DataFrame,
    *,
    title: str,
    x_label: str,
    each: str = "seed",
    references: Mapping[str, float] | None = None,
    log: bool = False,
) -> Figure:
    """One dot per seed, one row per model, and a bar at each mean.

    Args:
        scores: one row per seed, one column per model, in the unit of ``x_label``.
        title: the finding.
        x_label: what is measured, with its unit.
        each: what a dot means, if it is not a seed.
        references: values to compare with, by name, as dashed vertical lines.
        log: whether the horizontal axis is logarithmic.
    """
    measured = f"{x_label}; bar: mean of {len(scores)} {each}s"
    figure, axes = canvas(title, measured, "model", size=(6.6, 1.6 + 0.62 * scores.shape[1]))
    if log:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter(NullFormatter())
    heights = np.arange(scores.shape[1])[::-1]
    for (_name, values), height, series in zip(scores.items(), heights, SERIES, strict=False):
        spread = np.linspace(-0.16, 0.16, len(values))
        axes.scatter(
            values,
            height + spread,
            color=series.colour,
            marker=series.marker,
            s=42,
            alpha=0.85,
            edgecolor="white",
            linewidth=0.7,
            zorder=3,
        )
        axes.plot([values.mean()] * 2, [height - 0.3, height + 0.3], color=INK, linewidth=2.4)
    for name, value in (references or {}).items():
        upright_line(axes, name, value, COLOURS["grey"], 1.4)
    axes.set_yticks(heights, list(scores.columns))
    axes.set_ylim(-0.6, len(heights) - 0.4)
    axes.grid(False, axis="y")
    return figure


def _reference_lines(
    axes: Axes, references: Mapping[str, float] | None
) -> list[tuple[float, str, Series | None]]:
    for height in (references or {}).values():
        axes.axhline(height, color=INK, linewidth=1.1, linestyle=(0, (2, 2)), zorder=1)
    return [(height, name, None) for name, height in (references or {}).items()]


def name_ends(axes: Axes, ends: list[tuple[float, str, Series | None]]) -> None:
    """Name each line to the right of its end, moved apart if two ends are close."""
    low, high = axes.get_ylim()
    scale = np.log if axes.get_yscale() == "log" else np.asarray
    places = [(scale(end) - scale(low)) / (scale(high) - scale(low)) for end, *_ in ends]
    gap, lowest = 0.085, -1.0
    for position in np.argsort(places, kind="stable"):
        _height, name, series = ends[position]
        lowest = max(places[position], lowest + gap)
        if series is not None:
            marker = {"color": series.colour, "marker": series.marker}
            axes.plot(1.03, lowest, transform=axes.transAxes, clip_on=False, **marker)
        axes.annotate(name, (1.05, lowest), xycoords="axes fraction", va="center", fontsize=9)


@styled
def known_curve(
    values: pd.DataFrame,
    *,
    title: str,
    x_label: str = "ratings that are known of the user",
    y_label: str = "nDCG@10 (no unit)",
    intervals: Mapping[str, pd.DataFrame] | None = None,
) -> Figure:
    """One line per recommender over the numbers in the index, which are at equal distances.

    The first rating changes more than the fortieth, so equal distances give each step its room.
    If lines cross, the recommenders change places.

    Args:
        values: index how much is known, ascending; one column per recommender, at most six.
        title: the finding.
        x_label: what the index counts.
        y_label: what is measured, with its unit.
        intervals: columns low and high over the same index, drawn as a band, by recommender.
    """
    figure, axes = canvas(title, x_label, y_label, size=(6.8, 4.2))
    places = np.arange(len(values))
    ends: list[tuple[float, str, Series | None]] = []
    for (name, heights), series in zip(values.items(), SERIES, strict=False):
        line = {"color": series.colour, "linestyle": series.line, "marker": series.marker}
        axes.plot(places, heights, zorder=3, **line)
        if intervals is not None and name in intervals:
            band = intervals[str(name)]
            axes.fill_between(
                places, band["low"], band["high"], color=series.colour, alpha=0.13, linewidth=0
            )
        ends.append((float(heights.iloc[-1]), str(name), series))
    axes.set_xticks(places, [f"{known:g}" for known in values.index])
    name_ends(axes, ends)
    return figure


@styled
def group_lines(
    values: pd.DataFrame,
    *,
    title: str,
    x_label: str,
    y_label: str,
    intervals: Mapping[str, pd.DataFrame] | None = None,
    reference: tuple[str, float] | None = None,
) -> Figure:
    """One line per recommender over groups with an order, with a vertical interval at each.

    Groups are at equal distances, whatever their size; if lines cross, places change.

    Args:
        values: one row per group from left to right, one column per recommender, at most six.
        title: the finding.
        x_label: what the groups are.
        y_label: what is measured, with its unit.
        intervals: columns low and high over the same index, by the recommender.
        reference: name and height of a dashed line, such as what chance achieves.
    """
    figure, axes = canvas(title, x_label, y_label)
    places = np.arange(len(values))
    # Without this, intervals of two lines that meet would hide each other.
    beside = np.linspace(-0.09, 0.09, values.shape[1]) if values.shape[1] > 1 else [0.0]
    for (name, heights), series, shift in zip(values.items(), SERIES, beside, strict=False):
        look = {"color": series.colour, "linestyle": series.line, "marker": series.marker}
        axes.plot(places + shift, heights, **look, zorder=3)
        if intervals and name in intervals:
            low, high = (intervals[str(name)][end] for end in ("low", "high"))
            axes.vlines(places + shift, low, high, series.colour, linewidth=1.4, zorder=2)
    ends = [
        (float(heights.iloc[-1]), str(name), series)
        for (name, heights), series in zip(values.items(), SERIES, strict=False)
    ]
    if reference is not None:
        axes.axhline(reference[1], color=INK, linewidth=1.1, linestyle=(0, (2, 2)), zorder=1)
    axes.set_xticks(places, [str(name) for name in values.index])
    axes.set_xlim(-0.35, len(values) - 0.65)
    name_ends(axes, [*ends, *([(reference[1], reference[0], None)] if reference else [])])
    return figure
