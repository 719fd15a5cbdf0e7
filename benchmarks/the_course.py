"""How long the course keeps a learner waiting: its imports and its command.

The seconds of each lesson are in ``book/run_times.csv``, which ``course run`` measures; a test
holds it to the budget of ``book/course.toml``.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from functools import partial

from benchmarks.contests import Contest, Outcome, Side

LIBRARIES = "numpy, scipy.sparse, pandas, matplotlib.figure, sklearn.base"
ROOMS = (
    "helpers.data, helpers.interactions, helpers.splits, helpers.similarity, helpers.recommenders, "
    "helpers.metrics, helpers.evaluation, helpers.plots, helpers.checks"
)
IMPORT_BUDGET = 0.3
IMPORTED = """
from time import perf_counter
start = perf_counter()
import {}
print(perf_counter() - start)
"""


def contests(data: str | None, quick: bool) -> list[Contest]:  # noqa: ARG001 - no data, no sizes
    """The import of the package, and of all that a lesson imports."""
    return [
        Contest(
            "import helpers",
            "in a fresh process; the peer is the time that it may take",
            lambda: [
                Side("helpers", partial(import_, "helpers"), ours=True),
                Side(f"the promise, {IMPORT_BUDGET} s", promised, at_most=1),
            ],
        ),
        Contest(
            "import every room that lessons use",
            "in a fresh process; the peer is the import of the libraries behind them",
            _rooms,
            note="most of it is those libraries, which a notebook needs anyway",
        ),
    ]


def _rooms() -> Sequence[Side]:
    return [
        Side("every room", partial(import_, ROOMS), ours=True),
        Side("NumPy, SciPy, pandas, Matplotlib, scikit-learn", partial(import_, LIBRARIES)),
        Side("Keras", partial(import_, "keras")),
    ]


def import_(names: str) -> Outcome:
    """Seconds that a fresh process takes for an import, without its own start."""
    command = [sys.executable, "-c", IMPORTED.format(names)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Outcome(float(done.stdout))


def promised() -> Outcome:
    """As many seconds as the promise allows."""
    return Outcome(IMPORT_BUDGET)
