"""Charts of matrices: ratings as numbers and as dots, factors, similarities, pairs of stars."""

from __future__ import annotations

import textwrap
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
    """A small rating matrix as a heatmap, with a question mark for each missing rating.

    Args:
        matrix: stars, shape (users, items), NaN for no rating.
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
    """A small rating matrix with its gaps filled, next to its two factors (left and above).

    Args:
        user_factors: shape (users, width).
        item_factors: shape (items, width).
        ratings: the known stars, shape (users, items), NaN for no rating.
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
    # Rounding can give −0.0; adding 0 turns it into 0.0.
    return f"{round(float(value), 1) + 0.0:.1f}"


# A longer film title would leave no room for the matrix next to it.
LONGEST_NAME = 45


@styled
def rating_dots(user: np.ndarray, item: np.ndarray, *, title: str) -> Figure:
    """One dot for each rating of a film by a user, and nothing for an empty cell.

    Args:
        user: row of each rating, shape (n,).
        item: column of each rating, shape (n,).
        title: the finding.
    """
    figure, axes = canvas(title, "film", "user", size=(6.6, 4.0))
    axes.plot(item, user, "s", color=COLOURS["blue"], markersize=1.6, markeredgewidth=0)
    axes.invert_yaxis()
    axes.margins(0.01)
    axes.grid(False)
    return figure


@styled
def star_pairs(
    first: np.ndarray, second: np.ndarray, names: Sequence[str], *, title: str
) -> Figure:
    """One bubble per pair of stars; its area grows with the number of users who gave it.

    Pairs with a zero (one of the films was not rated) have their own colour and shape.

    Args:
        first: stars of one film, shape (users,), 0 if the user has not rated it.
        second: stars of the other film, the same.
        names: the two titles.
        title: the finding.
    """
    x_label, y_label = (f"stars for {name}; 0: not rated" for name in names)
    figure, axes = canvas(title, x_label, y_label, size=(6.6, 5.0))
    pairs, counts = np.unique(np.column_stack([first, second]), axis=0, return_counts=True)
    invented = (pairs == 0).any(axis=1)
    looks = {False: ("blue", "o", "rated both"), True: ("orange", "s", "with a zero for unknown")}
    for is_invented, (colour, marker, name) in looks.items():
        chosen = invented == is_invented
        x, y = pairs[chosen].T
        area = 2500 * counts[chosen] / counts.max() + 14
        label = f"{name}: {counts[chosen].sum():,} users"
        axes.scatter(
            x, y, area, COLOURS[colour], marker=marker, alpha=0.85, linewidth=0, label=label
        )
    axes.set(xlim=(-0.75, 5.4), ylim=(-0.75, 5.4))
    legend = axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, borderaxespad=0.2)
    for handle in legend.legend_handles:
        handle.set_sizes([36])
    return figure


@styled
def similarity(matrix: np.ndarray, names: Sequence[str], *, title: str, kind: str) -> Figure:
    """A small square matrix of similarities as a heatmap, −1 to 1.

    Args:
        matrix: shape (n, n), symmetric.
        names: what is compared, shape (n,).
        title: the finding.
        kind: what the rows and columns are, such as ``film``.
    """
    names = [textwrap.shorten(str(name), LONGEST_NAME, placeholder=" …") for name in names]
    width = 1.6 + 0.07 * max(map(len, [*names, title])) + 0.42 * len(names)
    size = (min(width, 7.5), 1.4 + 0.32 * len(names))
    figure, axes = canvas(title, kind, kind, size=size)
    axes.imshow(matrix, cmap=DIVERGING, vmin=-1, vmax=1, aspect="auto")
    for (row, column), value in np.ndenumerate(matrix):
        colour = readable_on(DIVERGING((value + 1) / 2))
        text = f"{value:.1f}".replace("-0.0", "0.0")
        axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=8)
    axes.set_yticks(range(len(names)), [f"{name}  {row}" for row, name in enumerate(names, 1)])
    axes.set_xticks(range(len(names)), [str(row) for row in range(1, len(names) + 1)])
    axes.tick_params(length=0)
    axes.grid(False)
    axes.spines[:].set_visible(False)
    return figure
