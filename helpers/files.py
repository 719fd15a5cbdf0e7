"""Files that are written whole or not at all: first next to their place, then moved there."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from helpers.errors import CourseError, WritingError

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
# A file name may have 255 bytes, and a character may take four of them.
LONGEST_PREFIX = 40


@contextmanager
def written_whole(target: str | os.PathLike[str]) -> Iterator[Path]:
    """A path next to ``target`` to write to; it replaces ``target`` when the block ends.

    Until then a reader of ``target`` finds the earlier file. After an error the earlier file
    stays, and what was written is deleted. If the process is killed the earlier file stays too,
    next to a hidden ``.partial`` that nothing reads.

    Args:
        target: the file; its folder is made if it is missing.

    Raises:
        WritingError: the disk is full, or the place cannot be written to.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with written_whole(f"{folder}/new/a.txt") as unfinished:
        ...         characters = unfinished.write_text("whole")
        ...     Path(folder, "new", "a.txt").read_text()
        'whole'
    """
    place = Path(target)
    name = f".{place.name[:LONGEST_PREFIX]}.{secrets.token_hex(4)}.partial"
    unfinished = place.parent / name
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        yield unfinished
        unfinished.replace(place)
    except OSError as error:
        if isinstance(error, CourseError):
            raise
        raise WritingError(_told(place, error)) from error
    finally:
        # If the place itself is the fault, there is nothing to delete.
        with suppress(OSError):
            unfinished.unlink()


def _told(place: Path, error: OSError) -> str:
    if error.errno in NO_ROOM:
        reason, remedy = "the disk is full", "Free some room, or name another folder."
    else:
        reason = error.strerror or str(error)
        remedy = "Close the program that has it open, or name a place that you may write to."
    return f"{place} cannot be written: {reason}. An earlier file has been kept. {remedy}"
