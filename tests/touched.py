"""Which tests a change touches, nearest first: from changed files through imports to test files."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from seconds import assumed

# The folders whose Python files can import each other, beside those that pytest puts on the path.
PACKAGES = ("helpers", "course", "benchmarks")
LESSON = re.compile(r"notebooks/\d\d_(\w+)\.ipynb")
FOR_EVERY_LESSON = ("tests/lessons/test_contract.py", "tests/lessons/test_prose.py")


def changed_files(root: Path, since: str) -> list[str]:
    """What differs from the commit at which this branch left ``since``, and what is new.

    Returns:
        paths below the root, with ``/``; those of deleted files too.
    """
    left = _git(root, "merge-base", "HEAD", since)[0].strip()
    different = _git(root, "diff", "--name-only", "--no-renames", "-z", left)
    new = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    return sorted({*different, *new})


def files(root: Path) -> list[str]:
    """Each file of the checkout that git tracks or would track, with ``/``."""
    found = _git(root, "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    return [name for name in found if (root / name).is_file()]


def _git(root: Path, *arguments: str) -> list[str]:
    done = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, encoding="utf-8", check=True
    )
    return [each for each in done.stdout.split("\0") if each]


def folders_on_the_path(root: Path) -> list[str]:
    """The folders from which tests import by the bare name of a file."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[str] = settings["tool"]["pytest"]["ini_options"]["pythonpath"]
    return found


def module_name(file: str, on_the_path: Iterable[str]) -> str:
    """The name by which others import that Python file: ``helpers.files``, or ``worlds``."""
    path = PurePosixPath(file).with_suffix("")
    if path.parts[0] not in PACKAGES:
        inside = [path.relative_to(each) for each in on_the_path if path.is_relative_to(each)]
        path = min(inside, key=lambda each: len(each.parts), default=path)
    parts = path.parts[:-1] if path.name == "__init__" else path.parts
    return ".".join(parts)


def imported(source: str, known: Iterable[str]) -> set[str]:
    """The modules, of those known, that the source imports at its top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found & set(known)


def is_test(name: str) -> bool:
    """Whether pytest finds tests in that file: a file of tests, or examples in docstrings."""
    path = PurePosixPath(name)
    written = path.parts[0] == "tests" and path.name.startswith("test_")
    return path.suffix == ".py" and (written or path.parts[0] in ("helpers", "course"))


def mirrors(name: str) -> str:
    """Where the tests of a file of ``helpers`` or ``course`` stand, by the order of the house."""
    path = PurePosixPath(name)
    return (PurePosixPath("tests") / path.parent / f"test_{path.name}").as_posix()


def is_run(name: str) -> bool:
    """Whether pytest runs something of that file; a notebook it executes from top to bottom."""
    return is_test(name) or LESSON.fullmatch(name) is not None


class House:
    """Every file of the checkout, and who uses whom.

    Attributes:
        names: the files, below the root, with ``/``.
        users: for each Python file, those that import it, or whose conftest it is.
    """

    def __init__(self, root: Path) -> None:
        self.names = files(root)
        python = [name for name in self.names if name.endswith(".py")]
        self._texts = {name: (root / name).read_text(encoding="utf-8") for name in python}
        self.users = self._importers(folders_on_the_path(root))

    def _importers(self, on_the_path: list[str]) -> dict[str, set[str]]:
        modules = {module_name(name, on_the_path): name for name in self._texts}
        users = defaultdict(set)
        for name, text in self._texts.items():
            for module in imported(text, modules):
                users[modules[module]].add(name)
            for folder in PurePosixPath(name).parents:
                users[(folder / "conftest.py").as_posix()].add(name)
        return users

    def touched(self, changed: Iterable[str]) -> dict[str, int]:
        """The files of tests that a change touches, and how far each is from it.

        A changed file of tests, the tests of a changed file, and what names a changed page, table
        or script are nearest (0). One more for each import between them and the change.
        """
        distance: dict[str, int] = {}
        near = [each for name in changed for each in (name, *self._beside(name))]
        step = 0
        while near:
            distance |= {name: step for name in near if name not in distance}
            step += 1
            near = [user for name in near for user in self.users[name] if user not in distance]
        there = set(self.names)
        return {name: far for name, far in distance.items() if name in there and is_run(name)}

    def _beside(self, name: str) -> Iterator[str]:
        """What a changed file touches without an import."""
        yield mirrors(name)
        lesson = LESSON.fullmatch(name)
        if lesson:
            yield from (f"tests/lessons/test_{lesson[1]}.py", *FOR_EVERY_LESSON)
        word = PurePosixPath(name).name
        if word not in ("__init__.py", "conftest.py"):
            # A name as a whole: base.py is not in database.py.
            said = re.compile(rf"(?<![\w.-]){re.escape(word)}(?![\w-])")
            for test, text in self._texts.items():
                if test.startswith("tests/") and is_test(test) and said.search(text):
                    yield test


def fitting(
    distance: Mapping[str, int], seconds: Mapping[str, float], most: float
) -> tuple[list[str], list[str]]:
    """The nearest files that together take no more than that, and those that are left out.

    Of two that are as near, the quicker one comes first. What is too long on its own is left out,
    and what comes after it still has its chance.
    """
    order = sorted(distance, key=lambda name: (distance[name], assumed(name, seconds), name))
    taken, left_out, total = [], [], 0.0
    for name in order:
        total += assumed(name, seconds)
        if total <= most:
            taken.append(name)
        else:
            total -= assumed(name, seconds)
            left_out.append(name)
    return taken, left_out
