import errno
import os
import sys
import threading
from pathlib import Path

import pytest

from helpers.data import locking
from helpers.data.locking import alone


def test_only_the_lock_is_left(tmp_path):
    with alone(tmp_path / "archive.zip", "somebody is at work"):
        pass
    assert [file.name for file in tmp_path.iterdir()] == [".archive.zip.lock"]


def test_one_after_the_other(tmp_path, monkeypatch, capsys):
    order, waits = [], threading.Event()
    monkeypatch.setattr(locking.time, "sleep", lambda _seconds: waits.set())

    def work() -> None:
        with alone(tmp_path / "archive.zip", "Somebody is at work."):
            order.append("second")

    with alone(tmp_path / "archive.zip"), alone(tmp_path / "other.zip"):
        thread = threading.Thread(target=work)
        thread.start()
        assert waits.wait(60)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert capsys.readouterr() == ("", "Somebody is at work.\n")


def test_an_error_gives_the_lock_back(tmp_path):
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), alone(tmp_path / "archive.zip"):
            raise ZeroDivisionError


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks by other means")
def test_a_file_system_without_locks_does_without(tmp_path, monkeypatch):
    import fcntl

    def unsupported(*_values: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", unsupported)
    with alone(tmp_path / "archive.zip"), alone(tmp_path / "archive.zip"):
        pass


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(OSError, match="none"), alone(Path(tmp_path / "none" / "archive.zip")):
        pass
