"""What each file of tests takes of one core: measured with ``--store-seconds``, used to plan.

Side by side, the longest files start first, so that no core waits at the end for the other;
``nox -s quick`` runs what fits into its three minutes. The table is rough, and may be: a new file
without a row counts as a quick one, a notebook without one as a long one. Seconds of a core, of the
tests and of the processes that they start, are much the same however busy the machine is.
"""

from __future__ import annotations

import csv
import io
import os
from collections import defaultdict
from collections.abc import Generator, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

TABLE = Path(__file__).with_name("seconds.csv")
ROOT = TABLE.parents[1]
COLUMNS = ["file", "seconds"]
LEAST = 1.0  # seconds from which a file gets a row
# What a file takes that has none.
QUICK = 0.5
NEW_NOTEBOOK = 60.0


def stored(table: Path = TABLE) -> dict[str, float]:
    """The seconds of each file that has a row; paths below the root, with ``/``."""
    with table.open(encoding="utf-8", newline="") as lines:
        return {row["file"]: float(row["seconds"]) for row in csv.DictReader(lines)}


def assumed(file: str, seconds: Mapping[str, float]) -> float:
    """The seconds of a file, also of one without a row."""
    return seconds.get(file, NEW_NOTEBOOK if file.endswith(".ipynb") else QUICK)


def longest_first(items: list[pytest.Item], seconds: Mapping[str, float]) -> list[pytest.Item]:
    """The tests by file, the longest file first; inside a file they stay in their order."""
    return sorted(items, key=lambda item: -assumed(file_of(item), seconds))


def file_of(item: pytest.Item) -> str:
    """The file of a test, below the root, with ``/``."""
    return item.nodeid.partition("::")[0]


def updated(
    old: Mapping[str, float], new: Mapping[str, float], there: Iterable[str]
) -> dict[str, float]:
    """The table after some files were measured again: their rows, and those of files not run."""
    known = {**old, **new}
    return {name: known[name] for name in sorted(there) if known.get(name, 0) >= LEAST}


def store(new: Mapping[str, float], table: Path = TABLE, root: Path = ROOT) -> None:
    """Write what was measured into the table."""
    old = stored(table) if table.is_file() else {}
    rows = updated(old, new, [name for name in {**old, **new} if (root / name).is_file()])
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([name, f"{seconds:.0f}"] for name, seconds in rows.items())
    table.write_text(lines.getvalue(), encoding="utf-8", newline="\n")


def used() -> float:
    """The seconds of a core that this process and those that it has waited for have used."""
    now = os.times()
    return now.user + now.system + now.children_user + now.children_system


class Measuring:
    """A plugin of pytest that adds up what each file takes, in every worker, and stores it."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        before = used()
        try:
            return (yield)
        finally:
            self.spent[file_of(item)] += used() - before

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        for name, seconds in getattr(node, "workeroutput", {}).get("seconds", {}).items():
            self.spent[name] += seconds

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["seconds"] = dict(self.spent)
        else:
            store(self.spent)
