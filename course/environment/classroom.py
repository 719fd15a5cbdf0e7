"""What a class of thirty laptops needs, or a server instead of them, from measurements."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

# Megabytes of all wheels that requirements.lock asks for, with Python 3.12, and when.
DOWNLOADS = {
    "Windows": 538,
    "macOS, Apple silicon": 391,
    "Linux, x86-64": 473,
    "Linux, arm64": 475,
}
MEASURED = "November 2026"
# The environment on disk, in GB, and the course itself with its data and stored figures.
DISK = 2.3
# GiB that a lesson may hold, and the most that one has held.
LESSON_MEMORY = 3
LESSON_TAKES = 1.2
PORT = 8888
LINES = {"100 Mbit/s": 100, "1 Gbit/s": 1000}
# About the speed of a USB 3 stick.
STICK = 100
KERNEL = "import time, keras; print('ready', flush=True); time.sleep(60)"
GIBIBYTE = 2**30


@dataclass(frozen=True)
class Need:
    """One thing that a class needs.

    Attributes:
        subject: what, in a word or two.
        text: how much, and what to do about it.
    """

    subject: str
    text: str


def needs(laptops: int = 30, *, root: Path | None = None) -> Iterator[Need]:
    """What a class of that size needs, and how much of it this machine has.

    Args:
        laptops: how many.
        root: the checkout; that of this package if it is left out.
    """
    root = Path(__file__).resolve().parents[2] if root is None else root
    yield Need("Python", "3.11, 3.12 or 3.13, with pip, on each laptop; no Intel Mac (see Colab)")
    yield download()
    yield Need("Disk", f"{DISK} GB per laptop for the environment, and 1 GB for data and results")
    yield memory()
    yield network(laptops)
    yield Need("Without network", without_network(root))
    yield port()
    yield hub(laptops)
    yield kernels(laptops)


def download() -> Need:
    """What each laptop downloads once, by its kind."""
    sizes = "; ".join(f"{name} {size} MB" for name, size in DOWNLOADS.items())
    return Need("Download", f"{sizes} (wheels of requirements.lock, {MEASURED})")


def memory() -> Need:
    """What a lesson may take, and what Jupyter adds."""
    return Need(
        "Memory",
        f"8 GB per laptop: a lesson may take {LESSON_MEMORY} GiB and takes about {LESSON_TAKES}, "
        "each that is open (Kernel, Shut Down All Kernels)",
    )


def network(laptops: int) -> Need:
    """How long it takes when all of them download at once."""
    largest = max(DOWNLOADS.values())
    total = largest * laptops / 1000
    times = ", ".join(
        f"{_minutes(largest * laptops * 8 / speed)} at {name}" for name, speed in LINES.items()
    )
    return Need(
        "Bandwidth",
        f"{laptops} laptops at once: {total:.0f} GB, {times}. During lessons: none",
    )


def without_network(root: Path) -> str:
    """How to set up laptops from a folder, and whether that folder is here."""
    wheels = list((root / "wheels").glob("*.whl"))
    copying = _minutes(max(DOWNLOADS.values()) / STICK)
    how = (
        "`python -m nox -s wheels -- windows macos linux` gathers everything in wheels/; "
        f"copy the whole folder to each laptop (USB stick, {copying}), then there: "
        '`python -m pip install --no-index --find-links wheels "nox[uv]"` and '
        "`python -m nox -s lab`"
    )
    if not wheels:
        return how
    size = sum(path.stat().st_size for path in wheels) / 10**6
    return f"{how}. Here it is: {len(wheels)} wheels, {size:.0f} MB"


def port() -> Need:
    """JupyterLab's port, and whether it is free here."""
    with socket.socket() as tried:
        if os.name == "posix":
            # Without this, a port counts as taken for a minute after its last use.
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", PORT))
            here = "free here"
        except OSError:
            here = "taken here, so the next one"
    return Need(
        "Ports",
        f"JupyterLab listens on {PORT} ({here}), on the laptop itself only: no firewall to open",
    )


def hub(laptops: int) -> Need:
    """What a JupyterHub gives each user, and all of them."""
    return Need(
        "JupyterHub",
        f"{LESSON_MEMORY} GiB and 2 processors per user at most, 1 GiB and half a processor "
        f"assured: for {laptops}, {laptops + laptops // 3 + 4} GiB and {laptops // 2 + 1} "
        "processors; one port, 443, towards the class. See book/teach/running_a_class.md",
    )


def kernels(laptops: int) -> Need:
    """How many kernels fit into the memory that is free here; two are started at once."""
    measured = kernel_memory()
    if measured is None:
        return Need("Kernels here", "Keras did not start twice at once: see `course check`")
    free = psutil.virtual_memory().available
    fit = int(free // max(measured, LESSON_TAKES * GIBIBYTE))
    verdict = "enough" if fit >= laptops else f"too few for {laptops} as a server"
    return Need(
        "Kernels here",
        f"two started at once, {measured / GIBIBYTE:.1f} GiB each with Keras; a lesson takes "
        f"{LESSON_TAKES}. {free / GIBIBYTE:.0f} GiB are free, which holds {fit}: {verdict}",
    )


def kernel_memory() -> int | None:
    """The bytes that a process with Keras takes next to another; None if it does not start."""
    command = [sys.executable, "-c", KERNEL]
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
    started = [
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | quiet,
        )
        for _ in range(2)
    ]
    try:
        for process in started:
            assert process.stdout is not None
            if process.stdout.readline().strip() != b"ready":
                return None
        return max(psutil.Process(process.pid).memory_full_info().uss for process in started)
    except psutil.Error:
        return None
    finally:
        for process in started:
            process.kill()
            process.communicate()


def _minutes(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"
