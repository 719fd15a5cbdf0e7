"""One against 99: a split like the published one, worked by hand, and a report that runs."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import ncf
from benchmarks.one_against_many import read_one_against_many, write_one_against_many
from helpers.interactions import Interactions
from helpers.recommenders import EASE, Popularity
from helpers.simulation import simulate


@pytest.fixture(scope="module")
def whole():
    return Interactions.from_dataset(simulate(*ncf.QUICK).dataset)


@pytest.fixture(scope="module")
def split(whole):
    return ncf.without_last(whole)


def test_the_test_is_each_users_last_film_against_films_they_have_not_rated(whole, split):
    table = whole.to_frame()
    newest = table.groupby("user_id")["timestamp"].max()
    tested = split.tested.set_index("user_id")
    assert (tested["timestamp"] == newest[tested.index]).all()
    assert len(split.train) + len(split.tested) == len(whole)
    assert split.drawn.shape == (len(tested), 99)
    assert split.drawn_though_chosen() == 0
    pairs = set(zip(table["user_id"], table["movie_id"], strict=True))
    for user, row in zip(split.tested["user_id"], split.drawn, strict=True):
        assert not {(user, film) for film in row} & pairs


def test_it_comes_back_from_the_files_as_it_was(split, tmp_path):
    write_one_against_many(split, tmp_path)
    again = read_one_against_many(tmp_path)
    for model in (Popularity(), EASE(50)):
        ours = [ncf.measured(model.fit(ncf.interactions(each)), each) for each in (split, again)]
        assert ours[0] == ours[1]


def test_by_hand(monkeypatch):
    """Film 1 has three ratings, 2 has two, 3 has one: user 9's last film is 2, in place 2."""
    rows = [(5, 1, 1), (6, 1, 1), (7, 1, 1), (5, 2, 2), (6, 2, 2), (5, 3, 3), (9, 3, 0)]
    train = pd.DataFrame(rows, columns=["user_id", "movie_id", "timestamp"]).assign(rating=4.0)
    tested = pd.DataFrame({"user_id": [9], "movie_id": [2], "rating": [4.0], "timestamp": [9]})
    split = ncf.OneAgainstMany("hand", train, tested, np.array([[1, 8]]), (1, 5))
    catalogue = ncf.interactions(split)
    assert catalogue.item_ids.tolist() == [1, 2, 3, 8]
    monkeypatch.setattr(ncf, "K", 2)
    found = ncf.measured(Popularity().fit(catalogue), split)
    assert found == pytest.approx((1, 1 / np.log2(3)))


def test_validation_chooses_the_better_settings(split):
    settings = [lambda: EASE(1e6), lambda: EASE(30)]
    inner = ncf.without_last(ncf.interactions(split))
    scores = [ncf.measured(make().fit(ncf.interactions(inner)), inner)[1] for make in settings]
    assert ncf.choose(settings, split) is settings[int(np.argmax(scores))]


def test_the_report_runs_and_compares_with_nobody_where_the_world_is_simulated(capsys, monkeypatch):
    monkeypatch.delenv("COURSE_REAL_DATA", raising=False)
    few = {name: ncf.models(quick=True)[name] for name in ("Popularity", "EASE")}
    monkeypatch.setattr(ncf, "models", lambda quick: few)
    ncf.report(None, quick=True, runs=None)
    said = capsys.readouterr().out
    assert "no figure here is MovieLens's" in said and "published" not in said
    assert "EASE" in said


def test_published_figures_stand_beside_ours(split, tmp_path, capsys, monkeypatch):
    write_one_against_many(split, tmp_path)
    few = {"Popularity": [Popularity]}
    monkeypatch.setattr(ncf, "models", lambda quick: few)
    ncf.report(str(tmp_path), quick=True, runs=None)
    assert "0.4535" in capsys.readouterr().out
    monkeypatch.setenv("COURSE_REAL_DATA", str(tmp_path))
    assert ncf.real_folder(None) == tmp_path


def test_popularity_on_the_real_split_is_as_published():
    folder = ncf.real_folder(None)
    if folder is None:
        pytest.skip("COURSE_REAL_DATA names no folder with ml-1m.train.rating and its two others")
    split = read_one_against_many(folder)
    found = ncf.measured(Popularity().fit(ncf.interactions(split)), split)
    assert found == pytest.approx(ncf.PUBLISHED["Popularity"][:2], abs=0.002)
