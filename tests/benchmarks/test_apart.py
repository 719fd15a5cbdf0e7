"""Work apart returns its result and peak, and is stopped without a trace."""

import os
import time

import psutil
import pytest

from benchmarks.apart import apart


def ask_for(megabytes: int) -> int:
    return len(bytearray(os.urandom(1)) * (megabytes * 1_000_000))


def die() -> None:
    os._exit(7)


def test_result_and_peak_are_those_of_the_work():
    one, other = apart(ask_for, 1), apart(ask_for, 300)
    assert (one.result, other.result) == (1_000_000, 300_000_000)
    assert other.peak_memory - one.peak_memory == pytest.approx(300e6, rel=0.1)
    assert one.stopped == other.stopped == ""


def test_too_much_is_stopped_and_nothing_stays():
    apart(abs, -1)  # the first one starts what multiprocessing keeps
    before = psutil.Process().children()
    assert apart(time.sleep, 60, most_seconds=0.1).stopped == "stopped after 0.1 s"
    assert apart(time.sleep, 60, most_memory=1e6).stopped == "stopped at 0.001 GB"
    assert psutil.Process().children() == before


def test_a_failure_comes_with_its_traceback():
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        apart(divmod, 1, 0)
    with pytest.raises(RuntimeError, match="status 7"):
        apart(die)
