"""No figure reaches a page without its words; test_accessibility.py has who can read it."""

from __future__ import annotations

import io
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from course.site.scaling_chart import growth
from helpers import plots
from helpers.errors import ParameterError
from helpers.plots.style import Picture


def ratings_with_gaps() -> np.ndarray:
    ratings = np.full((3, 2), np.nan)
    ratings[0, 0], ratings[2, 1] = 5, 1
    return ratings


def films_of_two_kinds() -> pd.DataFrame:
    columns = {"title": ["Film A", "Film B", "Film C " * 9], "kind": ["drama", "drama", "action"]}
    return pd.DataFrame({**columns, "x": [0.0, 0.01, 3.0], "y": [0.0, 0.0, 1.0]})


USERS, FILMS = ["U1", "U2", "U3"], ["Film A", "Film B"]
HISTORY = pd.DataFrame({"train": [9.0, 4, 1], "validation": [9.0, 6, 7]}, index=[1, 2, 3])
SCORES = pd.DataFrame({"with a head": [1.0, 2, 3], "without": [2.0, 2, 4]})
PARTS = pd.DataFrame({"users": [0.7, 0.3], "ratings": [0.6, 0.4]}, index=["old", "young"])
BOARD = pd.DataFrame(
    {"value": [0.34, 0.18, np.nan], "low": [0.32, np.nan, np.nan], "high": [0.36, np.nan, np.nan]},
    index=["EASE", "popularity", "random"],
)
WAYS = pd.DataFrame({"observed": [0.9, 1.1], "true": [1.0, 1.3]}, index=["averages", "mean"])
SHARES = pd.Series({"Film A": 2.5, "Film B": -0.5, "Film C": 1.0})
GROWTH = pd.DataFrame(
    {
        "ratings": [1e5, 1e6, 3.2e7] * 2,
        "stage": ["read"] * 3 + ["fit ALS"] * 3,
        "group": ["data"] * 3 + ["fit"] * 3,
        "seconds": [0.1, 1.0, 30, 2, 20, np.nan],
        "peak_memory": [2e8, 3e8, 4e9, 5e8, 1e9, np.nan],
    }
)
KNOWN = pd.DataFrame(
    {"popularity": [0.39] * 4, "EASE": [0.39, 0.27, 0.36, 0.55], "both": [0.39, 0.38, 0.43, 0.5]},
    index=[0, 1, 3, 20],
)
CHARTS = {
    "known_curve": lambda title: plots.known_curve(
        KNOWN,
        title=title,
        intervals={
            "EASE": pd.DataFrame({"low": KNOWN["EASE"] - 0.02, "high": KNOWN["EASE"] + 0.02})
        },
    ),
    "bars": lambda title: plots.bars(SHARES, title=title, x_label="share (stars)", y_label="film"),
    "bars in full": lambda title: plots.bars(
        SHARES,
        title=title,
        x_label="share (stars)",
        y_label="film",
        highlight=["Film C"],
        intervals=pd.DataFrame({"low": SHARES - 0.2, "high": SHARES + 0.2}),
        reference=("mean", 1.2),
        digits=0,
    ),
    "learning_curve": lambda title: plots.learning_curve(HISTORY, title=title),
    "learning_curve in full": lambda title: plots.learning_curve(
        HISTORY, title=title, marks={"best epoch": 2}, references={"mean": 2.0}, log=True
    ),
    "learnt_curve": lambda title: plots.learnt_curve(
        HISTORY,
        title=title,
        x_label="dot product",
        y_label="prediction (stars)",
        points=np.array([[1.0, 4.0], [2.0, 5.0]]),
        references={"mean": 3.0},
    ),
    "seed_strip": lambda title: plots.seed_strip(
        SCORES, title=title, x_label="error (stars²)", references={"mean": 2.0}, log=True
    ),
    "rating_matrix": lambda title: plots.rating_matrix(
        ratings_with_gaps(), USERS, FILMS, title=title
    ),
    "factorized_matrix": lambda title: plots.factorized_matrix(
        np.ones((3, 2)), np.ones((2, 2)), ratings_with_gaps(), USERS, FILMS, title=title
    ),
    "shares": lambda title: plots.shares({"age": PARTS, "gender": PARTS}, title=title),
    "long_tail": lambda title: plots.long_tail(
        np.array([1, 9, 2, 1]), title=title, x_label="film, by rank", y_label="ratings"
    ),
    "mean_and_count": lambda title: plots.mean_and_count(
        pd.DataFrame({"mean": [5.0, 3.0, 1.0], "count": [1, 200, 2]}, index=[7, 8, 9]),
        title=title,
        overall=3.1,
        groups={"best": [7], "most rated": [8]},
    ),
    "rating_dots": lambda title: plots.rating_dots(np.array([0, 2]), np.array([1, 3]), title=title),
    "star_pairs": lambda title: plots.star_pairs(
        np.array([0, 0, 3.5]), np.array([0, 2, 5]), FILMS, title=title
    ),
    "waterfall": lambda title: plots.waterfall(
        SHARES,
        start=("baseline", 3.0),
        end="prediction",
        title=title,
        x_label="stars",
        y_label="film",
        references={"given": 4.0},
    ),
    "similarity_funnel": lambda title: plots.similarity_funnel(
        {"r": pd.Series([1.0, 1, -1]), "shrunk": pd.Series([0.1, 0.2, -0.1])},
        pd.Series([2, 5, 90]),
        title=title,
        top=1,
    ),
    "two_towers": lambda title: plots.two_towers(40, 20, title=title),
    "meeting_plane": lambda title: plots.meeting_plane(
        np.array([[1.0, 0.2], [-0.5, 1.0], [0.1, -1.0]]),
        {"U1": np.array([2.0, 0.0]), "U2": np.array([-0.1, 0.5])},
        {"U1": np.array([0, 2]), "U2": np.array([1])},
        ["Film A", "Film B " * 9, "Film C"],
        title=title,
        axes_labels=("along U1", "across"),
    ),
    "similarity": lambda title: plots.similarity(
        np.array([[1, -0.5], [-0.5, 1]]), ["A", "B " * 40], title=title, kind="film"
    ),
    "spread_of_stars": lambda title: plots.spread_of_stars(
        {"epoch 1": np.array([0.0, 0.1]), "epoch 2": np.array([2.0, 6.0])},
        np.array([3.0, 4.5]),
        title=title,
    ),
    "factorized_sum": lambda title: plots.factorized_sum(
        3.5, [0.5, 0], [0.25, -0.5], [[1, 0], [0.5, 0.5]], [[0, 1], [-1, 0.5]], title=title
    ),
    "steps": lambda title: plots.steps(
        pd.DataFrame({"best": [2.0, 1.0], "end": [2.0, 1.5]}, index=["as it stands", "mean"]),
        title=title,
        references={"two averages": 0.9, "the mean": 1.1},
    ),
    "forest": lambda title: plots.forest({"nDCG@10": BOARD}, title=title),
    "forest in full": lambda title: plots.forest(
        {"nDCG@10, random": BOARD, "nDCG@10, in time": BOARD.iloc[:1], "recall@10": BOARD},
        title=title,
        y_label="model",
        highlight=["EASE"],
        reference="popularity",
        digits=3,
    ),
    "growth": lambda title: growth(GROWTH, title=title),
    "orders": lambda title: plots.orders(
        pd.DataFrame(np.arange(16).reshape(8, 2) % 5, columns=["RMSE", "nDCG"]),
        title=title,
        x_label="measure",
        lower_is_better=["RMSE"],
    ),
    "gaps": lambda title: plots.gaps(WAYS, title=title, x_label="RMSE (stars)"),
    "gaps in full": lambda title: plots.gaps(
        WAYS,
        title=title,
        x_label="RMSE (stars)",
        y_label="model",
        intervals={"true": pd.DataFrame({"low": [0.9, 1.2], "high": [1.1, 1.4]}, WAYS.index)},
    ),
    "group_lines": lambda title: plots.group_lines(
        WAYS, title=title, x_label="ratings of the film", y_label="AUC"
    ),
    "group_lines in full": lambda title: plots.group_lines(
        WAYS,
        title=title,
        x_label="ratings of the film",
        y_label="AUC",
        intervals={"true": pd.DataFrame({"low": [0.9, 1.2], "high": [1.1, 1.4]}, WAYS.index)},
        reference=("chance", 0.5),
    ),
    "film_map": lambda title: plots.film_map(
        films_of_two_kinds(), title=title, x_label="right", y_label="up", names=2
    ),
}


