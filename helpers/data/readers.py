"""Readers of the MovieLens layouts: 100k (``u.data``), 1M and 10M (``::``), and CSV."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources.abc import Traversable

import pandas as pd

from helpers.data.catalogue import HALF_STARS, WHOLE_STARS
from helpers.data.dataset import Dataset
from helpers.data.lines import LineFault, Rejections, decoded, fields, read_table, whole
from helpers.data.otherwise import is_written_otherwise, read_otherwise
from helpers.data.ratings import read_ratings
from helpers.data.tags import read_tags
from helpers.data.times import warn_of_late
from helpers.errors import DataError, MissingDataError

NO_GENRES = "(no genres listed)"
MOVIE_NAMES = ("movie_id", "title", "genres")
USER_NAMES = ("user_id", "gender", "age", "occupation", "zip_code")
# The flags of u.item in their order; the first says that no genre is known.
U_GENRES = (
    "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama",
    "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War",
    "Western",
)  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """How one generation of MovieLens files is written.

    Attributes:
        ratings, movies, users, tags: file names; None if there are never demographics or tags.
        needs_users: whether a folder without the users' file is another layout.
        separator: between the fields of a rating.
        table_separator: between the fields of a film or user.
        rating_scale: lowest and highest possible rating, in stars.
        encoding: of titles; None means UTF-8 if the file is UTF-8, else ISO-8859-1.
        parse_movie: a line and the encoding → movie_id, title, genres.
        parse_user: a line → a row in the order of ``user_names``.
        user_names: columns of the users' file.
    """

    ratings: str
    movies: str
    users: str | None
    needs_users: bool
    separator: bytes
    table_separator: bytes
    rating_scale: tuple[float, float]
    encoding: str | None
    parse_movie: Callable[[bytes, str], tuple[int, str, str]]
    parse_user: Callable[[bytes], tuple] | None = None
    user_names: tuple[str, ...] = ()
    tags: str | None = None


def read(
    root: Traversable,
    *,
    name: str,
    rating_scale: tuple[float, float] | None = None,
    on_bad_line: str = "raise",
    with_tags: bool = False,
) -> Dataset:
    """A data set from a folder, or from the inside of an archive, in any MovieLens layout.

    Args:
        root: the folder, or one that holds it.
        name: the name that the data set gets.
        rating_scale: lowest and highest possible rating; None takes the layout's own.
        on_bad_line: "raise", or "skip" to leave bad lines out, with a CourseWarning, and list
            them in the data set's table ``rejected``.
        with_tags: also read the tags, if the layout has a file of them and it is there.

    Raises:
        MissingDataError: no layout is recognised.
        BadLineError: lines cannot be read; the message names file, line and reason.
        DataError: a file holds no rating.
        ParameterError: another value of ``on_bad_line``.
    """
    rejections = Rejections(on_bad_line)
    folder, layout = locate(root)
    if layout is CSV and is_written_otherwise(folder / layout.ratings):
        return read_otherwise(
            folder,
            lambda: _read_movies(folder / layout.movies, layout, rejections),
            name=name,
            rating_scale=rating_scale,
            on_bad_line=on_bad_line,
        )
    scale = rating_scale or layout.rating_scale
    ratings = read_ratings(folder / layout.ratings, layout.separator, scale, rejections)
    rejections.advice = _advice(rejections, len(ratings), scale, f"{name}/{layout.ratings}")
    warn_of_late(ratings["timestamp"], f"of {layout.ratings}")
    movies = _read_movies(folder / layout.movies, layout, rejections)
    users = _read_users(folder, layout, rejections)
    tags = None
    if with_tags and layout.tags is not None and (folder / layout.tags).is_file():
        tags = read_tags(folder / layout.tags, layout.separator, rejections)
    rejected = rejections.finish()
    scale = (float(scale[0]), float(scale[1]))
    return Dataset(name, ratings, movies, users, scale, rejected, tags)


def _advice(rejections: Rejections, read: int, scale: tuple[float, float], path: str) -> str:
    """What to do about bad lines: if most are bad, the lines are not the fault."""
    advice = rejections.advice
    if any("off the scale" in reason for reason in rejections.reasons):
        advice += (
            f" If the ratings are not on the scale {scale[0]:g} to {scale[1]:g}, name their own, "
            "such as load(…, rating_scale=(1, 10))."
        )
    elif rejections.count > read:
        advice += (
            f" If the whole file is written in another way, load the table itself: load({path!r})."
        )
    return advice


def has_layout(root: Traversable) -> bool:
    """Whether the files of MovieLens are in a folder, or in a folder of it."""
    folders = [root, *(child for child in root.iterdir() if child.is_dir())]
    return any(_layout_of(folder) is not None for folder in folders)


def locate(root: Traversable) -> tuple[Traversable, Layout]:
    """The folder that holds the files, ``root`` itself or one in it, and their layout.

    Raises:
        MissingDataError: no layout is recognised.
        DataError: several folders in ``root`` hold a data set.
    """
    layout = _layout_of(root)
    if layout is not None:
        return root, layout
    inner = [child for child in root.iterdir() if child.is_dir()]
    found = [(child, known) for child in inner if (known := _layout_of(child)) is not None]
    if len(found) > 1:
        names = ", ".join(sorted(child.name for child, _layout in found))
        raise DataError(f"{root} holds several data sets: {names}. Pass the path of one of them.")
    if not found:
        wanted = "; ".join(f"{known.ratings} with {known.movies}" for known in LAYOUTS)
        raise MissingDataError(
            f"{root} and the folders in it hold no MovieLens files. Needed: {wanted}."
        )
    return found[0]


def _layout_of(folder: Traversable) -> Layout | None:
    for layout in LAYOUTS:
        needed = [layout.ratings, layout.movies]
        if layout.users is not None and layout.needs_users:
            needed.append(layout.users)
        if all((folder / name).is_file() for name in needed):
            return layout
    return None


def _read_movies(file: Traversable, layout: Layout, rejections: Rejections) -> pd.DataFrame:
    encoding = layout.encoding or _encoding_of(file)

    def parse(line: bytes) -> tuple[int, str, str]:
        return layout.parse_movie(line, encoding)

    return read_table(file, MOVIE_NAMES, layout.table_separator, parse, rejections)


def _read_users(folder: Traversable, layout: Layout, rejections: Rejections) -> pd.DataFrame | None:
    if layout.parse_user is None or layout.users is None:
        return None
    file = folder / layout.users
    if not file.is_file():
        return None
    names, separator = layout.user_names, layout.table_separator
    frame = read_table(file, names, separator, layout.parse_user, rejections)[list(USER_NAMES)]
    numbers = frame.select_dtypes("integer").columns
    return frame.astype(dict.fromkeys(numbers, "int32"))


def _encoding_of(file: Traversable) -> str:
    # Accents of ISO-8859-1 are not valid UTF-8 except by a rare accident, so a try decides it.
    try:
        file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return "iso-8859-1"
    return "utf-8"


def _movie(movie_id: bytes, title: bytes, genres: bytes, encoding: str) -> tuple[int, str, str]:
    if not title.strip():
        raise LineFault("title is empty")
    listed = decoded(genres, encoding)
    return (
        whole(movie_id, "movie_id"),
        decoded(title, encoding),
        "" if listed == NO_GENRES else listed,
    )


def _dat_movie(line: bytes, encoding: str) -> tuple[int, str, str]:
    # A title may hold the separator itself; the number before it and the genres after it cannot.
    movie_id, _first, rest = line.partition(b"::")
    title, last, genres = rest.rpartition(b"::")
    if not last:
        fields(line, b"::", 3)
    return _movie(movie_id, title, genres, encoding)


def _csv_movie(line: bytes, encoding: str) -> tuple[int, str, str]:
    movie_id, title, genres = fields(line, b",", 3)
    return _movie(movie_id, title, genres, encoding)


def _u_item(line: bytes, encoding: str) -> tuple[int, str, str]:
    movie_id, title, _released, _video, _address, _unknown, *flags = fields(line, b"|", 24)
    for genre, flag in zip(U_GENRES, flags, strict=True):
        if flag not in (b"0", b"1"):
            raise LineFault(f"the flag of {genre} is {decoded(flag, encoding)!r}, not 0 or 1")
    listed = [genre for genre, flag in zip(U_GENRES, flags, strict=True) if flag == b"1"]
    return _movie(movie_id, title, "|".join(listed).encode(encoding), encoding)


def _gender(text: bytes) -> str:
    if text not in (b"M", b"F"):
        raise LineFault(f"gender {decoded(text, 'utf-8')!r} is neither M nor F")
    return text.decode("ascii")


def _dat_user(line: bytes) -> tuple:
    user_id, gender, age, occupation, zip_code = fields(line, b"::", 5)
    return (
        whole(user_id, "user_id"),
        _gender(gender),
        whole(age, "age"),
        whole(occupation, "occupation"),
        decoded(zip_code, "utf-8"),
    )


def _u_user(line: bytes) -> tuple:
    user_id, age, gender, occupation, zip_code = fields(line, b"|", 5)
    return (
        whole(user_id, "user_id"),
        whole(age, "age"),
        _gender(gender),
        decoded(occupation, "utf-8"),
        decoded(zip_code, "utf-8"),
    )


CSV = Layout(
    ratings="ratings.csv",
    movies="movies.csv",
    users=None,
    needs_users=False,
    separator=b",",
    table_separator=b",",
    rating_scale=HALF_STARS,
    encoding="utf-8",
    parse_movie=_csv_movie,
    tags="tags.csv",
)
DAT_WITH_USERS = Layout(
    ratings="ratings.dat",
    movies="movies.dat",
    users="users.dat",
    needs_users=True,
    separator=b"::",
    table_separator=b"::",
    rating_scale=WHOLE_STARS,
    encoding=None,
    parse_movie=_dat_movie,
    parse_user=_dat_user,
    user_names=USER_NAMES,
)
DAT = Layout(
    ratings="ratings.dat",
    movies="movies.dat",
    users=None,
    needs_users=False,
    separator=b"::",
    table_separator=b"::",
    rating_scale=HALF_STARS,
    encoding="utf-8",
    parse_movie=_dat_movie,
    tags="tags.dat",
)
U_DATA = Layout(
    ratings="u.data",
    movies="u.item",
    users="u.user",
    needs_users=False,
    separator=b"\t",
    table_separator=b"|",
    rating_scale=WHOLE_STARS,
    encoding=None,
    parse_movie=_u_item,
    parse_user=_u_user,
    user_names=("user_id", "age", "gender", "occupation", "zip_code"),
)
LAYOUTS = (CSV, DAT_WITH_USERS, DAT, U_DATA)
