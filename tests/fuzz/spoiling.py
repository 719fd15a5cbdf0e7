"""Data sets in every layout with lines spoilt by chance, the same ones for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import count

HEADERS = {
    "ratings.csv": "userId,movieId,rating,timestamp",
    "movies.csv": "movieId,title,genres",
    "ratings.dat": "UserID::MovieID::Rating::Timestamp",
    "movies.dat": "MovieID::Title::Genres",
    "users.dat": "UserID::Gender::Age::Occupation::Zip-code",
    "u.data": "user id\tmovie id\trating\ttimestamp",
    "u.item": "movie id|title|genres",
    "u.user": "user id|age|gender|occupation|zip code",
}
FILES = {
    "csv": ("ratings.csv", "movies.csv"),
    "1m": ("ratings.dat", "movies.dat", "users.dat"),
    "10m": ("ratings.dat", "movies.dat"),
    "100k": ("u.data", "u.item", "u.user"),
}
SEPARATORS = {"ratings.csv": ",", "movies.csv": ",", "u.data": "\t", "u.item": "|", "u.user": "|"}
# Each of them has misled some reader of tables.
AWKWARD = (
    b"", b" ", b"-1", b"+3", b"-0", b"1e0", b"nan", b"inf", b"NA", b"null", b"3.0", b"1.2.3",
    b".", b"None", b"-", b"-.5", b"6", b"0", b"007", b"1.0", b"12.", b".75",
    b"2147483647", b"2147483648", b"9223372036854775807", b"9223372036854775808",
    b"9" * 40, b"0" * 40 + b"1", b"1_0", b"0x1", b"3,5", b"1 000",
    b'"3"', b'"', b'""', b'a"b', b'"a"b', b'"a,b"', b"5::3", b"5:3",
    b":", b"::", b":::", b"\t", b",", b"|", b"\xc3\xa9", b"\xe9", b"\x85", b"\xe2\x80\xa8", b"\x00",
    b"\r", b"\r\n", b"\n", b"\n\n", b"\xef\xbb\xbf", b"\x1a", b"\x0c", "١".encode(),
    b"0.5000000001", b"5.0000001",
    b"4.99999999999999999999", b"5.00000000000000000001", b"0.49999999999999999", b"M", b"F", b"m",
    b"(no genres listed)", b"2", b"1",
)  # fmt: skip


def spoilt(chance: random.Random, layout: str, lines: int, rate: float) -> dict[str, bytes]:
    """The files of a data set; each line is spoilt with that probability."""
    made = {}
    for name in FILES[layout]:
        end = chance.choice([b"\n", b"\r\n"])
        head = HEADERS[name].encode()
        content = [head] if chance.random() < 0.5 else []
        numbers = count(chance.randrange(1, 1000))
        for _ in range(lines):
            line = LINES[name](chance, next(numbers))
            content.append(spoil(chance, line, name) if chance.random() < rate else line)
        made[name] = end.join(content) + chance.choice([b"", end, end, end * 2])
        if chance.random() < 0.1:
            made[name] = b"\xef\xbb\xbf" + made[name]
    return made


def spoil(chance: random.Random, line: bytes, name: str) -> bytes:
    """The line with a field, a separator or some bytes changed."""
    separator = SEPARATORS.get(name, "::").encode()
    fields = line.split(separator)
    place = chance.randrange(len(fields))
    kind = chance.randrange(8)
    if kind < 4:
        fields[place] = chance.choice(AWKWARD)
    elif kind == 4:
        del fields[place]
    elif kind == 5:
        fields.insert(place, chance.choice(AWKWARD))
    elif kind == 6:
        fields[place] += chance.choice(AWKWARD)
    line = separator.join(fields)
    if kind == 7 or chance.random() < 0.1:
        raw = bytearray(line)
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(raw) + 1)
            raw[at : at + chance.randrange(2)] = bytes(chance.randrange(256) for _ in range(1))
        line = bytes(raw)
    return line


def rating(separator: str, halves: bool) -> Callable[[random.Random, int], bytes]:
    """Make lines of ratings; few enough users and films for some pairs to come twice."""

    def make(chance: random.Random, number: int) -> bytes:
        stars = f"{chance.randrange(1, 11) / 2}" if halves else f"{chance.randrange(1, 6)}"
        fields = [chance.randrange(1, 3000), chance.randrange(1, 3000), stars, number * 10**6]
        return separator.join(map(str, fields)).encode()

    return make


def film(separator: str, encoding: str) -> Callable[[random.Random, int], bytes]:
    """Make lines of films, some with what the layout finds hard in their titles."""

    def make(chance: random.Random, number: int) -> bytes:
        plain = ["Lantern", "Été", "Quiet Harbour, The", 'The "Fog"', "A :: B", "Ships", "Ø"]
        title = f"{chance.choice(plain)} ({chance.randrange(1919, 2030)})"
        if separator == "," and ("," in title or '"' in title):
            title = '"' + title.replace('"', '""') + '"'
        genres = chance.choice(["Drama", "Drama|War", "(no genres listed)", "", "Sci-Fi|IMAX"])
        return separator.join([str(number), title, genres]).encode(encoding)

    return make


def u_film(chance: random.Random, number: int) -> bytes:
    flags = "|".join(chance.choice("001") for _ in range(19))
    title = chance.choice(["Lantern", "Été", "unknown", "Harbour, The"])
    line = f"{number}|{title} (1997)|24-Jan-1997||http://example.org/|{flags}"
    return line.encode("latin-1")


def user(chance: random.Random, number: int) -> bytes:
    gender, age, job = chance.choice("MF"), chance.choice([1, 18, 56]), chance.randrange(21)
    return f"{number}::{gender}::{age}::{job}::{chance.choice(['48067', '98107-2117'])}".encode()


def u_user(chance: random.Random, number: int) -> bytes:
    return f"{number}|{chance.randrange(99)}|{chance.choice('MF')}|clerk|T8H1N".encode()


LINES = {
    "ratings.csv": rating(",", halves=True),
    "ratings.dat": rating("::", halves=False),
    "u.data": rating("\t", halves=False),
    "movies.csv": film(",", "utf-8"),
    "movies.dat": film("::", "latin-1"),
    "u.item": u_film,
    "users.dat": user,
    "u.user": u_user,
}
