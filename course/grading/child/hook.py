"""A fence around a submission, on every system: Python asks before it opens, connects or starts.

An audit hook cannot be taken off again, and it sees every file, address and process that Python
code asks for. Code that goes past Python, as with ctypes, does not ask. Where the system can
refuse by itself, ``walls`` lets it; elsewhere this is all there is.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

NETWORK = {
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.gethostbyaddr",
}
PROCESSES = {
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "os.forkpty",
    "os.startfile",
    "pty.spawn",
}
SIGNALS = {"os.kill", "os.killpg"}
# Which arguments of an event are paths: to be read, or to be changed.
READS = {"os.listdir": (0,), "os.scandir": (0,), "os.walk": (0,), "glob.glob": (0,)}
CHANGES = {
    "os.remove": (0,),
    "os.rmdir": (0,),
    "os.mkdir": (0,),
    "os.truncate": (0,),
    "os.chmod": (0,),
    "os.chown": (0,),
    "os.utime": (0,),
    "os.setxattr": (0,),
    "os.removexattr": (0,),
    "os.link": (0, 1),
    "os.symlink": (0, 1),
    "os.rename": (0, 1),
    "sqlite3.connect": (0,),
}
CHANGING_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
ALWAYS = {os.devnull, "/dev/null", "/dev/urandom", "/dev/random", "/dev/zero", ":memory:", "nul"}
_PATHS = sysconfig.get_paths()
# The package's folder: what the course itself does was not done by the student.
HERE = str(Path(__file__).parents[3])
LIBRARIES = (_PATHS["purelib"], _PATHS["platlib"], HERE)
# What is between a cell and the event: this file, and the shell, whose ``open`` cells call.
BETWEEN = (__file__, str(Path(_PATHS["purelib"]) / "IPython"))
PYTHONS_OWN = (_PATHS["stdlib"], _PATHS["platstdlib"], "<frozen")


@dataclass
class Fence:
    """What a submission may touch; everything else is refused with a sentence.

    Attributes:
        readable: files and folders to read.
        own: the folder in which it may do as it likes.
        hidden: folders with what others have written; to look there is always told.
        tell: called with each refusal that is the student's own doing: libraries look around too.
    """

    readable: list[str]
    own: str
    hidden: list[str]
    tell: Callable[[str], None]
    # Names bound here, so that code which replaces those of the modules changes nothing.
    _real: Callable[[str], str] = field(default=os.path.realpath, repr=False)
    _within: Callable[[Any], str] = field(default=os.path.commonpath, repr=False)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Refuse an event by raising PermissionError."""
        if event == "open":
            path, mode, flags = arguments
            changing = bool((flags or 0) & CHANGING_FLAGS) or any(c in (mode or "") for c in "wax+")
            self._look_at(path, changing)
        elif event in READS:
            for place in READS[event]:
                self._look_at(arguments[place], False)
        elif event in CHANGES:
            for place in CHANGES[event]:
                self._look_at(arguments[place], True)
        elif event in NETWORK:
            self._refuse("to use the network", told=True)
        elif event in PROCESSES:
            self._refuse("to start another process")
        elif event in SIGNALS and arguments[0] not in (0, os.getpid()):
            self._refuse("to send a signal to another process")

    def _look_at(self, path: Any, changing: bool) -> None:
        # A number is a file that is open already; None is the folder where we are.
        if path is None or isinstance(path, int):
            return
        name = os.fsdecode(path)
        if name.lower() in ALWAYS:
            return
        real = self._real(name)
        allowed = [self.own] if changing else [self.own, *self.readable]
        if not any(self._is_in(real, folder) for folder in allowed):
            told = any(self._is_in(real, folder) for folder in self.hidden)
            what = f"to {'change' if changing else 'read'} {name!r}, outside its own folder"
            self._refuse(what, told=told)

    def _is_in(self, path: str, folder: str) -> bool:
        try:
            return self._within([os.path.normcase(path), folder]) == folder
        except ValueError:  # two drives
            return False

    def _refuse(self, what: str, *, told: bool = False) -> None:
        if told or _is_from_a_cell():
            self.tell(f"It tried {what}; that was refused.")
        raise PermissionError(f"While it is graded, a submission is not allowed {what}.")


def _is_from_a_cell() -> bool:
    """Whether the nearest code that is not Python's own does not belong to a library."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.startswith(BETWEEN):
            if name.startswith(LIBRARIES):
                return False
            if not name.startswith(PYTHONS_OWN):
                return True
        frame = frame.f_back
    return False


def put_up(fence: Fence) -> None:
    """Close this process for good."""
    sys.addaudithook(fence)
