"""Each side of the contests about neighbours finds the same ones, in small."""

import numpy as np
import pytest
from scipy import sparse

from benchmarks import neighbours
from benchmarks.contests import measure


@pytest.mark.parametrize(
    "contest", neighbours.contests(None, quick=True), ids=lambda each: each.name
)
def test_the_code_of_each_contest_runs(contest):
    table = measure(contest, runs=1)
    assert (table["seconds"] > 0).all()
    if "same" in table:
        # Films at the same distance can change places at the end of a list.
        assert (table["same"] > 0.9).all()
        assert np.ptp(table["similarity"]) < 1e-6


def test_what_is_the_same():
    reference = sparse.csr_matrix(np.array([[0, 0.5, 0.4], [0.5, 0, 0], [0.4, 0, 0]]))
    found = sparse.csr_matrix(np.array([[1, 0.5, 0.0], [0, 1, 0.2], [0.4, 0, 1]]))
    figures = neighbours.same(found, reference)
    # 0 → 1 and 2 → 0 are found, 0 → 2 and 1 → 0 are not; 1 → 2 is another.
    assert figures == pytest.approx({"same": 2 / 4, "similarity": (0.5 + 0.2 + 0.4) / 3})
