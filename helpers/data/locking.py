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
    """Wait until no other process works on a file, then make the others wait.

    The lock is on the empty file ``.NAME.lock`` next to it. That file is never deleted, because
    another process may have it open. On a file system without locks, no lock is used.

    Args:
        path: the file that the work is on; its folder must exist, the file itself may be missing.
        message: what to print on stderr if it has to wait.

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
    """Whether the lock could be taken; closing the file releases it."""
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
        # Some network drives have no locks. A downloaded file is verified in any case.
        return True
    return True
