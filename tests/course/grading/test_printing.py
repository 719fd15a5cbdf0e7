"""What a submission prints is told whole, and of the right exercise, however slowly it is read."""

import threading
import time

import pytest

from course.grading.printing import MOST_SHOWN, Printed


class Pipe:
    """What a thread reads: pieces, handed over one after the other when the test says so."""

    def __init__(self):
        self.pieces, self.there = [], threading.Semaphore(0)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        pass

    def write(self, *pieces):
        self.pieces += pieces
        self.there.release(len(pieces))

    def read1(self, _most):
        self.there.acquire()
        return self.pieces.pop(0)


@pytest.fixture
def pipe():
    pipe = Pipe()
    yield pipe
    pipe.write(b"")


def test_what_comes_late_is_waited_for(pipe):
    printed = Printed(pipe)
    pipe.write(b"first\n")
    timer = threading.Timer(0.2, pipe.write, [b"second\n" + printed.mark + b"next\n"])
    timer.start()
    printed.catch_up()
    assert printed.take() == "first\nsecond\n"
    pipe.write(printed.mark)
    printed.catch_up()
    assert printed.take() == "next\n"
    assert printed.n_bytes == 6 + 7 + 5 + 2 * len(printed.mark)


@pytest.mark.parametrize("cut", [1, 8, 15])
def test_a_mark_may_come_in_two_pieces(pipe, cut):
    printed = Printed(pipe)
    pipe.write(b"a" + printed.mark[:cut], printed.mark[cut:])
    printed.catch_up()
    assert printed.take() == "a"


def test_two_orders_are_kept_apart(pipe):
    printed = Printed(pipe)
    for text in ("one", "", "three"):
        pipe.write(text.encode() + printed.mark)
        printed.catch_up()
        assert printed.take() == text


def test_each_has_its_own_beginning(pipe):
    printed = Printed(pipe)
    for letter in "ab":
        pipe.write(letter.encode() * (MOST_SHOWN + 5), letter.encode() * 5 + printed.mark)
        printed.catch_up()
        assert printed.take() == letter * MOST_SHOWN


def test_where_no_mark_comes_it_is_waited_for_once(pipe, monkeypatch):
    monkeypatch.setattr("course.grading.printing.PATIENCE", 0.05)
    printed = Printed(pipe)
    printed.catch_up()
    monkeypatch.setattr("course.grading.printing.PATIENCE", 300)
    begin = time.monotonic()
    printed.catch_up()
    assert time.monotonic() - begin < 60


def test_the_end_is_part_of_it(pipe):
    printed = Printed(pipe)
    pipe.write(b"crash" + printed.mark[:3], b"")
    printed.end()
    assert printed.take().startswith("crash")
