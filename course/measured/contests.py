"""What ``course bench`` measured, stored: our seconds compared with those of others.

``book/speed.csv`` has the machine of the last session in its first line, then one row for each side
of each contest. A row from another session says so itself.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from course.measured.board_pages import between
from course.measured.stored import save_measured, stored_measured, this_machine
from helpers.errors import DataError, MissingDataError
from helpers.files import written_whole

FILE = "speed.csv"
COLUMNS = [
    *("topic", "contest", "work", "side", "ours", "seconds", "fastest", "slowest", "ratio"),
    *("at_most", "runs", "figures", "versions", "note", "measured"),
]
TEXTS = ("topic", "contest", "work", "side", "figures", "versions", "note", "measured")
NUMBERS = ("seconds", "fastest", "slowest", "ratio", "at_most", "runs")
NO_PEER = "the promise"
LIBRARIES = ("numpy", "scipy", "pandas")
BEGIN = "<!-- speed: made by `course bench --store` -->"
END = "<!-- speed: end -->"


@dataclass(frozen=True)
class Speed:
    """The machine of the last session in words, and one row per side: columns ``COLUMNS``."""

    machine: str
    rows: pd.DataFrame


def kept(ratio: float, at_most: float) -> bool | None:
    """Whether a promise holds: our seconds ÷ theirs; None if there is none.

    Example:
        >>> kept(0.4, 0.5), kept(0.6, 0.5), kept(0.6, float("nan"))
        (True, False, None)
    """
    return None if pd.isna(at_most) else bool(ratio <= at_most)


def save_speed(rows: pd.DataFrame, folder: Path) -> Path:
    """Write ``speed.csv`` with these rows instead of all others of their topics.

    Args:
        rows: the columns ``COLUMNS`` without ``measured``.
        folder: ``book/`` of the checkout.

    Raises:
        DataError: the file there is not such a table.
        WritingError: the disk is full, or the folder cannot be written to.
    """
    machine = ", ".join([this_machine(), *(f"{name} {version(name)}" for name in LIBRARIES)])
    kept_rows = pd.DataFrame(columns=COLUMNS)
    if before := stored_speed(folder):
        others = before.rows[~before.rows["topic"].isin(rows["topic"])]
        places = others["measured"].replace("", before.machine).replace(machine, "")
        kept_rows = others.assign(measured=places)
    fresh = rows.assign(measured="").reindex(columns=COLUMNS)
    table = fresh if kept_rows.empty else pd.concat([kept_rows, fresh])
    table = table.sort_values("topic", kind="stable")
    text = io.StringIO()
    table.to_csv(text, index=False, lineterminator="\n", float_format="%.4g")
    target = folder / FILE
    save_measured(target, machine, text.getvalue())
    return target


def stored_speed(folder: Path) -> Speed | None:
    """What ``save_speed`` wrote to that folder; None if there is no such file.

    Raises:
        DataError: the file is something else.
    """
    path = folder / FILE
    stored = stored_measured(path)
    if stored is None:
        return None
    machine, table = stored
    try:
        rows = pd.read_csv(io.StringIO(table), dtype=dict.fromkeys(TEXTS, str))
        if list(rows.columns) != COLUMNS:
            raise ValueError(f"its columns are {', '.join(rows.columns)}")
        rows = rows.astype(dict.fromkeys(NUMBERS, "float64")).astype({"ours": bool})
    except ValueError as error:
        raise DataError(f"{path} is not a table of course bench: {error}.") from error
    return Speed(machine, rows.fillna(dict.fromkeys(TEXTS, "")))


def readme_lines(speed: Speed) -> str:
    """The lines of the README: how far ours is ahead, one contest per topic, and the worst."""
    promised = speed.rows[speed.rows["at_most"].notna()]
    excess = promised["ratio"] / promised["at_most"]
    # A promise of seconds has its own side, without a library.
    peers = promised[(excess <= 1) & ~promised["side"].str.startswith(NO_PEER)]
    ahead = ", ".join(_told(row) for _, row in peers.drop_duplicates("topic").iterrows())
    worst = promised.iloc[int(excess.argmax())]
    contest = worst["contest"].removeprefix(f"{worst['topic']}: ")
    behind = f"; worst: {contest}, {ratio_in_words(worst['ratio'])}"
    text = (
        f"Our seconds ÷ theirs: {ahead}. {(excess <= 1).sum()} of {len(promised)} as promised"
        f"{behind if excess.max() > 1 else ''}."
    )
    return textwrap.fill(text, 100, break_on_hyphens=False, break_long_words=False)


def _told(row: pd.Series) -> str:
    topic, peer = row["topic"].replace("_", " "), row["side"].partition(",")[0]
    return f"{topic} {ratio_in_words(row['ratio'])} ({peer})"


def store(rows: pd.DataFrame, root: Path) -> Path:
    """Store these rows in ``book/`` of a checkout, and write the README's lines again.

    Raises:
        MissingDataError: there is no README.
        DataError: it has no place for the lines, or the stored file is not a table.
    """
    page = readme(root)
    path = save_speed(rows, root / "book")
    stored = stored_speed(root / "book")
    assert stored is not None
    with written_whole(root / "README.md") as unfinished:
        unfinished.write_text(with_lines(page, readme_lines(stored)), "utf-8", newline="\n")
    return path


def readme(root: Path) -> str:
    """The README of a checkout, which has a place for the lines.

    Raises:
        MissingDataError: there is none.
        DataError: it has no place for the lines.
    """
    path = root / "README.md"
    if not path.is_file():
        raise MissingDataError(f"{path} is missing: --store works in a checkout only.")
    text = path.read_text(encoding="utf-8")
    with_lines(text, "")
    return text


def with_lines(page: str, lines: str) -> str:
    """The README with those lines between its two comments, and nothing else changed.

    Raises:
        DataError: the comments are not there, once each and in order.
    """
    return between(page, lines, BEGIN, END)


def seconds_in_words(seconds: float) -> str:
    """Seconds with two significant digits.

    Example:
        >>> [seconds_in_words(each) for each in (0.00009, 0.0123, 1.23, 12.3, 123)]
        ['0.090 ms', '12 ms', '1.2 s', '12 s', '123 s']
    """
    if seconds < 0.1:
        return f"{_two_digits(1000 * seconds)} ms"
    return f"{_two_digits(seconds)} s"


def ratio_in_words(ratio: float) -> str:
    """A ratio with two significant digits, or three near 1, where the difference is small.

    Example:
        >>> [ratio_in_words(each) for each in (0.0123, 0.987, 1.04, 2.34, 12.3)]
        ['0.012', '0.99', '1.04', '2.3', '12']
    """
    return f"{ratio:.2f}" if 0.9 <= ratio < 2 else _two_digits(ratio)


def sentence(words: str) -> str:
    """The words with a capital letter and a full stop; empty for none.

    Example:
        >>> sentence("theirs is older"), sentence("Ours is older."), sentence("")
        ('Theirs is older.', 'Ours is older.', '')
    """
    return f"{words[0].upper()}{words[1:].rstrip('.')}." if words else ""


def figures_in_words(figures: Mapping[str, float]) -> str:
    """The figures of a side in one line, such as ``rmse 0.858``; without those that it lacks."""
    return ", ".join(f"{name} {value:.4g}" for name, value in figures.items() if pd.notna(value))


def _two_digits(value: float) -> str:
    if value >= 10 or value == 0:
        return f"{value:,.0f}"
    decimals = 1 if value >= 1 else 2
    while decimals < 6 and value < 10 ** (1 - decimals):
        decimals += 1
    return f"{value:.{decimals}f}"
