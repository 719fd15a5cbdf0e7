"""Charts of what is known: how good a recommender is, over how many ratings it was told."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from helpers.plots.curves import name_ends
from helpers.plots.style import SERIES, Series, canvas, styled


@styled
def known_curve(
    values: pd.DataFrame,
    *,
    title: str,
    x_label: str = "ratings that are known of the user",
    y_label: str = "nDCG@10 (no unit)",
    intervals: Mapping[str, pd.DataFrame] | None = None,
) -> Figure:
    """A line a recommender over the numbers in the index, which stand at equal distances.

    The first rating changes more than the fortieth: equal distances give each step its room.
    Lines that cross are recommenders that change places.

    Args:
        values: index how much is known, ascending; one column a recommender, at most six.
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
