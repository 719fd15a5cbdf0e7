"""Charts of distributions: shares, the long tail, means and counts, spread of stars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter

from helpers.plots.style import CARD, COLOURS, INK, SERIES, canvas, styled


@styled
def shares(tables: Mapping[str, pd.DataFrame], *, title: str, x_label: str = "share (%)") -> Figure:
    """One panel per table, one row per category, and one marker for each share to compare.

    Args:
        tables: by the name of the panel; one row per category, from top to bottom, and the same
            columns in each: the shares to compare, 0 to 1.
        title: the finding.
        x_label: what the shares are, with the unit.
    """
    rows = [len(table) for table in tables.values()]
    figure, panels = canvas(
        title,
        size=(6.6, 0.9 + 0.2 * sum(rows) + 0.5 * len(rows)),
        nrows=len(rows),
        squeeze=False,
        height_ratios=[count + 0.6 for count in rows],
    )
    for axes, (name, table) in zip(panels[:, 0], tables.items(), strict=True):
        heights = np.arange(len(table))[::-1]
        values = 100 * table.to_numpy("float64")
        axes.hlines(
            heights, np.nanmin(values, axis=1), np.nanmax(values, axis=1), COLOURS["grey"], lw=1.4
        )
        for column, series in zip(values.T, SERIES, strict=False):
            axes.plot(column, heights, series.marker, color=series.colour, zorder=3, clip_on=False)
        axes.set_yticks(heights, [str(label) for label in table.index])
        axes.set(xlabel=x_label, ylabel=name, xlim=(0, None), ylim=(-0.7, len(table) - 0.3))
        axes.tick_params(axis="y", length=0)
    columns = next(iter(tables.values())).columns
    _key(panels[0, 0], [str(column) for column in columns])
    return figure


@styled
def long_tail(counts: np.ndarray, *, title: str, y_label: str, x_label: str) -> Figure:
    """Counts from the largest to the smallest, and how few of them make up one half of the sum.

    Args:
        counts: how often each was counted, shape (n,), in any order.
        title: the finding.
        y_label: what was counted.
        x_label: what the counts are of, and how they are ranked.
    """
    ordered = np.sort(np.asarray(counts))[::-1]
    ranks = np.arange(1, len(ordered) + 1)
    head = int(np.searchsorted(ordered.cumsum(), ordered.sum() / 2)) + 1
    figure, axes = canvas(title, x_label, y_label)
    axes.fill_between(ranks, ordered, step="mid", color=COLOURS["blue"], alpha=0.25, lw=0)
    axes.fill_between(
        ranks[:head], ordered[:head], step="mid", color=COLOURS["orange"], alpha=0.9, lw=0
    )
    axes.step(ranks, ordered, where="mid", color=COLOURS["blue"], lw=1.5)
    _note(
        axes, f"half of all ratings:\nthe first {head:,}", (head, ordered[head - 1]), (0.24, 0.72)
    )
    middle = (head + len(ordered)) // 2
    rest = f"the other half:\n{len(ordered) - head:,} in the tail"
    _note(axes, rest, (middle, ordered[middle - 1]), (0.55, 0.36))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _position: f"{value:,.0f}"))
    axes.set(xlim=(-0.01 * len(ordered), 1.01 * len(ordered)), ylim=(0, None))
    return figure


@styled
def mean_and_count(
    table: pd.DataFrame,
    *,
    title: str,
    overall: float,
    groups: Mapping[str, Any],
) -> Figure:
    """One dot per film: how many users rated it, and what they gave it on average.

    Args:
        table: columns ``mean`` (stars) and ``count``, one row per film.
        title: the finding.
        overall: the mean of all ratings, drawn as a dashed line.
        groups: labels of rows with their own marker, by the name of the group.
    """
    figure, axes = canvas(title, "ratings of the film (log scale)", "mean of the film (stars)")
    axes.plot(table["count"], table["mean"], ".", color=COLOURS["grey"], alpha=0.3, ms=4, mew=0)
    axes.axhline(overall, color=INK, lw=1.1, linestyle=(0, (4, 2)))
    axes.annotate(
        f"mean of all ratings: {overall:.2f}",
        (0.99, overall),
        xycoords=("axes fraction", "data"),
        xytext=(0, -3),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=9,
        # It is among the dots.
        path_effects=[withStroke(linewidth=2.5, foreground=CARD)],
    )
    for rows, series in zip(groups.values(), SERIES, strict=False):
        chosen = table.loc[rows]
        axes.plot(
            chosen["count"], chosen["mean"], series.marker, color=series.colour, ms=7, mec="white"
        )
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _position: f"{value:,.0f}"))
    _key(axes, list(groups))
    return figure


def _key(axes: Axes, names: list[str]) -> None:
    """The names of the markers in one line above the axes, so that they cover no data."""
    handles = [
        axes.plot([], [], series.marker, color=series.colour, label=name)[0]
        for name, series in zip(names, SERIES, strict=False)
    ]
    axes.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=len(names),
        borderaxespad=0.2,
        handletextpad=0.2,
        fontsize=9,
    )


def _note(axes: Axes, text: str, point: tuple[float, float], place: tuple[float, float]) -> None:
    axes.annotate(
        text,
        point,
        xytext=place,
        textcoords="axes fraction",
        fontsize=9,
        arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.9},
    )


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
