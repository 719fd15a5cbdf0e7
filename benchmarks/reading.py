"""How fast ratings are read, beside two other ways: ``python benchmarks/reading.py``.

A ``ratings.dat`` of a million lines is drawn and written to a temporary folder; each way reads it
in turn, several times over in one sitting. ``--large 25000000`` also reads a CSV file of that many
lines in a process of its own, for time and peak memory. Nothing stays on the disk.
"""

import argparse
import multiprocessing
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

from helpers.data import load
from helpers.data.lines import Rejections
from helpers.data.ratings import NAMES, read_ratings

FILMS = 3_706
MILLION = 1_000_000


def draw(path: Path, n: int, separator: str) -> None:
    """Write n ratings of distinct pairs, ordered by user as MovieLens has them."""
    random = np.random.default_rng(0)
    step = 6
    pairs = np.arange(n, dtype="int64") * step + random.integers(0, step, n)
    step_of_scale, lowest = (1, 1) if separator == "::" else (0.5, 0.5)
    count = 5 if separator == "::" else 10
    stars = random.integers(0, count, n) * step_of_scale + lowest
    times = random.integers(956_703_932, 1_046_454_590, n)
    columns = (pairs // FILMS + 1, pairs % FILMS + 1, stars, times)
    with path.open("w", encoding="ascii", newline="\n") as file:
        if separator == ",":
            file.write("userId,movieId,rating,timestamp\n")
        for start in range(0, n, MILLION):
            block = zip(
                *(column[start : start + MILLION].tolist() for column in columns), strict=True
            )
            file.writelines(f"{separator.join(map(str, row))}\n" for row in block)


def ours(path: Path) -> pd.DataFrame:
    """The course's reader: every line checked, whole file compared for duplicates."""
    rejections = Rejections()
    ratings = read_ratings(path, b"::", (1, 5), rejections)
    rejections.finish()
    return ratings


def python_engine(path: Path) -> pd.DataFrame:
    """The usual way to read two bytes between fields."""
    return pd.read_csv(path, sep="::", engine="python", header=None, names=list(NAMES))


def fixed_width(path: Path) -> pd.DataFrame:
    """A fixed-width reader that guesses its columns, then split at the separator."""
    lines = pd.read_fwf(path, header=None, names=["line"], colspecs=[(0, 60)], dtype=str)["line"]
    parts = lines.str.split("::", expand=True)
    return parts.set_axis(list(NAMES), axis=1).astype("int64")


def seconds(read: Callable[[Path], pd.DataFrame], path: Path) -> float:
    """How long one reading takes."""
    start = time.perf_counter()
    read(path)
    return time.perf_counter() - start


def compare(path: Path, rounds: int) -> None:
    """Print one row a way: median, spread, ratio to ours."""
    ways = {
        "helpers.data (checked)": ours,
        'pandas, sep="::", python engine': python_engine,
        "pandas, fixed width, split": fixed_width,
    }
    reference = ours(path)
    for read in (python_engine, fixed_width):
        pd.testing.assert_frame_equal(read(path), reference, check_dtype=False)
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, read in ways.items():
            times[name].append(seconds(read, path))
    base = statistics.median(times["helpers.data (checked)"])
    print("| way | median s | min–max s | times ours |")
    print("|---|---:|---:|---:|")
    for name, found in times.items():
        median = statistics.median(found)
        spread = f"{min(found):.2f}–{max(found):.2f}"
        print(f"| {name} | {median:.2f} | {spread} | {median / base:.1f} |", flush=True)


def read_large(path: Path) -> tuple[float, float, float, int]:
    """Seconds, processor seconds, peak memory in MB and number of ratings of a CSV file."""
    start, busy = time.perf_counter(), time.process_time()
    ratings = read_ratings(path, b",", (0.5, 5), Rejections())
    taken, busy = time.perf_counter() - start, time.process_time() - busy
    return taken, busy, peak_megabytes(), len(ratings)


def peak_megabytes() -> float:
    """Peak memory of this process so far."""
    if sys.platform == "win32":
        return psutil.Process().memory_info().peak_wset / 1e6
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def main() -> None:
    """Draw, measure, print."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often each way reads the file")
    parser.add_argument("--large", type=int, default=0, help="lines of a CSV file to read as well")
    arguments = parser.parse_args()
    print(
        f"Python {platform.python_version()}, pandas {pd.__version__}, NumPy {np.__version__}, "
        f"{platform.system()} {platform.machine()}, {psutil.cpu_count()} processors\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ratings.dat"
        draw(path, MILLION, "::")
        print(f"ratings.dat, {MILLION:,} lines, {path.stat().st_size / 1e6:.0f} MB\n")
        compare(path, arguments.rounds)
        embedded = [seconds(lambda _path: load("movielens-small").ratings, path) for _ in range(9)]
        milliseconds = 1000 * statistics.median(embedded)
        print(f'\nload("movielens-small"), hashes verified: {milliseconds:.0f} ms')
        if arguments.large:
            path = Path(folder) / "ratings.csv"
            draw(path, arguments.large, ",")
            with multiprocessing.get_context("spawn").Pool(1) as process:
                took, busy, peak, found = process.apply(read_large, (path,))
            size = path.stat().st_size / 1e6
            print(
                f"ratings.csv, {found:,} lines, {size:.0f} MB: {took:.1f} s "
                f"({busy:.1f} s of one processor), peak {peak:,.0f} MB"
            )


if __name__ == "__main__":
    main()
