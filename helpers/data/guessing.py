"""Which column of a table is the user, which the item, the rating, the time and the title."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from helpers.errors import DataError

ROLES = ("user", "item", "rating", "time", "title")
# Usual names of columns; the first name of a role that is there is taken. They are compared without
# case, spaces and signs, and with or without "id" at the end.
KNOWN = {
    "user": (
        "user", "u", "uid", "member", "reader", "customer", "client", "person", "people", "student",
        "viewer", "visitor", "listener", "reviewer", "player", "buyer", "shopper", "account",
        "author", "profile", "patient", "employee", "session", "rater", "critic", "nutzer",
        "benutzer", "kunde", "usuario", "utilisateur", "cliente", "utente", "username",
    ),
    "item": (
        "item", "i", "iid", "movie", "film", "book", "isbn", "product", "asin", "sku", "track",
        "song", "artist", "album", "game", "app", "article", "business", "restaurant", "place",
        "venue", "hotel", "recipe", "course", "lecturer", "joke", "anime", "show", "series",
        "video", "podcast", "beer", "wine", "url", "page", "post", "paper", "event", "ad", "job",
        "artikel", "produkt", "buch", "producto", "libro", "pelicula", "produit", "livre",
    ),
    "rating": (
        "rating", "ratings", "stars", "star", "score", "grade", "mark", "vote", "preference",
        "overall", "value", "bewertung", "note", "nota", "puntuacion", "userrating", "bookrating",
        "reviewscore", "reviewrating", "r",
    ),
    "counts": (
        "count", "counts", "plays", "playcount", "listens", "listencount", "clicks", "views",
        "quantity", "qty", "purchases", "times", "n", "frequency", "visits", "hours", "weight",
        "scrobbles",
    ),
    "time": (
        "timestamp", "time", "ts", "datetime", "date", "unixtime", "unixreviewtime", "reviewtime",
        "createdat", "created", "ratedat", "when", "day", "datum", "fecha", "zeit", "eventtime",
    ),
    "title": (
        "title", "itemtitle", "movietitle", "booktitle", "filmtitle", "songtitle", "tracktitle",
        "producttitle", "name", "itemname", "moviename", "bookname", "productname", "trackname",
        "artistname", "gamename", "titel", "titulo", "titre",
    ),
    "genres": ("genres", "genre"),
}  # fmt: skip
# Names that are always ids; a column with the name of a thing next to one of them is its title.
IDS = ("isbn", "asin", "sku", "iid", "uid")
_UNNAMED = re.compile(r"(unnamed: ?\d+|column \d+|index|)", re.IGNORECASE)


def plain(name: Hashable) -> str:
    """A column's name without case, spaces and signs.

    Example:
        >>> plain(" User-ID ")
        'userid'
    """
    return re.sub(r"[\W_]+", "", str(name)).casefold()


def _stem(name: Hashable) -> str:
    text = plain(name)
    for end in ("ids", "id", "no", "nr", "number", "key"):
        if text.endswith(end) and len(text) > len(end) + 1:
            return text.removesuffix(end)
    return text


_ROLE_OF = {name: role for role, names in KNOWN.items() for name in names}


def role_of(name: Hashable) -> str | None:
    """The usual role of a column with that name.

    Example:
        >>> [role_of(name) for name in ("movieId", "User ID", "Stars", "colour")]
        ['item', 'user', 'rating', None]
    """
    return _ROLE_OF.get(plain(name)) or _ROLE_OF.get(_stem(name))


def is_known_name(name: str) -> bool:
    """Whether a text is a column's name and not a value; one letter is not enough to tell."""
    return len(plain(name)) > 1 and role_of(name) is not None


def is_unnamed(name: Hashable) -> bool:
    """Whether a column has no name of its own, such as the index that pandas writes."""
    return _UNNAMED.fullmatch(str(name).strip()) is not None


def roles(
    frame: pd.DataFrame, named: Mapping[str, Any], *, header: bool, name: str
) -> dict[str, Hashable]:
    """The column of each role: as the caller named it, else by its own name, else by its place.

    Args:
        frame: the table, or its first rows.
        named: what the caller wrote: a column for a role, False for none, None to guess it.
        header: whether the columns have their own names.
        name: of the table, for messages.

    Returns:
        ``user``, ``item``, and those of ``rating``, ``counts``, ``time``, ``title``, ``genres``
        that exist.

    Raises:
        DataError: a column is missing, is named twice, or cannot be guessed; the message says
            what to write.

    Example:
        >>> frame = pd.DataFrame({"reader": [1], "isbn": ["007"], "stars": [8]})
        >>> roles(frame, {}, header=True, name="mine.csv")
        {'user': 'reader', 'item': 'isbn', 'rating': 'stars'}
    """
    columns: list[Hashable] = list(frame.columns)
    found = _named(columns, named, name)
    left = [column for column in columns if column not in found.values()]
    refused = {role for role, column in named.items() if column is False}
    if not header and not found:
        return _by_place(frame, refused, name)
    for role in ("user", "item", "rating", "time", "title", "genres"):
        if role in found or role in refused:
            continue
        options = (role, "counts") if role == "rating" else (role,)
        fitting = [column for column in left if role_of(column) in options]
        chosen = _one_of(fitting, role, columns, name)
        if chosen is not None:
            found[role] = chosen
            left.remove(chosen)
    if "item" not in found and "title" in found and named.get("title") is None:
        found["item"] = found.pop("title")
    things = [column for column in left if role_of(column) == "item" and not _is_id(column)]
    if "title" not in found and "title" not in refused and len(things) == 1:
        found["title"] = things[0]
        left.remove(things[0])
    missing = [role for role in ("user", "item") if role not in found]
    ids = [column for column in left if not is_unnamed(column) and role_of(column) is None]
    if len(missing) == 1 and len(ids) == 1 and not _is_number(frame[ids[0]], whole=False):
        found[missing[0]] = ids[0]
    elif missing:
        raise DataError(_question(name, missing, columns, found))
    return {role: found[role] for role in (*ROLES, "genres") if role in found}


