"""The process of one submission: closes itself, then runs cells and calls functions when asked.

The grader starts it with nothing but the folder of this package on the path. Orders come in as
JSON, values as ``state`` writes them; what goes back is a line of text in the form of ``wire``.
The student's code shares this process, so a line proves nothing but what the student answered.
"""

from __future__ import annotations

import base64
import json
import os
import struct
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

LONGEST_ERROR = 600
MOST_NOTES = 20
LENGTH = struct.Struct("<Q")


class Line:
    """The two pipes to the grader, taken away from where the student's code reads and prints."""

    def __init__(self) -> None:
        self.orders = os.fdopen(os.dup(0), "rb")
        self.replies = os.fdopen(os.dup(1), "wb")
        self.lock = threading.Lock()
        self.mark = b""
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        # What is printed goes where errors go; the grader shows it and believes none of it.
        os.dup2(2, 1)
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(encoding="utf-8", errors="replace", line_buffering=True)  # type: ignore[union-attr]

    def order(self) -> dict[str, Any] | None:
        """The next order; None when the grader has hung up."""
        header = self.orders.read(LENGTH.size)
        if len(header) < LENGTH.size:
            return None
        order: dict[str, Any] = json.loads(self.orders.read(LENGTH.unpack(header)[0]))
        return order

    def send(self, **reply: str | int) -> None:
        """One line: keys and plain values; a value of ``wire`` is text already."""
        if "done" in reply:
            # The grader may read it before what was printed, and waits for this mark behind that.
            with suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            with suppress(OSError):
                os.write(2, self.mark)
        with self.lock:
            self.replies.write(json.dumps(reply).encode() + b"\n")
            self.replies.flush()


class Kernel:
    """Runs cells as a notebook does, in one namespace, and keeps the functions handed out."""

    def __init__(self, line: Line, *, trusted: bool) -> None:
        from course.grading.child import recorder

        self.line = line
        self.functions: list[Callable[..., Any]] = []
        self.handed_in: dict[str, Any] = {}
        self.trusted = trusted
        self.shell = _shell()
        recorder.hand_in = self._hand_in

    def run(self, source: str) -> None:
        """Run a cell; say how it ended."""
        ended = self.shell.run_cell(source)
        error = ended.error_before_exec or ended.error_in_exec
        self.line.send(done=1, error=_said(error) if error is not None else "")

    def call(self, function: int, arguments: str) -> None:
        """Call a function that was handed in; send back what it returned or raised."""
        from course.grading.child import state, wire

        try:
            given = state.read(base64.b64decode(arguments))
            value = self.functions[function](*given)
            self.line.send(done=1, value=wire.write(value, self._keep))
        except BaseException as error:
            self.line.send(done=1, error=str(error)[:LONGEST_ERROR], type=type(error).__name__)

    def restore(self, folder: str, values: list[str], definitions: list[str]) -> None:
        """Bind names as the lesson leaves them; say which could not be.

        Args:
            folder: where ``snapshot`` has written.
            values: names whose values are there.
            definitions: sources of imports, functions and classes.
        """
        from course.grading.child import state

        waiting = list(values)
        for attempt in range(2):  # a value may need a class of the lesson, a function a value
            for name in list(waiting):
                with (
                    suppress(Exception),
                    open(file_of(folder, name), "rb") as file,  # noqa: PTH123 - light
                ):
                    own = _callables(self.shell.user_ns)
                    self.shell.user_ns[name] = state.read(file.read(), own)
                    waiting.remove(name)
            if attempt == 0:
                for source in definitions:
                    self.shell.run_cell(source)
        self.line.send(done=1, missing=" ".join(waiting))

    def forget(self, names: list[str]) -> None:
        """Unbind names, so that no answer is left from the exercise before."""
        for name in names:
            self.shell.user_ns.pop(name, None)
        self.line.send(done=1)

    def snapshot(self, folder: str) -> None:
        """Write each value of the lesson to a file of its own; say which names have one.

        What a name refers to at this moment is kept: later cells do not change it.
        """
        import types

        kept = []
        for name, value in list(self.shell.user_ns.items()):
            hidden = name.startswith("_") or name in self.shell.user_ns_hidden
            if hidden or isinstance(value, types.ModuleType | types.FunctionType | type):
                continue
            if _written(value, folder, name):
                kept.append(name)
        self.line.send(done=1, kept=" ".join(kept))

    def contexts(self, folder: str) -> None:
        """Write what each check was handed beside the answer; only for a lesson of ours."""
        kept = [name for name, value in self.handed_in.items() if _written(value, folder, name)]
        self.line.send(done=1, kept=" ".join(kept))

    def _hand_in(self, exercise: str, answer: Any, context: tuple[Any, ...]) -> None:
        from course.grading.child import wire

        if self.trusted:
            self.handed_in[exercise] = context
        self.line.send(exercise=exercise, answer=wire.write(answer, self._keep))

    def _keep(self, function: Callable[..., Any]) -> int:
        self.functions.append(function)
        return len(self.functions) - 1


