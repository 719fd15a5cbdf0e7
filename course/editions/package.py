"""The student edition as one zip: lessons to solve, helpers with sealed checks, data, set-up."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from course import lessons
from course.editions.sources import keep_checks, keep_sessions
from course.editions.student import student_edition
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
FOLDERS = ("course", "data", "helpers")
CHECKS = re.compile(r"helpers/checks/lessons/(?!__init__)(\w+)\.py")
LEFT_OUT = re.compile(r"(^|/)(\.|__pycache__)|\.py[co]$")
# Data is verified byte for byte. Text may have come with the line ends of the system.
BINARY = "data/"
SESSIONS = ("lessons", "lab")
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
        PlanError: the checkout is a student edition itself, so there is nothing to make one from.
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
            content[name] = path.read_bytes() if name.startswith(BINARY) else text(path).encode()
        elif checks[1] in chapters:
            kept = chapters[checks[1]].exercises
            content[name] = seal(keep_checks(text(path), kept)).encode()
    content |= _notebooks(root, plan, ships=resolver(content))
    return dict(sorted(content.items()))


def write_zip(content: dict[str, bytes], target: Path) -> None:
    """Write the files into a zip, in a folder of its own; all of it or nothing.

    The same files always give the same bytes: no time, owner or order of this machine is in it,
    and nothing is compressed, since what packs better differs from one system to the next.
    """
    with written_whole(target) as unfinished, zipfile.ZipFile(unfinished, "w") as archive:
        for name, value in sorted(content.items()):
            entry = zipfile.ZipInfo(f"{NAME}/{name}", DATE)
            entry.create_system, entry.external_attr = UNIX, PERMISSIONS
            archive.writestr(entry, value)


def _shipped(root: Path) -> Iterator[Path]:
    yield from (root / name for name in FILES)
    for folder in FOLDERS:
        for path in (root / folder).rglob("*"):
            if path.is_file() and not LEFT_OUT.search(path.relative_to(root).as_posix()):
                yield path


def resolver(content: dict[str, bytes]) -> Callable[[str], bool]:
    """Whether a link out of a notebook leads to a file or folder of the edition."""
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
