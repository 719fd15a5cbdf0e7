"""Recommenders that Keras trains; Keras is loaded when they are fitted."""