def main() -> None:
    """Take the first order, which says what to close; then do what is asked, until none comes."""
    line = Line()
    first = line.order()
    if first is None:
        return
    line.mark = bytes.fromhex(first["mark"])
    _limit(first["limits"])
    standing: list[str] = []
    notes = 0

    def tell(what: str) -> None:
        nonlocal notes
        notes += 1
        if notes <= MOST_NOTES and student_runs:
            line.send(note=what)

    student_runs = False
    own = first["own"]
    if first["closed"]:
        from course.grading.child import hook, walls

        readable = [*first["readable"], os.path.realpath("/proc/self")]
        standing = walls.put_up(readable, own)
        hook.put_up(hook.Fence(readable, own, first["hidden"], tell))
    kernel = Kernel(line, trusted=not first["closed"])
    line.send(done=1, walls=" ".join(standing))
    orders: dict[str, Callable[..., None]] = {
        "run": kernel.run,
        "call": kernel.call,
        "restore": kernel.restore,
        "forget": kernel.forget,
        "snapshot": kernel.snapshot,
        "contexts": kernel.contexts,
    }
    while (order := line.order()) is not None:
        student_runs = order.pop("student")
        orders[order.pop("do")](**order)


def _limit(limits: dict[str, int]) -> None:
    """Limits that the system enforces, if it can: processor time, memory, size of a file."""
    try:
        import resource
    except ImportError:  # Windows has none
        return
    for name, value in limits.items():
        known = getattr(resource, name, None)
        if known is not None:
            most = resource.getrlimit(known)[1]
            limit = value if most == resource.RLIM_INFINITY else min(value, most)
            with suppress(ValueError, OSError):
                resource.setrlimit(known, (limit, limit))


def file_of(folder: str, name: str) -> str:
    """Where the value of a name is kept: P and p are two names, and on some systems one file."""
    return os.path.join(folder, name.encode().hex())  # noqa: PTH118 - light


def _written(value: Any, folder: str, name: str) -> bool:
    """Whether the value is of a class that crosses, and has been written."""
    from course.grading.child import state

    with suppress(Exception):
        content = state.write(value)
        with open(file_of(folder, name), "wb") as file:  # noqa: PTH123 - light
            file.write(content)
        return True
    return False


def _callables(names: dict[str, Any]) -> dict[str, Callable[..., Any]]:
    """The losses, layers and other functions and classes of the lesson."""
    return {name: value for name, value in names.items() if callable(value) and name[0] != "_"}


def _shell() -> Any:
    """What runs cells in a notebook, without the sockets of one: magics and ``display`` work."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    settings = Config()
    settings.HistoryManager.enabled = False
    settings.InteractiveShell.colors = "nocolor"
    settings.InteractiveShell.xmode = "Minimal"
    return InteractiveShell.instance(config=settings)


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
