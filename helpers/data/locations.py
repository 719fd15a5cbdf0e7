"""Where the data sets are on this machine, and whether they are what was published."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pandas as pd
import platformdirs

from helpers.data.archives import check_archive, check_sums
from helpers.data.catalogue import CATALOGUE, Entry, lookup
from helpers.errors import MissingDataError

# A larger archive is hashed once and then recognised by its size and time of change.
ALWAYS_HASHED = 32 * 2**20


def data_folder() -> Path:
    """Folder of the downloads: environment variable ``COURSE_DATA``, or the user's cache."""
    chosen = os.environ.get("COURSE_DATA")
    if chosen:
        return Path(chosen).expanduser()
    return platformdirs.user_cache_path("recommender-course")


def embedded_folder() -> Path:
    """Folder of the data that comes with the course, in an installed wheel or in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "embedded_data"
    return installed if installed.is_dir() else package.parent / "data"


def find(entry: Entry) -> Path | None:
    """Folder or archive of a data set, unverified; None if it is not on this machine.

    It looks for downloads in ``data_folder()``, then in the folder of archives that the environment
    variable ``COURSE_REAL_DATA`` names.
    """
    if entry.archive is None:
        candidate = embedded_folder() / entry.name
        return candidate if candidate.is_dir() else None
    own = os.environ.get("COURSE_REAL_DATA")
    for folder in [data_folder(), *([Path(own).expanduser()] if own else [])]:
        if (folder / entry.archive).is_file():
            return folder / entry.archive
    return None


def path(name: str) -> Path:
    """Folder (embedded) or archive (downloaded) of a data set on this machine.

    Raises:
        UnknownDatasetError: no such name in the catalogue.
        MissingDataError: it is not on this machine; the message says how to get it.

    Example:
        >>> path("movielens-small").name
        'movielens-small'
    """
    entry = lookup(name)
    found = find(entry)
    if found is None and entry.embedded:
        raise MissingDataError(
            f"{name} comes with the course, but {embedded_folder() / name} is missing. "
            "Run the course from its checkout, or install it again."
        )
    if found is None:
        raise MissingDataError(
            f"{name} is not on this machine. Fetch it with `course data get {name}`, or, if you "
            f"have {entry.archive}, pass the path of that zip or of its unpacked folder instead "
            "of the name."
        )
    return found


def verify(name: str) -> Path:
    """Hash a data set's files now and return where they are.

    Raises:
        UnknownDatasetError, MissingDataError: as ``path``.
        AlteredDataError: a size or SHA-256 differs from the published one.
    """
    entry, found = lookup(name), path(name)
    if entry.size is None or entry.sha256 is None:
        check_sums(found)
    else:
        check_archive(found, entry.size, entry.sha256)
        remember(entry, found)
    return found


def verified(name: str) -> Path:
    """As ``verify``, but an archive over 32 MB is hashed again only after it has changed."""
    entry, found = lookup(name), path(name)
    if entry.size and entry.size > ALWAYS_HASHED and _remembered(entry, found):
        return found
    return verify(name)


def listing() -> pd.DataFrame:
    """One row per data set: name, ratings, MB of the archive, where, licence, description.

    The column ``where`` says embedded, downloaded or missing; nothing is hashed for it.

    Example:
        >>> listing().set_index("name").loc["movielens-small", "where"]
        'embedded'
    """
    rows = []
    for entry in CATALOGUE.values():
        found = find(entry)
        state = "missing" if found is None else "embedded" if entry.embedded else "downloaded"
        rows.append(
            {
                "name": entry.name,
                "ratings": entry.ratings,
                "MB": _megabytes(entry, found),
                "where": state,
                "licence": entry.licence,
                "description": entry.description,
            }
        )
    return pd.DataFrame(rows)


def _megabytes(entry: Entry, found: Path | None) -> float:
    size = entry.size
    if size is None:
        size = sum(file.stat().st_size for file in found.iterdir()) if found else 0
    return round(size / 1e6, 1)


def _record(entry: Entry) -> Path:
    return data_folder() / f"{entry.archive}.verified"


def _stamp(entry: Entry, found: Path) -> dict[str, str | int | None]:
    status = found.stat()
    return {
        "path": str(found.resolve()),
        "sha256": entry.sha256,
        "size": status.st_size,
        "changed": status.st_mtime_ns,
    }


def remember(entry: Entry, found: Path) -> None:
    """Note next to the downloads that a large archive was found right, and when."""
    if (entry.size or 0) <= ALWAYS_HASHED:
        return
    try:
        _record(entry).parent.mkdir(parents=True, exist_ok=True)
        _record(entry).write_text(json.dumps(_stamp(entry, found)), "utf-8")
    except OSError:
        # Without the record the next load hashes again: slower, never wrong.
        return


def _remembered(entry: Entry, found: Path) -> bool:
    try:
        return bool(json.loads(_record(entry).read_text("utf-8")) == _stamp(entry, found))
    except (OSError, ValueError):
        return False
