"""How seconds and memory grow with the ratings, from 100 thousand to 32 million.

    course bench growth --quick
    python -m benchmarks.growth 100k 1m --folder build/growth
    python -m benchmarks.growth 10m 32m --folder build/growth

Ratings are simulated, with as many users and films as the MovieLens edition of that size has. Each
stage runs in its own process, so that no peak hides another. It reads what it needs from the files
of earlier stages; that is not on the clock, and imports are not either. A row is stored in
``book/growth.csv`` as soon as it is measured, and a second call continues from there. A stage that
wants more than 16 GB or 10 minutes is stopped. A stage is not tried if a smaller size predicts more
than 10 minutes of processor time; its row says so.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from math import log2
from pathlib import Path
from time import perf_counter, process_time
from typing import Annotated, Any, NamedTuple

import numpy as np
import pandas as pd
import typer

from benchmarks.apart import apart, peak_memory
from course.measured.scaling import COLUMNS, FILE, beyond_linear, save_growth, stored_growth
from helpers import storage
from helpers.data import Dataset, load, write_1m_layout
from helpers.errors import ParameterError
from helpers.evaluation import evaluate
from helpers.interactions import Interactions
from helpers.recommenders import (
    Biases,
    ImplicitALS,
    ItemNeighbours,
    MatrixFactorization,
    Recommender,
)
from helpers.recommenders.saving import KINDS as RECOMMENDERS
from helpers.simulation import simulate
from helpers.splits import Split, per_user_split

BOOK = Path(__file__).parents[1] / "book"
MOST_MEMORY = 16e9
MOST_SECONDS = 600.0
MOST_EXPECTED = 600.0  # seconds of processor time
# Short work is repeated, and the fastest run counts: on a busy machine it is the most reliable.
REPEAT_BELOW, MOST_REPEATS = 2.0, 5
# Few, and the same at every size: a whole fit takes several times as long.
EPOCHS = ROUNDS = 2
SOME_USERS = 1_000
FACTORS = "fit ImplicitALS, 2 rounds"  # its vectors are scored
TOP = 10


@dataclass(frozen=True)
class Size:
    """How many users, films and ratings a simulated world has."""

    users: int
    films: int
    ratings: int


SIZES = {
    "100k": Size(943, 1_682, 100_000),
    "1m": Size(6_040, 3_706, 1_000_209),
    "10m": Size(69_878, 10_681, 10_000_054),
    "32m": Size(200_948, 87_585, 32_000_204),
}
QUICK = (Size(60, 40, 900), Size(120, 80, 2_700))

Work = Callable[[], Any]


class Took(NamedTuple):
    """Seconds on the clock, seconds of processor time, and peak memory in bytes."""

    seconds: float
    processor: float
    peak_memory: int


@dataclass(frozen=True)
class Stage:
    """One step from drawn ratings to a measured recommender.

    Attributes:
        group: ``"data"``, ``"fit"`` or ``"use"``.
        prepare: takes the folder of the files and the size, and returns the work to be timed.
        needs: the stage before it; this stage reads what that one kept.
        grows_by: what its seconds should be proportional to; empty if that is the ratings.
        work: how much of that there is at a size, in any unit.
    """

    group: str
    prepare: Callable[[Path, Size], Work]
    needs: str = ""
    grows_by: str = ""
    work: Callable[[Size], float] = lambda size: size.ratings


def stages() -> dict[str, Stage]:
    """Every stage by its name, each after those that it needs."""
    pairs = ("users × films", lambda size: size.users * size.films)
    return {
        "draw": Stage("data", _draw, "", "ratings × log films", _draws),
        "write": Stage("data", _write, "draw"),
        "read": Stage("data", _read, "write"),
        "split": Stage("data", _split, "read"),
        "fit Biases": Stage("fit", _fitting(Biases), "split"),
        "fit ItemNeighbours": Stage(
            "fit",
            _fitting(ItemNeighbours),
            "split",
            "squares of users' ratings + films²",
            _meetings,
        ),
        "fit MatrixFactorization, 2 epochs": Stage("fit", _fitting(_factorization), "split"),
        FACTORS: Stage(
            "fit",
            _fitting(partial(ImplicitALS, iterations=ROUNDS)),
            "split",
            "ratings × dim + (users + films) × dim²",
            _products,
        ),
        "score 1,000 users": Stage("use", _score_some, FACTORS, "films", _some_scores),
        "score all users": Stage("use", _score_all, FACTORS, *pairs),
        "evaluate": Stage("use", _evaluate, "fit Biases", *pairs),
    }


def _draws(size: Size) -> float:
    return size.ratings * log2(size.films)


def _meetings(size: Size) -> float:
    # Activity has the same distribution at every size, so the mean square grows with the squared
    # mean. The sum for each pair of films is read once more, to choose the nearest.
    return size.ratings**2 / size.users + size.films**2


def _products(size: Size) -> float:
    dim = ImplicitALS().dim
    return size.ratings * dim + (size.users + size.films) * dim**2


def _some_scores(size: Size) -> float:
    return min(SOME_USERS, size.users) * size.films


def _draw(_folder: Path, size: Size) -> Work:
    return lambda: simulate(size.users, size.films, size.ratings).dataset


def _write(folder: Path, _size: Size) -> Work:
    dataset = kept(folder, "draw")
    return lambda: write_1m_layout(dataset, folder / "ml")


def _read(folder: Path, _size: Size) -> Work:
    return lambda: Interactions.from_dataset(load(folder / "ml"))


def _split(folder: Path, _size: Size) -> Work:
    interactions = kept(folder, "read")
    return lambda: per_user_split(interactions)


def _fitting(make: Callable[[], Recommender]) -> Callable[[Path, Size], Work]:
    def prepare(folder: Path, _size: Size) -> Work:
        train = kept(folder, "split").train
        recommender = make()
        return lambda: recommender.fit(train)

    return prepare


def _factorization() -> MatrixFactorization:
    import keras  # noqa: F401 - on nobody's clock

    return MatrixFactorization(epochs=EPOCHS, patience=None)


def _score_some(folder: Path, size: Size) -> Work:
    recommender = kept(folder, FACTORS)
    some = min(SOME_USERS, size.users)
    users = np.random.default_rng(0).choice(size.users, some, replace=False)
    return lambda: recommender.rank(users, TOP)


def _score_all(folder: Path, size: Size) -> Work:
    recommender = kept(folder, FACTORS)
    return lambda: recommender.rank(np.arange(size.users), TOP)


def _evaluate(folder: Path, _size: Size) -> Work:
    recommender: Recommender = kept(folder, "fit Biases")
    split: Split = kept(folder, "split")
    return lambda: evaluate(recommender, split, k=TOP)


# Types that the file of a stage may contain.
KINDS = (*RECOMMENDERS, storage.of_fields(Dataset), storage.of_fields(Split))
KEPT = ("draw", "read", "split", "fit Biases", FACTORS)


def kept(folder: Path, stage: str) -> Any:
    """What a stage has kept for the stages after it."""
    return storage.read(_file(folder, stage), KINDS)


def measured(name: str, folder: Path, size: Size) -> Took:
    """What a stage took, the fastest of a few runs if it is short; keeps its result."""
    work = stages()[name].prepare(folder, size)
    runs: list[tuple[float, float]] = []
    result = None
    while not runs or (sum(run[0] for run in runs) < REPEAT_BELOW and len(runs) < MOST_REPEATS):
        result = None  # so that memory never holds two results
        start, busy = perf_counter(), process_time()
        result = work()
        runs.append((perf_counter() - start, process_time() - busy))
    took = Took(*min(runs), peak_memory())
    if name in KEPT:
        storage.write(_file(folder, name), result, {}, KINDS)
    return took


def measure_growth(data: str | None, quick: bool) -> pd.DataFrame:
    """One row for each size and stage; ``quick`` takes two tiny sizes, all in this process.

    Raises:
        ParameterError: a data set was named: growth is measured on simulated ratings.
    """
    if data is not None:
        raise ParameterError("growth simulates its ratings at several sizes: leave out --data.")
    if not quick:
        return measure_sizes(SIZES.values())
    rows = []
    for size in QUICK:
        with tempfile.TemporaryDirectory() as folder:
            for name in stages():
                rows.append(_row(name, size, measured(name, Path(folder), size)))
    return pd.DataFrame(rows, columns=COLUMNS)


def measure_sizes(
    sizes: Iterable[Size],
    *,
    only: Iterable[str] = (),
    folder: Path | None = None,
    file: Path | None = None,
    say: Callable[[str], None] = lambda _line: None,
) -> pd.DataFrame:
    """Measure stages in turn, one process each, but not again those with seconds in the file.

    Args:
        sizes: how large the worlds are.
        only: names of stages; all if left out. Stages that they need also run, if they are missing.
        folder: where the stages keep their files for a later call; if None, they are not kept.
        file: where each row is stored at once, in addition to those that are there.
        say: is called with each row as it is measured.

    Returns:
        The columns ``COLUMNS``, of these sizes and those that the file has.
    """
    before = stored_growth(file) if file is not None else None
    table = pd.DataFrame(columns=COLUMNS) if before is None else before.table
    wanted = list(only) or list(stages())
    with tempfile.TemporaryDirectory() as temporary:
        for size in sizes:
            place = (folder or Path(temporary)) / str(size.ratings)
            place.mkdir(parents=True, exist_ok=True)
            for name in wanted:
                known = table[table["seconds"].notna() & (table["ratings"] == size.ratings)]
                if name in set(known["stage"]):
                    continue
                for row in _measured(name, size, place, table):
                    same = (table["stage"] == row["stage"]) & (table["ratings"] == row["ratings"])
                    table = _sorted([*table[~same].to_dict("records"), row])
                    say(f"{row['ratings']:>12,}  {row['stage']:24} {_in_words(row)}")
                    if file is not None:
                        save_growth(table, file)
    return table


def _measured(name: str, size: Size, folder: Path, table: pd.DataFrame) -> Iterable[dict[str, Any]]:
    """The rows of a stage and, before it, of stages that it needs and that have no file."""
    nothing = Took(float("nan"), float("nan"), 0)
    expected = _expected(name, size, table)
    in_words = f"about {expected:,.0f} s of processor time are expected"
    if expected > MOST_EXPECTED:
        yield _row(name, size, nothing, f"not tried: {in_words}")
        return
    before = stages()[name].needs
    if before and not _left(before, folder):
        yield from (rows := list(_measured(before, size, folder, table)))
        if rows[-1]["remark"]:
            yield _row(name, size, nothing, f"not tried: no result of {before}")
            return
    outcome = apart(
        measured, name, folder, size, most_memory=MOST_MEMORY, most_seconds=MOST_SECONDS
    )
    took = outcome.result or nothing._replace(peak_memory=outcome.peak_memory)
    known = f"; {in_words}" if outcome.stopped and pd.notna(expected) else ""
    yield _row(name, size, took, outcome.stopped + known)


def _expected(name: str, size: Size, table: pd.DataFrame) -> float:
    """Processor seconds of a stage, predicted from a smaller size; NaN if there is none."""
    known = table[(table["stage"] == name) & table["seconds"].notna()]
    known = known[known["ratings"] < size.ratings].sort_values("ratings")
    if known.empty:
        return float("nan")
    last = known.iloc[-1]
    return float(last["processor"] * stages()[name].work(size) / last["work"])


def _left(stage: str, folder: Path) -> bool:
    if stage == "write":
        return (folder / "ml" / "ratings.dat").is_file()
    return _file(folder, stage).is_file()


def _file(folder: Path, stage: str) -> Path:
    return folder / f"{stage}.zip"


def _row(name: str, size: Size, took: Took, remark: str = "") -> dict[str, Any]:
    stage = stages()[name]
    known = (size.ratings, name, stage.group, took.seconds, took.processor, took.peak_memory)
    values = (*known, remark, float(stage.work(size)), stage.grows_by)
    return dict(zip(COLUMNS, values, strict=True))


def _in_words(row: dict[str, Any]) -> str:
    return row["remark"] or f"{row['seconds']:8.2f} s {row['peak_memory'] / 1e9:6.2f} GB"


def _sorted(rows: list[dict[str, Any]]) -> pd.DataFrame:
    order = list(stages())
    rows = sorted(rows, key=lambda row: (row["ratings"], order.index(row["stage"])))
    return pd.DataFrame(rows, columns=COLUMNS)


def main(
    sizes: Annotated[list[str], typer.Argument(help=", ".join(SIZES))],
    only: Annotated[list[str] | None, typer.Option(help="A stage; if left out, all.")] = None,
    folder: Annotated[Path | None, typer.Option(help="Keep the stages' files here.")] = None,
    file: Annotated[Path, typer.Option(help="Where the rows are stored.")] = BOOK / FILE,
) -> None:
    """Measure, and store each row as soon as it is there."""
    unknown = [name for name in sizes if name not in SIZES]
    unknown += [name for name in only or () if name not in stages()]
    if unknown:
        raise typer.BadParameter(f"{unknown[0]!r} is neither a size nor a stage.")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    table = measure_sizes(
        [SIZES[name] for name in sizes], only=only or (), folder=folder, file=file, say=print
    )
    print(beyond_linear(table).round(2).to_string())


if __name__ == "__main__":
    typer.run(main)
