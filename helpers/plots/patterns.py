"""Charts of patterns: who rated what as dots, the stars of two films, similarities as a heatmap."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from helpers.plots.style import COLOURS, DIVERGING, canvas, readable_on, styled

# A longer film title would leave no room for the matrix beside it.
LONGEST_NAME = 45


@styled
def rating_dots(user: np.ndarray, item: np.ndarray, *, title: str) -> Figure:
    """A dot wherever a user has rated a film, and nothing where the matrix is empty.

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
    """A bubble for each pair of stars, as large as the number of users who gave it.

    Pairs with a zero, where one of the films was not rated, have a colour and a shape of their own.

    Args:
        first: stars of one film, shape (users,), 0 where the user has not rated it.
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
