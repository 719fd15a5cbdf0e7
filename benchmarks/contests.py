"""Two ways to the same answer, measured in turn in one sitting: what every benchmark here uses.

A contest has sides; one of them is ours. All sides run once unmeasured, then in turn, so that what
slows the machine for a while slows all of them. Reported is the median, and the ratio of ours to
each peer: machines are noisy, ratios are less so.

A topic is a file beside this one with a function ``contests(data, quick) -> list[Contest]``; its
name is the file's, and ``course bench`` finds it. Other libraries are imported inside functions.
What they are called where they are installed from stands in ``Contest.libraries``; ``sides`` leaves
those out that ``installed`` does not know, and the command says which.
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
    """What one run of a side came to.

    ``seconds`` only where the side itself knows better than a clock around it, such as the time
    until an accuracy was reached; ``figures`` holds what shows that both sides did the same work.
    """

    seconds: float | None = None
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Side:
    """One way to do the work; ``at_most`` is the promise: seconds of ours ÷ seconds of this.

    ``runs`` is for a side that takes minutes: at most so many, and none of them unmeasured.
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
    note: str = ""  # where we lose: why
    libraries: Sequence[str] = ()  # that its peers need, such as "implicit"


COLUMNS = [
    *("contest", "side", "ours", "runs", "seconds", "fastest", "slowest", "ratio", "at_most"),
]


def installed(library: str) -> str | None:
    """The version of what is installed under that name; None where nothing is."""
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def measure(contest: Contest, runs: int | None = None) -> pd.DataFrame:
    """One row a side: median, fastest and slowest seconds; ours ÷ theirs, and the promise.

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
