"""Pictures of two towers: how they are built, and the plane in which they meet."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from helpers.plots.style import CARD, COLOURS, INK, SERIES, canvas, styled

# Sizes of a tower, in units of the axes: one floor is 1 high.
BOX_WIDTH, BOX_HEIGHT = 2.0, 0.56


# A longer film title is cut.
LONGEST_NAME = 26


# Beyond the tip of an arrow, as a share of the length of the dashed lines on either side of it.
ROOM_FOR_LIST = 0.75


TOWER_COLOURS = ("blue", "orange")


# From the ground up; a floor of two names is two boxes side by side.
Floors = Sequence[str | tuple[str, str]]


@styled
def two_towers(
    user_features: int,
    item_features: int,
    *,
    title: str,
    width: int = 32,
    hidden: int = 64,
    table_width: int = 10,
) -> Figure:
    """A diagram of two lookup tables that meet in a dot product, next to a diagram of two towers.

    Args:
        user_features: how many numbers are known about a user.
        item_features: how many numbers are known about a film.
        title: the finding.
        width: of the tables inside the towers, and of the vectors that come out.
        hidden: width of the layer between the two.
        table_width: width of the lookup tables on the left.
    """
    table, layers = f"table: {width}\nnumbers", [f"Dense {hidden}, relu", f"Dense {width}"]
    user: Floors = [("user\nindex", "profile"), (table, f"{user_features}\nnumbers"), *layers]
    item: Floors = [("film\nindex", "genres,\nyear"), (table, f"{item_features}\nnumbers"), *layers]
    tables: list[Floors] = [
        [index, f"table: {table_width}\nnumbers"] for index in ("user index", "film index")
    ]
    figure, panels = canvas(title, size=(7.4, 1.3 + 0.62 * (len(user) + 1)), ncols=2)
    _draw_model(panels[0], "two lookup tables", tables, "dot product, Dense 1")
    _draw_model(panels[1], "two towers", [user, item], "dot product")
    for axes in panels:
        axes.set(xlim=(-0.25, 4.45), ylim=(-0.2, len(user) + 1))
    return figure


@styled
def meeting_plane(
    films: np.ndarray,
    users: Mapping[str, np.ndarray],
    lists: Mapping[str, np.ndarray],
    names: Sequence[str],
    *,
    title: str,
    axes_labels: tuple[str, str],
    named: int = 5,
) -> Figure:
    """The plane of two users: a dot per film, an arrow per user, and the films of each user's list.

    A dashed line at a right angle to each arrow goes through the last film of the list: films
    beyond it have a higher score.

    Args:
        films: place of each film, shape (n_items, 2).
        users: place of each user by name, shape (2,); only its direction is drawn.
        lists: rows of ``films`` in the list of each of these users, best first.
        names: title of each film, shape (n_items,).
        title: the finding.
        axes_labels: what the two coordinates mean.
        named: how many films of each list are named.
    """
    figure, axes = canvas(title, *axes_labels, size=(6.8, 6.0))
    label = f"all {len(films):,} films"
    axes.plot(*films.T, ".", color=COLOURS["grey"], markersize=2, alpha=0.3)
    axes.plot([], [], ".", color=COLOURS["grey"], label=label)
    reach = 0.5 * float(np.hypot(*films.T).max())
    for (name, user), series in zip(users.items(), SERIES, strict=False):
        direction = user / np.linalg.norm(user)
        chosen = films[lists[name]]
        look = {"color": series.colour, "marker": series.marker, "edgecolor": CARD}
        axes.scatter(*chosen.T, s=38, linewidth=0.5, zorder=4, label=f"list of {name}", **look)
        along = chosen @ direction
        _threshold(axes, along.min() * direction, direction, reach, series.colour)
        tip = (along.max() + 0.35 * reach) * direction
        _arrow(axes, (0.0, 0.0), (tip[0], tip[1]), series.colour, width=2.2)
        titles = [str(names[film]) for film in lists[name][:named]]
        _write_list(axes, tip, direction, [name, *titles])
        axes.update_datalim([tip + ROOM_FOR_LIST * reach * direction])
    axes.autoscale_view()
    axes.set_aspect("equal", adjustable="datalim")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, borderaxespad=0.2)
    return figure


def _draw_model(axes: Axes, name: str, towers: Sequence[Floors], meeting: str) -> None:
    axes.axis("off")
    axes.set_title(name)
    top = len(towers[0]) + 0.3
    _box(axes, (2.1, top), BOX_WIDTH, meeting, INK)
    for floors, centre, colour in zip(towers, (0.95, 3.25), TOWER_COLOURS, strict=True):
        _tower(axes, floors, centre, COLOURS[colour])
        _arrow(axes, (centre, len(floors) - 1 + BOX_HEIGHT), (2.1, top))


def _tower(axes: Axes, floors: Floors, centre: float, colour: str) -> None:
    for storey, floor in enumerate(floors):
        names = [floor] if isinstance(floor, str) else list(floor)
        width = (BOX_WIDTH + 0.2) / len(names) - 0.1 if len(names) > 1 else BOX_WIDTH
        step = width + 0.1
        for place, name in enumerate(names):
            x = centre + (place - (len(names) - 1) / 2) * step
            _box(axes, (x, storey), width, name, colour)
            if storey + 1 < len(floors):
                above = floors[storey + 1]
                over = x if not isinstance(above, str) else centre + 0.5 * (x - centre)
                _arrow(axes, (x, storey + BOX_HEIGHT), (over, storey + 1.0))


def _box(axes: Axes, bottom: tuple[float, float], width: float, name: str, colour: str) -> None:
    x, y = bottom
    box = FancyBboxPatch(
        (x - width / 2, y),
        width,
        BOX_HEIGHT,
        boxstyle="round,pad=0,rounding_size=0.1",
        facecolor=CARD,
        edgecolor=colour,
        linewidth=1.6,
        zorder=3,
    )
    axes.add_patch(box)
    middle = (x, y + BOX_HEIGHT / 2)
    axes.text(*middle, name, ha="center", va="center", fontsize=8, zorder=4, linespacing=1.1)


def _arrow(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str = INK,
    width: float = 1.2,
) -> None:
    arrow = FancyArrowPatch(
        start, end, arrowstyle="-|>", mutation_scale=5 + 4 * width, shrinkA=0, shrinkB=0
    )
    arrow.set(color=colour, linewidth=width, zorder=3)
    axes.add_patch(arrow)


def _threshold(
    axes: Axes, foot: np.ndarray, direction: np.ndarray, reach: float, colour: str
) -> None:
    across = np.array([-direction[1], direction[0]])
    ends = np.stack([foot - reach * across, foot + reach * across])
    axes.plot(*ends.T, color=colour, linewidth=1.2, linestyle=(0, (4, 2)), zorder=3)


def _write_list(axes: Axes, tip: np.ndarray, direction: np.ndarray, lines: Sequence[str]) -> None:
    """Write the lines beyond the tip of the arrow, on the side to which it points."""
    level = abs(direction[0]) > abs(direction[1])
    across = ("left" if direction[0] > 0 else "right") if level else "center"
    upright = "center" if level else ("bottom" if direction[1] > 0 else "top")
    short = [textwrap.shorten(str(line), LONGEST_NAME, placeholder=" …") for line in lines]
    axes.annotate(
        "\n".join(short),
        tuple(tip),
        tuple(6 * direction),
        textcoords="offset points",
        ha=across,
        va=upright,
        fontsize=8,
        zorder=5,
    )
