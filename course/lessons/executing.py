"""Execute a lesson in a fresh kernel, and note what it took."""

from __future__ import annotations

import ast
import asyncio
import re
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from course.lessons.finding import read, write
from helpers.errors import LessonError

if TYPE_CHECKING:
    from nbclient import NotebookClient
    from nbformat import NotebookNode

SAMPLE_SECONDS = 0.1
# To look for children is to look through all processes of the machine: once in ten samples.
FAMILY_SECONDS = 1.0
TRACEBACK_LINES = 12
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
ANSI_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# What the kernel reports differs with the Python version; what is stored must not.
METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}


@dataclass(frozen=True)
class LessonRun:
    """What came of executing one lesson.

    Attributes:
        lesson: the notebook that was executed.
        seconds: wall-clock time, from the start of the kernel to its end.
        peak_memory: the most that the kernel and its child processes held at once, in bytes.
        headline: what the cell tagged ``headline`` printed, on one line; empty where none did.
        error: None where every cell ran, else what went wrong and in which cell.
    """

    lesson: Path
    seconds: float
    peak_memory: int
    headline: str
    error: LessonError | None = None


def run(
    lesson: Path,
    target: Path,
    *,
    dataset: str | None = None,
    cell_timeout: int = 600,
    on_cell: Callable[[], None] | None = None,
    stop: threading.Event | None = None,
) -> LessonRun:
    """Execute a lesson in a fresh kernel and store it, with its outputs, at ``target``.

    A lesson that fails is stored too, up to the failing cell, unless ``target`` is the lesson
    itself, which is then left as it was.

    Args:
        lesson: the notebook; its folder is the kernel's working directory.
        target: where to write the executed notebook.
        dataset: data set to use instead of the one that the ``parameters`` cell names.
        cell_timeout: seconds that one cell may take.
        on_cell: called after each code cell.
        stop: once it is set, by another thread, the kernel is ended and nothing is written.

    Raises:
        LessonError: the file is not a notebook.
        KeyboardInterrupt: ``stop`` was set.
    """
    notebook = read(lesson)
    if dataset is not None:
        inject_dataset(notebook, dataset)
    started = time.perf_counter()
    peak_memory, error = _execute(notebook, lesson, cell_timeout, on_cell, stop)
    seconds = time.perf_counter() - started
    if error is None or target.resolve() != lesson.resolve():
        clean(notebook)
        write(notebook, target)
    return LessonRun(lesson, seconds, peak_memory, headline(notebook), error)


def inject_dataset(notebook: NotebookNode, dataset: str) -> None:
    """Add a cell ``DATASET = …`` after the parameters, if these name a data set."""
    import nbformat

    for position, cell in enumerate(notebook.cells):
        if "parameters" in cell.metadata.get("tags", []) and _assigns(cell.source, "DATASET"):
            injected = nbformat.v4.new_code_cell(
                f"DATASET = {dataset!r}", metadata={"tags": ["injected-parameters"]}
            )
            notebook.cells.insert(position + 1, injected)
            return


def clean(notebook: NotebookNode) -> None:
    """Drop what would differ from one execution to the next: timings, versions, widget state."""
    notebook.metadata = notebook.metadata.__class__(METADATA)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            # Without its state a stored widget shows as the bare repr of a Python object.
            cell.outputs = [
                output for output in cell.outputs if WIDGET_VIEW not in output.get("data", {})
            ]


def headline(notebook: NotebookNode) -> str:
    """The text that the cell tagged ``headline`` printed, on one line; empty where none did."""
    words = [
        output.get("text") or output.get("data", {}).get("text/plain", "")
        for cell in notebook.cells
        if "headline" in cell.metadata.get("tags", [])
        for output in cell.get("outputs", [])
    ]
    return " ".join(" ".join(words).split())


