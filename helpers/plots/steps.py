"""Charts of steps: what each adds to a sum, and what each step of a lesson gains."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from helpers.plots.style import CARD, COLOURS, INK, canvas, styled, upright_line


@styled
def waterfall(
    parts: pd.Series,
    *,
    start: tuple[str, float],
    end: str,
    title: str,
    x_label: str,
    y_label: str,
    references: Mapping[str, float] | None = None,
) -> Figure:
    """One bar per part; each begins where the one above it ends.

    Parts that add are blue with an arrow to the right, parts that subtract are orange with
    an arrow to the left.

    Args:
        parts: what each adds, from top to bottom; the index holds the names.
        start: name and value of the start of the sum.
        end: name of the sum.
        title: the finding.
        x_label: what is added up, with the unit.
        y_label: what the parts are.
        references: values to compare with, by name, as dashed vertical lines.
    """
    figure, axes = canvas(title, x_label, y_label, size=(7.0, 1.7 + 0.29 * len(parts)))
    after = start[1] + parts.to_numpy("float64").cumsum()
    before = np.concatenate([[start[1]], after[:-1]])
    heights = np.arange(len(parts), 0, -1)
    for height, left, right in zip(heights, before, after, strict=True):
        colour = COLOURS["blue" if right >= left else "orange"]
        axes.barh(height, right - left, left=left, height=0.62, color=colour, zorder=2)
        axes.plot([right, right], [height + 0.31, height - 1 - 0.31], color=INK, lw=0.8, zorder=1)
        axes.annotate(
            f"{right - left:+.2f} {'→' if right >= left else '←'}",
            (max(left, right), height),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
        )
    for row, (name, value) in ((len(parts) + 1, start), (0, (end, after[-1]))):
        axes.plot(value, row, "D", color=COLOURS["green"], ms=8, mec="white", zorder=3)
        axes.annotate(
            f"{name}: {value:.2f}",
            (value, row),
            (9, 0),
            textcoords="offset points",
            va="center",
            bbox={"facecolor": CARD, "edgecolor": "none", "pad": 1},
        )
    for name, value in (references or {}).items():
        upright_line(axes, name, value, INK, 1.2)
    axes.set_yticks(heights, [str(name) for name in parts.index])
    axes.set_ylim(-0.7, len(parts) + 1.7)
    # Matplotlib leaves no margin at the edge where a bar starts.
    axes.use_sticky_edges = False
    axes.margins(x=0.18)
    axes.grid(False, axis="y")
    axes.tick_params(axis="y", length=0)
    return figure


@styled
def steps(
    scores: pd.DataFrame,
    *,
    title: str,
    x_label: str = "RMSE on validation (stars)",
    references: Mapping[str, float] | None = None,
) -> Figure:
    """One row per step: the score at the end of training, and the best score before that.

    The value at the end is next to the name; a dot behind the diamond shows as a rim.

    Args:
        scores: one row per step from top to bottom, columns ``best`` and ``end``; lower is better.
        title: the finding.
        x_label: what is measured, with its unit.
        references: values to compare with, by name, as dashed vertical lines.
    """
    figure, axes = canvas(title, x_label, "step", size=(6.6, 1.7 + 0.42 * len(scores)))
    heights = np.arange(len(scores))[::-1]
    axes.hlines(heights, scores["best"], scores["end"], COLOURS["grey"], linewidth=1.4)
    ends = {"color": COLOURS["blue"], "marker": "o", "s": 100, "zorder": 3, "label": "at the end"}
    axes.scatter(scores["end"], heights, **ends)
    best = {"facecolor": "white", "edgecolor": COLOURS["orange"], "linewidth": 1.8}
    axes.scatter(scores["best"], heights, marker="D", s=34, zorder=4, label="best epoch", **best)
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
    # The value is with the name, so that no line runs through it.
    ends_of = zip(scores.index, scores["end"], strict=True)
    axes.set_yticks(heights, [f"{name}   {end:.2f}" for name, end in ends_of])
    axes.set_ylim(-0.6, len(scores) + 0.1)
    axes.margins(x=0.1)
    axes.grid(False, axis="y")
    axes.legend(loc="lower right")
    return figure
