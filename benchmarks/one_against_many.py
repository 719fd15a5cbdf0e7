"""The split of He et al. (2017): each user's last film against others drawn beforehand.

Three files with tabs between the fields, as they are published with the paper on neural
collaborative filtering: ``NAME.train.rating`` and ``NAME.test.rating`` hold user, film, stars and
seconds since 1970 on each line, ``NAME.test.negative`` holds ``(user,film)`` and then the films
drawn for that user, 99 in the paper. Ids count from 0.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.data.lines import LineFault, Rejections, shown, whole
from helpers.data.ratings import read_ratings
from helpers.errors import DataError, MissingDataError
from helpers.files import written_whole

PARTS = ("train.rating", "test.rating", "test.negative")
SEPARATOR = b"\t"
ADVICE = "The published files have no such line: fetch them again."
_PAIR = re.compile(rb"\((\d+),(\d+)\)")


@dataclass(frozen=True, eq=False)
class OneAgainstMany:
    """What ``read_one_against_many`` returns.

    Attributes:
        name: what the files are called, such as ml-1m.
        train: user_id, movie_id (int32), rating (float32, stars), timestamp (int64).
        tested: the same columns: one row per test, which is one user's last film.
        drawn: ids of the films drawn for each test, int32, shape (tests, films drawn).
        rating_scale: lowest and highest possible rating, in stars.
    """

    name: str
    train: pd.DataFrame
    tested: pd.DataFrame
    drawn: np.ndarray
    rating_scale: tuple[float, float]

    def drawn_though_chosen(self) -> int:
        """How many drawn films their user has chosen in training: they are not wrong answers."""
        return int(_among(self._drawn_pairs(), self.train).sum())

    def drawn_twice(self) -> int:
        """How many drawn films occur in their line a second time."""
        ordered = np.sort(self.drawn, axis=1)
        return int((ordered[:, 1:] == ordered[:, :-1]).sum())

    def _drawn_pairs(self) -> pd.DataFrame:
        users = np.repeat(self.tested["user_id"].to_numpy(), self.drawn.shape[1])
        return pd.DataFrame({"user_id": users, "movie_id": self.drawn.ravel()})


def read_one_against_many(
    folder: str | os.PathLike[str],
    name: str = "ml-1m",
    *,
    rating_scale: tuple[float, float] = (1, 5),
) -> OneAgainstMany:
    """The three files of one data set.

    A drawn film may occur twice, or may be one that the user chose in training. That is not an
    error in a line, but it changes the metric a little: ``drawn_twice`` and ``drawn_though_chosen``
    count it.

    Args:
        folder: where the files are.
        name: what their names begin with.
        rating_scale: lowest and highest possible rating, in stars.

    Raises:
        MissingDataError: a file is not there.
        BadLineError: lines cannot be read; the message names file, line and reason.
        DataError: the files do not belong together: other tests, in another order, in
            ``test.negative`` than in ``test.rating``, a test that is also in the training set,
            or no line at all.
    """
    files = [Path(folder).expanduser() / f"{name}.{part}" for part in PARTS]
    missing = [file.name for file in files if not file.is_file()]
    if missing:
        raise MissingDataError(
            f"{folder} has no {', '.join(missing)}. The split of He et al. (2017) is three files: "
            f"{', '.join(file.name for file in files)}. They are published with the paper's code."
        )
    rejections = Rejections(advice=ADVICE)
    train, tested = (read_ratings(f, SEPARATOR, rating_scale, rejections) for f in files[:2])
    pairs, drawn = _read_drawn(files[2], rejections)
    rejections.finish()
    _check(files, train, tested, pairs)
    return OneAgainstMany(name, train, tested, drawn, rating_scale)


def write_one_against_many(split: OneAgainstMany, folder: str | os.PathLike[str]) -> list[Path]:
    """Write the three files of a split, as ``read_one_against_many`` reads them; their paths.

    Args:
        split: what to write.
        folder: where to write; made if it is missing.

    Raises:
        WritingError: the disk is full, or the folder cannot be written to.
    """
    texts = [
        table.assign(rating=table["rating"].map("{:g}".format)).to_csv(
            sep="\t", header=False, index=False, lineterminator="\n"
        )
        for table in (split.train, split.tested)
    ]
    tests = zip(split.tested["user_id"], split.tested["movie_id"], split.drawn, strict=True)
    rows = ["\t".join([f"({user},{film})", *map(str, row)]) for user, film, row in tests]
    texts.append("".join(f"{row}\n" for row in rows))
    paths = [Path(folder) / f"{split.name}.{part}" for part in PARTS]
    for path, text in zip(paths, texts, strict=True):
        with written_whole(path) as unfinished:
            unfinished.write_text(text, encoding="ascii", newline="\n")
    return paths


def parse_drawn(line: bytes) -> list[int]:
    r"""User, film, and the films drawn, from one line of ``test.negative``.

    Raises:
        LineFault: what is wrong with it.

    Example:
        >>> parse_drawn(b"(0,25)\t1064\t174")
        [0, 25, 1064, 174]
    """
    pair, *drawn = line.split(SEPARATOR)
    match = _PAIR.fullmatch(pair)
    if match is None:
        raise LineFault(f"{shown(pair)!r} is not a (user,film)")
    if not drawn:
        raise LineFault("no film is drawn")
    names = ("user_id", "movie_id")
    found = [whole(text, each) for text, each in zip(match.groups(), names, strict=True)]
    found += [whole(text, "drawn movie_id") for text in drawn]
    if found[1] in found[2:]:
        raise LineFault(f"the film {found[1]} is drawn against itself")
    return found


def _read_drawn(file: Path, rejections: Rejections) -> tuple[pd.DataFrame, np.ndarray]:
    """The pairs and the films drawn; every line must have as many fields as the first."""
    rows: list[list[int]] = []
    with file.open("rb") as stream:
        for number, raw in enumerate(stream, start=1):
            line = raw.rstrip(b"\r\n")
            if not line:
                continue
            try:
                row = parse_drawn(line)
                if rows and len(row) != len(rows[0]):
                    raise LineFault(f"{len(row) - 2} films are drawn, not {len(rows[0]) - 2}")
            except LineFault as fault:
                rejections.add(file, number, str(fault), shown(line))
                continue
            rows.append(row)
    table = np.array(rows or np.empty((0, 3)), dtype="int32")
    return pd.DataFrame(table[:, :2], columns=["user_id", "movie_id"]), table[:, 2:]


def _check(
    files: list[Path], train: pd.DataFrame, tested: pd.DataFrame, pairs: pd.DataFrame
) -> None:
    """Raise a DataError if the files do not belong together."""
    _train_file, test_file, drawn_file = (file.name for file in files)
    apart = "they do not belong together."
    if len(tested) != len(pairs):
        raise DataError(
            f"{test_file} has {len(tested):,} tests and {drawn_file} has {len(pairs):,}: {apart}"
        )
    asked, given = (list(zip(t["user_id"], t["movie_id"], strict=True)) for t in (tested, pairs))
    for number, (ours, theirs) in enumerate(zip(asked, given, strict=True), start=1):
        if ours != theirs:
            raise DataError(
                f"Test {number} is {_words(ours)} in {test_file} and {_words(theirs)} in "
                f"{drawn_file}: {apart}"
            )
    known = np.flatnonzero(_among(tested, train))
    if len(known):
        raise DataError(
            f"Test {known[0] + 1} of {test_file}, {_words(asked[known[0]])}, is also in the "
            "training set, so it tests nothing."
        )


def _words(pair: tuple[int, int]) -> str:
    return f"user {pair[0]} with film {pair[1]}"


def _among(pairs: pd.DataFrame, ratings: pd.DataFrame) -> np.ndarray:
    """Whether each pair of a user and a film is among the ratings."""
    wide = 2**32
    keys = [p["user_id"].to_numpy("int64") * wide + p["movie_id"] for p in (pairs, ratings)]
    found: np.ndarray = np.isin(*keys)
    return found
