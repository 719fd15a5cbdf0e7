"""Content: what is known of a film beside its ratings, as terms, weighted by how rare they are.

- ``terms``: genres, decade, words of the title and tags of each film, as a sparse matrix
- ``weighting``: TF-IDF, so that the dot product of two films is their cosine
"""

from helpers.content.terms import KINDS, ItemTerms, item_terms
from helpers.content.weighting import inverse_document_frequency, tfidf

__all__ = ["KINDS", "ItemTerms", "inverse_document_frequency", "item_terms", "tfidf"]
