"""The terms of films as a sparse matrix: one row per film, one column per term."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.errors import DataError, ParameterError
from helpers.features.films import NO_GENRES, clean_title, release_decade, release_year

KINDS = ("genre", "decade", "title", "tag")
# A word of a title: letters of any alphabet, no digits, and no word that is in every second title.
WORD = r"[^\W\d_]{3,}"
STOP_WORDS = frozenset(
    (
        *("and", "are", "can", "for", "from", "has", "her", "him", "his", "how", "not", "our"),
        *("she", "that", "the", "their", "them", "they", "this", "was", "who", "why", "with"),
        *("you", "your", "aka", "der", "des", "die", "les", "une"),
    )
)


@dataclass(frozen=True, eq=False)
class ItemTerms:
    """Which terms each film has, and how often.

    Attributes:
        counts: sparse, float64, shape (films, terms).
        names: what each column counts, such as ``genre: Drama``, shape (terms,).
        kinds: the kind of each column, one of ``KINDS``, shape (terms,).
    """

    counts: sparse.csr_matrix
    names: np.ndarray
    kinds: np.ndarray


def item_terms(
    movies: pd.DataFrame, kinds: Iterable[str] = KINDS, *, min_films: int = 2
) -> ItemTerms:
    """The genres, the decade, the words of the title and the tags of each film.

    A term counts once per film, but a tag counts once for each user who wrote it. Titles are read
    without year and article, in small letters, words of three letters or more; other titles in
    parentheses count too. No rating is used.

    Args:
        movies: column ``title``, and perhaps ``genres`` and ``tags``, both separated by ``|``.
        kinds: which of ``KINDS`` to read; one whose column is missing has no terms.
        min_films: leave out terms that fewer films have: a term of only one film does not connect
            it with another film.

    Raises:
        ParameterError: a kind is unknown, or min_films is below 1.
        DataError: there is no column ``title``.

    Example:
        >>> movies = pd.DataFrame(
        ...     {
        ...         "title": ["Lantern, The (1987)", "Lantern Returns (1991)"],
        ...         "genres": ["Drama|War", "Drama"],
        ...     }
        ... )
        >>> terms = item_terms(movies, min_films=1)
        >>> terms.names.tolist()
        ['genre: Drama', 'genre: War', 'decade: 1980s', 'decade: 1990s', 'title: lantern', \
'title: returns']
        >>> terms.counts.toarray().astype(int)
        array([[1, 1, 1, 0, 1, 0],
               [1, 0, 0, 1, 1, 1]])
    """
    wanted = [kinds] if isinstance(kinds, str) else list(kinds)
    unknown = [kind for kind in wanted if kind not in KINDS]
    if unknown or not wanted:
        raise ParameterError(f"kinds = {wanted} is not possible: choose some of {KINDS}.")
    if not min_films >= 1:
        raise ParameterError(f"min_films = {min_films} is not possible: choose 1 or more.")
    if "title" not in movies:
        raise DataError(f"The films have no column 'title'; they have {list(movies.columns)}.")
    written = [(kind, _written(movies, kind)) for kind in KINDS if kind in wanted]
    parts = [(kind, *_counted(texts, min_films)) for kind, texts in written]
    return ItemTerms(
        sparse.hstack([counts for _kind, counts, _terms in parts], "csr"),
        np.array([f"{kind}: {term}" for kind, _counts, terms in parts for term in terms], "str"),
        np.array([kind for kind, _counts, terms in parts for _term in terms], "str"),
    )


def _written(movies: pd.DataFrame, kind: str) -> pd.Series:
    """A list of terms for each film, perhaps empty."""
    if kind == "decade":
        decades = release_decade(release_year(movies["title"])).astype("object")
        return decades.map(lambda decade: [decade] if isinstance(decade, str) else [])
    if kind == "title":
        words = clean_title(movies["title"]).fillna("").str.lower().str.findall(WORD)
        return words.map(lambda found: sorted(set(found) - STOP_WORDS))
    column = {"genre": "genres", "tag": "tags"}[kind]
    if column not in movies:
        return pd.Series([[]] * len(movies))
    return movies[column].fillna("").replace(NO_GENRES, "").str.split("|").map(_not_empty)


def _not_empty(terms: list[str]) -> list[str]:
    return [term for term in map(str.strip, terms) if term]


def _counted(texts: pd.Series, min_films: int) -> tuple[sparse.csr_matrix, np.ndarray]:
    """How often each film has each term, and the terms in alphabetical order."""
    lengths = texts.str.len().to_numpy("int64")
    codes, terms = pd.factorize(texts.explode()[lambda each: each.notna()], sort=True)
    films = np.repeat(np.arange(len(texts)), lengths)
    counts = sparse.csr_matrix(
        (np.ones(len(codes)), (films, codes)), shape=(len(texts), len(terms))
    )
    counts.sum_duplicates()
    kept = np.bincount(counts.indices, minlength=len(terms)) >= min_films
    return counts[:, kept], np.asarray(terms, "str")[kept]
