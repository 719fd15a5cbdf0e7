"""A limit in time stops what runs on and touches nothing else."""

import signal
import threading
import time

import pytest

from helpers.checks.limits import TooLongError, time_limit


def test_what_is_done_in_time_is_left_alone():
    with time_limit(30):
        value = sum(range(100))
    assert value == 4950


def test_a_loop_is_stopped():
    begin = time.monotonic()
    with pytest.raises(TooLongError), time_limit(0.1):
        while True:
            pass
    assert time.monotonic() - begin < 60


def test_its_errors_come_out():
    with pytest.raises(ZeroDivisionError), time_limit(30):
        _ = 1 / 0


def test_the_stop_button_is_no_limit():
    with pytest.raises(KeyboardInterrupt), time_limit(30):
        raise KeyboardInterrupt


def test_no_interrupt_arrives_later():
    # The time is up at about the end of the block, before it or after it.
    for step in range(40):
        try:
            with time_limit(0.001):
                time.sleep(0.0009 + step * 1e-5)
        except TooLongError:
            pass
    time.sleep(0.01)


def test_in_another_thread_nothing_is_limited():
    found = []

    def work():
        with time_limit(0.01):
            time.sleep(0.05)
            found.append("done")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == ["done"]


def test_where_the_stop_button_means_something_else_nothing_is_limited():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with time_limit(0.01):
            time.sleep(0.05)
    finally:
        signal.signal(signal.SIGINT, before)
