"""Recommenders: one file a family, all with one small interface (see ``base``).

The Keras estimators load Keras when they are fitted, not when they are imported.
"""

from helpers.recommenders.als import ImplicitALS
from helpers.recommenders.base import Recommender
from helpers.recommenders.biases import Biases
from helpers.recommenders.deep import DeepFactorization
from helpers.recommenders.ease import EASE
from helpers.recommenders.factorization import MatrixFactorization
from helpers.recommenders.neighbours import ItemNeighbours, UserNeighbours
from helpers.recommenders.popularity import Popularity
from helpers.recommenders.top_n import top_n
from helpers.recommenders.two_tower import TwoTower

__all__ = [
    "EASE",
    "Biases",
    "DeepFactorization",
    "ImplicitALS",
    "ItemNeighbours",
    "MatrixFactorization",
    "Popularity",
    "Recommender",
    "TwoTower",
    "UserNeighbours",
    "top_n",
]
