"""Each side of the contest about metrics finds the same figures, in small."""

import numpy as np
import pytest

from benchmarks import evaluating
from benchmarks.contests import measure


@pytest.mark.parametrize(
    "contest", evaluating.contests(None, quick=True), ids=lambda each: each.name
)
def test_the_code_of_each_contest_runs(contest):
    table = measure(contest, runs=1)
    assert (table["seconds"] > 0).all()
    for name in evaluating.SHARED:
        np.testing.assert_allclose(table[name], table[name][0], rtol=1e-12)


def test_the_frames_hold_the_lists_and_what_is_relevant():
    ranked, relevant = evaluating.lists_of("", quick=True)
    truth, lists = evaluating.as_frames(ranked, relevant)
    found = lists.merge(truth, on=["userID", "itemID"]).groupby("userID").size()
    shares = found.reindex(range(len(ranked)), fill_value=0) / evaluating.K
    precision = evaluating.OURS["precision"](ranked, relevant, evaluating.K)
    assert shares.mean() == pytest.approx(precision)
    assert 0 < precision < 1
