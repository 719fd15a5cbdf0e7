"""A small world with genres, and its split."""

import pytest

from helpers.splits import per_user_split
from worlds import labelled_world as world

__all__ = ["world"]


@pytest.fixture
def split(world):
    return per_user_split(world, validation=0.1, test=0.25)
