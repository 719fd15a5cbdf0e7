"""Bad lines of a data file: found one by one, reported with file, line and reason."""

from __future__ import annotations

import csv
import re
import warnings
from array import array
from collections import deque
from collections.abc import Callable, Iterator
from heapq import nsmallest
from importlib.resources.abc import Traversable
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from helpers.data.dataset import REJECTED_COLUMNS, no_rejected_lines
from helpers.errors import BadLineError, CourseWarning, ParameterError

SHOWN = 5
# A file with more bad lines than this has another layout, or is not a ratings file.
MOST_SKIPPED = 100_000
LARGEST_ID = np.iinfo("int32").max
LARGEST_TIMESTAMP = np.iinfo("int64").max
# The csv module refuses longer fields; no title is nearly so long.
LONGEST_QUOTED = 131_072
# A title has fewer lines.
MOST_LINES = 20
UNCLOSED = "a quotation mark is never closed"
# There are no more words of two letters; a table of films has far fewer genres.
MOST_WORDS = 2**14
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# No two parts of it can match the same digits, so a long line is refused in one pass.
_NUMBER = re.compile(rb"-?(\d+(\.\d*)?|\.\d+)")


class LineFault(ValueError):
    """Why one line cannot be read; its message is the reason that the reader sees."""


class Rejections:
    """The lines that could not be read, and what to do about them.

    Args:
        on_bad_line: "raise" stops at the end of reading with a BadLineError; "skip" leaves the
            lines out, warns, and returns them as a table.
        advice: what the error tells the reader to do.
    """

    def __init__(
        self,
        on_bad_line: str = "raise",
        advice: str = "Correct them, or leave them out with load(…, on_bad_line='skip').",
    ) -> None:
        if on_bad_line not in ("raise", "skip"):
            raise ParameterError(f"on_bad_line must be 'raise' or 'skip', not {on_bad_line!r}.")
        self.skipping = on_bad_line == "skip"
        self.advice = advice
        self.count = 0
        self._files: list[str] = []
        self._lines = array("q")
        self._reasons: list[str] = []
        self._texts: list[str] = []
        self._words: dict[str, str] = {}

    @property
    def reasons(self) -> list[str]:
        """Why lines cannot be read: all lines if they are skipped, else the first."""
        return self._reasons

    def add(self, file: Traversable, line: int, reason: str, text: str) -> None:
        """Note one line; the text is cut if it is longer than a screen is wide."""
        self.count += 1
        if self.skipping or len(self._lines) < SHOWN:
            shown = text if len(text) <= 120 else text[:117] + "..."
            self._lines.append(line)
            self._files.append(_kept_once(file.name, self._words))
            self._reasons.append(_kept_once(reason, self._words))
            self._texts.append(_kept_once(shown, self._words))
        if self.count > MOST_SKIPPED:
            raise BadLineError(self._report(f"More than {MOST_SKIPPED:,}"))

    def finish(self) -> pd.DataFrame:
        """The table of rejected lines, in the order of the files.

        Raises:
            BadLineError: there are some, and they may not be skipped.
        """
        if not self.count:
            return no_rejected_lines()
        if not self.skipping:
            raise BadLineError(self._report(f"{self.count:,}"))
        warnings.warn(self._report(f"Left out: {self.count:,}"), CourseWarning, stacklevel=4)
        columns = self._files, np.asarray(self._lines), self._reasons, self._texts
        frame = pd.DataFrame(dict(zip(REJECTED_COLUMNS, columns, strict=True)))
        return frame.sort_values(["file", "line"], ignore_index=True)

    def _report(self, how_many: str) -> str:
        rows = nsmallest(
            SHOWN, zip(self._files, self._lines, self._reasons, self._texts, strict=True)
        )
        examples = [f"  {file}:{line}: {reason}: {text!r}" for file, line, reason, text in rows]
        more = self.count - len(rows)
        tail = [f"  … and {more:,} more"] if more > 0 else []
        advice = self.advice
        if self.skipping:
            # What goes beyond the usual advice says that the lines may not be what is wrong.
            beyond = self.advice.partition("on_bad_line='skip').")[2]
            advice = f"They are listed in the data set's table `rejected`.{beyond}"
        noun = "line" if self.count == 1 else "lines"
        head = f"{how_many} {noun} that cannot be read:"
        return "\n".join([head, *examples, *tail, advice])


