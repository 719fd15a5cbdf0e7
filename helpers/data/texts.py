"""Text of any table: its encoding, its separator, whether its first line names the columns."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from helpers.data.guessing import is_known_name
from helpers.errors import DataError, ParameterError

SEPARATORS = ("\t", ";", ",", "|", "::", " ")
NAMES_OF_SEPARATORS = {
    "\t": "tabs", ";": "semicolons", ",": "commas", "|": "bars", "::": "double colons",
    " ": "spaces",
}  # fmt: skip
# This much of a file is read to find how it is written.
HEAD_CHARACTERS = 2**16
HEAD_ROWS = 500
NUMBER = re.compile(r"\s*[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?\s*")
DECIMAL_COMMA = re.compile(r"\s*[+-]?\d*,\d+\s*")
DECIMAL_POINT = re.compile(r"\s*[+-]?\d*\.\d+\s*")
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The csv module refuses longer fields; a table of ratings has no such field.
csv.field_size_limit(2**20)


@dataclass(frozen=True)
class Written:
    """How a table is written.

    Attributes:
        separator: between two fields.
        header: whether the first line names the columns.
        decimal: ``.`` or ``,``.
        names: of the columns, in order; ``column 1`` … if the file has none.
        unnamed: the names that replace an empty one.
        rows: the first rows of values, as text.
    """

    separator: str
    header: bool
    decimal: str
    names: tuple[str, ...]
    unnamed: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def as_utf8(content: bytes, encoding: str | None, name: str) -> tuple[bytes, str]:
    """The same text in UTF-8 without a byte order mark, and the encoding that it had.

    If no encoding is given: a byte order mark tells it, zeros in every second byte mean UTF-16,
    and valid UTF-8 is UTF-8. Everything else is read as Windows-1252, which is Latin-1 with more
    letters.

    Raises:
        ParameterError: no encoding has that name.
        DataError: the bytes are not text in that encoding.

    Example:
        >>> as_utf8("Amélie".encode("latin-1"), None, "mine.csv")[1]
        'cp1252'
    """
    named = encoding is not None
    found = encoding or _encoding_of(content)
    for mark, marked in BYTE_ORDER_MARKS:
        same = found.lower().replace("_", "-") in (marked, marked[:6], f"{marked}-sig")
        if same and content.startswith(mark):
            content, found = content[len(mark) :], marked
            break
    try:
        text = content.decode(found)
        return (content if found == "utf-8" else text.encode("utf-8")), found
    except LookupError:
        raise ParameterError(
            f"No encoding is called {encoding!r}. Write encoding='utf-8', 'utf-16' or 'latin-1'."
        ) from None
    except UnicodeDecodeError as error:
        if named or found != "utf-8":
            raise _not_text(error, name, found) from None
    # Windows-1252 is Latin-1 with letters at most places that Latin-1 leaves empty.
    found = "latin-1" if set(content) & {0x81, 0x8D, 0x8F, 0x90, 0x9D} else "cp1252"
    return content.decode(found).encode("utf-8"), found


def _not_text(error: UnicodeDecodeError, name: str, encoding: str) -> DataError:
    return DataError(
        f"{name} is not text in {encoding}: byte {error.start:,} is "
        f"0x{error.object[error.start]:02x}. "
        "Write encoding='latin-1', or save the table as CSV in UTF-8."
    )


def _encoding_of(content: bytes) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return encoding
    head = content[:4096]
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if len(zeros) > 1 and zeros.count(0) > 0.8 * len(zeros):
            return encoding
    return "utf-8"


def looked_at(
    content: bytes,
    name: str,
    *,
    separator: str | None = None,
    header: bool | None = None,
    decimal: str | None = None,
) -> Written:
    r"""How a table in UTF-8 is written: named options are used, the rest is found in its head.

    Raises:
        DataError: there is no table in it, or it is not clear whether it has a header.
        ParameterError: an option is impossible.

    Example:
        >>> found = looked_at(b"user;item;rating\n7;Heat;4,5\n", "mine.csv")
        >>> found.separator, found.header, found.decimal, found.names
        (';', True, ',', ('user', 'item', 'rating'))
    """
    if separator is not None and separator not in SEPARATORS:
        raise ParameterError(
            f"separator = {separator!r} is not possible: choose one of "
            f"{', '.join(map(repr, SEPARATORS))}."
        )
    if decimal not in (None, ".", ","):
        raise ParameterError(f"decimal = {decimal!r} is not possible: choose '.' or ','.")
    head = _head(content)
    if not head.strip():
        raise DataError(f"{name} is empty: there is no table in it.")
    if "\0" in head:
        raise DataError(
            f"{name} is not a table in text: it holds zero bytes. Save it as CSV, or pass a table "
            "that you have read yourself."
        )
    separator = separator or _separator_of(head, name)
    rows = records(head, separator)
    if header is None:
        header = _has_header(rows, name)
    first = [text.strip() for text in rows[0]]
    values = [row for row in rows[1:] if row] if header else rows
    width = Counter(len(row) for row in values).most_common(1)[0][0] if values else len(first)
    if not header:
        first = [""] * width
    elif width == len(first) + 1:
        # R writes the names of the rows without a name for that column.
        first = ["", *first]
    names = tuple(text or f"column {place}" for place, text in enumerate(first, 1))
    repeated = [each for each, count in Counter(names).items() if count > 1]
    if repeated:
        raise DataError(
            f"{name}: two columns are called {repeated[0]!r}. Rename one of them in its first line."
        )
    unnamed = tuple(each for each, text in zip(names, first, strict=True) if not text)
    found = tuple(tuple(row) for row in values)
    return Written(
        separator, header, decimal or _decimal_of(found, separator), names, unnamed, found
    )


def records(text: str, separator: str) -> list[list[str]]:
    """The fields of the first records that are not blank; a quoted field may hold line ends."""
    if separator != "::":
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        with suppress(csv.Error):
            return list(islice((row for row in reader if any(map(str.strip, row))), HEAD_ROWS + 1))
    # Also if a quotation mark is never closed: the lines before it are enough.
    lines = (line for line in text.splitlines() if line.strip())
    return [line.split(separator) for line in islice(lines, HEAD_ROWS + 1)]


def _head(content: bytes) -> str:
    """Whole records from the beginning."""
    head = content[:HEAD_CHARACTERS].decode("utf-8", "ignore")
    if len(content) <= HEAD_CHARACTERS:
        return head
    ends = [place for place in map(head.rfind, "\r\n") if place >= 0]
    return head[: max(ends) + 1] if ends else head


def _separator_of(head: str, name: str) -> str:
    """The separator that gives most lines as many fields as the first, and more than one."""
    best: tuple[float, int] = (0.0, 1)
    chosen = None
    for separator in SEPARATORS:
        rows = records(head, separator)
        width = len(rows[0])
        usual = Counter(len(row) for row in rows).most_common(1)[0][0]
        if width < 2 or usual < 2 or (separator == " " and chosen is not None):
            continue
        alike = sum(len(row) == usual for row in rows) / len(rows)
        if (alike, usual) > best:
            best, chosen = (alike, usual), separator
    if chosen is None:
        raise DataError(
            f"{name} has one column only, by commas, semicolons, tabs, bars or colons. A table "
            "needs a user and an item in every line. If another sign separates the columns, "
            "replace it by a comma; if this is not a table, pass another file."
        )
    return chosen


def _has_header(rows: list[list[str]], name: str) -> bool:
    first = [text.strip() for text in rows[0]]
    if any(is_known_name(text) for text in first):
        return True
    if any(NUMBER.fullmatch(text) for text in first):
        return False
    below = rows[1:50]
    if any(NUMBER.fullmatch(text) for row in below for text in row):
        return True
    shown = ", ".join(map(repr, first[:4]))
    raise DataError(
        f"{name}: does the first line ({shown}) name the columns, or is it a row like the others? "
        "Write header=True if it names them, header=False if it does not."
    )


def _decimal_of(rows: tuple[tuple[str, ...], ...], separator: str) -> str:
    texts = [text for row in rows for text in row if separator != "," or "," in text]
    commas = sum(DECIMAL_COMMA.fullmatch(text) is not None for text in texts)
    points = sum(DECIMAL_POINT.fullmatch(text) is not None for row in rows for text in row)
    return "," if commas and not points else "."
