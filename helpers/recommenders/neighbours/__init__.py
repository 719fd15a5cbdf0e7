"""Recommenders that compare films with films, or users with users."""
