"""Charts of predicted stars: their spread while a model learns, and what each step pays."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from helpers.plots.style import CARD, COLOURS, INK, canvas, styled


@styled
def spread_of_stars(
    predictions: Mapping[str, np.ndarray], truth: np.ndarray, *, title: str, width: float = 0.25
) -> Figure:
    """Histograms of predictions, one below the other, above that of the true ratings.

    Args:
        predictions: stars by the name of the row, from top to bottom, each of shape (any,).
        truth: the ratings, shape (any,), in the second colour.
        title: the finding.
        width: width of a bar, in stars.
    """
    rows = {**predictions, "the truth": truth}
    size = (6.6, 1.2 + 0.62 * len(rows))
    figure, panels = canvas(title, size=size, nrows=len(rows), sharex=True)
    low = min(values.min() for values in rows.values())
    high = max(values.max() for values in rows.values())
    edges = np.arange(np.floor(low / width) - 0.5, high / width + 1.5) * width
    for axes, (name, values) in zip(panels, rows.items(), strict=True):
        colour = COLOURS["orange" if values is truth else "blue"]
        axes.hist(values, edges, weights=np.full(len(values), 1 / len(values)), color=colour)
        axes.axvline(values.mean(), color=INK, linewidth=1.4, linestyle=(0, (4, 2)))
        axes.set_ylabel(name, rotation=0, ha="right", va="center")
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
    panels[-1].set_xlabel("stars; dashed: the mean of the row; height: share of the pairs")
    return figure


@styled
def steps(
    scores: pd.DataFrame,
    *,
    title: str,
    x_label: str = "RMSE on validation (stars)",
    references: Mapping[str, float] | None = None,
) -> Figure:
    """A row a step: where its training ended, and the best that it had reached on the way.

    Args:
        scores: one row a step from top to bottom, columns ``best`` and ``end``; lower is better.
        title: the finding.
        x_label: what is measured, with its unit.
        references: values to compare with, by name, as dashed vertical lines.
    """
    figure, axes = canvas(title, x_label, "step", size=(6.6, 1.7 + 0.42 * len(scores)))
    heights = np.arange(len(scores))[::-1]
    axes.hlines(heights, scores["best"], scores["end"], COLOURS["grey"], linewidth=1.4)
    ends = {"color": COLOURS["blue"], "marker": "o", "s": 46, "zorder": 3, "label": "at the end"}
    axes.scatter(scores["end"], heights, **ends)
    best = {"facecolor": "white", "edgecolor": COLOURS["orange"], "linewidth": 1.8}
    axes.scatter(scores["best"], heights, marker="D", s=34, zorder=4, label="best epoch", **best)
    for height, end in zip(heights, scores["end"], strict=True):
        axes.annotate(
            f"{end:.2f}",
            (end, height),
            (9, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            bbox={"facecolor": CARD, "edgecolor": "none", "pad": 0.8},
        )
    lines = sorted((references or {}).items(), key=lambda line: line[1])
    for level, (name, value) in enumerate(lines):
        axes.axvline(value, color=INK, linewidth=1.2, linestyle=(0, (4, 2)), zorder=1)
        axes.annotate(
            name,
            (value, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(3, -1 - 11 * level),
            textcoords="offset points",
            va="top",
            fontsize=9,
        )
    axes.set_yticks(heights, list(scores.index))
    axes.set_ylim(-0.6, len(scores) + 0.1)
    axes.margins(x=0.1)
    axes.grid(False, axis="y")
    axes.legend(loc="lower right")
    return figure
