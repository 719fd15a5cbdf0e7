"""Make data/simulated: a world small enough to come with the course.

``python data/make_simulated.py`` writes the three files and their SHA-256; with ``--check`` it
only compares the files with what the seed gives.
"""

import argparse
import hashlib
import tempfile
from pathlib import Path

from helpers.data.writing import write_1m_layout
from helpers.simulation import simulate

FOLDER = Path(__file__).resolve().parent / "simulated"
# The seed is one of those whose ten best means are all films with a single rating.
SIZE = {"n_users": 600, "n_movies": 900, "n_ratings": 25_000, "random_state": 81}


def make(folder: Path) -> list[Path]:
    """Write users.dat, movies.dat, ratings.dat and SHA256SUMS into the folder."""
    paths = write_1m_layout(simulate(**SIZE).dataset, folder)
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="ascii", newline="\n")
    return paths


def check() -> None:
    """Exit with a message unless the seed gives the files that are there, byte for byte."""
    with tempfile.TemporaryDirectory() as folder:
        for path in make(Path(folder)):
            if path.read_bytes() != (FOLDER / path.name).read_bytes():
                raise SystemExit(f"{FOLDER / path.name} is not what the seed gives.")
    print("The files are what the seed gives.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    if parser.parse_args().check:
        check()
    else:
        for written in make(FOLDER):
            print(f"{written.name}: {written.stat().st_size:,} bytes")
