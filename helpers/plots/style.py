"""The look of every chart, and how it gets onto the page.

The hues are those of Okabe and Ito (2008), which colour-blind readers can distinguish, darkened
until each has a contrast of 3 : 1 with the card, as WCAG 2.2 asks of graphics. Colour is never the
only sign: series also differ in marker and line style.
"""

from __future__ import annotations

import functools
import io
import textwrap
from collections.abc import Callable
from typing import Any, NamedTuple, ParamSpec

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text
from matplotlib.ticker import LogFormatterMathtext

from helpers.errors import ParameterError

COLOURS = {
    "blue": "#00436B",
    "orange": "#CC7A00",
    "purple": "#B8609A",
    "green": "#009E73",
    "red": "#B23A00",
    "grey": "#555555",
}
INK = "#222222"
CARD = "#FBFAF7"
CARD_EDGE = "#D8D5CC"
GRID = "#E4E1D8"

# Low to high, for stars and counts; low, zero, high, for factors.
SEQUENTIAL = LinearSegmentedColormap.from_list("stars", ["#F3F1EA", "#7DB4D6", COLOURS["blue"]])
DIVERGING = LinearSegmentedColormap.from_list(
    "factors", [COLOURS["orange"], "#F0C98A", "#FBFAF7", "#8FBAD6", COLOURS["blue"]]
)


class Series(NamedTuple):
    """How series differ: in three ways, so that no reader depends on one."""

    colour: str
    marker: str
    line: Any


SERIES = (
    Series(COLOURS["blue"], "o", "-"),
    Series(COLOURS["orange"], "s", (0, (5, 1.5))),
    Series(COLOURS["purple"], "^", (0, (1, 1))),
    Series(COLOURS["green"], "D", (0, (6, 1.5, 1, 1.5))),
    Series(COLOURS["red"], "v", (0, (3, 1, 1, 1, 1, 1))),
    Series(COLOURS["grey"], "X", (0, (8, 3))),
)

DOTS_PER_INCH = 160
# A notebook shows one inch of the figure as this many pixels: half of what is drawn, so that it is
# sharp on dense screens.
PIXELS_PER_INCH = 96

RC: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": "#8A877E",
    "axes.facecolor": "none",
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "lines.linewidth": 2.0,
    "lines.markersize": 5.5,
    "figure.facecolor": "none",
    # Titles and names are data: a dollar in one is a dollar, and no formula begins with it.
    "text.parse_math": False,
}

P = ParamSpec("P")


