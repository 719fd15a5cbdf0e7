"""Recommenders without any taste: the baselines."""
