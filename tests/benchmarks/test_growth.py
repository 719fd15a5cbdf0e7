"""Growth is measured stage by stage, each apart, and goes on where it was cut off."""

from pathlib import Path

import pandas as pd
import pytest

from benchmarks import growth
from benchmarks.growth import Size, Took, measure_growth, measure_sizes, measured, stages
from course.measured.scaling import COLUMNS, save_growth, stored_growth
from helpers.errors import ParameterError

TINY = Size(30, 20, 300)


def test_every_stage_runs_on_what_those_before_it_left(tmp_path: Path):
    for name in stages():
        if not name.startswith("fit MatrixFactorization"):
            assert measured(name, tmp_path, TINY).seconds > 0


def test_every_stage_comes_after_what_it_needs():
    names = list(stages())
    needs = [(name, stage.needs) for name, stage in stages().items() if stage.needs]
    assert all(names.index(name) > names.index(needed) for name, needed in needs)


def test_quick_has_a_row_for_each_size_and_stage(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(growth, "measured", lambda *_values: Took(1.0, 1.0, 1))
    table = measure_growth(None, quick=True)
    assert list(table.columns) == COLUMNS
    assert table.groupby("ratings")["stage"].apply(list).tolist() == [list(stages())] * 2
    with pytest.raises(ParameterError, match="leave out --data"):
        measure_growth("ml-1m", quick=True)


def test_a_stage_runs_apart_after_those_it_needs_and_is_not_measured_twice(tmp_path: Path):
    file, told = tmp_path / "growth.csv", []
    only, folder = ["write"], tmp_path / "files"
    first = measure_sizes([TINY], only=only, folder=folder, file=file, say=told.append)
    assert first["stage"].tolist() == ["draw", "write"]
    assert (first["peak_memory"] > 10e6).all()
    assert len(told) == 2
    again = measure_sizes([TINY], only=only, folder=folder, file=file, say=told.append)
    assert len(told) == 2
    pd.testing.assert_frame_equal(again, stored_growth(file).table)


def test_a_stage_that_wants_too_much_is_stopped_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(growth, "MOST_SECONDS", 0.0)
    table = measure_sizes([TINY], only=["write"], folder=tmp_path)
    assert table["seconds"].isna().all()
    assert table["remark"].tolist() == ["stopped after 0 s", "not tried: no result of draw"]
    save_growth(table, tmp_path / "growth.csv")
    assert stored_growth(tmp_path / "growth.csv").table["seconds"].isna().all()


@pytest.mark.parametrize(
    ("most", "remark"),
    [
        (0.0, "not tried: about 8 s of processor time are expected"),
        (8.0, "stopped at 1e-06 GB; about 8 s of processor time are expected"),
    ],
)
def test_what_is_too_large_says_what_a_smaller_size_lets_expect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: float, remark: str
):
    smaller = growth._row("draw", Size(30, 20, 300), Took(2.0, 2.0, 1))
    save_growth(pd.DataFrame([smaller], columns=COLUMNS), tmp_path / "growth.csv")
    monkeypatch.setattr(growth, "MOST_EXPECTED", most)
    monkeypatch.setattr(growth, "MOST_MEMORY", 1000)
    # Twice the ratings, and twice the logarithm of the films.
    larger = Size(60, 400, 600)
    table = measure_sizes([larger], only=["draw"], folder=tmp_path, file=tmp_path / "growth.csv")
    assert table["remark"].tolist()[-1] == remark
