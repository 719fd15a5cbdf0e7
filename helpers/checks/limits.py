"""A time limit for a learner's code: a loop that never ends gets a message."""

from __future__ import annotations

import _thread
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class TooLongError(Exception):
    """It ran longer than the limit, and was stopped."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Stop the code inside after this many seconds, as the stop button of a notebook does.

    It stops Python code on every system. It does not stop one long call into compiled code before
    the call returns, and not code that catches every exception. It does nothing in a browser, in a
    thread that is not the main one, and if the stop button has been given another meaning.

    Raises:
        TooLongError: the time was up.

    Example:
        >>> with time_limit(60):
        ...     sum(range(10))
        45
    """
    if not _can_interrupt():
        yield
        return
    lock, done, fired = threading.Lock(), False, False

    def interrupt() -> None:
        nonlocal fired
        with lock:
            if not done:
                fired = True
                _thread.interrupt_main()

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    try:
        try:
            with suppress(RuntimeError):  # a browser starts no thread
                timer.start()
            yield
        finally:
            timer.cancel()
            with lock:
                done = True
            if fired:
                time.sleep(0.001)  # a late interrupt arrives here, not in the next cell
    except KeyboardInterrupt:
        if fired:
            raise TooLongError from None
        raise


def _can_interrupt() -> bool:
    main = threading.current_thread() is threading.main_thread()
    return main and signal.getsignal(signal.SIGINT) is signal.default_int_handler