def _kept_once(value: Any, words: dict) -> Any:
    """An equal earlier value, so that a frequent value takes memory once.

    Example:
        >>> words = {}
        >>> _kept_once("Drama", words), _kept_once("Drama", words), words
        ('Drama', 'Drama', {'Drama': 'Drama'})
    """
    keep = words.get if len(words) >= MOST_WORDS else words.setdefault
    return keep(value, value)


def whole(text: bytes, column: str, largest: int = LARGEST_ID) -> int:
    """A whole number in plain digits.

    Example:
        >>> whole(b"12", "user_id")
        12
    """
    if not text.isdigit():
        raise LineFault(
            f"{column} {shown(text)!r} is not a whole number" if text else f"{column} is empty"
        )
    digits = text.lstrip(b"0") or b"0"
    if len(digits) > 19 or int(digits) > largest:
        raise LineFault(f"{column} {shown(text)} is larger than {largest:,}")
    return int(digits)


def stars(text: bytes, scale: tuple[float, float]) -> float:
    """A rating on the scale, both ends included.

    Example:
        >>> stars(b"3.5", (0.5, 5.0))
        3.5
    """
    if not _NUMBER.fullmatch(text):
        raise LineFault(f"rating {shown(text)!r} is not a number" if text else "rating is empty")
    value = float(text)
    if not scale[0] <= value <= scale[1]:
        raise LineFault(f"rating {shown(text)} is off the scale {scale[0]:g} to {scale[1]:g}")
    return value


def fields(line: bytes, separator: bytes, count: int) -> list[bytes]:
    """The fields of a line; quotes have a meaning only if commas separate the fields."""
    quoted = separator == b"," and b'"' in line
    found = _unquoted(line) if quoted else []
    # Count fields before making them: a line may consist of separators only.
    n = len(found) if quoted else line.count(separator) + 1
    if n != count:
        raise LineFault(f"{n} field{'s' * (n != 1)} instead of {count}")
    return found if quoted else line.split(separator)


def _unquoted(line: bytes) -> list[bytes]:
    if len(line) > LONGEST_QUOTED:
        raise LineFault(f"a line of {len(line):,} characters with a quotation mark")
    if b"\r" in line:
        # The csv module would take it as the end of the line, also in the middle.
        raise LineFault("a carriage return in a line with a quotation mark")
    # Every byte is a character of ISO-8859-1, so nothing is lost.
    try:
        rows = list(csv.reader([line.decode("latin-1")], strict=True))
    except csv.Error:
        raise LineFault(UNCLOSED) from None
    return [text.encode("latin-1") for text in rows[0]]


def decoded(text: bytes, encoding: str) -> str:
    """Text of a title or a word, or a LineFault that names the first bad byte."""
    try:
        return text.decode(encoding)
    except UnicodeDecodeError as error:
        raise LineFault(f"byte 0x{text[error.start]:02x} is not {encoding.upper()} text") from None


def shown(text: bytes) -> str:
    """Bytes as they can be printed."""
    return text.decode("utf-8", "backslashreplace")


def is_header(line: bytes, names: tuple[str, ...], separator: bytes) -> bool:
    """Whether a line names the columns instead of holding values.

    Example:
        >>> is_header(b"UserID::MovieID::Rating::Timestamp", ("user_id", "movie_id"), b"::")
        True
    """
    found = line.removeprefix(BYTE_ORDER_MARK).split(separator, len(names))[: len(names)]
    return [text.translate(None, b'-_ "\r').lower() for text in found] == [
        name.replace("_", "").encode("ascii") for name in names
    ]


