"""Each side of the contest about the best films ranks the same ones, in small."""

import pytest

from benchmarks import top_n
from benchmarks.contests import measure


@pytest.mark.parametrize("contest", top_n.contests(None, quick=True), ids=lambda each: each.name)
def test_the_code_of_each_contest_runs(contest):
    table = measure(contest, runs=1)
    assert (table["seconds"] > 0).all()
    assert (table["same"] > 0.99).all()
