"""Recommenders: one file a family, all with one small interface (see ``base``)."""