def _named(columns: list, named: Mapping[str, Any], name: str) -> dict[str, Hashable]:
    found = {role: each for role, each in named.items() if each is not None and each is not False}
    for role, column in found.items():
        if column not in columns:
            shown = ", ".join(map(repr, columns))
            raise DataError(
                f"{name} has no column {column!r}, which {role}= names. It has {shown}."
            )
    for role, column in found.items():
        same = [other for other, each in found.items() if each == column]
        if len(same) > 1 and set(same) != {"item", "title"}:
            raise DataError(
                f"The column {column!r} of {name} is named twice: as {' and as '.join(same)}. "
                f"Name another one for {role}=."
            )
    return found


def _one_of(fitting: list, role: str, columns: list, name: str) -> Hashable | None:
    """The best of the columns that fit a role; of two that mean the same, the one with ids."""
    if not fitting:
        return None
    if role in ("time", "title", "genres"):
        order = KNOWN[role]
        return min(fitting, key=lambda each: order.index(_in(order, each)))
    stems = {_stem(column) for column in fitting}
    if len(stems) > 1:
        exact = [each for each in fitting if _stem(each) == role]
        ids = [each for each in fitting if _is_id(each)]
        for some in (exact, ids if role == "item" else []):
            if len(some) == 1:
                return some[0]
        shown = " or ".join(f"{role}={column!r}" for column in fitting)
        raise DataError(
            f"Which column of {name} is the {role}? Write {shown}. The columns are "
            f"{', '.join(map(repr, columns))}."
        )
    return max(fitting, key=lambda each: plain(each) != _stem(each))


def _is_id(column: Hashable) -> bool:
    return plain(column) in IDS or plain(column) != _stem(column)


def _in(order: Sequence[str], column: Hashable) -> str:
    return plain(column) if plain(column) in order else _stem(column)


def _by_place(frame: pd.DataFrame, refused: set, name: str) -> dict[str, Hashable]:
    """User, item, rating, time: the order of nearly all files without a header."""
    columns = list(frame.columns)
    numbers = [_is_number(frame[column], whole=False) for column in columns]
    if len(columns) > 2 and counts_rows(frame[columns[0]]):
        raise DataError(
            f"{name} has no header, and its first column counts the rows. Write which columns "
            f"hold what, such as user={columns[1]!r}, item={columns[2]!r}"
            + (f", rating={columns[3]!r}." if len(columns) > 3 else ".")
        )
    places: dict[str, Hashable] = {"user": columns[0], "item": columns[1]}
    if len(columns) == 2:
        return places
    if len(columns) == 3 and numbers[2]:
        role = "time" if looks_like_time(frame[columns[2]]) else "rating"
        places[role] = columns[2]
    elif len(columns) == 4 and numbers[2] and looks_like_time(frame[columns[3]]):
        places.update(rating=columns[2], time=columns[3])
    else:
        raise DataError(_question(name, ["user", "item"], columns, {}))
    return {role: column for role, column in places.items() if role not in refused}


def looks_like_time(values: pd.Series) -> bool:
    """Seconds or milliseconds of 1980 and later, or dates as text."""
    if _is_number(values, whole=True):
        numbers = pd.to_numeric(values)
        return bool(numbers.between(3e8, 5e18).mean() > 0.9)
    return bool(values.astype(str).str.match(r"\s*\d{4}-\d{2}-\d{2}").mean() > 0.9)


def counts_rows(values: pd.Series) -> bool:
    """Whether a column is 0, 1, 2 … or 1, 2, 3 …: row numbers."""
    if len(values) < 3 or not _is_number(values, whole=True):
        return False
    numbers = pd.to_numeric(values).to_numpy()
    return bool(numbers[0] in (0, 1) and (numbers[1:] - numbers[:-1] == 1).all())


def _is_number(values: pd.Series, *, whole: bool) -> bool:
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.cat.categories.dtype)
    if not pd.api.types.is_numeric_dtype(values):
        if not len(values):
            return False
        texts = values.astype(str).str.strip().str.replace(",", ".")
        values = pd.to_numeric(texts, errors="coerce")
    if values.isna().any() or pd.api.types.is_bool_dtype(values):
        return False
    return not whole or bool((values % 1 == 0).all())


def _question(name: str, missing: list[str], columns: list, found: dict[str, Hashable]) -> str:
    free = [each for each in columns if each not in found.values() and not is_unnamed(each)]
    free += [each for each in columns if each not in found.values() and is_unnamed(each)]
    proposed = dict(found)
    for role in (*missing, "rating"):
        if role not in proposed and free:
            proposed[role] = free.pop(0)
    written = ", ".join(f"{role}={column!r}" for role, column in proposed.items())
    return (
        f"Which column of {name} is the {' and which the '.join(missing)}? The columns are "
        f"{', '.join(map(repr, columns))}. Name them in the call, for example {written}; "
        "rating=False if there are no ratings."
    )
