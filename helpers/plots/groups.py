"""Charts of groups in order: where one recommender overtakes another."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from helpers.plots.curves import name_ends
from helpers.plots.style import INK, SERIES, canvas, styled


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
    """A line a recommender over groups that have an order, with an upright interval at each.

    Groups stand at equal distances, whatever their size; lines that cross change places.

    Args:
        values: one row a group from left to right, one column a recommender, at most six.
        title: the finding.
        x_label: what the groups are.
        y_label: what is measured, with its unit.
        intervals: columns low and high over the same index, by the recommender.
        reference: name and height of a dashed line, such as what chance achieves.
    """
    figure, axes = canvas(title, x_label, y_label)
    places = np.arange(len(values))
    # Intervals of two lines that meet would hide each other.
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
