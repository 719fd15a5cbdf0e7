"""Lines of a text table that have too many or too few fields, and the line of each row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from helpers.data.texts import Written
from helpers.errors import BadLineError


def numbered(content: bytes, written: Written) -> Iterator[tuple[int, list[str]]]:
    r"""The line on which each row of values begins, and its fields; blank lines are ignored.

    Raises:
        BadLineError: a quotation mark is never closed.

    Example:
        >>> from helpers.data.texts import looked_at
        >>> content = b'user,item,rating\n1,"Two\nlines",5\n\n2,Heat,4\n'
        >>> list(numbered(content, looked_at(content, "mine.csv")))
        [(2, ['1', 'Two\nlines', '5']), (5, ['2', 'Heat', '4'])]
    """
    text = content.decode("utf-8")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=written.separator, strict=True)
    start, header = 1, written.header
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise BadLineError(
                f"The quotation mark on line {start} is never closed ({error}). Close it, or "
                "write two of them if one belongs to the text."
            ) from None
        if row is None:
            return
        here, start = start, reader.line_num + 1
        if not row or (len(row) == 1 and not row[0].strip()):
            continue
        if header:
            header = False
            continue
        yield here, row


def of_another_length(content: bytes, written: Written) -> dict[int, tuple[int, str, str]]:
    """Rows whose number of fields is not that of the columns: line, reason and text of each."""
    width = len(written.names)
    found = {}
    for row, (line, fields) in enumerate(numbered(content, written)):
        if len(fields) != width:
            noun = "field" if len(fields) == 1 else "fields"
            reason = f"{len(fields)} {noun} instead of {width}"
            found[row] = line, reason, written.separator.join(fields)
    return found


def without(content: bytes, written: Written, rows: set[int]) -> bytes:
    """The table without these rows."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=written.separator, lineterminator="\n")
    if written.header:
        writer.writerow(written.names)
    for row, (_line, fields) in enumerate(numbered(content, written)):
        if row not in rows:
            writer.writerow(fields)
    return text.getvalue().encode("utf-8")
