"""What a file of MovieLens says, line by line in plain Python: slow, and easy to believe.

It shares no code with ``helpers.data``. Each function returns the rows that count, and the numbers
of the lines that do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

Rows = tuple[list[tuple], list[int]]

LARGEST_ID = 2**31 - 1
LARGEST_TIME = 2**63 - 1
SCALES = {"csv": (0.5, 5.0), "1m": (1.0, 5.0), "10m": (0.5, 5.0), "100k": (1.0, 5.0)}
SEPARATORS = {"csv": ",", "1m": "::", "10m": "::", "100k": "\t"}
FILES = {
    "csv": ("ratings.csv", "movies.csv", None),
    "1m": ("ratings.dat", "movies.dat", "users.dat"),
    "10m": ("ratings.dat", "movies.dat", None),
    "100k": ("u.data", "u.item", "u.user"),
}
GENRES = (
    *("Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary"),
    *("Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi"),
    *("Thriller", "War", "Western"),
)


# A quoted field goes over no more lines.
MOST_LINES = 20


class Bad(Exception):
    """This line does not count."""


class Unclosed(Bad):
    """A quotation mark is opened in it, and not closed."""


def data_set(files: Mapping[str, bytes], layout: str) -> dict[str, Rows]:
    """Rows and bad lines of each file of a layout, by the name of the file."""
    ratings, films, users = FILES[layout]
    found = {
        ratings: read_ratings(files[ratings], SEPARATORS[layout], SCALES[layout]),
        films: read_films(files[films], layout),
    }
    if users in files:
        found[users] = read_users(files[users], layout)
    return found


def read_ratings(content: bytes, separator: str, scale: tuple[float, float]) -> Rows:
    """user_id, movie_id, rating, timestamp; the first rating of a film by a user counts."""

    def parse(line: str) -> tuple:
        user, film, rating, time = cut(line, separator, 4)
        value = stars(rating)
        if not scale[0] <= value <= scale[1]:
            raise Bad
        return whole(user), whole(film), value, whole(time, LARGEST_TIME)

    names = ["user_id", "movie_id", "rating", "timestamp"]
    return read(content, separator, names, parse, key=lambda row: row[:2])


def read_films(content: bytes, layout: str) -> Rows:
    """movie_id, title, genres; the first description of a film counts."""
    encoding = "utf-8"
    if layout in ("1m", "100k") and not is_utf8(content):
        encoding = "latin-1"

    def parse(line: str) -> tuple:
        if layout == "csv":
            number, title, genres = cut(line, ",", 3)
        elif layout == "100k":
            parts = cut(line, "|", 24)
            number, title, flags = parts[0], parts[1], parts[6:]
            if any(flag not in ("0", "1") for flag in flags):
                raise Bad
            marked = [genre for genre, flag in zip(GENRES, flags, strict=True) if flag == "1"]
            genres = "|".join(marked)
        else:
            first, last = line.find("::"), line.rfind("::")
            if first == -1 or last < first + 2:
                raise Bad
            number, title, genres = line[:first], line[first + 2 : last], line[last + 2 :]
        if not title.strip(" \t\n\r\x0b\x0c"):
            raise Bad
        genres = text(genres, encoding)
        return (
            whole(number),
            text(title, encoding),
            "" if genres == "(no genres listed)" else genres,
        )

    separator = {"csv": ",", "100k": "|"}.get(layout, "::")
    names = ["movie_id", "title", "genres"]
    return read(content, separator, names, parse, key=lambda row: row[0], joined=layout == "csv")


def read_users(content: bytes, layout: str) -> Rows:
    """user_id, gender, age, occupation, zip_code; the first description of a user counts."""
    names = ["user_id", "gender", "age", "occupation", "zip_code"]
    separator = "::"
    if layout == "100k":
        names[1:3] = "age", "gender"
        separator = "|"

    def parse(line: str) -> tuple:
        found = dict(zip(names, cut(line, separator, 5), strict=True))
        if found["gender"] not in ("M", "F"):
            raise Bad
        job = found["occupation"]
        return (
            whole(found["user_id"]),
            found["gender"],
            whole(found["age"]),
            whole(job) if layout == "1m" else text(job, "utf-8"),
            text(found["zip_code"], "utf-8"),
        )

    return read(content, separator, names, parse, key=lambda row: row[0])


def read(
    content: bytes,
    separator: str,
    names: list[str],
    parse: Callable[[str], tuple],
    key: Callable[[tuple], object],
    *,
    joined: bool = False,
) -> Rows:
    """The rows of the good lines and the numbers of the others, from 1."""
    rows, bad, known = [], [], set()
    for number, line in records(content) if joined else lines(content):
        if number == 1 and is_header(line, separator, names):
            continue
        try:
            row = parse(line)
            if key(row) in known:
                raise Bad
        except Bad:
            bad.append(number)
            continue
        known.add(key(row))
        rows.append(row)
    return rows, bad


def lines(content: bytes) -> Iterator[tuple[int, str]]:
    """Number and bytes (one character each) of every line that is not empty."""
    found = content.removeprefix(b"\xef\xbb\xbf").decode("latin-1").split("\n")
    for number, line in enumerate(found, 1):
        if line not in ("", "\r"):
            yield number, line[:-1] if line.endswith("\r") else line


def records(content: bytes) -> Iterator[tuple[int, str]]:
    """As ``lines``, but a line whose quotation mark is closed in a later one goes on to there."""
    found = content.removeprefix(b"\xef\xbb\xbf").decode("latin-1").split("\n")
    if found[-1] == "":
        found.pop()
    found = [line.removesuffix("\r") for line in found]
    place = 0
    while place < len(found):
        length = 1
        if is_open(found[place]):
            for more in range(2, min(MOST_LINES, len(found) - place) + 1):
                if is_sound("\n".join(found[place : place + more])):
                    length = more
                    break
        record = "\n".join(found[place : place + length])
        if record:
            yield place + 1, record
        place += length


def is_open(record: str) -> bool:
    """Whether a quotation mark in it is not closed, or not before a comma."""
    return '"' in record and "\r" not in record and not is_sound(record)


def is_sound(record: str) -> bool:
    """Whether its fields can be told apart."""
    try:
        unquoted(record)
    except Bad:
        return False
    return True


def is_header(line: str, separator: str, names: list[str]) -> bool:
    """Whether a line begins with the names, however they are written."""
    found = [
        "".join(letter for letter in name if letter not in '-_ "\r').translate(LOWER)
        for name in line.split(separator)[: len(names)]
    ]
    return found == [name.replace("_", "") for name in names]


LOWER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def cut(line: str, separator: str, count: int) -> list[str]:
    """The fields of a line, which must be that many."""
    quoted = separator == "," and '"' in line
    found = unquoted(line) if quoted else line.split(separator)
    if len(found) != count:
        raise Bad
    return found


def unquoted(line: str) -> list[str]:
    """The fields of a line in which some stand in quotation marks."""
    if "\r" in line or len(line) > 2**17:
        raise Bad
    found, place = [], 0
    while True:
        field = ""
        if line[place : place + 1] == '"':
            place += 1
            while True:
                if place >= len(line):
                    raise Unclosed
                if line[place] != '"':
                    field += line[place]
                    place += 1
                elif line[place : place + 2] == '""':
                    field += '"'
                    place += 2
                else:
                    place += 1
                    break
            if place < len(line) and line[place] != ",":
                raise Bad
        else:
            while place < len(line) and line[place] != ",":
                field += line[place]
                place += 1
        found.append(field)
        if place >= len(line):
            return found
        place += 1


def whole(field: str, largest: int = LARGEST_ID) -> int:
    """A number in digits from 0 to 9."""
    if not field or any(letter not in "0123456789" for letter in field):
        raise Bad
    digits = field.lstrip("0")
    if len(digits) > len(str(largest)):
        raise Bad
    value = int(digits or "0")
    if value > largest:
        raise Bad
    return value


def stars(field: str) -> float:
    """A number in digits, with a point or without, with a minus or without."""
    digits = field.removeprefix("-").replace(".", "", 1)
    if not digits or any(letter not in "0123456789" for letter in digits):
        raise Bad
    return float(field)


def text(field: str, encoding: str) -> str:
    """The characters that the bytes mean."""
    try:
        return field.encode("latin-1").decode(encoding)
    except UnicodeDecodeError:
        raise Bad from None


def is_utf8(content: bytes) -> bool:
    """Whether all of it is."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
