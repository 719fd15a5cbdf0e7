"""The web edition: a static site, made by Sphinx from the lessons and the pages of ``book/``."""
