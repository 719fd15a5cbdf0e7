"""Measured figures that are stored with the course, and the pages that show them."""
