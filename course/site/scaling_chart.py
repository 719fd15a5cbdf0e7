"""A chart of growth: seconds and memory of the stages of a computation, over the ratings."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from helpers.errors import ParameterError
from helpers.plots.style import INK, SERIES, canvas, styled

MEASURES = {"seconds": ("time (s)", 1.0), "peak_memory": ("peak memory (GB)", 1e9)}
LONGEST_AXIS = 1_000  # times its lower end: up to here 1, 2 and 5 of each power fit


@styled
def growth(table: pd.DataFrame, *, title: str) -> Figure:
    """Seconds above and peak memory below, a column of panels for each group of stages.

    Both axes are logarithmic, so a line parallel to the dotted one grows as the ratings do.

    Args:
        table: columns ratings, stage, group, seconds, peak_memory (bytes); one row per stage and
            number of ratings, at most six stages per group. Missing values are left out.
        title: the finding.

    Raises:
        ParameterError: a column is missing, or nothing was measured.
    """
    missing = {"ratings", "stage", "group", *MEASURES} - set(table.columns)
    if missing or not (table[list(MEASURES)] > 0).any(axis=None):
        lacking = ", ".join(sorted(missing)) or "anything measured"
        raise ParameterError(f"The table of growth lacks {lacking}.")
    groups = list(dict.fromkeys(table["group"]))
    figure, panels = canvas(
        title, size=(8.4, 6.0), nrows=2, ncols=len(groups), sharex=True, sharey="row", squeeze=False
    )
    for row, (measure, (label, unit)) in zip(panels, MEASURES.items(), strict=True):
        ends = [
            _lines(axes, table[table["group"] == group], measure, unit)
            for axes, group in zip(row, groups, strict=True)
        ]
        row[0].set_ylabel(label)
        _steps(row[0])
        limits = row[0].get_ylim()
        for axes, end in zip(row, ends, strict=True):
            _as_the_ratings(axes, end, table["ratings"].min())
        row[0].set_ylim(limits)
    for axes in panels[0]:
        beside = {"loc": "lower left", "bbox_to_anchor": (-0.04, 1.0)}
        axes.legend(**beside, borderpad=0, handlelength=2.6, fontsize=8.5)
    sizes = np.sort(table["ratings"].unique())
    for axes in panels[1]:
        axes.set_xlabel("ratings")
        axes.set_xticks(sizes, [_short(size) for size in sizes], rotation=35)
        axes.xaxis.set_minor_formatter(NullFormatter())
    return figure


def _lines(axes: Axes, rows: pd.DataFrame, measure: str, unit: float) -> np.ndarray:
    """One line per stage; returns the number of ratings and the value at which each ends."""
    ends = []
    stages = rows.groupby("stage", sort=False)
    for (name, all_rows), series in zip(stages, SERIES, strict=False):
        stage = all_rows[all_rows[measure] > 0].sort_values("ratings")
        values = stage[measure] / unit
        axes.plot(
            stage["ratings"],
            values,
            color=series.colour,
            marker=series.marker,
            linestyle=series.line,
            linewidth=1.6,
            label=str(name),
        )
        ends += list(zip(stage["ratings"], values, strict=True))[-1:]
    axes.set_xscale("log")
    axes.set_yscale("log")
    return np.array(ends).reshape(-1, 2)


def _as_the_ratings(axes: Axes, ends: np.ndarray, fewest: float) -> None:
    """A dotted line of slope 1 through the middle of the ends of the others."""
    if len(ends) == 0:
        return
    ratings, level = np.exp(np.log(ends).mean(axis=0))
    at = np.array([fewest, ratings])
    axes.plot(at, level * at / ratings, ":", color=INK, linewidth=1.3, label="as the ratings")


def _steps(axes: Axes) -> None:
    """Ticks at powers of ten, and at 1, 2 and 5 of each if the axis is short."""
    low, high = axes.get_ylim()
    subs = (1.0,) if high / low > LONGEST_AXIS else (1.0, 2.0, 5.0)
    axes.yaxis.set_major_locator(LogLocator(subs=subs, numticks=12))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter(NullFormatter())


def _short(count: float) -> str:
    return f"{count / 1e6:.0f} M" if count >= 1e6 else f"{count / 1e3:.3g} k"