def styled(chart: Callable[P, Figure]) -> Callable[P, Figure]:
    """The chart function, drawn in the style of the course without touching global settings."""

    @functools.wraps(chart)
    def draw(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with mpl.rc_context(RC):
            return chart(*args, **kwargs)

    return draw


def canvas(
    title: str,
    x_label: str = "",
    y_label: str = "",
    *,
    size: tuple[float, float] = (6.6, 3.6),
    **grid: Any,
) -> tuple[Figure, Any]:
    """An empty chart in the style of the course: the figure and its axes.

    Args:
        title: the finding in one sentence; it is wrapped to the width of the figure.
        x_label: what the horizontal axis counts, with the unit.
        y_label: the same for the vertical axis.
        size: width and height in inches.
        grid: ``nrows``, ``ncols``, ``width_ratios`` … for several panels, as in
            ``Figure.subplots``; the axes are then an array, and are labelled one by one.

    Raises:
        ParameterError: the title is empty.

    Example:
        >>> figure, axes = canvas("Longer is heavier", "length (m)", "weight (kg)")
        >>> _ = axes.plot([1, 2], [3, 5])
        >>> figure.get_suptitle()
        'Longer is heavier'
    """
    if not title.strip():
        raise ParameterError("A chart needs a title that states its finding.")
    with mpl.rc_context(RC):
        layout = ConstrainedLayoutEngine(w_pad=0.16, h_pad=0.12)
        figure = Figure(figsize=size, layout=layout)
        axes = figure.subplots(**grid)
        wrapped = _balanced(title, int(size[0] * 9.6))
        figure.suptitle(wrapped, x=0.16 / size[0], ha="left", fontsize=11.5, fontweight="bold")
        if isinstance(axes, Axes):
            axes.set(xlabel=x_label, ylabel=y_label)
    return figure, axes


def _balanced(text: str, width: int) -> str:
    """The text on as few lines as fit the width, of similar length, so that no word is alone."""
    fewest = len(textwrap.wrap(text, width))
    while width > 1 and len(textwrap.wrap(text, width - 1)) == fewest:
        width -= 1
    return textwrap.fill(text, width)


def readable_on(background: Any) -> str:
    """The text colour with a contrast of 4.5 : 1 to a background, as WCAG 2.2 asks of text.

    Dark text if that is enough, else white; black for the few colours in between.

    Example:
        >>> [readable_on(colour) for colour in (CARD, COLOURS["blue"])]
        ['#222222', 'white']
    """
    return next(ink for ink in (INK, "white", "black") if contrast(ink, background) >= 4.5)


def contrast(one: Any, other: Any) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Any) -> float:
    """Relative luminance of an sRGB colour, 0 to 1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def upright_line(axes: Axes, name: str, value: float, colour: str, width: float) -> None:
    """A dashed line at a value of the x axis, with its name on top."""
    axes.axvline(value, color=colour, linewidth=width, linestyle=(0, (4, 2)), zorder=1)
    axes.annotate(
        name,
        (value, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0, 2),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=9,
    )


def show(figure: Figure, *, alt: str) -> None:
    """Put a figure on the page, as a PNG with its alt text.

    The text is in the metadata of the output, under ``image/png``; nbconvert reads it there
    and the web edition finds it there; it is also the output's plain text, for terminals.
    JupyterLab 4.6 does not pass alt text on, so the prose around a figure says what it shows.
    The bytes are the same on every run: no date, no version.

    Args:
        figure: from a function of this package, or from ``canvas``; it has a title, and labels on
            every axis with numbers.
        alt: what a reader who cannot see the figure needs to know: the kind of chart, then what
            it shows.

    Raises:
        ParameterError: the alt text, the title or the label of an axis is missing.
    """
    from IPython.display import display

    display(Picture(figure, alt))


class Picture:
    """A figure as notebook output: PNG bytes, alt text and width."""

    def __init__(self, figure: Figure, alt: str) -> None:
        if not alt.strip():
            raise ParameterError(
                "A figure needs alt text: describe it for readers who cannot see it."
            )
        _check_labels(figure)
        self.alt = " ".join(alt.split())
        self.width = round(figure.get_figwidth() * PIXELS_PER_INCH)
        self.png = _png(figure)

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, **_formats: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data = {"image/png": self.png, "text/plain": self.alt}
        return data, {"image/png": {"alt": self.alt, "width": self.width}}


def _png(figure: Figure) -> bytes:
    _add_card(figure)
    _take_texts_as_they_are(figure)
    buffer = io.BytesIO()
    with mpl.rc_context(RC):
        figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return buffer.getvalue()


def _take_texts_as_they_are(figure: Figure) -> None:
    """Also of texts made outside this style, none is a formula but powers on a log axis."""
    for text in figure.findobj(Text):
        text.set_parse_math(False)
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            for formatter, minor in (
                (axis.get_major_formatter(), False),
                (axis.get_minor_formatter(), True),
            ):
                if isinstance(formatter, LogFormatterMathtext):
                    for label in axis.get_ticklabels(minor=minor):
                        label.set_parse_math(True)


def _add_card(figure: Figure) -> None:
    """An opaque card behind the chart, so that it reads the same on a light and a dark page."""
    if any(patch.get_gid() == "card" for patch in figure.patches):
        return
    width, height = figure.get_size_inches()
    edge = 0.05
    card = FancyBboxPatch(
        (edge, edge),
        width - 2 * edge,
        height - 2 * edge,
        boxstyle="round,pad=0,rounding_size=0.1",
        transform=figure.dpi_scale_trans,
        facecolor=CARD,
        edgecolor=CARD_EDGE,
        zorder=-10,
        gid="card",
    )
    figure.add_artist(card)


def _check_labels(figure: Figure) -> None:
    titles = [figure.get_suptitle(), *(axes.get_title("left") for axes in figure.axes)]
    if not any(titles):
        raise ParameterError("A figure needs a title that states its finding.")
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            has_numbers = axes.axison and len(axis.get_ticklocs()) > 0 and _labels_ticks(axis)
            if has_numbers and not axis.label.get_text():
                raise ParameterError(f"The {axis.axis_name} axis of the figure has no label.")


def _labels_ticks(axis: Any) -> bool:
    settings = axis.get_tick_params()
    sides = ("labelbottom", "labeltop") if axis.axis_name == "x" else ("labelleft", "labelright")
    return any(settings.get(side, side in ("labelbottom", "labelleft")) for side in sides)
