"""Bar charts: categories, shares, and models compared with a baseline."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from helpers.plots.style import COLOURS, INK, canvas, styled


@styled
def bars(
    values: pd.Series,
    *,
    title: str,
    x_label: str,
    y_label: str,
    highlight: Collection[str] = (),
    intervals: pd.DataFrame | None = None,
    reference: tuple[str, float] | None = None,
    digits: int = 2,
) -> Figure:
    """One horizontal bar per row, in the given order from top to bottom, with its value.

    For counts of categories, for what each neighbour adds to a score (negative bars point left),
    and for models compared with a baseline.

    Args:
        values: one number per bar; the index holds the names.
        title: the finding.
        x_label: what the bars measure, with the unit.
        y_label: what the names are.
        highlight: names of the bars that the title is about, drawn in the second colour.
        intervals: columns low and high over the same index, drawn as whiskers.
        reference: name and place of a dashed vertical line, such as the baseline.
        digits: decimals of the values next to the bars; 0 for counts.
    """
    figure, axes = canvas(title, x_label, y_label, size=(6.6, 1.3 + 0.3 * len(values)))
    heights = np.arange(len(values))[::-1]
    names = [str(name) for name in values.index]
    colours = [COLOURS["orange" if name in highlight else "blue"] for name in names]
    axes.barh(heights, values, height=0.68, color=colours, zorder=2)
    ends = values.to_numpy("float64")
    if intervals is not None:
        axes.hlines(
            heights, intervals["low"], intervals["high"], color=INK, linewidth=1.6, zorder=3
        )
        ends = np.where(ends < 0, intervals["low"], intervals["high"])
    for height, value, end in zip(heights, values, ends, strict=True):
        axes.annotate(
            f"{value:,.{digits}f}",
            (end, height),
            xytext=(-4 if value < 0 else 4, 0),
            textcoords="offset points",
            ha="right" if value < 0 else "left",
            va="center",
            fontsize=9,
        )
    if reference is not None:
        axes.axvline(reference[1], color=INK, linewidth=1.2, linestyle=(0, (4, 2)), zorder=4)
        axes.annotate(
            reference[0],
            (reference[1], 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=9,
        )
    axes.set_yticks(heights, names)
    axes.set_ylim(-0.6, len(values) - 0.4)
    axes.margins(x=0.12)
    axes.grid(False, axis="y")
    axes.tick_params(axis="y", length=0)
    return figure
