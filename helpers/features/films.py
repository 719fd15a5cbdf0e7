"""Features of films: release year and decade, clean title, genres."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from helpers.errors import DataError

NO_GENRES = "(no genres listed)"

# A year, or the years of a series such as (1995-) or (2007-2010), at the end of the title.
YEAR_AT_END = r"\s*\(\s*((?:18|19|20)\d\d)\s*(?:[-–]\s*(?:\d{4})?\s*)?\)\s*$"

ARTICLES = (
    *("The", "A", "An"),
    *("Le", "La", "Les", "L'", "L’", "Un", "Une"),
    *("Der", "Die", "Das", "Ein", "Eine"),
    *("El", "Los", "Las", "Una"),
    *("Il", "Lo", "I", "Gli", "Uno"),
    *("O", "Os", "As", "Um", "Uma"),
    *("De", "Het", "Den", "Det", "En", "Et"),
)

# "Lantern, The", at the start of the title or of a bracket with another title of the same film.
TRAILING_ARTICLE = (
    r"(?P<before>^\s*|\(\s*(?:a\.?k\.?a\.?:?\s+)?)"
    r"(?P<name>[^()]+?),\s+"
    rf"(?P<article>{'|'.join(ARTICLES)})"
    r"(?=\s*(?:\(|\)|$))"
)

TextValues = pd.Series | np.ndarray | Sequence[str]


def release_year(titles: TextValues) -> pd.Series:
    """Year of release, read from the parentheses that close a MovieLens title.

    Args:
        titles: text, shape (n,); a Series keeps its index.

    Returns:
        Int16 years, shape (n,), ``<NA>`` if the title does not end in a year. Of the years of a
        series, such as ``(2007-2010)`` or ``(1995-)``, the first.

    Example:
        >>> release_year(["Lantern, The (1987)", "Zoo (Live) (1999) ", "No Year"]).tolist()
        [1987, 1999, <NA>]
    """
    found = _text(titles).str.extract(YEAR_AT_END, expand=False)
    return pd.to_numeric(found).astype("Int16").rename("release_year")


def release_decade(years: pd.Series | np.ndarray | Sequence[int]) -> pd.Series:
    """Decade of each year as ordered text: 1919 is in the ``1910s``, 2000 in the ``2000s``.

    Args:
        years: numbers, shape (n,), missing values allowed; a Series keeps its index.

    Returns:
        Ordered categories, shape (n,), from the first decade to the last without gaps, so that a
        chart shows an empty decade.

    Raises:
        DataError: a year is not a number.

    Example:
        >>> release_decade([1919, 1930, 1939]).tolist()
        ['1910s', '1930s', '1930s']
        >>> release_decade([1919, 1939]).cat.categories.tolist()
        ['1910s', '1920s', '1930s']
    """
    values = as_series(years)
    if not pd.api.types.is_numeric_dtype(values) and values.notna().any():
        raise DataError(
            f"The years are of type {values.dtype}, not numbers. "
            "Read them from the titles with release_year first."
        )
    decades = (values.astype("Float64") // 10 * 10).astype("Int64")
    labels = []
    if decades.notna().any():
        labels = [f"{decade}s" for decade in range(decades.min(), decades.max() + 10, 10)]
    names = decades.astype("string") + "s"
    categories = pd.Categorical(names, categories=labels, ordered=True)
    return pd.Series(categories, index=values.index, name="release_decade")


def clean_title(titles: TextValues) -> pd.Series:
    """Title as people say it: without its year, with the article in front of the name.

    Other titles in parentheses stay, with their article moved as well.

    Args:
        titles: text, shape (n,); a Series keeps its index.

    Returns:
        Text, shape (n,), missing if the title is missing.

    Example:
        >>> clean_title(["Lantern, The (1987)", "Été, L' (a.k.a. Summer, A) (1962)"]).tolist()
        ['The Lantern', "L'Été (a.k.a. A Summer)"]
    """
    names = _text(titles).str.replace(YEAR_AT_END, "", regex=True)
    moved = names.str.replace(TRAILING_ARTICLE, r"\g<before>\g<article> \g<name>", regex=True)
    elided = moved.str.replace(r"(^|\(|\.\s)(L['’]) ", r"\1\2", regex=True)
    spaced = elided.str.replace(r"\s+", " ", regex=True).str.strip()
    return spaced.rename("title")


def genre_indicators(genres: TextValues) -> pd.DataFrame:
    """One column of True and False per genre, from genres that are separated by ``|``.

    Args:
        genres: text such as ``Comedy|Drama``, shape (n,); a Series keeps its index.

    Returns:
        Booleans, shape (n, number of genres), columns in alphabetical order. A film without
        genres (``""``, missing or ``(no genres listed)``) is False in every column.

    Example:
        >>> genre_indicators(["Comedy|Drama", "", "Drama"]).to_dict("list")
        {'Comedy': [True, False, False], 'Drama': [True, False, True]}
    """
    text = _text(genres).fillna("").replace(NO_GENRES, "")
    # Thousands of films share a few hundred combinations: split each combination once.
    codes, combinations = pd.factorize(text)
    words = pd.Series(combinations, dtype="str").str.replace(r"\s*\|\s*", "|", regex=True)
    indicators = words.str.strip().str.get_dummies(sep="|").astype(bool)
    # If pyarrow holds the text, "no genre" would become a genre.
    indicators = indicators.drop(columns="", errors="ignore")
    return indicators.take(codes).set_index(text.index).rename_axis(columns=None)


def as_series(values: Any) -> pd.Series:
    """The values as a Series; a Series keeps its index."""
    return values if isinstance(values, pd.Series) else pd.Series(values)


def _text(values: Any) -> pd.Series:
    series = as_series(values)
    if series.isna().all():
        # Not "str": before pandas 3 that would turn a missing value into the word None.
        return series.astype("string")
    if pd.api.types.infer_dtype(series, skipna=True) != "string":
        raise DataError(
            f"Expected text, such as titles or genres; got values of type {series.dtype}, "
            f"for example {series.dropna().iloc[0]!r}."
        )
    return series
