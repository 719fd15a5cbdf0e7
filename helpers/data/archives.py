"""Files as they were published: hashes, and zip archives, which are opened with care."""

from __future__ import annotations

import errno
import hashlib
import lzma
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from helpers.errors import AlteredDataError, CourseError, DataError, MissingDataError
from helpers.files import NO_ROOM

# The largest archive of MovieLens unpacks to about 1.2 GB; ten times that is not one of our data
# sets.
LARGEST_TOTAL = 12 * 2**30
# Tables of ratings shrink to about a fifth, a zip bomb to a thousandth; a small bomb does no harm.
LARGEST_RATIO = 100
HARMLESS_TOTAL = 64 * 2**20
# A data set is in one or two folders; zipfile.Path lists each folder of each name in full.
DEEPEST = 20
DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError),
    UnicodeDecodeError,
)
NO_SYSTEM_ERROR = (None, errno.EINVAL)
SUMS = "SHA256SUMS"
REPLACED = "Fetch it with `course data get`, which puts a whole one in its place."


def sha256(path: Path) -> str:
    """SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_sums(folder: Path) -> None:
    """Compare every file that ``SHA256SUMS`` lists with its hash.

    Raises:
        AlteredDataError: the list or a file is missing, or a file has another hash.
    """
    remedy = "Restore the folder, for example with `git checkout -- data` or a fresh clone."
    try:
        lines = (folder / SUMS).read_text("ascii").splitlines()
        if not lines:
            raise ValueError
        for line in lines:
            expected, name = line.split(maxsplit=1)
            found = sha256(folder / name.lstrip("*"))
            if found != expected:
                raise AlteredDataError(
                    f"{folder / name} has been altered: its SHA-256 is {found}, not {expected}. "
                    + remedy
                )
    except FileNotFoundError as error:
        raise AlteredDataError(f"{error.filename} is missing. {remedy}") from None
    except ValueError as error:
        if isinstance(error, AlteredDataError):
            raise
        raise AlteredDataError(f"{folder / SUMS} has been altered. {remedy}") from None


def check_archive(path: Path, size: int, expected: str) -> None:
    """Compare an archive with the size and SHA-256 that were published.

    Raises:
        AlteredDataError: it is shorter, longer or different.
    """
    found = path.stat().st_size
    if found != size:
        what = "was cut short" if found < size else "is too long"
        raise AlteredDataError(
            f"{path} {what}: it has {found:,} bytes instead of {size:,}. {REPLACED}"
        )
    digest = sha256(path)
    if digest != expected:
        raise AlteredDataError(
            f"{path} is not what was published: its SHA-256 is {digest}, not {expected}. "
            + REPLACED
        )


@contextmanager
def opened(path: Path) -> Iterator[zipfile.Path]:
    """The inside of a zip archive, to be read like a folder; nothing is written to disk.

    Every member is checked first: no absolute names, no ``..``, no links, no encryption, no two
    with the same path, and no more bytes than ``LARGEST_TOTAL`` and ``LARGEST_RATIO`` allow.
    zipfile stops at the size that a member declares and compares its CRC, so a bomb or a damaged
    member is always refused.

    Raises:
        MissingDataError: there is no such file.
        AlteredDataError: it is not a zip archive, or damaged, here or while it is being read.
        DataError: a member could harm the machine.
    """
    if not path.is_file():
        raise MissingDataError(f"There is no file {path}.")
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(path, archive)
            _check_places(path, archive)
            yield zipfile.Path(archive)
    except (*DAMAGE, OSError) as error:
        # A damaged archive makes zipfile seek to impossible places; a full disk is another error.
        if isinstance(error, CourseError) or getattr(error, "errno", None) not in NO_SYSTEM_ERROR:
            raise
        raise AlteredDataError(
            f"{path} is damaged or not a zip archive ({error}). Copy it again from where it came. "
            "If it is a table under the wrong name, name it by what it is, such as .csv."
        ) from error


def extract(path: Path, folder: Path) -> Path:
    """Unpack a zip archive into a folder that does not exist yet; all of it, or nothing.

    Raises:
        MissingDataError, AlteredDataError, DataError: as ``opened``; also if the folder exists, or
            if there is no room for it.
    """
    if folder.exists():
        raise DataError(f"{folder} exists already. Name a new folder.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        with opened(path) as root:
            root.root.extractall(unfinished)
        unfinished.replace(folder)
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise DataError(
            f"The disk is full: {path} cannot be unpacked into {folder}. Nothing of it was kept. "
            "Free some room, or name another folder."
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _check_members(path: Path, archive: zipfile.ZipFile) -> None:
    limit = min(LARGEST_TOTAL, max(HARMLESS_TOTAL, LARGEST_RATIO * path.stat().st_size))
    total = sum(member.file_size for member in archive.infolist())
    if total > limit:
        raise DataError(
            f"{path} would unpack to {total / 2**20:,.0f} MiB, "
            f"more than {limit / 2**20:,.0f}. Not opened."
        )
    for member in archive.infolist():
        name = member.filename
        parts = PurePosixPath(name.replace("\\", "/"))
        if not name:
            raise DataError(f"{path} holds a file without a name. Not opened.")
        if parts.is_absolute() or ".." in parts.parts or ":" in name:
            raise DataError(f"{path} holds {name!r}, which points outside its folder. Not opened.")
        if name.count("/") + name.count("\\") > DEEPEST:
            raise DataError(
                f"{path} holds {name[:40]!r}… in more than {DEEPEST} folders. Not opened."
            )
        if stat.S_ISLNK(member.external_attr >> 16):
            raise DataError(f"{path} holds the link {name!r}. Not opened.")
        if member.flag_bits & 1:
            raise DataError(f"{path} is encrypted ({name!r}). Unpack it and pass the folder.")


def _check_places(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse two members with one path: readers would differ in which of them they take."""
    members = archive.infolist()
    files = Counter(_place(member) for member in members if not member.is_dir())
    folders = {_place(member) for member in members if member.is_dir()}
    folders.update(*(_place(member).parents for member in members))
    for place, count in files.items():
        if count > 1 or place in folders:
            raise DataError(f"{path} holds {str(place)!r} twice. Not opened.")


def _place(member: zipfile.ZipInfo) -> PurePosixPath:
    # For Windows and macOS, Ratings.csv and ratings.csv are the same file.
    return PurePosixPath(member.filename.replace("\\", "/").casefold())
