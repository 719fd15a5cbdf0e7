"""Recommenders: one file a family, all with one small interface (see ``base``)."""

from importlib import import_module
from typing import Any

from helpers.recommenders.base import Recommender
from helpers.recommenders.biases import Biases
from helpers.recommenders.neighbours import ItemNeighbours, UserNeighbours
from helpers.recommenders.popularity import Popularity
from helpers.recommenders.top_n import top_n

__all__ = [
    "Biases",
    "ItemNeighbours",
    "Popularity",
    "Recommender",
    "UserNeighbours",
    "top_n",
]

_LOADED_ON_USE = {
    "MatrixFactorization": "factorization",
    "TwoTower": "two_tower",
    "DeepFactorization": "deep",
}


def __getattr__(name: str) -> Any:
    if name not in _LOADED_ON_USE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LOADED_ON_USE[name]}"), name)
