"""Several words in one field: as text separated by bars, from any form in a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from helpers.errors import DataError


def with_bars(values: pd.Series, name: str) -> pd.Series:
    """Genres, or other words, of each row as ``Comedy|Drama``: text, empty if there are none.

    Args:
        values: text with bars between words, with or without spaces around them; or lists, tuples
            or sets of text. A missing value has no words.
        name: of the column, for messages.

    Raises:
        DataError: a value is something else; the message names the row.

    Example:
        >>> with_bars(pd.Series(["Drama | Comedy", ["Crime", "War"], None]), "genres").tolist()
        ['Drama|Comedy', 'Crime|War', '']
    """
    # Thousands of films share a few hundred combinations: each is looked at once.
    known: dict[Any, str] = {}
    found = []
    for row, value in enumerate(values):
        key = value if isinstance(value, str) else None
        if key is not None and key in known:
            found.append(known[key])
            continue
        text = _joined(value, name, row)
        if key is not None:
            known[key] = text
        found.append(text)
    return pd.Series(found, index=values.index, name=values.name, dtype="str")


def _joined(value: Any, name: str, row: int) -> str:
    if isinstance(value, str):
        return "|".join(_words(value.split("|")))
    if isinstance(value, Iterable) and not isinstance(value, bytes | Mapping):
        words = list(value)
        wrong = [word for word in words if not isinstance(word, str)]
        if wrong:
            raise DataError(
                f"The {name} in row {row} hold {wrong[0]!r}, which is not text. Give words, such "
                "as ['Crime', 'War'] or 'Crime|War'."
            )
        broken = [word for word in words if "|" in word]
        if broken:
            raise DataError(
                f"The {name} in row {row} hold {broken[0]!r}, but the sign | separates words. "
                "Replace it in that word."
            )
        ordered = sorted(words) if isinstance(value, set | frozenset) else words
        return "|".join(_words(ordered))
    if value is None or value is pd.NaT or pd.isna(value):
        return ""
    raise DataError(
        f"The {name} in row {row} are {value!r}, of the type {type(value).__name__}. Give text "
        "such as 'Crime|War', or a list of words."
    )


def _words(texts: Iterable[str]) -> list[str]:
    return [word for word in (text.strip() for text in texts) if word]
