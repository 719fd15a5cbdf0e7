"""Check one machine: one finding per line, each with what to do if something is wrong."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import psutil
from packaging.requirements import Requirement

from helpers.errors import CourseError

DISTRIBUTION = "recommender-course"
EMBEDDED_DATASETS = ("movielens-small", "simulated")
MEMORY_NEEDED = 3 * 2**30
DISK_NEEDED = 2**30
KERNEL_SECONDS = 60
# Dependencies for who installs without a lock; no lesson and no command needs them.
ONLY_FOR_TESTS = ("nbval",)
SET_UP = "Set the environment up again: python -m nox -s lessons"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        subject: what was looked at, in a word or two.
        ok: whether the course runs with it.
        found: what was found, such as a version.
        remedy: what to do if it is not OK.
    """

    subject: str
    ok: bool
    found: str
    remedy: str = ""


def findings() -> Iterator[Finding]:
    """Everything that the course needs, from the quickest check to the slowest."""
    yield python()
    yield from packages()
    yield memory()
    yield disk()
    for name in EMBEDDED_DATASETS:
        yield data(name)
    yield kernel()


def python() -> Finding:
    """Whether this version of Python is one that the course supports."""
    wanted = metadata.metadata(DISTRIBUTION)["Requires-Python"]
    found = platform.python_version()
    ok = Requirement(f"python{wanted}").specifier.contains(found, prereleases=True)
    return Finding("Python", ok, found, f"The course needs Python {wanted}. {SET_UP}")


def packages() -> Iterator[Finding]:
    """Whether each package that lessons need is there, in a version that the course supports."""
    for line in metadata.requires(DISTRIBUTION) or []:
        requirement = Requirement(line)
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if applies and requirement.name not in ONLY_FOR_TESTS:
            yield package(requirement)


def package(requirement: Requirement) -> Finding:
    """Whether that package is there, in a version that satisfies the requirement."""
    remedy = f"The course needs {requirement.name}{requirement.specifier}. {SET_UP}"
    try:
        found = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return Finding(requirement.name, False, "not installed", remedy)
    ok = requirement.specifier.contains(found, prereleases=True)
    return Finding(requirement.name, ok, found, remedy)


def memory() -> Finding:
    """Whether enough memory is free for the largest lesson."""
    free = psutil.virtual_memory().available
    return Finding(
        "Memory",
        free >= MEMORY_NEEDED,
        f"{free / 2**30:.1f} GiB free",
        f"A lesson takes up to {MEMORY_NEEDED / 2**30:.0f} GiB. Close other programs.",
    )


def disk() -> Finding:
    """Whether enough disk space is free for executed lessons and a downloaded data set."""
    free = shutil.disk_usage(Path.cwd()).free
    return Finding(
        "Disk",
        free >= DISK_NEEDED,
        f"{free / 2**30:.1f} GiB free",
        f"Free {DISK_NEEDED / 2**30:.0f} GiB: the largest data sets need that much.",
    )


def data(name: str) -> Finding:
    """Whether that data set is there, unaltered."""
    import helpers.data

    try:
        helpers.data.verify(name)
    except CourseError as error:
        return Finding(f"Data {name}", False, "missing or altered", str(error))
    return Finding(f"Data {name}", True, "complete, hashes agree")


def kernel() -> Finding:
    """Whether a Jupyter kernel starts and answers."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    cell = nbformat.v4.new_code_cell("print('ready')")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=KERNEL_SECONDS,
        startup_timeout=KERNEL_SECONDS,
        extra_arguments=["--log-level=CRITICAL"],
    )
    try:
        client.execute()
    except (OSError, RuntimeError, CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        return Finding("Jupyter kernel", False, f"{type(error).__name__}: {error}", SET_UP)
    return Finding("Jupyter kernel", True, "starts and answers")
