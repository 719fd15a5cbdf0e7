"""The ``course`` command: open and execute the lessons, fetch data, check the set-up.

Each file holds a group of commands, and adds them when it is imported; the help lists them in this
order. The students' edition has only the first four, and so only their commands.
"""

from importlib import import_module, util

from course.cli.common import app

GROUPS = ("lessons", "check", "data", "leaderboard", "bench", "build", "build_site", "grade")

for group in GROUPS:
    if util.find_spec(f"{__name__}.{group}"):
        import_module(f"{__name__}.{group}")

__all__ = ["GROUPS", "app"]
