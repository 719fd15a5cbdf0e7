"""The simulator: a small world with known truth, in the layout of MovieLens 1M."""

from helpers.simulation.truth import Truth
from helpers.simulation.world import World, simulate

__all__ = ["Truth", "World", "simulate"]
