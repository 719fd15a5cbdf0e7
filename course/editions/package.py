"""The student edition as one zip: lessons to solve, helpers with sealed checks, data, set-up.

Of ``course`` it has the files of an explicit list, so that what is added there stays here unless
somebody decides otherwise.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from course import lessons
from course.editions.sources import (
    keep_checks,
    keep_sessions,
    keep_tables,
    leave_out_packages,
)
from course.editions.student import student_edition
from course.environment.machine import ONLY_FOR_TESTS
from course.plan import Chapter, Plan
from helpers.checks.sealing import seal
from helpers.errors import PlanError
from helpers.files import written_whole

NAME = "recommender-course"
README = "book/student/README.md"
FILES = (
    "CITATION.cff",
    "LICENSE",
    "LICENSE-prose.txt",
    "environment.yml",
    "pyproject.toml",
    "requirements.lock",
)
FOLDERS = ("data", "helpers")
# Of the machinery, what a student's commands need: lab, run, lessons, check, data, leaderboard.
# Nothing that grades, makes editions or measures for the course's own pages.
COURSE = (
    "course/__init__",
    "course/board",
    "course/cli/__init__",
    "course/cli/__main__",
    "course/cli/check",
    "course/cli/common",
    "course/cli/data",
    "course/cli/leaderboard",
    "course/cli/lessons",
    "course/environment",
    "course/lessons",
    "course/listing",
    "course/measured/__init__",
    "course/measured/run_times",
    "course/measured/stored",
    "course/parts",
)
CHECKS = re.compile(r"helpers/checks/lessons/(?!__init__)(\w+)\.py")
LEFT_OUT = re.compile(r"(^|/)(\.|__pycache__)|\.py[co]$")
# Data is verified byte for byte. Text may have the line ends of the system.
BINARY = "data/"
SESSIONS = ("lessons", "lab")
# What installs the course; without its extras and without the settings of tools that check it.
TABLES = r"build-system|project(\.(scripts|urls))?|tool\.hatch\..*"
# The earliest date that a zip can hold: one that is the same for everybody.
DATE = (1980, 1, 1, 0, 0, 0)
PERMISSIONS = 0o644 << 16
UNIX = 3


def files(root: Path, plan: Plan) -> dict[str, bytes]:
    """The files of the student edition: path, with ``/``, and content, in the order of the paths.

    Args:
        root: the folder of the checkout.
        plan: which lessons and exercises.

    Raises:
        PlanError: the checkout is a student edition itself.
    """
    if not (root / README).is_file():
        raise PlanError(
            f"{root} has no {README}: it is a student edition already. Editions are made in a "
            "clone of the repository."
        )
    chapters = {chapter.slug: chapter for chapter in plan.chapters}
    content = {"README.md": _readme(root, plan), "noxfile.py": _noxfile(root)}
    for path in _shipped(root):
        name = path.relative_to(root).as_posix()
        checks = CHECKS.fullmatch(name)
        if checks is None:
            content[name] = path.read_bytes() if name.startswith(BINARY) else _text(name, path)
        elif checks[1] in chapters:
            kept = chapters[checks[1]].exercises
            content[name] = seal(keep_checks(text(path), kept)).encode()
    content |= _notebooks(root, plan, ships=resolver(content))
    return dict(sorted(content.items()))


def write_zip(content: dict[str, bytes], target: Path) -> None:
    """Write the files into a zip, in their own folder; all of it or nothing.

    The same files always give the same bytes: it contains no time, owner or order of this machine.
    Nothing is compressed, because compression differs from one system to another.
    """
    with written_whole(target) as unfinished, zipfile.ZipFile(unfinished, "w") as archive:
        for name, value in sorted(content.items()):
            entry = zipfile.ZipInfo(f"{NAME}/{name}", DATE)
            entry.create_system, entry.external_attr = UNIX, PERMISSIONS
            archive.writestr(entry, value)


def _text(name: str, path: Path) -> bytes:
    """A text as it ships: the two files that say what to install ask for no package of tests."""
    shipped = text(path)
    if name == "pyproject.toml":
        shipped = keep_tables(shipped, TABLES)
    if name in ("pyproject.toml", "environment.yml"):
        shipped = leave_out_packages(shipped, ONLY_FOR_TESTS)
    return shipped.encode()


def _shipped(root: Path) -> Iterator[Path]:
    yield from (root / name for name in FILES)
    # A module is a file or, once it has grown, a folder.
    modules = [name for name in COURSE if (root / name).is_dir()]
    yield from (root / f"{name}.py" for name in COURSE if name not in modules)
    for folder in (*FOLDERS, *modules):
        for path in (root / folder).rglob("*"):
            if path.is_file() and not LEFT_OUT.search(path.relative_to(root).as_posix()):
                yield path


def resolver(content: dict[str, bytes]) -> Callable[[str], bool]:
    """A function that tells whether a link in a notebook leads into the edition."""
    folders = {posixpath.dirname(name) for name in content}

    def ships(link: str) -> bool:
        path = posixpath.normpath(posixpath.join("notebooks", link))
        return path in content or path in folders

    return ships


def _notebooks(root: Path, plan: Plan, ships: Callable[[str], bool]) -> dict[str, bytes]:
    import nbformat

    found = {}
    for chapter in plan.chapters:
        lesson = lessons.read(root / "notebooks" / f"{chapter.name}.ipynb")
        edition = student_edition(lesson, plan, chapter, ships=ships)
        text = nbformat.writes(edition) + "\n"
        found[f"notebooks/{chapter.new_name}.ipynb"] = text.encode()
    return found


def _readme(root: Path, plan: Plan) -> bytes:
    rows = "\n".join(map(_row, plan.chapters))
    return text(root / README).replace("{lessons}", rows).encode()


def _row(chapter: Chapter) -> str:
    link = f"[{chapter.title}](notebooks/{chapter.new_name}.ipynb)"
    return f"| {chapter.number} | {link} | {', '.join(map(str, chapter.exercises)) or '–'} |"


def _noxfile(root: Path) -> bytes:
    return keep_sessions(text(root / "noxfile.py"), SESSIONS).encode()


def text(path: Path) -> str:
    """The text of a file, with the same line ends wherever it has been."""
    return path.read_text(encoding="utf-8")
