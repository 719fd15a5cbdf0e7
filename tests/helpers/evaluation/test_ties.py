import pytest

from helpers.errors import ParameterError
from helpers.evaluation import compare_all, leaderboard, read_leaderboard
from helpers.evaluation.ties import ties
from helpers.recommenders import Biases, Popularity

OPTIONS = {"seeds": [0, 1], "metrics": ["ndcg", "rmse"], "resamples": 100, "progress": False}


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
