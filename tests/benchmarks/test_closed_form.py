"""Both sides of each contest learn the same, in small."""

import numpy as np
import pytest

from benchmarks import closed_form
from benchmarks.contests import measure


@pytest.mark.parametrize(
    "contest", closed_form.contests(None, quick=True), ids=lambda each: each.name
)
def test_the_code_of_each_contest_runs(contest):
    table = measure(contest, runs=1)
    assert (table["seconds"] > 0).all()
    if "weight" in table:
        np.testing.assert_allclose(table["weight"], table["weight"][0], rtol=1e-9)
    else:
        np.testing.assert_allclose(table["objective"], table["objective"][0], rtol=0.02)


def test_the_objective_is_the_sum_over_all_pairs():
    split = closed_form.split_of("", quick=True)
    chosen = closed_form._choices(split.train)
    generator = np.random.default_rng(0)
    users, items = (generator.normal(size=(n, 3)) for n in chosen.shape)
    dense = chosen.toarray()
    error = (1 + closed_form.ALPHA * dense) * (dense - users @ items.T) ** 2
    lengths = (users**2).sum() + (items**2).sum()
    expected = error.sum() + closed_form.REGULARIZATION * lengths
    assert closed_form.objective_of(chosen, users, items) == pytest.approx(expected)
