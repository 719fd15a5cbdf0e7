"""Scores of vectors and offsets by hand, and which items are alike."""

import numpy as np
import pandas as pd
import pytest

from helpers.errors import ParameterError
from helpers.interactions import Interactions
from helpers.recommenders.vectors import VectorRecommender

USERS = np.array([[1.0, 2.0], [0.0, -1.0]])
ITEMS = np.array([[1.0, 0.0], [3.0, 4.0], [0.5, 0.0], [-1.0, 0.0]])


class ByHand(VectorRecommender):
    def __init__(self, users=None, items=None):
        self.users, self.items = users, items

    def _fit(self, train, validation):
        self.user_vectors_, self.item_vectors_ = USERS, ITEMS
        if self.users is not None:
            self.user_offsets_ = np.array(self.users)
        if self.items is not None:
            self.item_offsets_ = np.array(self.items)

    def _fallback(self, users, items):
        return np.full(len(users), self._lowest())


@pytest.fixture
def train():
    """Films 0 and 3 have two ratings, films 1 and 2 have one."""
    pairs = [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (1, 3)]
    table = pd.DataFrame(pairs, columns=["user_id", "movie_id"]).assign(rating=3.0)
    return Interactions.from_frames(table, rating_scale=(1, 5))


@pytest.mark.parametrize(
    ("users", "items", "expected"),
    [
        (None, None, [[1, 11, 0.5, -1], [0, -4, 0, 0]]),
        (None, [10, 20, 30, 40], [[11, 31, 30.5, 39], [10, 16, 30, 40]]),
        ([100, 200], [10, 20, 30, 40], [[111, 131, 130.5, 139], [210, 216, 230, 240]]),
    ],
)
def test_a_score_is_the_inner_product_and_the_offsets(train, users, items, expected):
    model = ByHand(users, items).fit(train)
    np.testing.assert_array_equal(model.scores([0, 1]), expected)
    pairs = np.repeat([0, 1], 4), np.tile(np.arange(4), 2)
    np.testing.assert_array_equal(model.predict(*pairs), np.ravel(expected))


def test_what_is_lowest_is_below_every_score(train):
    # The longest vectors are √5 and 5.
    assert ByHand().fit(train)._lowest() == pytest.approx(-5 * 5**0.5 - 1)
    assert ByHand(None, [10, -20, 30, 40]).fit(train)._lowest() == pytest.approx(-21 - 5 * 5**0.5)


def test_similar_items_point_the_same_way_however_long_they_are(train):
    found = ByHand(None, [0, 0, 50, 0]).fit(train).similar_items(0, 4)
    assert found["rank"].tolist() == [1, 2, 3]
    assert found["item"].tolist() == [2, 1, 3]
    np.testing.assert_allclose(found["score"], [1, 0.6, -1])


def test_items_with_few_ratings_can_be_left_out(train):
    model = ByHand().fit(train)
    assert model.similar_items(1, 4, min_ratings=2)["item"].tolist() == [0, 3]
    with pytest.raises(ParameterError, match="min_ratings = 0"):
        model.similar_items(0, 4, min_ratings=0)


def test_a_vector_of_zeros_is_like_no_other(train, monkeypatch):
    model = ByHand().fit(train)
    monkeypatch.setattr(model, "item_vectors_", np.where(np.arange(4)[:, None] == 2, 0, ITEMS))
    assert model.similar_items(0, 4).set_index("item")["score"][2] == 0
