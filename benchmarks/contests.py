"""Two ways to the same answer, measured in turn in one session; every benchmark here uses this.

A contest has sides; one of them is ours. All sides run once without being measured, then in turn,
so that a slow moment of the machine slows all of them. It reports the median, and the ratio of ours
to each peer: machines are noisy, ratios are less so.

A topic is a file in this folder with a function ``contests(data, quick) -> list[Contest]``. Its
name is the file's name, and ``course bench`` finds it. Other libraries are imported inside
functions. ``Contest.libraries`` has the names under which they are installed; ``sides`` leaves out
those that ``installed`` does not know, and the command says which.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from time import perf_counter

import pandas as pd


@dataclass(frozen=True)
class Outcome:
    """The result of one run of a side.

    ``seconds`` only if the side itself knows better than a clock around it, such as the time until
    an accuracy was reached; ``figures`` shows that both sides did the same work.
    """

    seconds: float | None = None
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Side:
    """One way to do the work; ``at_most`` is the promise: seconds of ours ÷ seconds of this.

    ``runs`` is for a side that takes minutes: at most this many, all of them measured.
    """

    name: str
    run: Callable[[], Outcome | None]
    ours: bool = False
    at_most: float | None = None
    runs: int | None = None


@dataclass(frozen=True)
class Contest:
    """One piece of work; ``sides`` prepares data outside the clock and returns who competes."""

    name: str
    work: str  # data, sizes and settings, in one line for the table's reader
    sides: Callable[[], Sequence[Side]]
    runs: int = 5
    note: str = ""  # if we lose: why
    libraries: Sequence[str] = ()  # that its peers need, such as "implicit"


COLUMNS = [
    *("contest", "side", "ours", "runs", "seconds", "fastest", "slowest", "ratio", "at_most"),
]


def installed(library: str) -> str | None:
    """The version of the package installed under that name; None if there is none."""
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def measure(contest: Contest, runs: int | None = None) -> pd.DataFrame:
    """One row per side: median, fastest and slowest seconds; ours ÷ theirs, and the promise.

    Columns as in ``COLUMNS``, then one for each figure (medians).
    """
    sides = contest.sides()
    (ours,) = (side.name for side in sides if side.ours)
    results = [
        {"side": side.name, "run": run, "seconds": seconds, **figures}
        for run in range(-1, runs or contest.runs)
        for side in sides
        if side.runs is None or 0 <= run < side.runs
        for seconds, figures in [_timed(side)]
    ]
    measured = pd.DataFrame(results).query("run >= 0").drop(columns="run")
    seconds = measured.groupby("side", sort=False)["seconds"].agg(["size", "median", "min", "max"])
    table = pd.DataFrame(
        {
            "contest": contest.name,
            "side": seconds.index,
            "ours": seconds.index == ours,
            "runs": seconds["size"].to_numpy(),
            "seconds": seconds["median"].to_numpy(),
            "fastest": seconds["min"].to_numpy(),
            "slowest": seconds["max"].to_numpy(),
            "ratio": (seconds.loc[ours, "median"] / seconds["median"]).to_numpy(),
            "at_most": [side.at_most for side in sides],
        }
    )
    figures = measured.drop(columns="seconds").groupby("side", sort=False).median()
    return table.merge(figures, left_on="side", right_index=True, how="left", validate="1:1")


def _timed(side: Side) -> tuple[float, Mapping[str, float]]:
    gc.collect()
    start = perf_counter()
    outcome = side.run() or Outcome()
    elapsed = perf_counter() - start
    return elapsed if outcome.seconds is None else outcome.seconds, outcome.figures
