"""What a leaderboard has measured so far, kept in a folder until all is done."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import helpers
from helpers import storage
from helpers.errors import DataError
from helpers.evaluation.evaluating import Evaluation
from helpers.evaluation.resampling import Sums

KINDS = (storage.of_fields(Evaluation), storage.of_fields(Sums))


@dataclass(frozen=True)
class Measured:
    """One recommender, fitted and measured with one seed: the result, and what it cost."""

    evaluation: Evaluation
    fit_seconds: float
    n_parameters: int


@dataclass(frozen=True)
class Kept:
    """A folder of measurements; the name of each file depends on all that can change its result.

    Measurements with other data, settings, versions or code have another name, so they are never
    mistaken for the ones wanted.
    """

    folder: Path
    _used: set[Path] = field(default_factory=set, repr=False)

    def get(self, key: dict[str, Any]) -> Measured | None:
        """What was measured under that key, or None; a damaged file counts as missing."""
        path = self._path(key)
        if not path.is_file():
            return None
        try:
            return Measured(**storage.read(path, KINDS))
        except (DataError, TypeError):
            return None

    def put(self, key: dict[str, Any], measured: Measured) -> None:
        """Keep it."""
        storage.write(self._path(key), vars(measured), {"key": key}, KINDS)

    def clear(self) -> None:
        """Delete what this run has used, and the folder if nothing else is in it."""
        for path in self._used:
            path.unlink(missing_ok=True)
        with suppress(OSError):
            self.folder.rmdir()

    def _path(self, key: dict[str, Any]) -> Path:
        text = json.dumps({**key, "code": _code()}, sort_keys=True)
        path = self.folder / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.zip"
        self._used.add(path)
        return path


@cache
def _code() -> str:
    """SHA-256 of this package: the code may change while a leaderboard is unfinished."""
    digest = hashlib.sha256()
    root = Path(helpers.__file__).parent
    for path in sorted(root.rglob("*.py"), key=os.fspath):
        digest.update(f"{path.relative_to(root).as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()
