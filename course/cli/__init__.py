"""The ``course`` command: open and execute the lessons, fetch data, check the set-up.

Each file holds a group of commands, and adds them when it is imported; the help lists them in this
order.
"""

from course.cli import (
    bench,
    build,
    build_site,
    check,
    data,
    grade,
    leaderboard,
    lessons,
)
from course.cli.common import app

__all__ = [
    "app",
    "bench",
    "build",
    "build_site",
    "check",
    "data",
    "grade",
    "leaderboard",
    "lessons",
]
