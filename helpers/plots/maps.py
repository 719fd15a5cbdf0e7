"""Maps of films: one marker per film, colour and shape show its kind, the best known are named."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from helpers.plots.style import CARD, INK, SERIES, canvas, styled

LONGEST_NAME = 24
# Width and height of a letter of the smallest size, in points.
LETTER = (4.4, 9.0)
FONT_SIZE = 8
MOST_HIDDEN = 1


@styled
def film_map(
    places: pd.DataFrame,
    *,
    title: str,
    x_label: str,
    y_label: str,
    names: int = 8,
) -> Figure:
    """One marker per film at its place, in the colour and shape of its kind.

    Args:
        places: one row per film, the best known first: title, kind, and the coordinates x and y.
        title: the finding.
        x_label: what ``x`` means, and in which direction.
        y_label: the same for ``y``.
        names: how many films of each kind, the first in the table, get a ring and their title; a
            title without room is left out.
    """
    figure, axes = canvas(title, x_label, y_label, size=(6.8, 5.6))
    for (kind, films), series in zip(places.groupby("kind", sort=True), SERIES, strict=False):
        axes.scatter(
            films["x"],
            films["y"],
            s=30,
            color=series.colour,
            marker=series.marker,
            alpha=0.85,
            edgecolor=CARD,
            linewidth=0.5,
            label=kind,
        )
    axes.margins(0.08)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, borderaxespad=0.2)
    # The place of a label is decided in points, so the axes must have their final size.
    figure.draw_without_rendering()
    rows = places.reset_index(drop=True).groupby("kind").head(names).index
    _name_films(axes, places, rows)
    return figure


def _name_films(axes: Axes, films: pd.DataFrame, rows: Iterable[int]) -> None:
    """Write each title where it hides the fewest markers and no other title; else leave it out."""
    points_per_pixel = 72 / axes.figure.dpi
    frame = axes.get_window_extent().get_points() * points_per_pixel
    markers = axes.transData.transform(films[["x", "y"]]) * points_per_pixel
    taken: list[np.ndarray] = []
    for row in rows:
        film = films.iloc[row]
        name = textwrap.shorten(str(film["title"]), LONGEST_NAME, placeholder=" …")
        boxes = [
            box
            for box in _boxes(markers[row], LETTER[0] * len(name))
            if _inside(box, frame) and not any(_overlap(box, other) for other in taken)
        ]
        hidden = [_markers_in(box, markers) for box in boxes]
        if boxes and min(hidden) <= MOST_HIDDEN:
            taken.append(boxes[int(np.argmin(hidden))])
            _write(axes, name, film, taken[-1][0] - markers[row])


def _boxes(marker: np.ndarray, width: float) -> list[np.ndarray]:
    """Lower left and upper right corner of the places for a title around a marker, in points."""
    beside = [(7, -4), (-7 - width, -4), (5, 4), (-5 - width, 4), (5, -12), (-5 - width, -12)]
    corners = [*beside, (-width / 2, 6), (-width / 2, -15)]
    return [np.array([marker + low, marker + low + [width, LETTER[1]]]) for low in corners]


def _write(axes: Axes, name: str, film: pd.Series, offset: np.ndarray) -> None:
    place = (film["x"], film["y"])
    text = axes.annotate(
        name, place, (offset[0], offset[1] + 1), textcoords="offset points", fontsize=FONT_SIZE
    )
    text.set_path_effects([withStroke(linewidth=2.2, foreground=CARD)])
    axes.plot(*place, "o", markersize=8.5, markerfacecolor="none", markeredgecolor=INK, zorder=4)


def _markers_in(box: np.ndarray, markers: np.ndarray) -> int:
    return int(((markers > box[0]) & (markers < box[1])).all(axis=1).sum())


def _inside(box: np.ndarray, frame: np.ndarray) -> bool:
    return bool((box[0] >= frame[0]).all() and (box[1] <= frame[1]).all())


def _overlap(box: np.ndarray, other: np.ndarray) -> bool:
    return bool((box[0] < other[1]).all() and (other[0] < box[1]).all())
