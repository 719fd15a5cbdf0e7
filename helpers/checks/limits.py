"""A limit in time for what a learner has written: a loop that never ends gets a sentence."""

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
    """Stop what runs inside after so many seconds, as the stop button of a notebook does.

    It stops Python code on every system. It does not stop one long call into compiled code before
    that returns, nor code that catches every exception. In another thread than the main one,
    where the stop button has been given another meaning, and in a browser, it does nothing.

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
                time.sleep(0.001)  # an interrupt on its way arrives here, not in the next cell
    except KeyboardInterrupt:
        if fired:
            raise TooLongError from None
        raise


def _can_interrupt() -> bool:
    main = threading.current_thread() is threading.main_thread()
    return main and signal.getsignal(signal.SIGINT) is signal.default_int_handler
