import ast
import gc
import threading
import time

import pytest

from course.grading.parsing import parse

SOURCE = "def f(a):\n    return [x + g(x, *a) for x in (a if a else [1, {3: (4, 5)}])]\n" * 3


@pytest.fixture
def pausing_collector():
    """A garbage collector that runs often and lets other threads go on each time."""

    def pause(phase, info):
        time.sleep(0)

    before = gc.get_threshold()
    gc.freeze()
    gc.callbacks.append(pause)
    gc.set_threshold(20, 1000, 1000)
    yield
    gc.set_threshold(*before)
    gc.callbacks.remove(pause)
    gc.unfreeze()


def test_threads_parse_side_by_side(pausing_collector):
    trees, errors = [], []

    def work():
        for _ in range(50):
            try:
                trees.append(parse(SOURCE))
            except SystemError as error:
                errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert {ast.dump(tree) for tree in trees} == {ast.dump(ast.parse(SOURCE))}
    assert len(trees) == 200


def test_what_is_not_python_is_a_syntax_error_each_time():
    for _ in range(2):
        with pytest.raises(SyntaxError):
            parse("a =")
