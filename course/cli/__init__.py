"""The ``course`` command: open and execute the lessons, fetch data, check the set-up.

One file a group of commands. To import a file is to add its commands; the help lists them in this
order. The students' edition has only the first four, and so only their commands.
"""

from importlib import import_module, util

from course.cli.common import app

GROUPS = ("lessons", "check", "data", "leaderboard", "bench", "build", "build_site", "grade")

for group in GROUPS:
    if util.find_spec(f"{__name__}.{group}"):
        import_module(f"{__name__}.{group}")

__all__ = ["GROUPS", "app"]
