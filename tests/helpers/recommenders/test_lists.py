"""Blocks that do not change a list, rows of users who are not there, the best as a table."""

import numpy as np
import pytest
from scipy import sparse

from helpers.recommenders import lists
from helpers.recommenders.lists import best_items, blocks_of_pairs, rows_or_nothing, seen_by_users


def test_what_was_seen_has_a_place_for_each_rating(world):
    seen = seen_by_users(world)
    assert seen.dtype == bool
    np.testing.assert_array_equal(seen.toarray(), world.matrix().toarray() > 0)


@pytest.mark.parametrize("users", [[2, 0], [2, -1, 0, 3, 10**9, 2], [-1], []])
def test_who_is_not_there_has_an_empty_row(users):
    table = sparse.csr_matrix([[1, 0, 1], [0, 0, 0], [0, 1, 1]], dtype=bool)
    expected = [table.toarray()[user] if 0 <= user < 3 else np.zeros(3) for user in users]
    found = rows_or_nothing(table, np.array(users, "int64"))
    np.testing.assert_array_equal(found.toarray(), np.reshape(expected, (len(users), 3)))


def test_the_best_items_as_a_table():
    scores = np.array([0.5, 2.0, 2.0, np.nan, 9.0])
    found = best_items(scores, 5, np.array([False, False, False, False, True]))
    assert found.to_dict("list") == {"rank": [1, 2, 3], "item": [1, 2, 0], "score": [2, 2, 0.5]}


@pytest.mark.parametrize("most", [1, 25, 60, 10**6])
def test_every_pair_is_in_one_block_beside_the_row_of_its_user(most, monkeypatch):
    monkeypatch.setattr(lists, "SCORES_PER_BLOCK", most)
    users = np.array([7, 3, 7, 9, 3, 3, 12])
    met = []
    for some, pairs, row in blocks_of_pairs(users, 25):
        assert len(some) <= max(1, most // 25)
        np.testing.assert_array_equal(some[row], users[pairs])
        met += pairs.tolist()
    assert sorted(met) == list(range(len(users)))
