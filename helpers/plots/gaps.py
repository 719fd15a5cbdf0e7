"""Charts of gaps: one quantity of each recommender, measured in two or three ways."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from helpers.plots.style import COLOURS, SERIES, canvas, styled


@styled
def gaps(
    values: pd.DataFrame,
    *,
    title: str,
    x_label: str,
    y_label: str = "recommender",
    intervals: Mapping[str, pd.DataFrame] | None = None,
) -> Figure:
    """A row a recommender, a mark for each way of measuring it, and a line from end to end.

    Args:
        values: one row a recommender from top to bottom, one column a way of measuring, at most
            six.
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
