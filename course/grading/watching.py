"""What a process takes: memory, threads, disk; and how many processes a user already has."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import psutil

MOST_FILES = 5000


def busy() -> int:
    """How many processes this user has: the system counts them all against a limit."""
    if os.name != "posix":
        return 0
    uids = (process.info["uids"] for process in psutil.process_iter(["uids"]))
    return sum(uid is not None and uid.real == os.getuid() for uid in uids)


def memory(processes: list[psutil.Process]) -> int:
    """What they hold together, in bytes."""
    total = 0
    for process in processes:
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total


def threads(processes: list[psutil.Process]) -> int:
    """How many threads they have together."""
    total = 0
    for process in processes:
        with suppress(psutil.Error):
            total += process.num_threads()
    return total


def fits(folder: Path, most: int) -> bool:
    """Whether the folder holds no more than that; it stops counting once it holds more."""
    size = count = 0
    waiting = [folder]
    while waiting:
        with suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                count += 1
                with suppress(OSError):
                    size += entry.stat(follow_symlinks=False).st_size
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                if size > most or count > MOST_FILES:
                    return False
    return True
