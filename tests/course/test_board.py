import subprocess
import sys

import numpy as np
import pytest

from course import board as course
from course import lessons
from course.board import ENTRIES, course_leaderboard, course_recommenders, ties
from helpers.errors import ParameterError
from helpers.evaluation import compare_all, leaderboard, read_leaderboard, stored_leaderboard
from helpers.recommenders import Biases, Popularity, Recommender

OPTIONS = {"seeds": [0, 1], "metrics": ["ndcg", "rmse"], "resamples": 100, "progress": False}


def test_everybody_stands_on_it_once_unfitted_and_with_a_lesson():
    models = course_recommenders()
    assert list(models) == [entry.name for entry in ENTRIES]
    assert len(models) == len(ENTRIES)
    for entry in ENTRIES:
        assert isinstance(models[entry.name], Recommender)
        assert not hasattr(models[entry.name], "train_")
        assert entry.lesson in lessons.numbers()
    assert course_recommenders()["EASE"] is not models["EASE"]


@pytest.fixture
def two_entries(monkeypatch):
    entries = (
        course.Entry("Popularity", "explore_movielens", Popularity),
        course.Entry("Two", "find_neighbours", Biases),
    )
    monkeypatch.setattr(course, "ENTRIES", entries)


@pytest.mark.parametrize(
    ("protocol", "described"), [("random", "per_user_split()"), ("time", "global_time_split()")]
)
def test_it_is_measured_by_either_protocol(two_entries, world, protocol, described):
    board = course_leaderboard(world, protocol, [3], progress=False)
    assert board.header["protocol"] == described
    assert board.header["seeds"] == [3]
    assert set(board.results["recommender"]) == {"Popularity", "Two"}


def test_what_is_stored_says_who_cannot_be_told_apart(two_entries, world, tmp_path):
    board = course.course_with_ties(world, "random", progress=False)
    assert list(board.header["ties"]) == ["ndcg", "rmse"]
    again = read_leaderboard(board.save(tmp_path / "board.csv"))
    assert again.header == board.header


@pytest.mark.parametrize("protocol", ["random", "time"])
def test_the_stored_one_has_three_seeds_of_everybody(protocol):
    board = stored_leaderboard(protocol)
    counts = board.results[board.results["metric"] == "ndcg"].groupby("recommender")["seed"]
    assert counts.nunique().to_dict() == dict.fromkeys(course_recommenders(), 3)
    figures = board.results[["value", "low", "high"]].to_numpy()
    assert np.isfinite(figures[:, 0]).all()
    assert not (figures[:, 0] < figures[:, 1]).any()
    assert not (figures[:, 0] > figures[:, 2]).any()


def test_nothing_heavy_is_imported():
    code = (
        "import sys; from course import board; board.course_recommenders(); "
        "print({'tensorflow', 'keras', 'seaborn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "set()"


def test_a_protocol_that_there_is_not():
    with pytest.raises(ParameterError, match=r"one of \('random', 'time'\), not 'newest'"):
        course_leaderboard(None, "newest")


class Reversed(Popularity):
    """Puts first what the fewest chose."""

    def _scores(self, users):
        return -super()._scores(users)


@pytest.fixture
def board(world):
    models = {"one": Popularity(), "twin": Popularity(), "worst": Reversed(), "stars": Biases()}
    return leaderboard(models, world, **OPTIONS)


def test_twins_are_tied_and_who_is_far_worse_is_not(board):
    found = ties(board, ["ndcg"], resamples=500)["ndcg"]
    assert ["one", "twin"] in found
    assert ["one", "worst"] not in found
    assert ["twin", "worst"] not in found


def test_tied_is_whom_the_comparison_calls_chance_in_some_seed(board):
    found = ties(board, ["ndcg"], level=0.3, resamples=200)["ndcg"]
    tables = []
    for seed in (0, 1):
        results = {
            name: board.evaluations[name, seed] for name in ("one", "twin", "worst", "stars")
        }
        tables.append(compare_all(results, "ndcg", resamples=200))
    chance = (tables[0]["p_holm"] >= 0.3) | (tables[1]["p_holm"] >= 0.3)
    assert found == tables[0].loc[chance, ["first", "second"]].to_numpy().tolist()


def test_many_pairs_are_told_apart_by_more_swaps(world):
    """With 2,000 swaps no p value would survive the correction for more than a hundred pairs."""
    models = {f"popular {n}": Popularity() for n in range(8)}
    models |= {f"rare {n}": Reversed() for n in range(8)}
    found = ties(leaderboard(models, world, **OPTIONS), ["ndcg"])["ndcg"]
    assert len(found) == 2 * 28
    assert all(one.split()[0] == other.split()[0] for one, other in found)


def test_a_metric_that_one_alone_has_ties_nobody(board):
    assert ties(board, ["rmse"], resamples=100) == {"rmse": []}


def test_a_board_from_a_file_has_nobody_to_compare(board, tmp_path):
    with pytest.raises(ParameterError, match="was read from a file"):
        ties(read_leaderboard(board.save(tmp_path / "board.csv")))
