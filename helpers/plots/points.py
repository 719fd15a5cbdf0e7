"""Charts of points on an axis: values with intervals, differences, gaps and orders."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from helpers.errors import ParameterError
from helpers.plots.style import CARD, COLOURS, INK, SERIES, canvas, styled

# Wide enough for the longest name of a recommender, then for each measure.
NAMES_WIDTH, PANEL_WIDTH = 1.7, 2.3


@styled
def forest(
    panels: Mapping[str, pd.DataFrame],
    *,
    title: str,
    y_label: str = "recommender",
    highlight: Collection[str] = (),
    reference: str | float | None = None,
    digits: int = 2,
) -> Figure:
    """One row per recommender, one panel per measure: the value as a mark, its interval as a line.

    Args:
        panels: by the label of the panel's axis; columns value, low and high, one row per name,
            from top to bottom as in the first panel. A name that a panel lacks, or with value NaN,
            has a dash there; an interval that is NaN is left out.
        title: the finding.
        y_label: what the rows are.
        highlight: rows that the title is about, in the second colour and shape.
        reference: a number, or a row by name: each panel gets a dashed line at it or at its value.
        digits: decimals of the values next to the marks.

    Raises:
        ParameterError: there is no panel.
    """
    if not panels:
        raise ParameterError("A forest plot needs one panel or more.")
    names = list(next(iter(panels.values())).index)
    width = max(6.6, NAMES_WIDTH + PANEL_WIDTH * len(panels))
    size = (width, 1.25 + 0.3 * len(names))
    figure, axes = canvas(title, size=size, ncols=len(panels), sharey=True, squeeze=False)
    heights = np.arange(len(names))[::-1]
    for panel, (label, table) in zip(axes[0], panels.items(), strict=True):
        rows = table.reindex(names)
        at = rows["value"].get(reference) if isinstance(reference, str) else reference
        if at is not None and np.isfinite(at):
            panel.axvline(at, color=INK, linewidth=1.1, linestyle=(0, (4, 2)), zorder=1)
        for height, name in zip(heights, names, strict=True):
            _row(panel, height, rows.loc[name], SERIES[name in highlight], digits)
        panel.set_xlabel(label)
        panel.margins(x=0.16)
        panel.grid(False, axis="y")
        panel.tick_params(axis="y", length=0)
    axes[0, 0].set_yticks(heights, [str(name) for name in names])
    axes[0, 0].set(ylabel=y_label, ylim=(-0.6, len(names) - 0.4))
    return figure


def _row(axes: Axes, height: float, row: pd.Series, series: tuple, digits: int) -> None:
    if not np.isfinite(row["value"]):
        axes.annotate(
            "–",
            (0.03, height),
            xycoords=("axes fraction", "data"),
            va="center",
            color=COLOURS["grey"],
        )
        return
    colour, marker, _line = series
    end = row["value"]
    if np.isfinite(row["high"]):
        axes.plot([row["low"], row["high"]], [height, height], color=colour, linewidth=2.2)
        end = row["high"]
    axes.plot(row["value"], height, marker, color=colour, ms=6.5, mec="white", mew=0.8, zorder=3)
    axes.annotate(
        f"{row['value']:.{digits}f}".replace("-", "−"),
        (end, height),
        xytext=(5, 0),
        textcoords="offset points",
        va="center",
        fontsize=8.5,
        # The number stays readable if the dashed line runs through it.
        bbox={"facecolor": CARD, "edgecolor": "none", "pad": 0.8},
    )


@styled
def gaps(
    values: pd.DataFrame,
    *,
    title: str,
    x_label: str,
    y_label: str = "recommender",
    intervals: Mapping[str, pd.DataFrame] | None = None,
) -> Figure:
    """One row per recommender, one mark for each way of measuring it, and a line from end to end.

    Args:
        values: one row per recommender from top to bottom, one column per way of measuring, at
            most six.
        title: the finding.
        x_label: what is measured, with its unit.
        y_label: what the rows are.
        intervals: columns low and high over the same index, by the column that they belong to.
    """
    figure, axes = canvas(title, x_label, y_label, size=(6.6, 1.6 + 0.42 * len(values)))
    heights = np.arange(len(values))[::-1].astype("float64")
    ends = values.min(axis=1), values.max(axis=1)
    axes.hlines(heights, *ends, COLOURS["grey"], linewidth=1.2, zorder=1)
    for (column, points), series in zip(values.items(), SERIES, strict=False):
        axes.scatter(
            points,
            heights,
            s=60,
            color=series.colour,
            marker=series.marker,
            edgecolor="white",
            linewidth=0.8,
            label=str(column),
            zorder=3,
        )
        if intervals and column in intervals:
            low, high = intervals[str(column)]["low"], intervals[str(column)]["high"]
            axes.hlines(heights - 0.2, low, high, series.colour, linewidth=2.2, zorder=2)
    axes.set_yticks(heights, [str(name) for name in values.index])
    axes.set_ylim(-0.6, len(values) - 0.4)
    axes.margins(x=0.08)
    axes.grid(False, axis="y")
    axes.tick_params(axis="y", length=0)
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=values.shape[1],
        borderaxespad=0.2,
        handletextpad=0.2,
        fontsize=9,
    )
    return figure


@styled
def orders(
    values: pd.DataFrame,
    *,
    title: str,
    x_label: str,
    lower_is_better: Collection[str] = (),
    digits: int = 2,
) -> Figure:
    """One line per recommender, one column per measure: height is the rank, the number the value.

    If lines cross, the recommenders change places.

    Args:
        values: one row per recommender, one column per measure, from left to right.
        title: the finding.
        x_label: what the columns are.
        lower_is_better: columns in which the lowest value comes first; in others the highest does.
        digits: decimals of the values.
    """
    signs = np.where(values.columns.isin(list(lower_is_better)), 1.0, -1.0)
    ranks = (values * signs).rank(method="first")
    size = (6.8, 1.4 + 0.36 * len(values))
    figure, axes = canvas(title, x_label, "place in the order", size=size)
    places = np.arange(values.shape[1])
    for position, name in enumerate(values.index):
        series = SERIES[position % len(SERIES)]
        heights = ranks.loc[name].to_numpy()
        axes.plot(places, heights, color=series.colour, linestyle=series.line, zorder=2)
        axes.plot(places, heights, series.marker, color=series.colour, ms=7, mec="white", zorder=4)
        for place, height, value in zip(places, heights, values.loc[name], strict=True):
            axes.annotate(
                f"{value:.{digits}f}",
                (place, height),
                xytext=(0, 7),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontsize=8,
                bbox={"facecolor": CARD, "edgecolor": "none", "pad": 0.5},
                zorder=3,
            )
        axes.annotate(
            str(name),
            (places[-1], heights[-1]),
            xytext=(11, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
        )
    axes.set_xticks(places, [str(column) for column in values.columns])
    axes.set_yticks(np.arange(1, len(values) + 1))
    axes.set_xlim(-0.2, places[-1] + 0.2)
    axes.set_ylim(len(values) + 0.45, 0.35)
    axes.grid(False, axis="y")
    axes.tick_params(axis="y", length=0)
    return figure


@styled
def similarity_funnel(
    panels: Mapping[str, pd.Series],
    overlap: pd.Series,
    *,
    title: str,
    x_label: str = "raters in common (log scale)",
    top: int = 10,
) -> Figure:
    """One dot per film: how many users it shares with ours, and how similar it seems to be.

    Args:
        panels: similarities by the name of the panel, such as before and after shrinkage; each
            panel has its own scale and marks its largest values.
        overlap: ratings in common, over the same index.
        title: the finding.
        x_label: what ``overlap`` counts.
        top: how many of the largest to mark; the first ones if equal.
    """
    figure, axes_row = canvas(title, size=(7.4, 3.9), ncols=len(panels), squeeze=False)
    for axes, (name, values) in zip(axes_row[0], panels.items(), strict=True):
        best = values.nlargest(top).index
        others = values.index.difference(best, sort=False)
        axes.plot(
            overlap[others], values[others], ".", color=COLOURS["blue"], alpha=0.3, ms=5, mew=0
        )
        # Many of the best may share a point: a little room to the right shows how many.
        points = pd.DataFrame({"x": overlap[best], "y": values[best]})
        x = points["x"] * 1.03 ** points.groupby(["x", "y"]).cumcount()
        axes.plot(x, points["y"], "s", color=COLOURS["orange"], ms=5.5, mec=INK, mew=0.7)
        axes.axhline(0, color=INK, lw=1)
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 3, 5)))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _position: f"{value:,.0f}"))
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set(xlabel=x_label, ylabel=name)
    key = Line2D(
        [], [], marker="s", color=COLOURS["orange"], mec=INK, mew=0.7, ls="", label=f"top {top}"
    )
    axes_row[0, 0].legend(handles=[key], loc="lower right")
    return figure
