import json
import sys
from functools import partial

import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError, MissingDataError, ParameterError
from helpers.evaluation import compare, evaluate, leaderboard, read_leaderboard
from helpers.evaluation.provenance import data_hash, n_parameters, settings
from helpers.recommenders import EASE, Biases, ImplicitALS, ItemNeighbours, Popularity
from helpers.splits import leave_last_out, per_user_split

# The function of the same name hides the module as an attribute of the package.
board_module = sys.modules["helpers.evaluation.leaderboard"]


@pytest.fixture
def board(world):
    als = ImplicitALS(dim=2, iterations=2, random_state=77)
    models = {"popularity": Popularity(), "biases": Biases(), "als": als}
    return leaderboard(models, world, seeds=[0, 1], k=5, resamples=100, progress=False)


def test_one_row_for_each_recommender_seed_and_metric(board):
    keys = board.results[["recommender", "seed", "metric"]]
    assert not keys.duplicated().any()
    assert set(board.evaluations) == {
        (name, seed) for name in ("popularity", "biases", "als") for seed in (0, 1)
    }
    rated = board.results.loc[board.results["metric"] == "rmse", "recommender"]
    assert set(rated) == {"biases"}
    costs = board.results[board.results["metric"].isin(["fit_seconds", "score_seconds"])]
    assert (costs["value"] > 0).all()


def test_the_figures_are_those_of_evaluate_on_the_seed_s_split(board, world):
    split = per_user_split(world, random_state=1)
    als = ImplicitALS(dim=2, iterations=2, random_state=1).fit(split.train)
    expected = evaluate(als, split, k=5, resamples=100)
    mine = (board.results["recommender"] == "als") & (board.results["seed"] == 1)
    found = board.results[mine].set_index("metric")
    for row in expected.table.itertuples():
        np.testing.assert_allclose(
            found.loc[row.metric, ["value", "low"]].astype(float), [row.value, row.low]
        )
    assert len(compare(board.evaluations["als", 1], expected, ["ndcg"], resamples=100)) == 1


def test_the_table_sorts_the_better_the_higher(board):
    table = board.table()
    assert table["ndcg"].is_monotonic_decreasing
    assert table.columns[list(table.columns).index("ndcg") + 1] == "low"
    seeds = board.results[
        (board.results["metric"] == "ndcg") & (board.results["recommender"] == "als")
    ]
    assert table.loc["als", "ndcg"] == pytest.approx(seeds["value"].mean())
    seconds = board.results[board.results["metric"] == "fit_seconds"].groupby("recommender")
    assert table["fit_seconds"].to_dict() == seconds["value"].min().to_dict()
    assert board.table("gini")["gini"].is_monotonic_increasing
    assert board.table("rmse").index[0] == "biases"
    with pytest.raises(ParameterError, match="'map' was not measured"):
        board.table("map")
    assert "popularity" in repr(board)


def test_a_saved_leaderboard_is_read_back_to_the_last_digit(board, tmp_path):
    path = board.save(tmp_path / "made" / "board.csv")
    again = read_leaderboard(path)
    pd.testing.assert_frame_equal(again.results, board.results, check_exact=True)
    assert again.header == board.header
    assert again.evaluations == {}
    assert [file.name for file in path.parent.iterdir()] == ["board.csv"]
    plain = pd.read_csv(path, comment="#")
    assert plain.columns.tolist() == board.results.columns.tolist()


def test_the_header_says_where_the_figures_come_from(board, world):
    header = json.loads(json.dumps(board.header))
    assert header["data"] == {
        "sha256": data_hash(world),
        "ratings": len(world),
        "users": 40,
        "items": 30,
    }
    assert header["seeds"] == [0, 1]
    assert header["protocol"] == "per_user_split()"
    assert set(header["versions"]) >= {"python", "helpers", "numpy", "scipy", "pandas"}
    assert header["recommenders"]["als"]["settings"]["dim"] == 2
    assert header["date"].endswith("+00:00")


def test_the_hash_is_of_ratings_and_ids(world):
    assert data_hash(world) == data_hash(world.subset(np.arange(len(world))))
    changed = world.subset(np.arange(len(world)))
    changed.rating[0] = 6 - changed.rating[0] + (changed.rating[0] == 3)
    assert data_hash(changed) != data_hash(world)
    assert data_hash(world.subset(np.arange(5))) != data_hash(world)


