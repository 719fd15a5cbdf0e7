"""The script that made data/movielens-small gives its bytes back from what it was made of."""

import io
import runpy
import tarfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from helpers.data import path


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(path("movielens-small").parent / "make_movielens_small.py"))


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """The embedded files in the form of the R package: films joined, years apart, order lost."""
    folder = path("movielens-small")
    movies = pd.read_csv(folder / "movies.csv", dtype=str)
    parts = movies["title"].str.extract(r"^(.*) \((\d{4})\)$")
    movies["title"], movies["year"] = parts[0], parts[1]
    joined = pd.read_csv(folder / "ratings.csv").astype({"movieId": str})
    joined = joined.merge(movies, on="movieId").astype({"movieId": int})
    return joined.sample(frac=1, random_state=0)


def test_ratings_come_back_byte_for_byte(script, table):
    assert script["ratings_csv"](table) == (path("movielens-small") / "ratings.csv").read_bytes()


def test_films_come_back_byte_for_byte(script, table):
    assert script["movies_csv"](table) == (path("movielens-small") / "movies.csv").read_bytes()


def test_reads_a_file_out_of_a_debian_package(script, tmp_path: Path):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:xz") as archive:
        member = tarfile.TarInfo("./usr/file")
        member.size = 5
        archive.addfile(member, io.BytesIO(b"hello"))
    package = b"!<arch>\n"
    for name, data in (("debian-binary", b"2.0"), ("data.tar.xz", content.getvalue())):
        package += f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n".encode() + data
        package += b"\n" * (len(data) % 2)
    (tmp_path / "package.deb").write_bytes(package)
    assert script["members_of_deb"](tmp_path / "package.deb")("usr/file") == b"hello"


def test_refuses_another_file(script, tmp_path: Path):
    (tmp_path / "package.deb").write_bytes(b"no package")
    with pytest.raises(SystemExit, match="is not a Debian package"):
        script["members_of_deb"](tmp_path / "package.deb")
