"""A contest: turns, the unmeasured first run, medians, ratios and promises, worked by hand."""

import pytest

from benchmarks import the_course
from benchmarks.contests import COLUMNS, Contest, Outcome, Side, installed, measure


def contest(log, **seconds):
    """Sides that take as long as they say, one figure a run; the first is ours."""

    def run(name, left):
        log.append(name)
        taken = left.pop(0)
        return Outcome(taken, {"twice": 2 * taken})

    sides = [
        Side(name, lambda name=name, left=list(values): run(name, left), ours=not place)
        for place, (name, values) in enumerate(seconds.items())
    ]
    sides[1] = Side(sides[1].name, sides[1].run, at_most=0.5)
    return Contest("Contest", "worked by hand", lambda: sides, runs=3)


def test_the_median_of_the_measured_runs_and_its_ratio():
    log = []
    table = measure(contest(log, ours=[9, 1, 3, 2], theirs=[9, 4, 8, 4]))
    assert log == ["ours", "theirs"] * 4
    assert list(table.columns) == [*COLUMNS, "twice"]
    ours, theirs = table.to_dict("records")
    assert (ours["seconds"], ours["fastest"], ours["slowest"]) == (2, 1, 3)
    assert (theirs["seconds"], theirs["fastest"], theirs["slowest"]) == (4, 4, 8)
    assert (ours["ratio"], theirs["ratio"]) == (1, 0.5)
    assert theirs["at_most"] == 0.5
    assert (ours["twice"], theirs["twice"]) == (4, 8)
    assert (ours["ours"], theirs["ours"]) == (True, False)


def test_as_many_runs_as_asked():
    log = []
    table = measure(contest(log, ours=[9, 5], theirs=[9, 1]), runs=1)
    assert table["ratio"].tolist() == [1, 5]
    assert len(log) == 4


def test_without_seconds_of_its_own_a_side_is_timed():
    sides = [Side("ours", lambda: None, ours=True), Side("theirs", lambda: Outcome(1.0))]
    table = measure(Contest("Contest", "", lambda: sides, runs=1))
    assert 0 < table["seconds"][0] < 0.1


@pytest.mark.parametrize("ours", [[], [True, True]])
def test_exactly_one_side_is_ours(ours):
    sides = [Side(str(place), lambda: None, ours=True) for place in range(len(ours))]
    with pytest.raises(ValueError, match="unpack"):
        measure(Contest("Contest", "", lambda: sides))


def test_what_is_installed_has_a_version():
    assert installed("numpy")[0].isdigit()
    assert installed("no-such-library") is None


def test_the_import_of_the_package_is_measured():
    first, _rooms = the_course.contests(None, quick=True)
    ours, promise = measure(first, runs=1).to_dict("records")
    assert 0 < ours["seconds"] < promise["seconds"] == the_course.IMPORT_BUDGET
