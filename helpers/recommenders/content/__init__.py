"""Recommenders that know films by what is written on them."""