@pytest.fixture(params=CHARTS.values(), ids=CHARTS.keys())
def chart(request):
    return request.param


def test_every_chart_has_its_title_its_labels_and_its_alt_text(chart):
    figure = chart("The finding")
    data, metadata = Picture(figure, "A chart  that\nshows it.")._repr_mimebundle_()
    assert figure.get_suptitle() == "The finding"
    assert metadata["image/png"]["alt"] == data["text/plain"] == "A chart that shows it."


def test_every_chart_is_small_opaque_and_the_same_on_every_run(chart):
    one, other = (Picture(chart("The finding"), "Alt.").png for _ in range(2))
    assert one == other
    assert len(one) < 100_000
    assert b"Software" not in one
    image = Image.open(io.BytesIO(one))
    alpha = np.asarray(image.convert("RGBA"))[20:-20, 20:-20, 3]
    assert alpha.min() == 255
    assert image.width == pytest.approx(
        Picture(chart("The finding"), "Alt.").width * 160 / 96, 0.01
    )


@pytest.mark.parametrize("title", ["", "  "])
def test_a_chart_without_a_title_is_refused(chart, title):
    with pytest.raises(ParameterError, match="title"):
        chart(title)


def test_show_refuses_a_figure_without_words():
    complete, _ = plots.canvas("Title", "x (m)", "y (m)")
    with pytest.raises(ParameterError, match="alt text"):
        plots.show(complete, alt=" ")
    unlabelled, _ = plots.canvas("Title", "x (m)")
    with pytest.raises(ParameterError, match="y axis"):
        plots.show(unlabelled, alt="Alt.")
    untitled = Figure()
    untitled.subplots()
    with pytest.raises(ParameterError, match="title"):
        plots.show(untitled, alt="Alt.")


