"""Small worlds of ratings that every recommender's tests may learn from."""

from worlds import films, latest_small, make_world, planted, world

__all__ = ["films", "latest_small", "make_world", "planted", "world"]
