"""The contests about factorization run in small, and a side may have runs of its own."""

import pytest

from benchmarks import factorization
from benchmarks.contests import Contest, Outcome, Side, measure


def test_ours_learns():
    (side,) = [s for s in factorization.contests(None, quick=True)[0].sides() if s.ours]
    assert 0.8 < side.run().figures["rmse"] < 1.0


def test_the_sources_way_knows_its_best_epoch(monkeypatch):
    monkeypatch.setitem(factorization.SOURCE, "batch_size", 4096)
    sides = factorization.contests(None, quick=True)[1].sides()
    (source,) = [side for side in sides if not side.ours]
    outcome = source.run()
    assert outcome.seconds > 0
    assert outcome.figures["rmse"] > 1
    assert source.runs == 1


def test_a_side_that_takes_minutes_runs_as_often_as_it_says():
    log = []

    def run(name):
        log.append(name)
        return Outcome(1.0)

    sides = [
        Side("ours", lambda: run("ours"), ours=True),
        Side("theirs", lambda: run("theirs"), runs=1),
    ]
    table = measure(Contest("Contest", "", lambda: sides, runs=3))
    assert log == ["ours", "ours", "theirs", "ours", "ours"]
    assert table["seconds"].tolist() == pytest.approx([1, 1])
