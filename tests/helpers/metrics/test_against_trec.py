"""Ranking metrics against TREC's own evaluation, by way of ir-measures."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.arrays import top_n
from helpers.metrics import per_user

ir_measures = pytest.importorskip("ir_measures", reason="ir-measures is not installed")
pytest.importorskip("pytrec_eval", reason="pytrec-eval-terrier is not installed")

N_ITEMS = 12


def item_name(item):
    """TREC breaks a tie by the name in falling order, ``top_n`` by the index in rising order."""
    return f"{N_ITEMS - item:04d}"


def trec(scores, grades, measure):
    """Value of each user, NaN where TREC counts none."""
    truth = {
        f"user {user}": {item_name(item): int(row[item]) for item in range(N_ITEMS)}
        for user, row in enumerate(grades)
        if row.any()
    }
    run = {
        f"user {user}": {item_name(item): float(row[item]) for item in range(N_ITEMS)}
        for user, row in enumerate(scores)
    }
    values = np.full(len(scores), np.nan)
    for found in ir_measures.iter_calc([measure], truth, run):
        values[int(found.query_id.split()[1])] = found.value
    return values


@settings(max_examples=30)
@given(
    seed=st.integers(0, 10_000),
    k=st.integers(1, N_ITEMS),
    levels=st.sampled_from([2, 4, 1000]),
)
def test_ranking_metrics_are_those_of_trec_ties_included(seed, k, levels):
    generator = np.random.default_rng(seed)
    scores = generator.integers(0, levels, (5, N_ITEMS)).astype(float)
    grades = generator.integers(0, 6, (5, N_ITEMS)) * (generator.random((5, N_ITEMS)) < 0.4)
    ranked = top_n(scores, k)
    pairs = {
        "precision_at_k": ir_measures.P @ k,
        "recall_at_k": ir_measures.R @ k,
        "hit_rate_at_k": ir_measures.Success @ k,
        "map_at_k_over_relevant": ir_measures.AP @ k,
        "graded_ndcg_at_k": ir_measures.nDCG @ k,
    }
    for name, measure in pairs.items():
        ours = getattr(per_user, name)(ranked, grades, k)
        np.testing.assert_allclose(ours, trec(scores, grades, measure), 1e-9, 1e-12, err_msg=name)
    # TREC's reciprocal rank has no cutoff; that of ir-measures breaks ties by another rule.
    whole = trec(scores, grades, ir_measures.RR)
    np.testing.assert_allclose(
        per_user.mrr_at_k(ranked, grades, k), np.where(whole < 1 / k - 1e-9, 0, whole), 1e-9
    )
    np.testing.assert_allclose(
        per_user.ndcg_at_k(ranked, grades, k),
        trec(scores, grades > 0, ir_measures.nDCG @ k),
        rtol=1e-9,
    )
