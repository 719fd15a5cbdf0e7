"""One process at a time: a lock that the system takes back from a process that dies."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PAUSE_SECONDS = 0.1


@contextmanager
def alone(path: Path, message: str | None = None) -> Iterator[None]:
    """Wait until no other process is at work on a file, then keep the others waiting.

    The lock is held on the empty file ``.NAME.lock`` beside it, which stays: whoever deleted it
    could not know that nobody has it open. A file system without locks is used without one.

    Args:
        path: what the work is about; its folder exists, the file itself need not.
        message: what to tell on stderr if there is somebody to wait for.

    Raises:
        OSError: the folder cannot be written.
    """
    with path.with_name(f".{path.name}.lock").open("a", encoding="utf-8") as file:
        while not _locked(file):
            if message:
                print(message, file=sys.stderr, flush=True)
                message = None
            time.sleep(PAUSE_SECONDS)
        yield


def _locked(file: IO[str]) -> bool:
    """Whether the lock could be taken; closing the file gives it back."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        # Some network drives know no locks. What is fetched is verified all the same.
        return True
    return True
