"""The room in which a submission is graded: its own folder, with the course but no answer.

- ``course/``: the package ``helpers`` without the exercises of the lessons, the part of the grader
  that runs with a submission, and the data of the course. A recorder replaces the checks.
- ``state/``: values of the lesson that the student's cells mention.
- ``own/``: where the student's code starts, writes, and keeps its temporary files.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from pathlib import Path

import helpers
from helpers.data.locations import embedded_folder

HELPERS = Path(helpers.__file__).resolve().parent
COURSE = Path(__file__).resolve().parents[1]
# Exercises are left out, compiled ones too; the data comes from elsewhere.
LEFT_OUT = shutil.ignore_patterns("lessons", "embedded_data", "__pycache__")
STUB = "from course.grading.child.recorder import exercise as __getattr__\n"
NEEDED = '"""Only what a submission needs of it."""\n'
# What programs on Linux and macOS look at when they start; nobody's own files are there.
SYSTEM = (
    *("/usr", "/lib", "/lib32", "/lib64", "/bin", "/opt/homebrew", "/System", "/Library"),
    *("/etc/fonts", "/etc/localtime", "/etc/timezone", "/etc/mime.types", "/etc/os-release"),
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/nsswitch.conf"),
    *("/etc/passwd", "/etc/group", "/etc/host.conf", "/etc/hosts", "/etc/alternatives"),
    *("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/loadavg"),
    *("/proc/filesystems", "/proc/sys/vm", "/proc/sys/kernel/osrelease"),
    *("/sys/devices/system", "/sys/fs/cgroup", "/sys/kernel/mm", "/sys/bus/pci"),
)
# A Windows program does not start without these.
KEPT_VARIABLES = ("SYSTEMROOT", "WINDIR", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS")
# The same on every machine, for our lesson and for the submissions.
LIGHT_THREADS = (
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
    *("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"),
)


class Room:
    """A new room below a folder.

    Attributes:
        course: what the process imports.
        state: where values of the lesson are handed over.
        own: the process's working folder.
    """

    def __init__(self, folder: Path, lessons: Iterable[str]) -> None:
        """Fill the room.

        Args:
            folder: an empty folder.
            lessons: names of the modules of checks, such as ``factorize_movielens``.
        """
        self.folder = folder.resolve()
        self.course, self.state, self.own = (
            self.folder / name for name in ("course", "state", "own")
        )
        for place in (self.state, self.own):
            place.mkdir(parents=True)
        package = self.course / HELPERS.name
        shutil.copytree(HELPERS, package, ignore=LEFT_OUT)
        child = self.course / COURSE.name / "grading" / "child"
        shutil.copytree(COURSE / "grading" / "child", child, ignore=LEFT_OUT)
        checks = package / "checks" / "lessons"
        checks.mkdir()
        for place in (child.parents[1], child.parent, checks):
            (place / "__init__.py").write_text(NEEDED, encoding="utf-8")
        for name in lessons:
            (checks / f"{name}.py").write_text(STUB, encoding="utf-8")
        shutil.copytree(embedded_folder(), self.course / "data")

    def remove(self) -> None:
        """Remove it with everything in it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def readable(self, hidden: Sequence[Path]) -> list[str]:
        """The files and folders that the process may read.

        Args:
            hidden: folders that it may not read, wherever they are.
        """
        wanted = {self.course, self.state, *map(Path, SYSTEM)}
        if "SYSTEMROOT" in os.environ:
            wanted.add(Path(os.environ["SYSTEMROOT"]))
        wanted |= {Path(prefix) for prefix in (sys.prefix, sys.base_prefix, sys.exec_prefix)}
        wanted |= {Path(path) for path in sysconfig.get_paths().values()}
        holes = [*(path.resolve() for path in hidden), HELPERS, COURSE]
        places = {path.resolve() for path in wanted if path.exists()}
        return sorted({str(path) for place in places for path in around(place, holes)})

    def environment(self) -> dict[str, str]:
        """The variables of the process: none from the grader, all folders its own."""
        own = str(self.own)
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        folders = ("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "IPYTHONDIR", "XDG_CACHE_HOME")
        return {
            **kept,
            **dict.fromkeys((*folders, "MPLCONFIGDIR", "KERAS_HOME"), own),
            **dict.fromkeys(LIGHT_THREADS, "2"),
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "MPLBACKEND": "agg",
            "JOBLIB_MULTIPROCESSING": "0",
            "TF_CPP_MIN_LOG_LEVEL": "2",
            "TF_ENABLE_ONEDNN_OPTS": "0",
        }


def around(place: Path, holes: Sequence[Path]) -> list[Path]:
    """The place itself, or, if a hole is inside, everything in it that has none.

    Example:
        >>> around(Path("usr"), [Path("home")])
        [PosixPath('usr')]
    """
    if any(place == hole or place.is_relative_to(hole) for hole in holes):
        return []
    inside = [hole for hole in holes if hole.is_relative_to(place)]
    if not inside:
        return [place]
    return [path for part in sorted(place.iterdir()) for path in around(part, inside)]
