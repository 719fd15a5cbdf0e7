"""What a chart shows, as plain data: its words, its scales, and the points it is drawn through."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Matplotlib's label for a line without a name.
UNNAMED = "_"
MOST_PARTS = 100


@dataclass(frozen=True, eq=False)
class Series:
    """One line, one set of dots, or one set of bars.

    Attributes:
        kind: "line", "dots" or "bars".
        name: its name, empty if it has none.
        points: x and y in the units of the axes, shape (n, 2); for a bar its middle and its end.
    """

    kind: str
    name: str
    points: np.ndarray


@dataclass(frozen=True, eq=False)
class Drawing:
    """One pair of axes.

    Attributes:
        title: of the axes or of the whole figure.
        labels: of the x and of the y axis.
        scales: of the x and of the y axis, such as "linear" or "log".
        texts: other text on it: legend and annotations.
        series: what is drawn, without lines that only mark a value of one axis.
    """

    title: str
    labels: tuple[str, str]
    scales: tuple[str, str]
    texts: tuple[str, ...]
    series: tuple[Series, ...]


def drawings(answer: Any) -> list[Drawing]:
    """What a figure shows; nothing if the answer is not a figure.

    Args:
        answer: a figure, axes, what a plotting function returns, or a list of these.
    """
    if isinstance(answer, Drawing):
        return [answer]
    if isinstance(answer, np.ndarray):  # what plt.subplots returns for several panels
        answer = answer.ravel().tolist() if answer.dtype == object else []
    if isinstance(answer, Sequence) and not isinstance(answer, str):
        return [drawing for part in answer[:MOST_PARTS] for drawing in drawings(part)]
    return [_drawing(axes) for axes in _axes(answer) if axes.get_visible()]


def _axes(answer: Any) -> list[Axes]:
    """The axes of a figure, or those that a part of it is drawn on."""
    if "matplotlib" not in sys.modules:  # then there can be no figure
        return []
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    if isinstance(answer, Figure):
        return list(answer.axes)
    own = answer if isinstance(answer, Axes) else getattr(answer, "axes", None)
    return [own] if isinstance(answer, Artist) and isinstance(own, Axes) else []


def _drawing(axes: Axes) -> Drawing:
    figure = axes.get_figure(root=True)
    titles = [axes.get_title(place) for place in ("left", "center", "right")]
    above = figure.get_suptitle() if figure is not None else ""
    legends = [axes.get_legend(), *(figure.legends if figure is not None else [])]
    named = [text for legend in legends if legend is not None for text in legend.get_texts()]
    return Drawing(
        title=" ".join(text for text in (above, *titles) if text.strip()),
        labels=(axes.get_xlabel(), axes.get_ylabel()),
        scales=(axes.get_xscale(), axes.get_yscale()),
        texts=tuple(text.get_text() for text in (*named, *axes.texts) if text.get_text().strip()),
        series=tuple(_series(axes)),
    )


def _series(axes: Axes) -> Iterator[Series]:
    from matplotlib.collections import PathCollection
    from matplotlib.container import BarContainer

    for line in axes.lines:
        in_data = line.get_transform().contains_branch_seperately(axes.transData)
        if line.get_visible() and all(in_data):  # leaves out a line across the axes at one value
            kind = "dots" if line.get_linestyle() in ("None", "", " ") else "line"
            yield Series(kind, _name(line.get_label()), _numbers(line.get_xydata()))
    for dots in axes.collections:
        if dots.get_visible() and isinstance(dots, PathCollection):
            yield Series("dots", _name(dots.get_label()), _numbers(dots.get_offsets()))
    for bars in axes.containers:
        if isinstance(bars, BarContainer):
            sides = [(b.get_x(), b.get_width(), b.get_y(), b.get_height()) for b in bars.patches]
            x, width, y, height = np.array(sides, dtype=float).reshape(-1, 4).T
            lying = bars.orientation == "horizontal"
            ends = (x + width, y + height / 2) if lying else (x + width / 2, y + height)
            yield Series("bars", _name(bars.get_label()), np.column_stack(ends))


def _numbers(points: Any) -> np.ndarray:
    return np.ma.filled(np.ma.asarray(points, dtype=float), np.nan)


def _name(label: Any) -> str:
    name = str(label)
    return "" if name.startswith(UNNAMED) else name
