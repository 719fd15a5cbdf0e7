"""A leaderboard that was interrupted goes on where it was, and never from anything else."""

import pandas as pd
import pytest

from helpers.evaluation import leaderboard, resuming
from helpers.evaluation.resuming import Kept
from helpers.recommenders import Biases, Popularity


class Counting(Popularity):
    """Popularity that counts its fits, and is interrupted before one of them."""

    fits = 0
    last = 99

    def _fit(self, train, validation):
        type(self).fits += 1
        if type(self).fits > type(self).last:
            raise KeyboardInterrupt
        super()._fit(train, validation)


@pytest.fixture
def counting(monkeypatch):
    monkeypatch.setattr(Counting, "fits", 0)
    monkeypatch.setattr(Counting, "last", 99)
    return Counting


@pytest.fixture
def measure(world, tmp_path):
    def run(*models, **options):
        kept = Kept(tmp_path / "kept")
        board = leaderboard(
            {str(n): model for n, model in enumerate(models)},
            options.pop("data", world),
            progress=False,
            kept=kept,
            **{"seeds": [0, 1], "resamples": 100, **options},
        )
        return board, kept

    return run


def assert_same(one, other):
    seconds = one.results["metric"].str.endswith("seconds")
    pd.testing.assert_frame_equal(one.results[~seconds], other.results[~seconds], check_exact=True)
    assert {**one.header, "date": ""} == {**other.header, "date": ""}
    for key, evaluation in one.evaluations.items():
        assert evaluation.fingerprint == other.evaluations[key].fingerprint


def test_it_goes_on_after_an_interruption(measure, counting, world, tmp_path):
    models = Biases(), counting()
    counting.last = 1
    with pytest.raises(KeyboardInterrupt):
        measure(*models)
    assert len(list((tmp_path / "kept").iterdir())) == 3
    counting.last = 99
    board, kept = measure(*models)
    assert counting.fits == 3
    plain = leaderboard(
        dict(zip("01", models, strict=True)), world, seeds=[0, 1], resamples=100, progress=False
    )
    assert_same(board, plain)
    again, kept = measure(*models)
    assert counting.fits == 5
    pd.testing.assert_frame_equal(again.results, board.results, check_exact=True)
    kept.clear()
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    "change",
    [{"k": 5}, {"metrics": ["recall"]}, {"resamples": 160}, {"seeds": [2, 3]}, {"data": "other"}],
    ids=str,
)
def test_another_setting_is_measured_anew(measure, counting, world, change):
    measure(counting())
    if "data" in change:
        change = {"data": world.subset(world.rating > 1)}
    measure(counting(), **change)
    assert counting.fits == 4


def test_other_settings_of_the_recommender_and_other_code(measure, counting, monkeypatch):
    measure(counting())
    measure(counting(by="mean"))
    assert counting.fits == 4
    monkeypatch.setattr(resuming, "_code", lambda: "edited")
    measure(counting())
    assert counting.fits == 6


def test_a_damaged_file_is_measured_anew(measure, counting, tmp_path):
    board, _ = measure(counting())
    for path in (tmp_path / "kept").iterdir():
        path.write_bytes(path.read_bytes()[:-9])
    again, _ = measure(counting())
    assert counting.fits == 4
    assert_same(again, board)


def test_only_its_own_files_are_cleared(measure, counting, tmp_path):
    _, first = measure(counting())
    _, second = measure(counting(), seeds=[7])
    second.clear()
    assert len(list((tmp_path / "kept").iterdir())) == 2
    first.clear()
    assert not (tmp_path / "kept").exists()
