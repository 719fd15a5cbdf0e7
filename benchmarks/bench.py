"""What ``course bench`` runs: finds the topics of this folder, each in its own process.

A topic is a file with one of three functions. ``contests(data, quick)`` names contests between ours
and those of others. ``measure_growth(data, quick)`` measures ours alone, at several sizes.
``report(data, quick, runs)`` prints something that no ratio of seconds can say, such as accuracies.

Each has its own process, so that no topic finds memory, threads or caches of another one.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

FOLDER = Path(__file__).parent
FUNCTIONS = ("contests", "measure_growth", "report")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
LAST_LINES = 12


@dataclass(frozen=True)
class Topic:
    """A file of this folder; ``function`` says which kind it is, ``about`` what it measures."""

    name: str
    about: str
    function: str


@dataclass(frozen=True)
class Message:
    """What a topic's process says: a contest begins, a contest has been measured, all is done.

    Attributes:
        kind: ``"begins"``, ``"measured"``, ``"growth"``, ``"done"`` or ``"failed"``.
        content: ``begins``: name; ``measured``: name, work, note, libraries, missing, rows;
            ``growth``: rows; ``failed``: error.
    """

    kind: str
    content: dict[str, Any] = field(default_factory=dict)


def topics(folder: Path = FOLDER) -> dict[str, Topic]:
    """Every topic by its name, without importing any: those with contests first."""
    found = []
    for path in sorted(folder.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        for function in FUNCTIONS:
            if function in functions:
                about = (ast.get_docstring(tree) or "").partition("\n")[0]
                found.append(Topic(path.stem, about, function))
                break
    found.sort(key=lambda topic: FUNCTIONS.index(topic.function))
    return {topic.name: topic for topic in found}


def run(
    topic: Topic,
    *,
    data: str | None = None,
    quick: bool = False,
    runs: int | None = None,
    folder: Path = FOLDER,
) -> Iterator[Message]:
    """Run a topic and yield what its process says. If the reader stops, the process ends.

    The last message is ``done`` or ``failed``. If a topic prints a report, the report goes to the
    screen.
    """
    request = json.dumps(
        {"name": topic.name, "function": topic.function, "data": data, "quick": quick, "runs": runs}
    )
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.topic_process", request],
            stdout=None if topic.function == "report" else subprocess.PIPE,
            stderr=None if topic.function == "report" else complaints,
            env=_environment(folder),
            text=True,
            encoding="utf-8",
        )
        try:
            last = None
            for line in process.stdout or ():
                yield (last := Message(**json.loads(line)))
            process.wait()
            if last is None or last.kind not in ("done", "failed"):
                yield _ending(process.returncode, complaints)
        finally:
            _end(process)


def _ending(status: int, complaints: Any) -> Message:
    """The last message for a process that did not send one itself."""
    if status == 0:
        return Message("done")
    complaints.seek(0)
    lines = complaints.read().strip().splitlines()[-LAST_LINES:]
    return Message("failed", {"error": "\n".join([f"It ended with status {status}.", *lines])})


def _environment(folder: Path) -> dict[str, str]:
    """As many threads of BLAS as there are processors, and this folder first on the path."""
    path = [str(folder.parent), str(FOLDER.parent), os.environ.get("PYTHONPATH", "")]
    return os.environ | {
        **dict.fromkeys(THREADS, str(cores())),
        "PYTHONPATH": os.pathsep.join(filter(None, path)),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _end(process: subprocess.Popen[str]) -> None:
    """End a process and all processes that it has started, if it is still there."""
    try:
        here = psutil.Process(process.pid)
        family: Sequence[psutil.Process] = [*here.children(recursive=True), here]
    except psutil.Error:
        family = []
    for each in family:
        try:
            each.kill()
        except psutil.Error:
            continue
    process.wait()
    if process.stdout:
        process.stdout.close()
