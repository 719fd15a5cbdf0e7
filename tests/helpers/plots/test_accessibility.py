"""Every chart can be read by every reader: colour-blind, with low vision, on a light or dark page.

Colour blindness is simulated as Machado, Oliveira and Fernandes (2009) do, at full severity. How
far two colours are apart is ΔE, the distance in CIE 1976 L*a*b*: about 2 can just be seen side by
side, and the palette is held to 15. What stands out from what is WCAG 2.2: text at 4.5 : 1,
graphics at 3 : 1. The charts are all those that test_charts.py draws, and heatmaps of every value.
"""

from __future__ import annotations

import runpy
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb, to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from helpers import plots
from helpers.plots.style import (
    CARD,
    DIVERGING,
    DOTS_PER_INCH,
    INK,
    RC,
    SEQUENTIAL,
    Picture,
    contrast,
    readable_on,
)

# Machado, Oliveira and Fernandes (2009), severity 1, applied to linear RGB.
COLOUR_BLINDNESS = {
    "none": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
PAGES = ("#FFFFFF", "#121212")

STEPS = [str(step) for step in range(17)]
EVERY_VALUE = {
    "every number of stars": lambda title: plots.rating_matrix(
        np.arange(0, 5.1, 0.1).reshape(3, 17), ["A", "B", "C"], STEPS, title=title
    ),
    "every factor": lambda title: plots.factorized_matrix(
        np.linspace(-2, 2, 17)[:, None],
        np.linspace(-2, 2, 17)[:, None],
        np.full((17, 17), np.nan),
        STEPS,
        STEPS,
        title=title,
    ),
    "every similarity": lambda title: plots.similarity(
        np.linspace(-1, 1, 81).reshape(9, 9), STEPS[:9], title=title, kind="film"
    ),
}
CHARTS = {
    **runpy.run_path(str(Path(__file__).with_name("test_charts.py")))["CHARTS"],
    **EVERY_VALUE,
}


@pytest.fixture(params=COLOUR_BLINDNESS.values(), ids=COLOUR_BLINDNESS.keys())
def vision(request):
    return request.param


def seen(colour: str, vision: np.ndarray) -> np.ndarray:
    """Linear RGB of a colour as it is seen."""
    value = np.array(to_rgb(colour))
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return np.clip(vision @ linear, 0, 1)


def lab(colour: str, vision: np.ndarray) -> np.ndarray:
    """CIE 1976 L*a*b* of a colour as it is seen."""
    xyz = TO_XYZ @ seen(colour, vision) / TO_XYZ.sum(axis=1)
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def difference(one: str, other: str, vision: np.ndarray) -> float:
    """ΔE of two colours as they are seen."""
    return float(np.linalg.norm(lab(one, vision) - lab(other, vision)))


def test_the_simulation_is_a_simulation():
    """Each kind confuses what it is known to confuse, and none of them tints a grey."""
    confused = {
        "protanopia": ("#FF0000", "#5A4D00"),
        "deuteranopia": ("#D55E00", "#9A8A00"),
        "tritanopia": ("#00A0FF", "#00B3B3"),
    }
    for kind, (one, other) in confused.items():
        apart = difference(one, other, COLOUR_BLINDNESS["none"])
        assert difference(one, other, COLOUR_BLINDNESS[kind]) < 0.5 * apart, kind
    for vision in COLOUR_BLINDNESS.values():
        np.testing.assert_allclose(vision.sum(axis=1), 1, atol=2e-6)


def test_every_two_colours_stay_apart(vision):
    for one, other in combinations(plots.COLOURS.values(), 2):
        assert difference(one, other, vision) > 15, (one, other)


def test_the_first_two_series_differ_in_lightness(vision):
    first, second = (lab(series.colour, vision)[0] for series in plots.SERIES[:2])
    assert abs(first - second) > 20


def test_every_two_series_differ_in_marker_and_line_style():
    for one, other in combinations(plots.SERIES, 2):
        assert one.marker != other.marker
        assert one.line != other.line


def test_more_stars_are_darker(vision):
    lightness = [lab(SEQUENTIAL(x), vision)[0] for x in np.linspace(0, 1, 41)]
    assert np.diff(lightness).max() < 0
    assert lightness[0] - lightness[-1] > 50


def test_from_zero_both_ways_it_gets_darker_and_the_two_ends_are_never_confused(vision):
    places = np.linspace(0, 1, 41)
    lightness = np.array([lab(DIVERGING(x), vision)[0] for x in places])
    assert np.diff(lightness[:21]).min() > 0
    assert np.diff(lightness[20:]).max() < 0
    for distance in (0.2, 0.35, 0.5):
        low, high = DIVERGING(0.5 - distance), DIVERGING(0.5 + distance)
        assert difference(low, high, vision) > 15, distance


def test_colours_and_text_stand_out_from_the_card():
    assert min(contrast(colour, CARD) for colour in plots.COLOURS.values()) >= 3
    assert contrast(INK, CARD) >= 7
    assert contrast(RC["axes.edgecolor"], CARD) >= 3


def test_contrast_is_that_of_the_standard():
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast("#777777", "white") == contrast("white", "#777777") == pytest.approx(4.48, 1e-3)


def test_on_every_background_some_text_can_be_read():
    for red, green, blue in np.ndindex(9, 9, 9):
        background = (red / 8, green / 8, blue / 8)
        assert contrast(readable_on(background), background) >= 4.5


@contextmanager
def drawn_texts():
    """The texts that are drawn meanwhile: ticks beyond the axis exist, but are not."""
    found, draw = [], Text.draw

    def note(text, *arguments, **options):
        if text.get_visible() and text.get_text().strip():
            found.append(text)
        return draw(text, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", note)
        yield found


def pixels(figure) -> np.ndarray:
    """The figure as it is drawn, sRGB 0 to 1, shape (height, width, 4)."""
    with mpl.rc_context(RC):
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
    return np.asarray(canvas.buffer_rgba()) / 255


class Drawn(NamedTuple):
    """A chart as pixels, with its texts and without them, and where each text stands."""

    figure: Figure
    picture: np.ndarray
    without_texts: np.ndarray
    texts: list[tuple[Text, Bbox]]


@pytest.fixture(scope="module", params=CHARTS.values(), ids=CHARTS.keys())
def drawn(request):
    figure = request.param("The finding")
    # Puts the chart on its card.
    Picture(figure, "Alt text.")
    figure.set_dpi(DOTS_PER_INCH)
    with drawn_texts() as found:
        picture = pixels(figure)
    places = [(text, text.get_window_extent()) for text in dict.fromkeys(found)]
    figure.set_layout_engine("none")
    for text, _place in places:
        text.set_alpha(0)
    return Drawn(figure, picture, pixels(figure), places)


def test_every_text_stands_out_from_what_lies_under_it(drawn):
    height = len(drawn.picture)
    assert drawn.texts
    for text, place in drawn.texts:
        rows = slice(int(height - place.y1), int(height - place.y0) + 1)
        columns = slice(int(place.x0), int(place.x1) + 1)
        under = (255 * drawn.without_texts[rows, columns, :3]).round().astype(int).reshape(-1, 3)
        colours, counts = np.unique(under @ (65536, 256, 1), return_counts=True)
        enough = [contrast(text.get_color(), f"#{colour:06x}") >= 4.5 for colour in colours]
        # A dashed line or a thin frame may pass behind a word, but most of it must be clear.
        assert counts[enough].sum() >= 0.8 * counts.sum(), text.get_text()


def test_every_text_is_whole(drawn):
    height, width, _channels = drawn.picture.shape
    for text, place in drawn.texts:
        inside = place.x0 >= 0 and place.y0 >= 0 and place.x1 <= width and place.y1 <= height
        assert inside, text.get_text()


def test_a_chart_is_the_same_on_a_light_and_a_dark_page(drawn):
    picture = drawn.picture[20:-20, 20:-20]
    alpha = picture[..., 3:]
    light, dark = (alpha * picture[..., :3] + (1 - alpha) * to_rgb(page) for page in PAGES)
    np.testing.assert_allclose(light, dark, atol=1 / 255)


def test_every_bar_line_and_marker_has_a_colour_of_the_palette(drawn):
    """So what is shown of the palette holds for every chart."""
    palette = {to_hex(colour) for colour in (*plots.COLOURS.values(), INK, CARD, "white")}
    # A table may be drawn as squares, each with a colour of the two scales, as in a heatmap.
    scales = {to_hex(scale(step)) for scale in (SEQUENTIAL, DIVERGING) for step in range(scale.N)}
    used, squares = [], []
    for axes in drawn.figure.axes:
        for line in axes.lines:
            if line.get_linestyle() != "None":
                used.append(line.get_color())
            if line.get_marker() not in ("None", ""):
                used += [line.get_markerfacecolor(), line.get_markeredgecolor()]
        for shape in (*axes.collections, *axes.patches):
            faces, edges = shape.get_facecolor(), shape.get_edgecolor()
            is_square = isinstance(shape, Rectangle) and shape.get_width() == shape.get_height()
            (squares if is_square else used).extend(np.atleast_2d(faces))
            used += [*np.atleast_2d(edges)]
    seen_ones = {to_hex(colour) for colour in used if to_rgba(colour)[3] > 0}
    assert seen_ones - palette == set()
    assert {to_hex(colour) for colour in squares if to_rgba(colour)[3] > 0} - palette <= scales
