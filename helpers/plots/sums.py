"""The sum that a factorization predicts with, drawn as small tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.errors import ParameterError
from helpers.plots.style import COLOURS, DIVERGING, INK, SEQUENTIAL, canvas, readable_on, styled

# Width and height of a number's square, and the room for a sign between two tables.
SQUARE, SIGN = 1.0, 0.9
ABOVE = 1.1
STARS = (0.0, 5.0)


@styled
def factorized_sum(
    mean: float,
    user_bias: Any,
    item_bias: Any,
    user_vectors: Any,
    item_vectors: Any,
    *,
    title: str,
) -> Figure:
    """Predicted stars = mean + user bias + film bias + P Qᵀ, each part as a table of numbers.

    Args:
        mean: in stars.
        user_bias: in stars, shape (users,).
        item_bias: in stars, shape (items,).
        user_vectors: P, shape (users, width).
        item_vectors: Q, shape (items, width).
        title: the finding.

    Raises:
        ParameterError: the shapes do not fit each other.
    """
    b_user, b_item = np.asarray(user_bias, float), np.asarray(item_bias, float)
    p, q = np.asarray(user_vectors, float), np.asarray(item_vectors, float)
    if p.ndim != 2 or q.shape != (len(b_item), p.shape[1]) or len(p) != len(b_user):
        raise ParameterError(
            f"The parts do not fit: vectors of shape {p.shape} and {q.shape}, biases of "
            f"{b_user.shape} and {b_item.shape}. Give one bias and one vector for each."
        )
    stars = mean + b_user[:, None] + b_item + p @ q.T
    upper = [
        ("", stars, "stars", "users × films"),
        ("=", np.array([[mean]]), "mean", "μ"),
        ("+", b_user[:, None], "user bias", "bᵤ"),
        ("+", b_item[None, :], "film bias", "bᵢ"),
    ]
    lower = [("+", p, "user vectors", "P"), ("·", q.T, "film vectors", "Qᵀ")]
    figure, axes = canvas(title, size=(6.0, 4.6))
    width = max(_draw_row(axes, upper, 0.0), _draw_row(axes, lower, len(p) * SQUARE + 2.3))
    height = len(p) * SQUARE + 2.3 + max(len(p), p.shape[1]) * SQUARE
    axes.set(xlim=(-0.2, width + 0.4), ylim=(height + 0.2, -1.9), aspect="equal")
    axes.axis("off")
    return figure


def _draw_row(axes: Axes, parts: Sequence[tuple[str, np.ndarray, str, str]], top: float) -> float:
    """Draw tables with signs between them from left to right; returns where the last one ends."""
    tallest = max(len(table) for _sign, table, _name, _letter in parts)
    left = 0.0
    for sign, table, name, letter in parts:
        rows, columns = table.shape
        if sign:
            axes.text(left + SIGN / 2, top + tallest / 2, sign, ha="center", va="center", size=16)
            left += SIGN
        room = max(columns * SQUARE, 0.27 * len(name))
        start = left + (room - columns * SQUARE) / 2
        _draw_table(axes, table, start, top + (tallest - rows) / 2, stars=name == "stars")
        middle = left + room / 2
        axes.text(middle, top - 0.25, name, ha="center", va="bottom", size=10.5, color=INK)
        axes.text(middle, top - 0.85, letter, ha="center", va="bottom", size=9.5, color=INK)
        left += room
    return left


def _draw_table(axes: Axes, table: np.ndarray, left: float, top: float, *, stars: bool) -> None:
    for (row, column), value in np.ndenumerate(table):
        scaled = (value - STARS[0]) / (STARS[1] - STARS[0]) if stars else (value / 4 + 1) / 2
        colour = (SEQUENTIAL if stars else DIVERGING)(float(np.clip(scaled, 0, 1)))
        x, y = left + column * SQUARE, top + row * SQUARE
        square = axes.add_patch(_square(x, y))
        square.set_facecolor(colour)
        axes.text(
            x + SQUARE / 2,
            y + SQUARE / 2,
            f"{value + 0.0:g}".replace("-", "−"),
            ha="center",
            va="center",
            size=10.5,
            color=readable_on(colour),
        )


def _square(x: float, y: float) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x, y), SQUARE, SQUARE, edgecolor=COLOURS["grey"], linewidth=0.8)
