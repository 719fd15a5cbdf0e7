"""Every chart of the course: one palette, one style, alt text, readable on light and dark pages.

A chart function takes arrays or tables that the lesson has computed, and a title that states the
finding. It returns a figure; ``show`` puts it on the page with its alt text::

    figure = plots.learning_curve(history, title="Two factors learn the six ratings")
    plots.show(figure, alt="Line chart: the training error falls from 16 to 0 in 200 epochs.")

- ``style``: palette, markers, ``canvas`` for your own charts, and ``show``
- ``bars``: categories, shares, and models compared with a baseline
- ``distributions``: who rated what, and how often: shares, the long tail, means and counts
- ``lines``: change over epochs, over ratings that were told, over groups with an order
- ``maps``: films by their factors
- ``matrices``: the rating matrix as numbers and dots, its factors, similarities, pairs of stars
- ``points``: values with intervals, differences from zero, gaps, changes of place
- ``steps``: a sum part by part, and what each step of a lesson gains
- ``sums``: mean, biases and two tables of vectors, as the numbers that they are
- ``towers``: two towers, and the plane in which a user and the films meet
"""

from helpers.plots.bars import bars
from helpers.plots.distributions import long_tail, mean_and_count, shares, spread_of_stars
from helpers.plots.lines import group_lines, known_curve, learning_curve, learnt_curve, seed_strip
from helpers.plots.maps import film_map
from helpers.plots.matrices import (
    factorized_matrix,
    rating_dots,
    rating_matrix,
    similarity,
    star_pairs,
)
from helpers.plots.points import forest, gaps, orders, similarity_funnel
from helpers.plots.steps import steps, waterfall
from helpers.plots.style import COLOURS, SERIES, canvas, show
from helpers.plots.sums import factorized_sum
from helpers.plots.towers import meeting_plane, two_towers

__all__ = [
    "COLOURS",
    "SERIES",
    "bars",
    "canvas",
    "factorized_matrix",
    "factorized_sum",
    "film_map",
    "forest",
    "gaps",
    "group_lines",
    "known_curve",
    "learning_curve",
    "learnt_curve",
    "long_tail",
    "mean_and_count",
    "meeting_plane",
    "orders",
    "rating_dots",
    "rating_matrix",
    "seed_strip",
    "shares",
    "show",
    "similarity",
    "similarity_funnel",
    "spread_of_stars",
    "star_pairs",
    "steps",
    "two_towers",
    "waterfall",
]
