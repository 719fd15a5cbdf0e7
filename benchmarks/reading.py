"""How fast ratings are read from a file: ours checks every line, the others check less.

The file of a million lines is simulated, in the size and layout of MovieLens 1M, with a line of
column names. The file of 25 million lines has distinct pairs in the order of MovieLens 25M; each
reader runs in its own process, so that the peak of memory is its own. No file stays on the disk.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from benchmarks.apart import apart
from benchmarks.contests import Contest, Outcome, Side
from helpers.data import load, write_1m_layout
from helpers.data.catalogue import HALF_STARS, WHOLE_STARS
from helpers.data.lines import Rejections
from helpers.data.ratings import COLUMNS, NAMES, read_ratings
from helpers.simulation import simulate

MILLION, QUICK_MILLION = (6_040, 3_706, 1_000_209), (60, 50, 900)
LARGE, QUICK_LARGE = 25_000_000, 3_000
LARGE_FILMS = 3_706
LINES_AT_ONCE = 1_000_000
PROMISED_SECONDS, PROMISED_BYTES = 15.0, 2e9

Read = Callable[[Path], pd.DataFrame]


def contests(data: str | None, quick: bool) -> list[Contest]:
    """A file with ``::`` between its fields, and a large one with commas."""
    n = (QUICK_MILLION if quick else MILLION)[2]
    large = QUICK_LARGE if quick else LARGE
    where = "simulated" if data is None else data
    return [
        Contest(
            "ratings.dat",
            f"{where}, {n:,} lines" if data is None else where,
            partial(_dat_sides, data, quick),
        ),
        Contest(
            "a large ratings.csv",
            f"drawn, {large:,} lines; promised are {PROMISED_SECONDS:g} s and "
            f"{PROMISED_BYTES / 1e9:g} GB",
            partial(_csv_sides, large),
            runs=3 if quick else 5,
            note="pandas alone checks no separator, no scale and no repeated rating",
        ),
    ]


def _dat_sides(data: str | None, quick: bool) -> Sequence[Side]:
    folder = _folder()
    size = QUICK_MILLION if quick else MILLION
    dataset = simulate(*size).dataset if data is None else load(data)
    path = write_1m_layout(dataset, folder, header=True)[2]
    return [
        Side("helpers.data, every line checked", partial(_outcome, dat, path), ours=True),
        Side("pandas, python engine", partial(_outcome, python_engine, path), at_most=0.1),
        Side("fixed width, then split", partial(_outcome, fixed_width, path), at_most=0.2),
    ]


def _csv_sides(n: int) -> Sequence[Side]:
    path = _folder() / "ratings.csv"
    draw(path, n)
    return [
        Side("helpers.data, every line checked", partial(_apart, csv, path), ours=True),
        Side(f"the promise, {PROMISED_SECONDS:g} s", promised, at_most=1),
        Side("pandas, C engine", partial(_apart, c_engine, path)),
    ]


def _folder() -> Path:
    folder = tempfile.mkdtemp(prefix="reading-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def dat(path: Path) -> pd.DataFrame:
    """The course's reader."""
    return _checked(path, b"::", WHOLE_STARS)


def csv(path: Path) -> pd.DataFrame:
    """The course's reader."""
    return _checked(path, b",", HALF_STARS)


def _checked(path: Path, separator: bytes, scale: tuple[float, float]) -> pd.DataFrame:
    rejections = Rejections()
    ratings = read_ratings(path, separator, scale, rejections)
    rejections.finish()
    return ratings


def python_engine(path: Path) -> pd.DataFrame:
    """The usual way to read two characters between fields."""
    return pd.read_csv(path, sep="::", engine="python", header=0, names=list(NAMES))


def fixed_width(path: Path) -> pd.DataFrame:
    """A way that some notebooks use: one column of fixed width, split at the separator."""
    lines = pd.read_fwf(path, encoding="ISO-8859-1")
    parts = lines.iloc[:, 0].str.split("::", expand=True)
    return parts.rename(columns=dict(enumerate(NAMES))).astype("int64")


def c_engine(path: Path) -> pd.DataFrame:
    """The fastest of pandas' own readers, with the types given; it checks that they fit."""
    return pd.read_csv(path, header=0, names=list(NAMES), dtype=COLUMNS)


def promised() -> Outcome:
    """As many seconds, and as much memory, as the promise allows."""
    return Outcome(PROMISED_SECONDS, {"peak GB": PROMISED_BYTES / 1e9})


def _outcome(read: Read, path: Path) -> Outcome:
    ratings = read(path)
    return Outcome(figures={"ratings": len(ratings), "mean stars": float(ratings["rating"].mean())})


def _apart(read: Read, path: Path) -> Outcome:
    outcome = apart(_timed, read, path)
    seconds, n = outcome.result
    return Outcome(seconds, {"ratings": n, "peak GB": outcome.peak_memory / 1e9})


def _timed(read: Read, path: Path) -> tuple[float, int]:
    start = perf_counter()
    ratings = read(path)
    return perf_counter() - start, len(ratings)


def draw(path: Path, n: int) -> None:
    """Write n ratings of distinct pairs as CSV, ordered by user and film as MovieLens has them."""
    random = np.random.default_rng(0)
    step = 6
    pairs = np.arange(n, dtype="int64") * step + random.integers(0, step, n)
    stars = random.integers(1, 11, n) / 2
    times = random.integers(956_703_932, 1_046_454_590, n)
    columns = (pairs // LARGE_FILMS + 1, pairs % LARGE_FILMS + 1, stars, times)
    with path.open("w", encoding="ascii", newline="\n") as file:
        file.write("userId,movieId,rating,timestamp\n")
        for start in range(0, n, LINES_AT_ONCE):
            rows = zip(
                *(column[start : start + LINES_AT_ONCE].tolist() for column in columns), strict=True
            )
            file.writelines(f"{','.join(map(str, row))}\n" for row in rows)
