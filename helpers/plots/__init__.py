"""Every chart of the course: one palette, one style, alt text, readable on light and dark pages.

A chart function takes arrays or tables that the lesson has computed, and a title that states the
finding. It returns a figure; ``show`` puts it on the page with its alt text::

    figure = plots.learning_curve(history, title="Two factors learn the six ratings")
    plots.show(figure, alt="Line chart: the training error falls from 16 to 0 in 200 epochs.")

- ``style``: palette, markers, ``canvas`` for a chart of your own, and ``show``
- ``bars``: categories, shares, and models beside a baseline
- ``curves``: what happens over epochs, and over seeds
- ``distributions``: who rated what, and how often: shares, the long tail, means beside counts
- ``forests``: values with intervals: the leaderboard, and differences beside zero
- ``funnels``: similarities beside the number of ratings that they rest on
- ``gaps``: one quantity, measured in two or three ways
- ``groups``: where one recommender overtakes another, over groups that have an order
- ``growths``: seconds and memory of the stages of a computation, over the ratings
- ``known``: how good a recommender is, over how many ratings it was told
- ``maps``: films by their factors
- ``matrices``: the rating matrix as a heatmap, beside its factors
- ``orders``: how recommenders change places from one measure to the next
- ``patterns``: the rating matrix as dots, the stars of two films, similarities
- ``predictions``: the spread of predicted stars, and what each step of a lesson pays
- ``retrieval``: two towers, and the plane in which a user and the films meet
- ``waterfalls``: a sum, part by part
"""

from helpers.plots.bars import bars
from helpers.plots.curves import learning_curve, learnt_curve, seed_strip
from helpers.plots.distributions import long_tail, mean_and_count, shares
from helpers.plots.forests import forest
from helpers.plots.funnels import similarity_funnel
from helpers.plots.gaps import gaps
from helpers.plots.groups import group_lines
from helpers.plots.growths import growth
from helpers.plots.known import known_curve
from helpers.plots.maps import film_map
from helpers.plots.matrices import factorized_matrix, rating_matrix
from helpers.plots.orders import orders
from helpers.plots.patterns import rating_dots, similarity, star_pairs
from helpers.plots.predictions import spread_of_stars, steps
from helpers.plots.retrieval import meeting_plane, two_towers
from helpers.plots.style import COLOURS, SERIES, canvas, show
from helpers.plots.waterfalls import waterfall

__all__ = [
    "COLOURS",
    "SERIES",
    "bars",
    "canvas",
    "factorized_matrix",
    "film_map",
    "forest",
    "gaps",
    "group_lines",
    "growth",
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
