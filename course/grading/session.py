"""One process of a submission, watched: it answers in time and within its means, or is ended."""

from __future__ import annotations

import base64
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import psutil

from course.grading import watching
from course.grading.child import state, wire
from course.grading.child.main import LENGTH
from course.grading.limits import MEBIBYTE, Limits
from course.grading.printing import Printed
from course.grading.room import COURSE, HELPERS, Room

START = "import sys; sys.path[:0] = [{!r}]; from course.grading.child.main import main; main()"
LOOK_SECONDS = 0.05
DISK_SECONDS = 0.5
MOST_SAID = 1000
LESSON_SECONDS = 900
# Limit for what a submission sends, so that it cannot fill the grader's memory.
MOST_WAITING = 4
MOST_REPLIES = 200
MOST_NOTES = 50
DISTURBED = "It wrote to the line between the grader and its process."
Reply = dict[str, Any]


class Stopped(BaseException):
    """The process is gone; the message says why, as a sentence for the student.

    Not an ``Exception``: a check that calls a student's function catches all of those.
    """


class Session:
    """A process to run cells in; a context manager, which leaves no process behind.

    Args:
        room: where it runs.
        limits: what it may take.
        hidden: folders that it may not read; None for a lesson of ours, which has no walls.

    Attributes:
        printed: what it prints.
        walls: which walls of the system are around it.
        notes: what it tried to do and was refused.
    """

    def __init__(self, room: Room, limits: Limits, hidden: list[Path] | None) -> None:
        self.room = room
        self.limits = limits
        self.notes: list[str] = []
        self.walls: list[str] = []
        self._lines: queue.Queue[bytes] = queue.Queue(maxsize=MOST_WAITING)
        self._closed = threading.Event()
        self._next_look = 0.0
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-B", "-X", "utf8", "-c", START.format(str(room.course))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=room.own,
            env=room.environment(),
            start_new_session=True,
        )
        replies, printed = self._process.stdout, self._process.stderr
        assert replies is not None
        assert printed is not None
        threading.Thread(target=self._read_lines, args=(replies,), daemon=True).start()
        self.printed = Printed(printed)
        try:
            self.walls = self._begin(hidden)
        except BaseException:
            self.close()
            raise

    def _begin(self, hidden: list[Path] | None) -> list[str]:
        first = {
            "mark": self.printed.mark.hex(),
            "closed": hidden is not None,
            "limits": {} if hidden is None else self.limits.of_the_system(watching.busy()),
            "hidden": [
                os.path.normcase(path.resolve()) for path in (*(hidden or ()), HELPERS, COURSE)
            ],
            "own": os.path.normcase(self.room.own),
            "readable": [os.path.normcase(path) for path in self.room.readable(hidden or [])],
        }
        (done,) = self._ask(first, LESSON_SECONDS)
        return str(done.get("walls", "")).split()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def order(self, do: str, **details: Any) -> Reply:
        """Order something that the lesson itself needs; no time limit."""
        (done,) = self._ask({"do": do, "student": False, **details}, LESSON_SECONDS)
        return done

    def run(self, source: str, *, until: float) -> tuple[dict[str, str], str]:
        """Run a cell of the student's: what it handed in, by exercise, and its error if any.

        Args:
            source: the cell.
            until: its deadline, on the clock of ``time.monotonic``.
        """
        *handed_in, done = self._ask({"do": "run", "student": True, "source": source}, None, until)
        answers = {str(reply["exercise"]): str(reply["answer"]) for reply in handed_in}
        return answers, str(done.get("error", ""))[:MOST_SAID]

    def function(self, until: float) -> Callable[[int, str], Callable[..., Any]]:
        """Makes a function of ours from the number of a student's function, for ``wire.read``."""

        def made(number: int, name: str) -> Callable[..., Any]:
            def call(*arguments: Any) -> Any:
                given = base64.b64encode(state.write(arguments)).decode()
                order = {"do": "call", "student": True, "function": number, "arguments": given}
                replies = list(self._ask(order, None, until))
                if "value" in replies[-1]:
                    return wire.read(str(replies[-1]["value"]), self.function(until))
                kind = type(_identifier(replies[-1].get("type")), (Exception,), {})
                raise kind(str(replies[-1].get("error", ""))[:MOST_SAID])

            call.__name__ = call.__qualname__ = _identifier(name)
            return call

        return made

    def close(self) -> None:
        """End the process and all that it has started."""
        self._closed.set()
        for process in self._tree():
            with suppress(psutil.Error):
                process.kill()
        if os.name == "posix":
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        self.printed.end()
        # The other two are read by threads; if something that it started still holds a pipe,
        # closing it here would wait for that.
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()

    def _ask(
        self, order: dict[str, Any], seconds: float | None, until: float = 0.0
    ) -> Iterator[Reply]:
        """Send an order; the replies to it; the last one has ``done``."""
        deadline = until if seconds is None else time.monotonic() + seconds
        self._send(json.dumps(order).encode())
        replies = []
        while True:
            reply = self._reply(deadline)
            if "note" in reply:
                self.notes = [*self.notes, str(reply["note"])[:MOST_SAID]][:MOST_NOTES]
                continue
            replies.append(reply)
            if "done" in reply:
                self.printed.catch_up()
                return iter(replies)
            if len(replies) > MOST_REPLIES:
                raise Stopped(DISTURBED)

    def _send(self, content: bytes) -> None:
        stream = self._process.stdin
        if stream is None:
            raise Stopped("Its process has ended.")
        try:
            stream.write(LENGTH.pack(len(content)) + content)
            stream.flush()
        except OSError:
            self._ended()

    def _reply(self, deadline: float) -> Reply:
        while True:
            self._look(deadline)
            try:
                line = self._lines.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                # Closed from another thread, as after Ctrl-C: nothing more will come.
                if self._closed.is_set():
                    raise Stopped("Grading was interrupted.") from None
                continue
            if not line:
                self._ended()
            reply = _reply_of(line)
            if reply is None:
                raise Stopped(DISTURBED)
            return reply

    def _look(self, deadline: float) -> None:
        """End the process if it has gone beyond a limit."""
        limits, reason = self.limits, ""
        now = time.monotonic()
        # Behind that wall it can start none, and looking for them takes time.
        processes = self._tree(children="seccomp" not in self.walls)
        if now > deadline:
            reason = f"It ran longer than {limits.seconds:g} s and was stopped."
        elif self.printed.n_bytes > limits.printed * MEBIBYTE:
            reason = f"It printed more than {limits.printed} MiB and was stopped."
        elif watching.memory(processes) > limits.memory * MEBIBYTE:
            reason = f"It took more than {limits.memory} MiB of memory and was stopped."
        elif watching.threads(processes) > limits.threads:
            reason = f"It started more than {limits.threads} threads or processes and was stopped."
        elif now > self._next_look:
            self._next_look = now + DISK_SECONDS
            if not watching.fits(self.room.own, limits.disk * MEBIBYTE):
                files = f"{limits.disk} MiB or {watching.MOST_FILES} files"
                reason = f"It wrote more than {files} and was stopped."
        if reason:
            self.close()
            raise Stopped(reason)

    def _ended(self) -> None:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1)
        self.close()
        code = self._process.returncode
        if code < 0:
            with suppress(ValueError):
                name = signal.Signals(-code).name
                raise Stopped(f"Its process crashed ({name}).")
        raise Stopped(f"Its process ended itself, with exit code {code}.")

    def _tree(self, *, children: bool = True) -> list[psutil.Process]:
        """The process, with all that it has started."""
        try:
            process = psutil.Process(self._process.pid)
            return [process, *(process.children(recursive=True) if children else [])]
        except psutil.Error:
            return []

    def _read_lines(self, stream: IO[bytes]) -> None:
        with suppress(OSError, ValueError), stream:
            while line := stream.readline(2 * wire.MOST_BYTES):
                self._put(line)
        self._put(b"")

    def _put(self, line: bytes) -> None:
        while not self._closed.is_set():
            with suppress(queue.Full):
                self._lines.put(line, timeout=LOOK_SECONDS)
                return


def _reply_of(line: bytes) -> Reply | None:
    """A line as a reply, or None if it is not one of those that ``child.main`` sends."""
    text = line.decode("utf-8", "replace")
    if wire.has_too_many_parts(text):
        return None
    try:
        reply = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(reply, dict):
        return None
    known = "done" in reply or "note" in reply or {"exercise", "answer"} <= reply.keys()
    return reply if known else None


def _identifier(name: Any) -> str:
    """A name from a submission, made safe to show as the name of a function or an error."""
    text = str(name)[:60]
    return text if text.isidentifier() else "something"
