"""Run work in its own process: what it returns, and the most memory that it held.

A parent watches it. If the work wants too much memory or time, it is stopped, and nothing else is.
"""

from __future__ import annotations

import multiprocessing
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic
from typing import Any

import psutil

SECONDS_BETWEEN_LOOKS = 0.2


@dataclass(frozen=True)
class Apart:
    """What the work gave.

    Attributes:
        result: what the function returned; None if it was stopped.
        peak_memory: the most that the process held, in bytes.
        stopped: why it was stopped, in words; empty if it ended by itself.
    """

    result: Any
    peak_memory: int
    stopped: str = ""


def apart(
    function: Callable[..., Any],
    *arguments: Any,
    most_memory: float = float("inf"),
    most_seconds: float = float("inf"),
) -> Apart:
    """Call a function of a module in a fresh process; stop it if it needs more bytes or seconds.

    Raises:
        RuntimeError: the function failed, with its traceback, or its process died.
    """
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_call, args=(theirs, function, arguments))
    process.start()
    theirs.close()
    try:
        return _watched(process, ours, most_memory, most_seconds)
    finally:
        process.kill()
        process.join()
        ours.close()


def _watched(
    process: BaseProcess, answers: Connection, most_memory: float, most_seconds: float
) -> Apart:
    deadline = monotonic() + most_seconds
    held = 0
    while not answers.poll(SECONDS_BETWEEN_LOOKS):
        held = max(held, _memory_now(process))
        if held > most_memory:
            return Apart(None, held, f"stopped at {most_memory / 1e9:g} GB")
        if monotonic() > deadline:
            return Apart(None, held, f"stopped after {most_seconds:g} s")
    try:
        result, peak, failure = answers.recv()
    except EOFError:
        process.join()
        raise RuntimeError(f"The process ended with status {process.exitcode}.") from None
    if failure:
        raise RuntimeError(failure)
    return Apart(result, peak)


def _call(answers: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    result, failure = None, ""
    try:
        result = function(*arguments)
    except Exception:
        failure = traceback.format_exc()
    answers.send((result, peak_memory(), failure))


def _memory_now(process: BaseProcess) -> int:
    try:
        return int(psutil.Process(process.pid).memory_info().rss)
    except psutil.Error:
        return 0


def peak_memory() -> int:
    """The most that this process has held so far, in bytes."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    if sys.platform == "linux":
        # ru_maxrss of a fresh process starts with the peak of its parent process.
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return 1024 * int(status.partition("VmHWM:")[2].split()[0])
    import resource

    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
