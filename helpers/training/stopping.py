"""The stop button during a training: heard at once, obeyed between two batches.

Python raises KeyboardInterrupt wherever it happens to be. In the first seconds of a training, while
TensorFlow builds its graph, that came out as a TypeError, was lost in a finalizer so that the
training went on, or ended the process. Between two batches nothing is half done.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras


@contextmanager
def stops_between_batches() -> Iterator[keras.callbacks.Callback]:
    """Let Ctrl-C, or the stop button of a notebook, wait for the end of a batch.

    Pressed again before that, it stops at once, wherever that is. Where Ctrl-C has been given
    another meaning, and outside the main thread, which alone hears it, all stays as it is.

    Yields:
        The callback for ``model.fit`` that raises KeyboardInterrupt. It comes first, so that no
        other has begun to act on the batch.

    Example:
        >>> import keras
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        >>> model.compile("adam", "mse")
        >>> ones = keras.ops.ones((8, 1))
        >>> with stops_between_batches() as stop:
        ...     log = model.fit(ones, ones, epochs=2, callbacks=[stop], verbose=0)
        >>> log.epoch
        [0, 1]
    """
    import keras

    pressed = False

    def press(*_: Any) -> None:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt
        pressed = True

    def obey(*_: Any, **__: Any) -> None:
        if pressed:
            raise KeyboardInterrupt

    callback = keras.callbacks.LambdaCallback(on_train_batch_end=obey, on_test_batch_end=obey)
    if not _is_heard():
        yield callback
        return
    signal.signal(signal.SIGINT, press)
    try:
        yield callback
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    obey()


def _is_heard() -> bool:
    main = threading.current_thread() is threading.main_thread()
    return main and signal.getsignal(signal.SIGINT) is signal.default_int_handler
