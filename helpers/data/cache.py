"""Tables that were read before: kept next to the downloads, found by their bytes and options."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers import storage
from helpers.data.dataset import Dataset, Guess
from helpers.data.locations import data_folder
from helpers.errors import CourseError

# Raise it whenever the same bytes are read in another way.
EDITION = 1
# A smaller file is read fast enough.
LEAST_BYTES = 100_000
# This many tables are kept, those that were read last.
MOST_TABLES = 20


def folder() -> Path:
    """Where the tables are kept."""
    return data_folder() / "tables"


def key_of(content: bytes, name: str, options: Mapping[str, Any]) -> str:
    """One text for the bytes of a file, the end of its name and the way to read it."""
    told = json.dumps(
        [EDITION, pd.__version__, Path(name).suffix.lower(), sorted(options.items())], default=repr
    )
    digest = hashlib.sha256(content)
    digest.update(told.encode())
    return digest.hexdigest()


def kept(key: str) -> Dataset | None:
    """The data set of that key; None if there is none, or if it is damaged."""
    place = folder() / f"{key}.table"
    try:
        if not place.is_file():
            return None
        found = _together(storage.read(place))
    except (CourseError, OSError, KeyError, TypeError, ValueError):
        # Damaged, or of another edition: the file itself is read again.
        return None
    with suppress(OSError):
        place.touch()
    return found


def keep(key: str, dataset: Dataset) -> None:
    """Keep a data set under its key, whole or not at all; keep nothing if writing fails."""
    place = folder() / f"{key}.table"
    with suppress(CourseError, OSError):
        storage.write(place, _apart(dataset), {"what": "a table that was read before"})
        others = sorted(folder().glob("*.table"), key=lambda one: one.stat().st_mtime)
        for old in others[:-MOST_TABLES]:
            old.unlink(missing_ok=True)


def _apart(dataset: Dataset) -> dict[str, Any]:
    guess = dataset.guess
    return {
        "name": dataset.name,
        "scale": list(dataset.rating_scale),
        "ratings": _columns(dataset.ratings),
        "movies": _columns(dataset.movies),
        "guess": None if guess is None else json.dumps({**vars(guess), "notes": list(guess.notes)}),
    }


def _together(parts: dict[str, Any]) -> Dataset:
    guess = None
    if parts["guess"] is not None:
        told = json.loads(parts["guess"])
        guess = Guess(**{**told, "notes": tuple(told["notes"])})
    low, high = parts["scale"]
    ratings, movies = _frame(parts["ratings"]), _frame(parts["movies"])
    return Dataset(parts["name"], ratings, movies, None, (low, high), guess=guess)


def _columns(frame: pd.DataFrame) -> dict[str, Any]:
    """Numbers as they are; for text, each word once, and its number in every row."""
    found: dict[str, Any] = {}
    for name in frame:
        column = frame[name]
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_extension_array_dtype(
            column.dtype
        ):
            found[str(name)] = column.to_numpy()
            continue
        codes, words = pd.factorize(column)
        texts = json.dumps([str(word) for word in words], ensure_ascii=False)
        found[str(name)] = {"codes": codes.astype("int32"), "words": texts.encode()}
    return found


def _frame(columns: dict[str, Any]) -> pd.DataFrame:
    found = {}
    for name, values in columns.items():
        if isinstance(values, np.ndarray):
            found[name] = pd.Series(values)
            continue
        words = pd.Series(json.loads(values["words"]), dtype="str")
        found[name] = words.take(values["codes"]).reset_index(drop=True)
        if (values["codes"] < 0).any():
            found[name] = found[name].mask(values["codes"] < 0)
    return pd.DataFrame(found, copy=False)
