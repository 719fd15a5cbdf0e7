"""What is known about films and users besides ratings.

- ``films``: release year and decade, clean titles, genres
- ``genre_map``: places of films by their vectors, and whether genres are together
- ``people``: names for the codes of age and occupation
- ``terms``: genres, decade, words of the title and tags of each film, as a sparse matrix
- ``weighting``: TF-IDF, so that the dot product of two films is their cosine
- ``inputs``: the same as one row of numbers per film or user, for networks
"""

from helpers.features.films import clean_title, genre_indicators, release_decade, release_year
from helpers.features.genre_map import genre_map
from helpers.features.people import occupation_labels
from helpers.features.terms import KINDS, ItemTerms, item_terms
from helpers.features.weighting import inverse_document_frequency, tfidf

__all__ = [
    "KINDS",
    "ItemTerms",
    "clean_title",
    "genre_indicators",
    "genre_map",
    "inverse_document_frequency",
    "item_terms",
    "occupation_labels",
    "release_decade",
    "release_year",
    "tfidf",
]
