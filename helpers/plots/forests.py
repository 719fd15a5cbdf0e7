"""Charts of values with intervals: a leaderboard, or differences that leave zero out or not."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.errors import ParameterError
from helpers.plots.style import CARD, COLOURS, INK, SERIES, canvas, styled

# Wide enough for the longest name of a recommender, then for one measure after another.
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
    """A row a recommender, a panel a measure: the value as a mark, its interval as a line.

    Args:
        panels: by the label of the panel's axis; columns value, low and high, one row a name, from
            top to bottom as in the first panel. A name that a panel lacks, or whose value is NaN,
            has a dash there; an interval that is NaN is left out.
        title: the finding.
        y_label: what the rows are.
        highlight: rows in the second colour and shape, which the title is about.
        reference: a row whose value, or a number at which, a dashed line is drawn in each panel.
        digits: decimals of the values beside the marks.

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
        # Where the dashed line runs through it, the number stays readable.
        bbox={"facecolor": CARD, "edgecolor": "none", "pad": 0.8},
    )
