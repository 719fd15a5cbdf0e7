# /// script
# requires-python = ">=3.11"
# dependencies = ["rdata>=1.1"]
# ///
"""Write ``data/movielens-small`` from Debian's package r-cran-dslabs.

The package carries the October 2016 edition of MovieLens latest-small as an R lazy-load table.
This script undoes what its authors did (the year cut off the title, films joined to ratings) and
writes the files in GroupLens' own layout: ``ratings.csv``, ``movies.csv`` and ``SHA256SUMS``.
The same input gives the same bytes on every machine.

Usage:
    python data/make_movielens_small.py r-cran-dslabs_0.7.4-1_all.deb
    python data/make_movielens_small.py FOLDER-WITH-THE-UNPACKED-PACKAGE --check

It needs the package ``rdata`` beside the course's environment: ``pip install rdata``.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import struct
import sys
import tarfile
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "movielens-small"
TABLES = "usr/lib/R/site-library/dslabs/data"
EXPECTED = {"ratings": 100_004, "users": 671, "films": 9_066}

# dslabs kept a title only where it ends in one year, which lost these five.
TITLES_WITHOUT_YEAR = {
    108548: "Big Bang Theory, The (2007-)",
    108583: "Fawlty Towers (1975-1979)",
    143410: "Hyena Road",
    151307: "The Lovers and the Despot",
    162376: "Stranger Things",
}


def members_of_deb(path: Path) -> Callable[[str], bytes]:
    """A function that returns one file of a Debian package, by its name in the package."""
    data = path.read_bytes()
    if not data.startswith(b"!<arch>\n"):
        sys.exit(f"{path} is not a Debian package.")
    position = 8
    while position < len(data):
        name = data[position : position + 16].decode().strip().rstrip("/")
        size = int(data[position + 48 : position + 58])
        content = data[position + 60 : position + 60 + size]
        if name.startswith("data.tar"):
            archive = tarfile.open(fileobj=io.BytesIO(content))  # noqa: SIM115
            return lambda wanted: archive.extractfile(f"./{wanted}").read()  # type: ignore[union-attr]
        position += 60 + size + size % 2
    sys.exit(f"{path} holds no data.tar.")


def read_movielens(read: Callable[[str], bytes]) -> Any:
    """The table ``movielens`` of the package, as a DataFrame."""
    try:
        import rdata
    except ImportError:
        sys.exit("This script reads an R table with the package rdata: pip install rdata")
    with warnings.catch_warnings():
        # An object inside the lazy-load file has no file header, and rdata remarks on it.
        warnings.filterwarnings("ignore", message="Unknown file type", category=UserWarning)
        index = rdata.conversion.convert(rdata.parser.parse_data(read(f"{TABLES}/Rdata.rdx")))
        offset, length = (int(number) for number in index["variables"]["movielens"])
        entry = read(f"{TABLES}/Rdata.rdb")[offset : offset + length]
        (size,) = struct.unpack(">I", entry[:4])
        table = zlib.decompress(entry[4:])
        if len(table) != size:
            sys.exit(f"The table has {len(table):,} bytes instead of {size:,}.")
        return rdata.conversion.convert(rdata.parser.parse_data(table))


def ratings_csv(table: Any) -> bytes:
    """The ratings in GroupLens' layout: by user, then by film, with Windows line ends."""
    columns = ["userId", "movieId", "rating", "timestamp"]
    rows = table.sort_values(["userId", "movieId"])[columns].itertuples(index=False)
    lines = [f"{user},{film},{rating:.1f},{time}" for user, film, rating, time in rows]
    return "\r\n".join([",".join(columns), *lines, ""]).encode("ascii")


def movies_csv(table: Any) -> bytes:
    """The films in GroupLens' layout, with the year back in the title."""
    films = table.drop_duplicates("movieId").sort_values("movieId")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["movieId", "title", "genres"])
    for row in films.itertuples(index=False):
        full = TITLES_WITHOUT_YEAR.get(int(row.movieId)) or f"{row.title} ({row.year})"
        writer.writerow([row.movieId, full, row.genres])
    return text.getvalue().encode("utf-8")


def main() -> None:
    """Write the files, or with ``--check`` compare them with those that are there."""
    parser = argparse.ArgumentParser(description="Make data/movielens-small.")
    parser.add_argument("source", type=Path, help="r-cran-dslabs_*.deb, or its unpacked folder")
    parser.add_argument("--check", action="store_true", help="write nothing, compare only")
    arguments = parser.parse_args()
    source: Path = arguments.source
    if not source.exists():
        sys.exit(f"{source} does not exist.")
    read = (
        (lambda name: (source / name).read_bytes()) if source.is_dir() else members_of_deb(source)
    )
    table = read_movielens(read)
    found = {
        "ratings": len(table),
        "users": table["userId"].nunique(),
        "films": table["movieId"].nunique(),
    }
    if found != EXPECTED:
        sys.exit(f"This is not the October 2016 edition: {found} instead of {EXPECTED}.")
    files = {"ratings.csv": ratings_csv(table), "movies.csv": movies_csv(table)}
    sums = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items()
    )
    files["SHA256SUMS"] = sums.encode("ascii")
    for name, content in files.items():
        path = FOLDER / name
        if not arguments.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        elif not path.exists() or path.read_bytes() != content:
            sys.exit(f"{path} differs from what the package gives.")
    print(sums, end="")


if __name__ == "__main__":
    main()
