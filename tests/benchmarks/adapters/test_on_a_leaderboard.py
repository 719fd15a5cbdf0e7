"""One call holds our models against theirs."""

import json
from functools import partial

import numpy as np
import pytest

from benchmarks.adapters import (
    FromImplicit,
    FromSurprise,
)
from helpers.evaluation import compare, compare_all, evaluate, leaderboard, read_leaderboard
from helpers.recommenders import (
    Biases,
    ImplicitALS,
    ItemNeighbours,
    MatrixFactorization,
)
from helpers.splits import per_user_split

ALS = "AlternatingLeastSquares"


@pytest.fixture
def board(surprise, implicit, make_world):
    models = {
        "biases": Biases(),
        "their biases": FromSurprise("BaselineOnly"),
        "their factors": FromSurprise("SVD", n_factors=2, random_state=77),
        "als": ImplicitALS(dim=2, iterations=2),
        "their als": FromImplicit(ALS, factors=2),
        "their neighbours": FromImplicit("CosineRecommender", K=5),
    }
    world = make_world(n_users=40, n_items=30)
    return leaderboard(models, world, seeds=[0, 1], k=5, resamples=100, progress=False)


def test_theirs_stand_beside_ours_with_the_same_columns(board):
    found = board.results.groupby("recommender")["metric"].agg(frozenset)
    assert found["their biases"] == found["their factors"] == found["biases"]
    assert found["their als"] == found["their neighbours"] == found["als"]
    assert "rmse" in found["their factors"]
    assert "rmse" not in found["their als"]
    measured = board.results[board.results["metric"].isin(["rmse", "ndcg"])]
    assert np.isfinite(measured[["value", "low", "high"]]).all(axis=None)
    costs = board.results[board.results["metric"].isin(["fit_seconds", "n_parameters"])]
    assert (costs["value"] > 0).all()


def test_the_seed_of_the_leaderboard_is_theirs_too(board, make_world):
    world = make_world(n_users=40, n_items=30)
    split = per_user_split(world, random_state=1)
    for name, model in [
        ("their factors", FromSurprise("SVD", n_factors=2, random_state=1)),
        ("their als", FromImplicit(ALS, factors=2, random_state=1)),
    ]:
        expected = evaluate(model.fit(split.train), split, ["ndcg"], 5, resamples=100)
        assert board.evaluations[name, 1]["ndcg"] == pytest.approx(expected["ndcg"], rel=1e-9)


def test_theirs_and_ours_can_be_compared_user_by_user(board):
    ours, theirs = board.evaluations["biases", 0], board.evaluations["their factors", 0]
    table = compare(ours, theirs, ["rmse", "ndcg"], resamples=100)
    assert table["p_value"].between(0, 1).all()
    first = {name: found for (name, seed), found in board.evaluations.items() if seed == 0}
    assert len(compare_all(first, "ndcg", resamples=100)) == 15


def test_the_saved_header_says_what_theirs_were(board, tmp_path):
    again = read_leaderboard(board.save(tmp_path / "board.csv"))
    header = json.loads(json.dumps(again.header))["recommenders"]
    assert header["their factors"]["class"] == "FromSurprise"
    assert header["their factors"]["settings"]["algorithm"] == "SVD"
    assert header["their factors"]["settings"]["n_factors"] == 2
    assert header["their als"]["settings"]["model"] == ALS
    assert "random_state" not in header["their als"]["settings"]
    assert " at 0x" not in repr(header)


def test_the_versions_of_the_libraries_are_saved(real_surprise, real_implicit, world):
    models = [FromSurprise("BaselineOnly"), FromImplicit(ALS, factors=2)]
    board = leaderboard(models, world, seeds=[0], k=5, resamples=100, progress=False)
    versions = board.header["versions"]
    assert versions["surprise"] == real_surprise.__version__
    assert versions["implicit"] == real_implicit.__version__


def test_ours_hold_against_theirs_on_latest_small(real_surprise, real_implicit, latest_small):
    """The order that `course bench peers` prints, with room for another draw of the split."""
    by_item = {"name": "pearson_baseline", "user_based": False}
    models = {
        "biases": Biases(),
        "their biases": FromSurprise("BaselineOnly"),
        "neighbours": ItemNeighbours(),
        "their neighbours": FromSurprise("KNNBaseline", sim_options=by_item),
        "factors": MatrixFactorization(),
        "their factors": FromSurprise("SVD"),
        "als": ImplicitALS(),
        "their als": FromImplicit(ALS, factors=96, alpha=9.0, regularization=60.0, iterations=10),
    }
    board = leaderboard(
        models,
        latest_small,
        protocol=partial(per_user_split, validation=0, test=0.2),
        seeds=[0],
        metrics=["rmse", "ndcg"],
        progress=False,
    )
    table = board.table()
    for name in ("biases", "neighbours", "factors"):
        assert table.loc[name, "rmse"] < table.loc[f"their {name}", "rmse"], name
    assert table.loc["als", "ndcg"] == pytest.approx(table.loc["their als", "ndcg"], abs=0.01)
    assert table["ndcg"].nlargest(2).index.isin(["als", "their als"]).all()
