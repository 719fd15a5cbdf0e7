"""The simulator: a small world with known truth, in the layout of MovieLens 1M."""

from helpers.data.simulation.truth import Truth
from helpers.data.simulation.world import World, simulate

__all__ = ["Truth", "World", "simulate"]
