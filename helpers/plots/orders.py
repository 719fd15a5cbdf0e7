"""Charts of orders: how the ranks of a few recommenders change from one measure to the next."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from helpers.plots.style import CARD, SERIES, canvas, styled


@styled
def orders(
    values: pd.DataFrame,
    *,
    title: str,
    x_label: str,
    lower_is_better: Collection[str] = (),
    digits: int = 2,
) -> Figure:
    """A line a recommender, a column a measure: its rank as the height, its value as a number.

    Lines that cross are recommenders that change places.

    Args:
        values: one row a recommender, one column a measure, from left to right.
        title: the finding.
        x_label: what the columns are.
        lower_is_better: columns whose lowest value comes first; elsewhere the highest does.
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
