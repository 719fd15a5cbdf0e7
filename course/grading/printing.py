"""What a submission prints: its beginning, up to the end of an order."""

from __future__ import annotations

import secrets
import threading
from contextlib import suppress
from typing import IO

from course.grading.limits import MEBIBYTE

MOST_SHOWN = 20_000
PATIENCE = 1.0


class Printed:
    """Reads what comes through a pipe, in its own thread.

    Replies come through another pipe, so a reply may arrive before earlier print. Therefore the
    process ends each order with a mark. A student's code could print the mark too, or close the
    pipe, but would lose only some of its own print.

    Attributes:
        mark: some random bytes.
        n_bytes: how many have come in all.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self.mark = secrets.token_bytes(16)
        self.n_bytes = 0
        self._beginning = bytearray()
        self._marks = threading.Semaphore(0)
        self._comes = True
        self._thread = threading.Thread(target=self._read_print, args=(stream,), daemon=True)
        self._thread.start()

    def catch_up(self) -> None:
        """Wait for the mark of an order that has ended; after one failure, do not wait again."""
        self._comes = self._comes and self._marks.acquire(timeout=PATIENCE)

    def end(self) -> None:
        """Wait for the rest, when the process has ended."""
        self._thread.join(PATIENCE)

    def take(self) -> str:
        """The beginning of what was printed since the last call."""
        taken, self._beginning = self._beginning, bytearray()
        return taken.decode("utf-8", errors="replace")

    def _read_print(self, stream: IO[bytes]) -> None:
        rest = b""
        with suppress(OSError, ValueError), stream:
            while piece := stream.read1(MEBIBYTE):  # type: ignore[attr-defined]
                self.n_bytes += len(piece)
                *told, rest = (rest + piece).split(self.mark)
                for text in told:
                    self._keep(text)
                    self._marks.release()
                # Bytes that may begin a mark wait for the rest of it.
                whole = max(0, len(rest) - len(self.mark) + 1)
                self._keep(rest[:whole])
                rest = rest[whole:]
        self._keep(rest)

    def _keep(self, text: bytes) -> None:
        beginning = self._beginning
        beginning += text[: max(0, MOST_SHOWN - len(beginning))]
