"""Each way to read gives the same ratings, in small."""

from pathlib import Path

import pandas as pd
import pytest

from benchmarks import reading
from benchmarks.contests import measure
from helpers.data import write_1m_layout
from helpers.simulation import simulate


def test_each_way_reads_the_same(tmp_path: Path):
    ratings = simulate(30, 20, 300).dataset.ratings
    path = write_1m_layout(simulate(30, 20, 300).dataset, tmp_path, header=True)[2]
    for read in (reading.dat, reading.python_engine, reading.fixed_width):
        pd.testing.assert_frame_equal(read(path), ratings, check_dtype=False)
    path = tmp_path / "ratings.csv"
    reading.draw(path, 300)
    pd.testing.assert_frame_equal(reading.csv(path), reading.c_engine(path))


@pytest.mark.parametrize("contest", reading.contests(None, quick=True), ids=lambda each: each.name)
def test_the_code_of_each_contest_runs(contest):
    table = measure(contest, runs=1)
    assert len(set(table["ratings"].dropna())) == 1
    assert (table["seconds"] > 0).all()
