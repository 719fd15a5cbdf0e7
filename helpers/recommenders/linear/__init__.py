"""Recommenders that are solved in closed form, or by turns of closed forms."""