def _execute(
    notebook: NotebookNode,
    lesson: Path,
    cell_timeout: int,
    on_cell: Callable[[], None] | None,
    stop: threading.Event | None,
) -> tuple[int, LessonError | None]:
    """Fill in the outputs of a notebook; its peak memory in bytes, and what went wrong if so."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    current = {"cell_index": 0}

    def executed(**_details: Any) -> None:
        if on_cell is not None:
            on_cell()

    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=cell_timeout,
        resources={"metadata": {"path": str(lesson.parent)}},
        record_timing=False,
        coalesce_streams=True,
        store_widget_state=False,
        # The failure is reported below; what the kernel logs on top of it helps no learner.
        extra_arguments=["--log-level=CRITICAL"],
        on_cell_start=current.update,
        on_cell_executed=executed,
    )
    with ThreadPoolExecutor(max_workers=1) as pool:
        # A selector loop because zmq warns of Windows' default one; a thread of its own because
        # nbclient would take Ctrl-C for the kernel's death.
        future = pool.submit(_run_in_selector_loop, client)
        try:
            memory = _Memory(client)
            while not future.done():
                if stop is not None and stop.is_set():
                    raise KeyboardInterrupt
                memory.look()
                wait([future], SAMPLE_SECONDS)
        except BaseException:
            # Again and again: a kernel that is starting up has no process to end yet.
            while not future.done():
                _kill(client)
                wait([future], SAMPLE_SECONDS)
            raise
    peak_memory = memory.peak
    try:
        future.result()
    except CellExecutionError as error:
        lines = [line for line in ANSI_COLOUR.sub("", error.traceback).splitlines() if line.strip()]
        lines = lines[-TRACEBACK_LINES:]
        return peak_memory, _failure(lesson, notebook, current["cell_index"], lines)
    except CellTimeoutError:
        reason = (
            f"The cell ran longer than {cell_timeout} s and was stopped. Allow it more with "
            "`course run --timeout SECONDS`, or take a smaller data set."
        )
        return peak_memory, _failure(lesson, notebook, current["cell_index"], [reason])
    except DeadKernelError:
        reason = (
            f"The kernel died; it held {peak_memory / 2**30:.1f} GiB at most. If that is near "
            "what this machine has, close other programs or take a smaller data set."
        )
        return peak_memory, _failure(lesson, notebook, current["cell_index"], [reason])
    return peak_memory, None


def _run_in_selector_loop(client: NotebookClient) -> None:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(client.async_execute())


def _failure(
    lesson: Path, notebook: NotebookNode, index: int, reason: Sequence[str]
) -> LessonError:
    source = notebook.cells[index].source.strip().splitlines()
    return LessonError(
        "\n".join(
            [
                f"{lesson.name}, cell {index + 1} of {len(notebook.cells)}:",
                "",
                *(f"    {line}" for line in source),
                "",
                *(f"  {line}" for line in reason),
            ]
        )
    )


def _processes(client: NotebookClient) -> list[psutil.Process]:
    """The kernel and its children; empty before it has started and after it has ended."""
    process_id = getattr(getattr(client.km, "provisioner", None), "pid", None)
    if process_id is None:
        return []
    try:
        kernel = psutil.Process(process_id)
        return [kernel, *kernel.children(recursive=True)]
    except psutil.Error:
        return []


class _Memory:
    """The most that the kernel and its children have held at once, in bytes."""

    def __init__(self, client: NotebookClient) -> None:
        self.peak = 0
        self._client = client
        self._family: list[psutil.Process] = []
        self._next_search = 0.0

    def look(self) -> None:
        now = time.monotonic()
        if not self._family or now >= self._next_search:
            self._family = _processes(self._client)
            self._next_search = now + FAMILY_SECONDS
        total = 0
        for process in self._family:
            with suppress(psutil.Error):
                total += process.memory_info().rss
        self.peak = max(self.peak, total)


def _kill(client: NotebookClient) -> None:
    for process in _processes(client):
        with suppress(psutil.Error):
            process.kill()


def _assigns(source: str, name: str) -> bool:
    return any(
        isinstance(target, ast.Name) and target.id == name
        for statement in ast.parse(source).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
    )
