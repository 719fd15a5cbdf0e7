"""A stored measurement: the machine that measured in the first line, then a table as CSV."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from helpers.errors import DataError
from helpers.files import written_whole

MARK = "# Measured on "


def this_machine() -> str:
    """Date, system, cores, memory and versions, in one line."""
    parts = [
        f"{datetime.now(UTC):%d %B %Y}",
        f"{platform.system()} on {platform.machine()}",
        f"{os.cpu_count()} cores",
        f"{psutil.virtual_memory().total / 2**30:.0f} GiB of memory",
        f"Python {platform.python_version()}",
    ]
    for package in ("tensorflow-cpu", "tensorflow"):
        try:
            parts.append(f"TensorFlow {version(package)}")
            break
        except PackageNotFoundError:
            continue
    return ", ".join(parts)


def save_measured(file: Path, machine: str, table: str) -> None:
    """Write the machine and, below it, the table, whole or not at all.

    Raises:
        WritingError: the disk is full, or the folder cannot be written to.
    """
    with written_whole(file) as unfinished:
        unfinished.write_text(f"{MARK}{machine}\n{table}", encoding="utf-8", newline="\n")


def stored_measured(file: Path) -> tuple[str, str] | None:
    """The machine and the table that ``save_measured`` wrote; None if there is no such file.

    Raises:
        DataError: the file does not say which machine measured.
    """
    if not file.is_file():
        return None
    first, _, table = file.read_text(encoding="utf-8").partition("\n")
    if not first.startswith(MARK):
        raise DataError(f"{file} does not begin with {MARK!r}: which machine measured?")
    return first.removeprefix(MARK), table
