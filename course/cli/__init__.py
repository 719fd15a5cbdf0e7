"""The ``course`` command: open and execute the lessons, fetch data, check the set-up.

One file a group of commands. To import a file is to add its commands; the help lists them in this
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
