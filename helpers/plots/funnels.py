"""Charts of what rests on little evidence: the fewer ratings in common, the wilder the number."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from helpers.plots.style import COLOURS, INK, canvas, styled


@styled
def similarity_funnel(
    panels: Mapping[str, pd.Series],
    overlap: pd.Series,
    *,
    title: str,
    x_label: str = "raters in common (log scale)",
    top: int = 10,
) -> Figure:
    """A dot a film: how many users it shares with ours, and how similar it seems to be.

    Args:
        panels: similarities by the name of the panel, such as before and after shrinkage; each
            panel has a scale of its own and marks its largest values.
        overlap: ratings in common, over the same index.
        title: the finding.
        x_label: what ``overlap`` counts.
        top: how many of the largest to mark; of equal ones those that come first.
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