def test_an_axis_without_numbers_needs_no_label():
    figure, axes = plots.canvas("Title")
    axes.axis("off")
    assert repr(Picture(figure, "A drawing.")) == "A drawing."


def test_show_outside_a_notebook_prints_the_alt_text(capsys):
    plots.show(CHARTS["learning_curve"]("The finding"), alt="The error falls.")
    assert capsys.readouterr().out.strip() == "The error falls."


def test_a_long_title_is_wrapped():
    figure, _ = plots.canvas("word " * 40, "x", "y")
    assert max(map(len, figure.get_suptitle().splitlines())) <= 70


def test_the_lines_of_a_title_are_of_about_equal_length():
    title = "a title that is only a little too long for the one line that it is given"
    figure, _ = plots.canvas(title, "x", "y")
    first, second = map(len, figure.get_suptitle().splitlines())
    assert abs(first - second) < 8


def test_drawing_leaves_the_global_settings_alone():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    for draw in CHARTS.values():
        draw("The finding")
    assert dict(mpl.rcParams) == before


def test_the_names_of_lines_that_end_together_do_not_overlap():
    history = pd.DataFrame({name: [1.0, 2.0] for name in "abcd"})
    figure = plots.learning_curve(history, title="Together")
    heights = sorted(text.xy[1] for text in figure.axes[0].texts)
    assert np.diff(heights).min() > 0.08


def test_the_head_of_a_long_tail_is_the_smallest_that_holds_half():
    for counts, head in [([4, 3, 2, 1], 2), ([5, 3, 2], 1), ([1, 1, 1, 1], 2)]:
        figure = plots.long_tail(np.array(counts), title="Tail", x_label="film", y_label="ratings")
        assert figure.axes[0].texts[0].get_text().endswith(f"first {head}")


def test_a_pair_of_stars_with_a_zero_is_no_opinion():
    first, second = np.array([0, 0, 4, 5, 5]), np.array([0, 3, 0, 2, 2])
    figure = plots.star_pairs(first, second, FILMS, title="Zeros")
    labels = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert labels == ["rated both: 2 users", "with a zero for unknown: 3 users"]


def boxes_of_titles(figure: Figure) -> list:
    figure.draw_without_rendering()
    return [text.get_window_extent() for text in figure.axes[0].texts]


