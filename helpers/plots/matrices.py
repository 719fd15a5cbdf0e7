"""Charts of the rating matrix: as a heatmap, beside its two thin factors, and as dots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.plots.style import COLOURS, DIVERGING, SEQUENTIAL, canvas, readable_on, styled

STARS = (0.0, 5.0)


@styled
def rating_matrix(
    matrix: np.ndarray, users: Sequence[str], items: Sequence[str], *, title: str
) -> Figure:
    """A small rating matrix as a heatmap, with a question mark where there is no rating.

    Args:
        matrix: stars, shape (users, items), NaN where there is no rating.
        users: a label for each row.
        items: a label for each column.
        title: the finding.
    """
    figure, axes = canvas(title, size=(5.4, 3.6))
    _draw_stars(axes, matrix, np.zeros(matrix.shape, dtype=bool))
    _label(axes, users, items, "user", "film")
    return figure


@styled
def factorized_matrix(
    user_factors: np.ndarray,
    item_factors: np.ndarray,
    ratings: np.ndarray,
    users: Sequence[str],
    items: Sequence[str],
    *,
    title: str,
    offset: float = 0.0,
) -> Figure:
    """A small rating matrix with its gaps filled, to the right of and below its two factors.

    Args:
        user_factors: shape (users, width).
        item_factors: shape (items, width).
        ratings: the stars that are known, shape (users, items), NaN where there is none.
        users: a label for each row.
        items: a label for each column.
        title: the finding.
        offset: a constant that is added to every dot product, such as the mean rating.
    """
    width = user_factors.shape[1]
    shape: dict[str, Any] = {
        "width_ratios": [width, len(items)],
        "height_ratios": [width, len(users)],
    }
    figure, panels = canvas(title, size=(6.6, 5.4), nrows=2, ncols=2, **shape)
    panels[0, 0].axis("off")
    known = np.isfinite(ratings)
    limit = max(np.abs(user_factors).max(), np.abs(item_factors).max())
    _draw_factors(panels[0, 1], item_factors.T, limit)
    _draw_factors(panels[1, 0], user_factors, limit)
    _draw_stars(panels[1, 1], user_factors @ item_factors.T + offset, known)
    factors = [str(number) for number in range(1, width + 1)]
    _label(panels[0, 1], factors, items, "factor", "film")
    _label(panels[1, 0], users, factors, "user", "factor")
    _label(panels[1, 1], [], [], "", "predicted stars\nframe: the rating was known")
    return figure


def _draw_stars(axes: Axes, values: np.ndarray, known: np.ndarray) -> None:
    axes.imshow(values, cmap=SEQUENTIAL, vmin=STARS[0], vmax=STARS[1], aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        if not np.isfinite(value):
            axes.text(column, row, "?", ha="center", va="center", color=COLOURS["grey"])
            continue
        cell = SEQUENTIAL((value - STARS[0]) / (STARS[1] - STARS[0]))
        weight = "bold" if known[row, column] else "normal"
        axes.text(
            column,
            row,
            _one_decimal(value),
            ha="center",
            va="center",
            color=readable_on(cell),
            fontweight=weight,
        )
        if known[row, column]:
            frame = Rectangle((column - 0.44, row - 0.42), 0.88, 0.84, fill=False, linewidth=1.6)
            frame.set_edgecolor(COLOURS["orange"])
            axes.add_patch(frame)


def _draw_factors(axes: Axes, values: np.ndarray, limit: float) -> None:
    axes.imshow(values, cmap=DIVERGING, vmin=-limit, vmax=limit, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        colour = readable_on(DIVERGING((value / limit + 1) / 2))
        axes.text(column, row, _one_decimal(value), ha="center", va="center", color=colour)


def _label(
    axes: Axes, rows: Sequence[str], columns: Sequence[str], row_label: str, column_label: str
) -> None:
    axes.set_yticks(range(len(rows)), list(rows))
    axes.set_xticks(range(len(columns)), list(columns))
    axes.set(ylabel=row_label, xlabel=column_label)
    axes.xaxis.set_label_position("top")
    axes.tick_params(
        length=0, top=False, labeltop=len(columns) > 0, labelbottom=False, labelleft=len(rows) > 0
    )
    axes.grid(False)
    axes.spines[:].set_visible(False)


def _one_decimal(value: float) -> str:
    # Adding 0 turns the −0.0 that rounding leaves into 0.0.
    return f"{round(float(value), 1) + 0.0:.1f}"
