"""Recommenders: one file a family, all with one small interface (see ``base``).

The Keras estimators load Keras when they are fitted, not when they are imported; the adapters load
their library when they are made. ``save`` writes a fitted one to a file, ``load`` reads it again.
"""

from helpers.recommenders.adapters import FromImplicit, FromSurprise
from helpers.recommenders.als import ImplicitALS
from helpers.recommenders.base import Recommender
from helpers.recommenders.biases import Biases
from helpers.recommenders.deep import DeepFactorization
from helpers.recommenders.ease import EASE
from helpers.recommenders.factorization import MatrixFactorization
from helpers.recommenders.hand_made import HandMade
from helpers.recommenders.implicit_neighbours import ImplicitItemNeighbours
from helpers.recommenders.neighbours import ItemNeighbours, UserNeighbours
from helpers.recommenders.neumf import NeuralCollaborative
from helpers.recommenders.popularity import Popularity
from helpers.recommenders.ranking import BPR, SoftmaxFactorization
from helpers.recommenders.saving import load, save
from helpers.recommenders.top_n import top_n
from helpers.recommenders.two_tower import TwoTower

__all__ = [
    "BPR",
    "EASE",
    "Biases",
    "DeepFactorization",
    "FromImplicit",
    "FromSurprise",
    "HandMade",
    "ImplicitALS",
    "ImplicitItemNeighbours",
    "ItemNeighbours",
    "MatrixFactorization",
    "NeuralCollaborative",
    "Popularity",
    "Recommender",
    "SoftmaxFactorization",
    "TwoTower",
    "UserNeighbours",
    "load",
    "save",
    "top_n",
]
