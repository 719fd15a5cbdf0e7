"""Any table in a file: text of many kinds, JSON lines, a sheet, Parquet; packed or not."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from helpers.data.archives import LARGEST_RATIO, LARGEST_TOTAL, opened
from helpers.data.guessing import roles
from helpers.data.texts import NAMES_OF_SEPARATORS, Written, as_utf8, looked_at
from helpers.data.uneven import numbered, of_another_length, without
from helpers.errors import BadLineError, DataError, MissingLibraryError

SHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
TABLES = (".csv", ".tsv", ".txt", ".tab", ".dat", ".data", ".json", ".jsonl", ".ndjson",
          ".parquet", *SHEETS)  # fmt: skip
INSTALL = 'Install it with pip install "recommender-course[tables]", or save the table as CSV.'
UNKNOWN = {b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"7z\xbc\xaf": "7-Zip", b"Rar!": "RAR",
           b"\x28\xb5\x2f\xfd": "zstd", b"SQLite format 3": "SQLite", b"\x89HDF": "HDF5",
           b"%PDF": "PDF"}  # fmt: skip
OBJECTS = (
    'Give one object in each line, such as {"user": 7, "item": "Heat", "rating": 4.5}, or a list '
    "of objects."
)
# This many bytes are read together; they fit into the processor's cache.
BLOCK = 2**18
PACKED_SHEET = ("xl/", "mimetype", "[Content_Types].xml")


@dataclass(eq=False)
class Table:
    """A table as in its file.

    Attributes:
        frame: its columns; ids of a text file are numbers only if they are written as numbers.
        name: of the file, for messages.
        columns: the column of each role, see ``guessing.roles``.
        header: whether the columns have names.
        told: how it is written, in a few words.
        left_out: line, reason and text of the rows that had another number of fields.
        content: its text in UTF-8, None if it is not text.
        written: how the text is written, None if it is not text.
        skipped: the rows of ``content`` that are not in ``frame``.
    """

    frame: pd.DataFrame
    name: str
    columns: dict[str, Any]
    header: bool = True
    told: str = ""
    left_out: list[tuple[int, str, str]] = field(default_factory=list)
    content: bytes | None = None
    written: Written | None = None
    skipped: frozenset[int] = frozenset()

    @property
    def title(self) -> str:
        """Its name in a sentence."""
        return "the table" if self.name == "row" else self.name

    def lines(self, rows: set[int]) -> dict[int, tuple[int, str]]:
        """Line and text of some rows of the frame; if the table is not text, the row itself."""
        if self.content is None or self.written is None:
            shown = {row: self.frame.iloc[row].to_dict() for row in rows}
            return {row: (row, str(values)) for row, values in shown.items()}
        found: dict[int, tuple[int, str]] = {}
        place = -1
        for row, (line, fields) in enumerate(numbered(self.content, self.written)):
            if row not in self.skipped:
                place += 1
                if place in rows:
                    found[place] = line, self.written.separator.join(fields)
        return found


def unpacked(path: Path, content: bytes) -> tuple[bytes, str]:
    """The one table in a gz or zip, and its name; an unpacked file is not changed.

    Raises:
        DataError: it is damaged, holds no table or several, or would fill the memory.
    """
    name = path.name
    if content.startswith(b"\x1f\x8b"):
        return _gunzipped(content, name), name.removesuffix(".gz")
    if not content.startswith(b"PK\x03\x04") or path.suffix.lower() in SHEETS:
        return content, name
    with opened(path) as root:
        members = [one for one in root.root.namelist() if not one.endswith("/")]
        if any(one.startswith(PACKED_SHEET) for one in members):
            return content, name
        tables = [
            one
            for one in members
            if PurePosixPath(one.removesuffix(".gz")).suffix.lower() in TABLES
            and not one.startswith("__MACOSX/")
        ]
        if len(tables) != 1:
            shown = ", ".join(map(repr, (tables or members)[:5])) or "nothing"
            raise DataError(
                f"{name} holds {len(tables)} tables ({shown}), but one is needed. Unpack it, and "
                "pass the path of the table with the ratings or choices."
            )
        inner = root.root.read(tables[0])
    if inner.startswith(b"\x1f\x8b"):
        inner = _gunzipped(inner, tables[0])
    return inner, PurePosixPath(tables[0].removesuffix(".gz")).name


def _gunzipped(content: bytes, name: str) -> bytes:
    limit = min(LARGEST_TOTAL, max(2**26, LARGEST_RATIO * len(content)))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            found = stream.read(limit + 1)
    except (EOFError, zlib.error, OSError) as error:
        raise DataError(
            f"{name} cannot be unpacked ({error}). Copy it again from its source, or pass the "
            "unpacked file."
        ) from None
    if len(found) > limit:
        raise DataError(
            f"{name} would unpack to more than {limit / 2**20:,.0f} MiB. Not opened. Unpack it, "
            "and pass the file."
        )
    return found


def read_table_of(
    content: bytes,
    name: str,
    named: Mapping[str, Any],
    *,
    skip: bool = False,
    separator: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    header: bool | None = None,
    sheet: str | int | None = None,
    described: bool = False,
) -> Table:
    """The table in the bytes of a file.

    Args:
        content: the bytes, unpacked.
        name: of the file: its ending decides if the bytes do not.
        named: the columns that the caller named, by role.
        skip: leave out lines with another number of fields instead of raising.
        separator: of a text; None finds it.
        decimal: the same.
        encoding: the same.
        header: the same: whether the first line names the columns.
        sheet: name or number of the sheet of a workbook, from 0.
        described: whether a text describes items, without users; then nothing is guessed.

    Raises:
        DataError: there is no table in it, or its format is not clear.
        BadLineError: lines have too many or too few fields.
        MissingLibraryError: a sheet or Parquet, and no library to read it.
    """
    suffix = Path(name).suffix.lower()
    for start, kind in UNKNOWN.items():
        if content.startswith(start):
            raise DataError(f"{name} is a file of {kind}, not a table. Save the table as CSV.")
    if content.startswith(b"PAR1"):
        return _whole(_parquet(content, name), name, named, "Parquet")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _whole(_sheet(content, name, sheet), name, named, "a sheet")
    text, found = as_utf8(content, encoding, name)
    start = text[:64].lstrip()
    if suffix in (".jsonl", ".ndjson", ".json") or start.startswith((b'{"', b'[{"')):
        return _whole(_json(text, name), name, named, "JSON")
    written = looked_at(text, name, separator=separator, header=header, decimal=decimal)
    if written.separator == "::":
        text, written = text.replace(b"::", b"\x1f"), _with_one_sign(written)
    told = NAMES_OF_SEPARATORS.get(written.separator, "double colons")
    if found != "utf-8":
        told += f", in {'Latin-1' if found in ('cp1252', 'latin-1') else found.upper()}"
    if written.decimal == ",":
        told += ", with decimal commas"
    return _text(text, written, name, named, told=told, skip=skip, described=described)


def _with_one_sign(written: Written) -> Written:
    return Written("\x1f", *list(vars(written).values())[1:])


def _whole(frame: pd.DataFrame, name: str, named: Mapping[str, Any], told: str) -> Table:
    if frame.empty:
        raise DataError(f"{name} is empty: there is no row in it.")
    return Table(frame, name, roles(frame, named, header=True, name=name), told=told)


def _text(
    text: bytes,
    written: Written,
    name: str,
    named: Mapping[str, Any],
    *,
    told: str,
    skip: bool,
    described: bool,
) -> Table:
    if not written.rows:
        raise DataError(f"{name} holds the names of columns but no row.")
    width = len(written.names)
    rows = [row[:width] + ("",) * (width - len(row)) for row in written.rows]
    head = pd.DataFrame(rows, columns=list(written.names))
    columns = dict(named)
    if not described:
        columns = roles(head, named, header=written.header, name=name)
    uneven: dict[int, tuple[int, str, str]] = {}
    content = text
    frame = _parsed(text, written, columns)
    if frame is None or _may_be_short(text, written, frame):
        uneven = of_another_length(text, written)
        if uneven and not skip:
            raise BadLineError(_uneven_told(list(uneven.values()), name))
        if uneven:
            text = without(text, written, set(uneven))
        if uneven or frame is None:
            frame = _parsed(text, written, columns)
    if frame is None:
        raise BadLineError(
            f"{name} cannot be read as a table separated by {told}. Look for a quotation mark "
            "that is never closed, or name the separator, such as separator=';'."
        )
    skipped = frozenset(uneven)
    left_out = list(uneven.values())
    return Table(frame, name, columns, written.header, told, left_out, content, written, skipped)


def _uneven_told(found: list[tuple[int, str, str]], name: str) -> str:
    shown = [
        f"  {name}:{line}: {reason}: {text[:120].replace(chr(31), '::')!r}"
        for line, reason, text in found[:5]
    ]
    more = [f"  … and {len(found) - 5:,} more"] if len(found) > 5 else []
    noun = "line" if len(found) == 1 else "lines"
    return "\n".join(
        [
            f"{len(found):,} {noun} that cannot be read:",
            *shown,
            *more,
            "Correct them, or leave them out with on_bad_line='skip'.",
        ]
    )


def _parsed(text: bytes, written: Written, columns: dict[str, Any]) -> pd.DataFrame | None:
    """The table by pandas' parser; None if a line has too many fields.

    A number with a zero in front is not the same id as one without, so such columns stay text.
    """
    ids = [columns[role] for role in ("user", "item") if role in columns]
    options: dict[str, Any] = {
        "sep": written.separator,
        "header": 0 if written.header else None,
        "names": list(written.names),
        "decimal": written.decimal,
        "na_filter": False,
        "low_memory": False,
    }
    as_text = dict.fromkeys((columns[each] for each in ("title", "genres") if each in columns), str)
    if _has_odd_numbers(text):
        as_text.update(dict.fromkeys(ids, str))
    try:
        frame = pd.read_csv(io.BytesIO(text), dtype=as_text, **options)
        again = [each for each in ids if _is_no_id(frame[each].dtype)]
        if again:
            as_text.update(dict.fromkeys(again, str))
            frame = pd.read_csv(io.BytesIO(text), dtype=as_text, **options)
    except (pd.errors.ParserError, OverflowError):
        return None
    # pandas uses fields beyond the names as an index.
    return frame if isinstance(frame.index, pd.RangeIndex) else None


def _is_no_id(dtype: Any) -> bool:
    """Whether pandas has turned something into a number that may be written in another way."""
    whole = pd.api.types.is_signed_integer_dtype(dtype)
    return pd.api.types.is_numeric_dtype(dtype) and not whole


def _has_odd_numbers(text: bytes) -> bool:
    """Whether some number may begin with a plus or with a zero before another digit."""
    if b"+" in text:
        return True
    codes = np.frombuffer(text, "uint8")
    for start in range(0, len(codes), BLOCK):
        # A place before and one after, so that a number across two blocks is seen.
        block = codes[max(start - 1, 0) : start + BLOCK + 1]
        digit = block - np.uint8(ord("0")) < 10
        odd = (block[1:-1] == ord("0")) & digit[2:] & ~digit[:-2]
        if odd.any() and (block[:-2][odd] != ord(".")).any():
            return True
    return text[:1] == b"0" and text[1:2].isdigit()


def _may_be_short(text: bytes, written: Written, frame: pd.DataFrame) -> bool:
    """Whether some line may lack fields, which pandas fills with empty ones."""
    last = frame.iloc[:, -1]
    if pd.api.types.is_numeric_dtype(last):
        return False
    if not (last == "").any():
        return False
    separator = written.separator.encode()
    wanted = (len(frame) + written.header) * (len(written.names) - 1)
    return b'"' in text or text.count(separator) != wanted


def _json(text: bytes, name: str) -> pd.DataFrame:
    """JSON lines, or one list of objects; numbers and texts do not change."""
    whole = text.lstrip().startswith(b"[")
    try:
        if whole:
            found = json.loads(text)
        else:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as error:
        raise DataError(f"{name} is not a table in JSON ({error}). {OBJECTS}") from None
    if not all(isinstance(each, dict) for each in found):
        raise DataError(f"{name} is not a table in JSON: a value is not an object. {OBJECTS}")
    return pd.DataFrame.from_records(found)


def _sheet(content: bytes, name: str, sheet: str | int | None) -> pd.DataFrame:
    try:
        import python_calamine  # noqa: F401
    except ImportError:
        raise MissingLibraryError(
            f"{name} is a workbook, which the library python-calamine reads. {INSTALL}"
        ) from None
    try:
        found = pd.read_excel(
            io.BytesIO(content), sheet_name=sheet, engine="calamine", na_filter=False, dtype=object
        )
    except Exception as error:
        # The library has one class for each possible fault of a workbook.
        raise DataError(f"{name} cannot be read as a workbook ({error}).") from error
    if isinstance(found, pd.DataFrame):
        return found.infer_objects()
    filled = {each: frame for each, frame in found.items() if not frame.empty}
    if len(filled) > 1:
        shown = " or ".join(f"sheet={each!r}" for each in filled)
        raise DataError(f"Which sheet of {name}? Write {shown}.")
    return next(iter(filled.values()), pd.DataFrame()).infer_objects()


def _parquet(content: bytes, name: str) -> pd.DataFrame:
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise MissingLibraryError(
            f"{name} is a file of Parquet, which the library pyarrow reads. {INSTALL}"
        ) from None
    try:
        return pd.read_parquet(io.BytesIO(content), engine="pyarrow")
    except (OSError, ValueError) as error:
        raise DataError(f"{name} cannot be read as Parquet ({error}).") from error
