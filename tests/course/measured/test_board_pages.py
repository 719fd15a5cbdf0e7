from dataclasses import replace

import pytest

from course.measured import board_pages as pages
from helpers.errors import DataError
from helpers.evaluation import leaderboard
from helpers.recommenders import Biases, Popularity

TEXT = f"above\n\n{pages.BEGIN}\n\nold\n\n{pages.END}\n\nbelow\n"


@pytest.fixture
def board(world):
    found = leaderboard(
        {"EASE": Popularity(), "Two averages": Biases()},
        world,
        seeds=[0, 1],
        resamples=100,
        progress=False,
    )
    return replace(found, header=found.header | {"ties": {"ndcg": [], "rmse": []}})


def with_figures(board, **figures):
    """The board with some figures of EASE: value, low and high by metric."""
    results = board.results.copy()
    for metric, values in figures.items():
        rows = (results["recommender"] == "EASE") & (results["metric"] == metric)
        results.loc[rows, ["value", "low", "high"]] = values
    return replace(board, results=results)


def test_a_row_of_the_readme(board):
    board = with_figures(
        board,
        ndcg=(0.98765, 0.9, 1.0),
        coverage=(0.0543, None, None),
        fit_seconds=(0.01, None, None),
    )
    lines = pages.readme_table(board, with_figures(board, ndcg=(0.5, 0.48, 0.56))).splitlines()
    assert lines[0].startswith("| recommender | lesson | RMSE |")
    assert lines[2] == "| EASE | 09 | – | **0.988 ± 0.050** | **0.500 ± 0.040** | 5.4 % | < 0.1 s |"
    assert lines[3].startswith("| Two averages | 04 | **")
    assert lines[4] == ""
    assert lines[5].startswith("Means of 2 runs")


def test_bold_is_the_best_and_what_is_tied_with_it(board):
    board = with_figures(board, ndcg=(0.98765, 0.9, 1.0))
    apart = pages.readme_table(board, board).splitlines()[3]
    tied = {"ndcg": [["Two averages", "EASE"]], "rmse": []}
    together = replace(board, header=board.header | {"ties": tied})
    assert apart.count("**") == 2
    assert pages.readme_table(together, board).splitlines()[3].count("**") == 4


def test_only_what_stands_between_the_comments_is_replaced():
    text = pages.with_table(TEXT, "| new |")
    assert text == TEXT.replace("old", "| new |")
    assert pages.with_table(text, "| new |") == text


@pytest.mark.parametrize(
    "text",
    [
        "nothing",
        pages.BEGIN,
        f"{pages.END}{pages.BEGIN}",
        TEXT + pages.BEGIN,
        TEXT + pages.END,
        f"{pages.END}{TEXT}",
    ],
)
def test_a_readme_without_its_two_comments(text):
    with pytest.raises(DataError, match="once each and in order"):
        pages.with_table(text, "| new |")


def test_the_guide_gets_its_figures_and_says_what_differs(board):
    board = with_figures(
        board, ndcg=(0.9876, 0.9, 1.0), n_parameters=(12345, None, None), coverage=(0.5, 0, 0)
    )
    far = replace(board, header=board.header | {"ties": {"ndcg": [["EASE", "Two averages"]]}})
    guide = """# One 0.1
| recommender | metric | split | value | differs |
|---|---|---|--:|---|
| EASE | nDCG@10 | random | | |
| Two averages | nDCG@10 | random | 9.9 | x |
| EASE | nDCG@10 | time | | |
| Two averages | nDCG@10 | time | | |
| EASE | parameters | time | | |
| EASE | coverage | random | | |
| Two averages | coverage | random | | |
## Two
| Two averages | coverage | random | | |
"""
    text = pages.with_figures(guide, {"random": board, "time": far})
    ndcg = board.table("ndcg")["ndcg"]["Two averages"]
    coverage = board.table("coverage")["coverage"]["Two averages"]
    assert text.splitlines()[3:] == [
        "| EASE | nDCG@10 | random | 0.988 |  |",
        f"| Two averages | nDCG@10 | random | {ndcg:.3f} | yes |",
        "| EASE | nDCG@10 | time | 0.988 |  |",
        f"| Two averages | nDCG@10 | time | {ndcg:.3f} | no |",
        "| EASE | parameters | time | 12,345 |  |",
        "| EASE | coverage | random | 0.500 |  |",
        f"| Two averages | coverage | random | {coverage:.3f} |  |",
        "## Two",
        f"| Two averages | coverage | random | {coverage:.3f} |  |",
    ]
    assert text.splitlines()[:3] == guide.splitlines()[:3]
    assert pages.with_figures(text, {"random": board, "time": far}) == text


@pytest.mark.parametrize("row", ["| EASE | RMSE |", "| SVD | nDCG@10 |", "| EASE | beauty |"])
def test_a_row_of_the_guide_that_nobody_measured(board, row):
    with pytest.raises(DataError, match="No leaderboard has a figure"):
        pages.with_figures(f"{row} random | | |\n", {"random": board, "time": board})
