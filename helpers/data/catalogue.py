"""The data sets that the course knows by name: where each comes from and how to recognise it."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import process, utils

from helpers.errors import UnknownDatasetError

GROUPLENS = "https://files.grouplens.org/datasets/movielens/"
PRIVATE = "research and teaching, not commercial; not to be passed on; acknowledge GroupLens"
SHARED = "research and teaching, not commercial; passed on only under the same terms; acknowledge"
# Of 100; a less similar name is not a misspelling.
NEAR = 70
HALF_STARS = (0.5, 5.0)
WHOLE_STARS = (1.0, 5.0)


@dataclass(frozen=True)
class Entry:
    """What is known about a data set before any of its files is opened.

    Attributes:
        name: what ``load`` calls it.
        description: one line for the list of data sets.
        ratings: number of ratings in it.
        rating_scale: lowest and highest possible rating, in stars.
        licence: its terms in a few words; the full terms are in its own README.
        archive: file name at GroupLens, or None if the data comes with the course.
        size: bytes of the archive, or None if it comes with the course.
        sha256: hash of the archive, or None if ``SHA256SUMS`` is next to the files.
    """

    name: str
    description: str
    ratings: int
    rating_scale: tuple[float, float]
    licence: str
    archive: str | None = None
    size: int | None = None
    sha256: str | None = None

    @property
    def embedded(self) -> bool:
        """Whether it comes with the course and needs no download."""
        return self.archive is None

    @property
    def address(self) -> str | None:
        """Where its archive is published."""
        return None if self.archive is None else GROUPLENS + self.archive


CATALOGUE = {
    entry.name: entry
    for entry in (
        Entry(
            "movielens-small",
            "MovieLens latest-small of October 2016: 671 users, 9,066 films; comes with the course",
            100_004,
            HALF_STARS,
            SHARED,
        ),
        Entry(
            "simulated",
            "A small simulated world in the layout of MovieLens 1M; comes with the course",
            25_000,
            WHOLE_STARS,
            "CC BY 4.0, as the course's prose",
        ),
        Entry(
            "ml-latest-small",
            "MovieLens latest-small of September 2018: 610 users, 9,724 rated films",
            100_836,
            HALF_STARS,
            SHARED,
            "ml-latest-small.zip",
            978_202,
            "696d65a3dfceac7c45750ad32df2c259311949efec81f0f144fdfb91ebc9e436",
        ),
        Entry(
            "ml-100k",
            "MovieLens 100K of 1998: 943 users with demographics, 1,682 films",
            100_000,
            WHOLE_STARS,
            PRIVATE,
            "ml-100k.zip",
            4_924_029,
            "50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229",
        ),
        Entry(
            "ml-1m",
            "MovieLens 1M of 2003: 6,040 users with demographics, 3,706 rated films",
            1_000_209,
            WHOLE_STARS,
            PRIVATE,
            "ml-1m.zip",
            5_917_549,
            "a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20",
        ),
        Entry(
            "ml-10m",
            "MovieLens 10M of 2009: 69,878 users, 10,677 rated films",
            10_000_054,
            HALF_STARS,
            PRIVATE,
            "ml-10m.zip",
            65_566_137,
            "813c411ccb6122564edfe752e7f80c4dcc5aa25fa94c93622f6877a7ba252862",
        ),
        Entry(
            "ml-20m",
            "MovieLens 20M of 2015: 138,493 users, 26,744 rated films",
            20_000_263,
            HALF_STARS,
            PRIVATE,
            "ml-20m.zip",
            198_702_078,
            "96f243c338a8665f6bcc89c53edf6ee39162a846940de6b7c8c48aeada765ff3",
        ),
        Entry(
            "ml-25m",
            "MovieLens 25M of 2019: 162,541 users, 59,047 rated films",
            25_000_095,
            HALF_STARS,
            PRIVATE,
            "ml-25m.zip",
            261_978_986,
            "8b21cfb7eb1706b4ec0aac894368d90acf26ebdfb6aced3ebd4ad5bd1eb9c6aa",
        ),
        Entry(
            "ml-32m",
            "MovieLens 32M of 2023: 200,948 users, 87,585 films",
            32_000_204,
            HALF_STARS,
            SHARED,
            "ml-32m.zip",
            238_950_008,
            "e4a68655d7386b8f95f2f2424b2ff975dfdd15ffd59e0d864a14dca43e99d6ee",
        ),
    )
}


def lookup(name: str) -> Entry:
    """The entry of that name.

    Raises:
        UnknownDatasetError: no such name; the message offers the nearest ones.

    Example:
        >>> lookup("ml-1m").ratings
        1000209
    """
    if name in CATALOGUE:
        return CATALOGUE[name]
    found = process.extract(
        name, list(CATALOGUE), processor=utils.default_process, limit=3, score_cutoff=NEAR
    )
    nearest = ", ".join(match for match, _score, _position in found)
    near = f"The nearest names are {nearest}; `course" if nearest else "`course"
    raise UnknownDatasetError(
        f"No data set is called {name!r}. {near} data list` shows all. To read files of your own, "
        "pass the path of a table, or of their folder or zip."
    )
