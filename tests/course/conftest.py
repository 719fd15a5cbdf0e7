"""A small world with genres, on which a leaderboard is measured."""

from worlds import labelled_world as world

__all__ = ["world"]
