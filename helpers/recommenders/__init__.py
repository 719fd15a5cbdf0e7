"""Recommenders: one file a family, all with one small interface (see ``base``).

The Keras estimators load Keras when they are fitted, not when they are imported; the adapters load
their library when they are made. ``save`` writes a fitted one to a file, ``load`` reads it again.
"""

from helpers.recommenders.adapters import FromImplicit, FromSurprise
from helpers.recommenders.als import ImplicitALS
from helpers.recommenders.base import Recommender
from helpers.recommenders.biases import Biases
from helpers.recommenders.content_profiles import ContentProfiles
from helpers.recommenders.deep import DeepFactorization
from helpers.recommenders.ease import EASE
from helpers.recommenders.factorization import MatrixFactorization
from helpers.recommenders.factorization_machine import FactorizationMachine
from helpers.recommenders.hand_made import HandMade
from helpers.recommenders.hybrid_two_tower import HybridTwoTower
from helpers.recommenders.hybrids import SwitchingHybrid, WeightedHybrid
from helpers.recommenders.implicit_neighbours import ImplicitItemNeighbours
from helpers.recommenders.naive_bayes import NaiveBayes
from helpers.recommenders.neighbours import ItemNeighbours, UserNeighbours
from helpers.recommenders.neumf import NeuralCollaborative
from helpers.recommenders.newcomers import FoldsIn
from helpers.recommenders.popularity import Popularity
from helpers.recommenders.ranking import BPR, SoftmaxFactorization
from helpers.recommenders.saving import load, save
from helpers.recommenders.top_n import top_n
from helpers.recommenders.two_tower import TwoTower

__all__ = [
    "BPR",
    "EASE",
    "Biases",
    "ContentProfiles",
    "DeepFactorization",
    "FactorizationMachine",
    "FoldsIn",
    "FromImplicit",
    "FromSurprise",
    "HandMade",
    "HybridTwoTower",
    "ImplicitALS",
    "ImplicitItemNeighbours",
    "ItemNeighbours",
    "MatrixFactorization",
    "NaiveBayes",
    "NeuralCollaborative",
    "Popularity",
    "Recommender",
    "SoftmaxFactorization",
    "SwitchingHybrid",
    "TwoTower",
    "UserNeighbours",
    "WeightedHybrid",
    "load",
    "save",
    "top_n",
]