def test_the_titles_on_a_map_do_not_overlap():
    rng = np.random.default_rng(0)
    places = pd.DataFrame(rng.normal(size=(60, 2)), columns=["x", "y"])
    places = places.assign(title=[f"The Film of {row}" for row in range(60)], kind="drama")
    figure = plots.film_map(places, title="Map", x_label="right", y_label="up", names=30)
    boxes = boxes_of_titles(figure)
    assert 5 < len(boxes) <= 30
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_films_of_one_title_on_a_map_are_named_each_at_its_place():
    places = films_of_two_kinds().assign(title="Twin")
    figure = plots.film_map(places, title="Map", x_label="right", y_label="up", names=1)
    assert {text.xy for text in figure.axes[0].texts} == {(0.0, 0.0), (3.0, 1.0)}


def test_each_row_of_a_histogram_is_a_share_of_the_whole():
    groups = {"epoch 1": np.zeros(7), "epoch 2": np.linspace(-0.3, 6.2, 50)}
    figure = plots.spread_of_stars(groups, np.array([0.5, 5.0]), title="Spread")
    for axes in figure.axes:
        assert sum(patch.get_height() for patch in axes.patches) == pytest.approx(1)


def test_a_forest_has_a_dash_where_nothing_was_measured():
    panels = {"nDCG@10": BOARD, "RMSE (stars)": BOARD.iloc[:1]}
    figure = plots.forest(panels, title="Board", digits=2)
    said = [[text.get_text() for text in axes.texts] for axes in figure.axes]
    assert said == [["0.34", "0.18", "–"], ["0.34", "–", "–"]]
    with pytest.raises(ParameterError, match="one panel"):
        plots.forest({}, title="Board")


def test_in_an_order_the_best_comes_first_whichever_way_it_counts():
    values = pd.DataFrame({"RMSE": [0.8, 0.9], "nDCG": [0.1, 0.2]}, index=["A", "B"])
    figure = plots.orders(values, title="Order", x_label="measure", lower_is_better=["RMSE"])
    lines = [line.get_ydata().tolist() for line in figure.axes[0].lines[::2]]
    assert lines == [[1, 2], [2, 1]]
    low, high = figure.axes[0].get_ylim()
    assert low > high


def test_a_factorized_sum_shows_each_number_of_each_part():
    figure = plots.factorized_sum(3.5, [0.5, 0], [0.25], [[1, 2], [0, 3]], [[0.5, -1]], title="Sum")
    texts = [text.get_text() for text in figure.axes[0].texts]
    for number in ("2.75", "0.75", "3.5", "0.25", "1", "3", "−1"):
        assert number in texts
    with pytest.raises(ParameterError, match="do not fit"):
        plots.factorized_sum(3.5, [0.5], [0.25], [[1, 2], [0, 3]], [[0.5, -1]], title="Sum")


@pytest.mark.parametrize("draw", CHARTS.values(), ids=CHARTS.keys())
def test_a_dollar_in_any_text_of_a_chart_is_a_dollar(draw):
    """Every text that a chart shows may be data: titles, labels, legends and ticks."""
    figure = draw("Ba$$in beats Too $hort and Ke$ha")
    for axes in figure.axes:
        axes.set_xlabel("in $ and $")
        legend = axes.get_legend()
        for text in (*axes.texts, *(legend.get_texts() if legend else ())):
            text.set_text(f"Ba$$in $_x {text.get_text()}")
    Picture(figure, "alt")
    literal = [text for text in figure.findobj(Text) if "$" in text.get_text()]
    assert literal
    for text in literal:
        assert not text.get_parse_math() or r"\mathdefault" in text.get_text()


def test_names_with_dollars_are_drawn():
    names = ["Ba$$in", "Too $hort and Ke$ha"]
    shares = pd.Series([1.0, 2.0], names)
    history = pd.DataFrame([[1.0, 2.0], [2.0, 1.0]], columns=names)
    figures = [
        plots.rating_matrix(np.array([[5, np.nan], [1, 2.0]]), names, names, title="T"),
        plots.bars(shares, title="T", x_label="x", y_label="y"),
        plots.learning_curve(history, title="T"),
        plots.learning_curve(history, title="T", log=True),
    ]
    for figure in figures:
        assert Picture(figure, "alt").png
