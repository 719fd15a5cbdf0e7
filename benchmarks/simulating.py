"""How long the simulator takes, and how much memory: ``python benchmarks/simulating.py``.

Each size runs in a process of its own, so that peaks do not mix. ``--largest`` adds the size of
MovieLens 32M.
"""

import argparse
import multiprocessing
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import psutil

from helpers.data import simulate, write_1m_layout

SIZES = [(943, 1_682, 100_000), (6_040, 3_883, 1_000_209), (69_878, 10_681, 10_000_054)]
LARGEST = (200_948, 87_585, 32_000_204)


def measure(size: tuple[int, int, int]) -> tuple[float, float, float, float]:
    """Seconds to draw, processor seconds of it, seconds to write, and peak memory in MB."""
    start, busy = time.perf_counter(), time.process_time()
    world = simulate(*size)
    drawn, busy = time.perf_counter(), time.process_time() - busy
    with tempfile.TemporaryDirectory() as folder:
        write_1m_layout(world.dataset, Path(folder))
        written = time.perf_counter()
    return drawn - start, busy, written - drawn, peak_megabytes()


def peak_megabytes() -> float:
    """Peak memory of this process so far."""
    if sys.platform == "win32":
        return psutil.Process().memory_info().peak_wset / 1e6
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--largest", action="store_true", help="also 32 million ratings")
    sizes = [*SIZES, LARGEST] if parser.parse_args().largest else SIZES
    print("|    users |   films |    ratings | seconds to draw | processor | to write | peak MB |")
    print("|---------:|--------:|-----------:|----------------:|----------:|---------:|--------:|")
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn, max_tasks_per_child=1) as process:
        for size, figures in zip(sizes, process.map(measure, sizes), strict=True):
            users, films, ratings = size
            draw, busy, write, peak = figures
            print(
                f"| {users:8,} | {films:7,} | {ratings:10,} "
                f"| {draw:15.1f} | {busy:9.1f} | {write:8.1f} | {peak:7,.0f} |",
                flush=True,
            )
