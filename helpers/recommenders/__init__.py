"""Recommenders, in families, all with one small interface (see ``base``).

- ``simple``: baselines without any taste
- ``neighbours``: films like those that one liked, people who like the same
- ``linear``: EASE and alternating least squares
- ``content``: what is written on films
- ``keras``: what Keras trains; Keras is loaded when they are fitted, not when they are imported
- ``hybrids``: several of them as one; ``hand_made``: a model that was trained elsewhere

``save`` writes a fitted one to a file, ``load`` reads it again.
"""

from helpers.recommenders.base import Recommender
from helpers.recommenders.content.naive_bayes import NaiveBayes
from helpers.recommenders.content.profiles import ContentProfiles
from helpers.recommenders.folding_in import FoldsIn
from helpers.recommenders.hand_made import HandMade
from helpers.recommenders.hybrids import SwitchingHybrid, WeightedHybrid
from helpers.recommenders.keras.deep import DeepFactorization
from helpers.recommenders.keras.factorization import MatrixFactorization
from helpers.recommenders.keras.factorization_machine import FactorizationMachine
from helpers.recommenders.keras.hybrid_two_tower import HybridTwoTower
from helpers.recommenders.keras.neumf import NeuralCollaborative
from helpers.recommenders.keras.ranking import BPR, SoftmaxFactorization
from helpers.recommenders.keras.two_tower import TwoTower
from helpers.recommenders.linear.als import ImplicitALS
from helpers.recommenders.linear.ease import EASE
from helpers.recommenders.neighbours.of_choices import ImplicitItemNeighbours
from helpers.recommenders.neighbours.of_stars import ItemNeighbours, UserNeighbours
from helpers.recommenders.saving import load, save
from helpers.recommenders.simple.biases import Biases
from helpers.recommenders.simple.popularity import Popularity

__all__ = [
    "BPR",
    "EASE",
    "Biases",
    "ContentProfiles",
    "DeepFactorization",
    "FactorizationMachine",
    "FoldsIn",
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
]
