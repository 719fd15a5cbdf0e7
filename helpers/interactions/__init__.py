"""Interactions: ratings, films and users as one checked value, with ids turned into indices."""

from helpers.interactions.checking import UNKNOWN
from helpers.interactions.value import Interactions

__all__ = ["UNKNOWN", "Interactions"]
