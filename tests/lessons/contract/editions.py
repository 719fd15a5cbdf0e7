"""Which edition of the contract a lesson is held to.

Lessons that are not yet recast are listed in ``notebooks/ruff.toml``, since the formatter has to
know them too. That is the one list. It only gets shorter: lower ``LEFT`` with it.
"""

import tomllib
from fnmatch import fnmatch
from pathlib import Path

from course import lessons

SETTINGS = lessons.folder() / "ruff.toml"
# How many lessons are still to be recast.
LEFT = 10


def not_recast() -> list[str]:
    """Patterns of the names of the lessons that are still under the first edition."""
    return list(tomllib.loads(SETTINGS.read_text(encoding="utf-8"))["extend-exclude"])


def most_columns() -> int:
    """How wide a line of code may be in a lesson of the second edition."""
    return int(tomllib.loads(SETTINGS.read_text(encoding="utf-8"))["line-length"])


def edition(lesson: Path) -> int:
    """1 or 2."""
    return 1 if any(fnmatch(lesson.name, pattern) for pattern in not_recast()) else 2
