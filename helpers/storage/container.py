"""One file that holds a value: a zip of plain arrays, a tree of JSON, and what it is all about.

Every member is stored as it is, without compression, so no member is larger than the file. The
manifest has the size and the SHA-256 of each; a file with one more, one less or another is refused
before anything in it is used. Nothing is unpacked to the disk, and no name in it becomes a path.

The hashes find what has changed by accident or by hand. Whoever writes a whole new file writes new
hashes too: of a file from a stranger they prove nothing, but what is read is data all the same.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np

from helpers.errors import AlteredDataError, MissingDataError, StorageError
from helpers.files import written_whole
from helpers.storage.kinds import Kind
from helpers.storage.values import Reader, Writer, array_from

FORMAT = 1
MANIFEST, TREE = "manifest.json", "value.json"
ARRAY = re.compile(r"\d{4,9}\.npy")
CHUNK = 2**20
# Of nobody's clock: the same value gives the same bytes.
DATE = (1980, 1, 1, 0, 0, 0)
MANIFEST_KEYS = {"format", "about", "files", "sha256"}


def write(
    path: str | os.PathLike[str], value: Any, about: dict[str, Any], kinds: Sequence[Kind] = ()
) -> Path:
    """Write a value to a file, whole or not at all; the path.

    Args:
        path: the file, which is replaced if it exists.
        value: plain values, arrays, sparse matrices, tables of pandas, or values of these kinds.
        about: what a reader should know first, as plain values of JSON.
        kinds: other classes, see ``Kind``.

    Raises:
        StorageError: some part of the value is of no kind that can be stored.
        WritingError: the disk is full, or the place cannot be written to.
    """
    target = Path(path)
    writer = Writer(kinds, [])
    tree = writer.tree(value)
    with (
        written_whole(target) as unfinished,
        zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as archive,
    ):
        files = {TREE: _add(archive, TREE, lambda stream: stream.write(_json(tree)))}
        for number, array in enumerate(writer.arrays):
            name = f"{number:04d}.npy"
            files[name] = _add(
                archive,
                name,
                lambda stream, array=array: np.lib.format.write_array(
                    stream, array, allow_pickle=False
                ),
            )
        manifest = {"format": FORMAT, "about": about, "files": files}
        manifest["sha256"] = _seal(manifest)
        archive.writestr(_member(MANIFEST), _json(manifest, indent=2))
    return target


def read_about(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What ``write`` was told about the value, checked; the value itself is left alone.

    Raises:
        MissingDataError: there is no such file.
        AlteredDataError: it is not as it was written.
        StorageError: it was written in another format, or is something else.
    """
    with _opened(path) as archive:
        return _manifest(archive, Path(path))["about"]


def read(path: str | os.PathLike[str], kinds: Sequence[Kind] = ()) -> Any:
    """The value that ``write`` has written.

    Raises:
        MissingDataError, AlteredDataError, StorageError: as ``read_about``.
        StorageError: it holds a value of another class than these.
    """
    place = Path(path)
    with _opened(place) as archive:
        manifest = _manifest(archive, place)
        _check_members(archive, manifest["files"], place)
        tree = json.loads(archive.read(TREE))
        names = sorted(name for name in manifest["files"] if name != TREE)
        arrays = [_array(archive, name) for name in names]
        return Reader(kinds, arrays).value(tree)


def _json(value: Any, indent: int | None = None) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=indent).encode()


def _seal(manifest: dict[str, Any]) -> str:
    """SHA-256 of the rest of the manifest, whatever the order of its keys."""
    rest = {key: value for key, value in manifest.items() if key != "sha256"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _member(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, DATE)


class _Hashing(io.RawIOBase):
    """Passes on what is written, and keeps its SHA-256 and its size."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.digest = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self.digest.update(content)
        self.size += len(content)
        return self.stream.write(content)


def _add(archive: zipfile.ZipFile, name: str, fill: Any) -> dict[str, Any]:
    with archive.open(_member(name), "w", force_zip64=True) as stream:
        hashing = _Hashing(stream)
        fill(hashing)
    return {"bytes": hashing.size, "sha256": hashing.digest.hexdigest()}


@contextmanager
def _opened(path: str | os.PathLike[str]) -> Iterator[zipfile.ZipFile]:
    place = Path(path)
    if not place.is_file():
        raise MissingDataError(f"There is no file {place}.")
    try:
        with zipfile.ZipFile(place) as archive:
            yield archive
    except (
        *(zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, zlib.error),
        *(struct.error, OSError, RuntimeError, RecursionError, TypeError),
    ) as error:
        raise AlteredDataError(
            f"{place} cannot be read: it is damaged, or something else ({error}). "
            "Copy it again from where it came from."
        ) from error
    except ValueError as error:
        if isinstance(error, AlteredDataError | StorageError):
            raise
        raise StorageError(f"{place} cannot be read ({error}).") from error


def _manifest(archive: zipfile.ZipFile, place: Path) -> dict[str, Any]:
    """The manifest, once it is one of this format and sealed as it was."""
    infos = archive.infolist()
    names = [info.filename for info in infos]
    if names.count(MANIFEST) != 1 or any(info.compress_type for info in infos):
        raise StorageError(f"{place} holds nothing that the course has stored.")
    manifest = json.loads(archive.read(MANIFEST))
    if not isinstance(manifest, dict) or set(manifest) != MANIFEST_KEYS:
        raise StorageError(f"{place} holds nothing that the course has stored.")
    if manifest["format"] != FORMAT:
        raise StorageError(
            f"{place} is in format {manifest['format']}, and this version of the course reads "
            f"format {FORMAT} only. Make it again, or read it with the version that wrote it."
        )
    if manifest["sha256"] != _seal(manifest) or not isinstance(manifest["about"], dict):
        raise _altered(place, "its manifest was changed")
    return manifest


def _check_members(archive: zipfile.ZipFile, files: Any, place: Path) -> None:
    """Raise an AlteredDataError unless the members are those of the manifest, to the last bit."""
    if not isinstance(files, dict) or TREE not in files:
        raise _altered(place, f"it has no {TREE}")
    wrong = [name for name in files if name != TREE and not ARRAY.fullmatch(name)]
    names = [info.filename for info in archive.infolist() if info.filename != MANIFEST]
    extra = sorted(set(names) - set(files))
    missing = sorted(set(files) - set(names))
    twice = sorted({name for name in names if names.count(name) > 1})
    for problem, found in (
        ("it names files as nothing here is named", wrong),
        ("it holds more than was written", extra),
        ("it lacks", missing),
        ("it holds twice", twice),
    ):
        if found:
            raise _altered(place, f"{problem}: {found[0][:60]!r}")
    for name, known in files.items():
        digest, size = hashlib.sha256(), 0
        with archive.open(name) as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
        if {"bytes": size, "sha256": digest.hexdigest()} != known:
            raise _altered(place, f"{name} was changed")


def _array(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    with archive.open(name) as stream:
        return array_from(stream, archive.getinfo(name).file_size)


def _altered(place: Path, what: str) -> AlteredDataError:
    return AlteredDataError(
        f"{place} is not as it was written: {what}. Copy it again from where it came from."
    )