def test_a_seed_repeats(board, world):
    again = leaderboard(
        {"als": ImplicitALS(dim=2, iterations=2)},
        world,
        seeds=[1],
        k=5,
        resamples=100,
        progress=False,
    )
    found = again.results[~again.results["metric"].str.contains("seconds")]
    mine = (board.results["recommender"] == "als") & (board.results["seed"] == 1)
    expected = board.results[mine & ~board.results["metric"].str.contains("seconds")]
    pd.testing.assert_frame_equal(
        found.reset_index(drop=True), expected.reset_index(drop=True), check_exact=True
    )


def test_what_was_passed_in_stays_unfitted(world):
    model = EASE(5)
    leaderboard([model], world, seeds=[0], metrics="recall", resamples=100, progress=False)
    assert not hasattr(model, "train_")


def test_any_protocol_serves(world):
    options = {"seeds": [0], "metrics": ["recall", "rmse"], "resamples": 100, "progress": False}
    models = [Popularity(), Biases()]
    last = leaderboard(models, world, protocol=leave_last_out, **options)
    assert last.header["protocol"] == "leave_last_out()"
    half = leaderboard(models, world, protocol=partial(per_user_split, test=0.5), **options)
    assert half.header["protocol"] == "per_user_split(test=0.5)"
    assert half.table("rmse").index[0] == "Biases"


class Stopped(Popularity):
    """Remembers what its fit was given to stop by."""

    def fit(self, interactions, validation=None):
        self.stopped_by = validation
        return super().fit(interactions)


def test_who_can_stop_by_a_validation_set_is_given_the_split_s(world, monkeypatch):
    fitted = []
    measured = board_module.evaluate

    def kept(recommender, split, *arguments, **options):
        fitted.append((recommender, split))
        return measured(recommender, split, *arguments, **options)

    monkeypatch.setattr(board_module, "evaluate", kept)
    leaderboard([Stopped()], world, seeds=[0], metrics=["ndcg"], resamples=100, progress=False)
    recommender, split = fitted[0]
    assert recommender.stopped_by is split.validation
    assert recommender.train_ is split.train


@pytest.mark.parametrize(
    ("models", "options", "message"),
    [
        ([EASE(), EASE(100)], {}, "Two recommenders have the name EASE"),
        ([], {}, "one recommender"),
        ([EASE()], {"seeds": []}, "one seed"),
        ([EASE()], {"metrics": ["accuracy"]}, "No metric is called"),
    ],
)
def test_what_makes_no_leaderboard(models, options, message, world):
    with pytest.raises(ParameterError, match=message):
        leaderboard(models, world, progress=False, **options)


def test_files_that_are_no_leaderboard(tmp_path):
    with pytest.raises(MissingDataError, match=r"no leaderboard .*board\.csv"):
        read_leaderboard(tmp_path / "board.csv")
    for text in ("", "a,b\n1,2\n", "# {}\na,b\n1,2\n", "# []\n", "# {\n"):
        (tmp_path / "board.csv").write_text(text)
        with pytest.raises(DataError, match="is not a leaderboard"):
            read_leaderboard(tmp_path / "board.csv")


def test_the_number_of_parameters(world):
    assert n_parameters(Popularity().fit(world)) == 30
    assert n_parameters(Biases().fit(world)) == 40 + 30 + 1
    assert n_parameters(EASE().fit(world)) == 30 * 29
    assert n_parameters(ImplicitALS(dim=2).fit(world)) >= 2 * (40 + 30)
    assert n_parameters(ItemNeighbours().fit(world)) > 40 + 30


def test_settings_are_the_arguments():
    expected = {"regularization": 7, "threshold": 4, "star_weight": 0.0}
    assert settings(EASE(7, threshold=4)) == expected


def test_names_are_text(tmp_path, world):
    names = ["None", "NA", "nan", "01", "1", "1.0", "true"]
    models = {name: Popularity() for name in names}
    made = leaderboard(models, world, seeds=[0], metrics=["ndcg"], resamples=100, progress=False)
    again = read_leaderboard(made.save(tmp_path / "board.csv"))
    assert sorted(again.table().index) == sorted(names)
    pd.testing.assert_frame_equal(again.table(), made.table())


def test_a_metric_that_is_nan_for_everybody_keeps_its_column(board):
    results = board.results
    results.loc[results["metric"] == "diversity", "value"] = np.nan
    table = board.table()
    assert table["diversity"].isna().all()
    assert len(table) == 3


@pytest.mark.parametrize("seeds", [3, "3", [0.5], ["a"], None, [True]])
def test_what_is_no_list_of_seeds_is_refused(world, seeds):
    with pytest.raises(ParameterError, match=r"for three seeds, range\(3\)"):
        leaderboard([Popularity()], world, seeds=seeds, progress=False)