def read_table(
    file: Traversable,
    names: tuple[str, ...],
    separator: bytes,
    parse: Callable[[bytes], tuple],
    rejections: Rejections,
    *,
    first_is_key: bool = True,
) -> pd.DataFrame:
    """The parsed lines of a table whose first column holds ids; blank lines are ignored.

    It takes at most ten times the memory of the bytes of its file, even if the lines are short: an
    id takes four bytes, and a frequent word is kept once.

    Args:
        file: the file, in a folder or in an archive.
        names: of the columns; a first line of these words is a header.
        separator: what is between two fields.
        parse: turns a line into a row whose first value is an id, a whole number up to
            ``LARGEST_ID``, or raises LineFault.
        rejections: takes lines that ``parse`` refuses or with a key that came before.
        first_is_key: whether no two rows may have the same id.

    Returns:
        The first column int32, the others with the dtypes that pandas chooses; one row per good
        line.
    """
    keys, lines = array("i"), array("q")
    columns: list[list] = [[] for _ in names[1:]]
    words: dict = {}
    for number, line in _numbered(file, names, separator):
        try:
            key, *values = parse(line)
        except LineFault as fault:
            rejections.add(file, number, str(fault), shown(line))
            continue
        keys.append(key)
        lines.append(number)
        for column, value in zip(columns, values, strict=True):
            column.append(_kept_once(value, words))
    rows: np.ndarray = np.empty(0, "int64")
    reasons: dict[int, str] = {}
    if first_is_key:
        rows, reasons = _repeats(np.asarray(keys), np.asarray(lines), names[0])
        reject(file, names, separator, reasons, rejections)
    del lines
    frame = pd.DataFrame({names[0]: np.asarray(keys)}, copy=False)
    for name in names[1:]:
        frame[name] = columns.pop(0)
    return frame.drop(rows).reset_index(drop=True) if reasons else frame


def reject(
    file: Traversable,
    names: tuple[str, ...],
    separator: bytes,
    reasons: dict[int, str],
    rejections: Rejections,
) -> None:
    """Note the lines with these numbers, as in the file, each with its reason."""
    for number, line in _numbered(file, names, separator) if reasons else ():
        if number in reasons:
            rejections.add(file, number, reasons[number], shown(line))


def _numbered(
    file: Traversable, names: tuple[str, ...], separator: bytes
) -> Iterator[tuple[int, bytes]]:
    """Number and text of each line that is not blank and not a header."""
    with file.open("rb") as stream:
        lines = (raw.removesuffix(b"\n").removesuffix(b"\r") for raw in stream)
        records = _joined(lines) if separator == b"," else enumerate(lines, start=1)
        for number, record in records:
            line = record.removeprefix(BYTE_ORDER_MARK) if number == 1 else record
            if line and not (number == 1 and is_header(line, names, separator)):
                yield number, line


def _joined(lines: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    r"""Each record and the number of its first line: a quoted field may hold line ends.

    A quotation mark that is not closed within a few lines is a mistake in its own line.

    Example:
        >>> list(_joined(iter([b'1,"Two', b'lines",x', b'2,"a', b"3,b"])))
        [(1, b'1,"Two\nlines",x'), (3, b'2,"a'), (4, b'3,b')]
    """
    waiting: deque[bytes] = deque()
    number = 1
    while True:
        if not waiting:
            waiting.extend(islice(lines, 1))
        if not waiting:
            return
        length = 1
        if b'"' in waiting[0] and _fault(waiting[0]) == UNCLOSED:
            waiting.extend(islice(lines, MOST_LINES - len(waiting)))
            length = _length(waiting)
        yield number, b"\n".join(waiting.popleft() for _ in range(length))
        number += length


def _length(lines: deque[bytes]) -> int:
    """Over how many of these lines the first record goes; 1 if it does not end in any of them."""
    record, *rest = lines
    for length, line in enumerate(rest, start=2):
        record += b"\n" + line
        if not _fault(record):
            return length
    return 1


def _fault(record: bytes) -> str:
    """Why the quotation marks of a record cannot be read; empty if they can."""
    try:
        _unquoted(record)
    except LineFault as fault:
        return str(fault)
    return ""


def _repeats(keys: np.ndarray, lines: np.ndarray, name: str) -> tuple[np.ndarray, dict[int, str]]:
    """The rows with a key that came before, and the reason by line (at most one too many).

    Example:
        >>> _repeats(np.array([7, 5, 7]), np.array([1, 2, 4]), "movie_id")
        (array([2]), {4: 'movie_id 7 came before, on line 1'})
    """
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    again = np.flatnonzero(ordered[1:] == ordered[:-1]) + 1
    first = order[np.searchsorted(ordered, ordered[again])]
    rows = order[again]
    some = np.argsort(rows)[: MOST_SKIPPED + 1]
    told = (values[some].tolist() for values in (lines[rows], keys[rows], lines[first]))
    reasons = {
        line: f"{name} {key} came before, on line {before}"
        for line, key, before in zip(*told, strict=True)
    }
    return rows, reasons
