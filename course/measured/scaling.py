"""How seconds and memory grow with the ratings: the stored measurements, and what they show.

``book/growth.csv`` has the machine in its first line, then a row for each number of ratings and
stage. ``benchmarks/growth.py`` measures it; ``course.site.scaling_chart`` draws it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from course.measured.stored import save_measured, stored_measured, this_machine
from helpers.errors import DataError

FILE = "growth.csv"
COLUMNS = [
    *("ratings", "stage", "group", "seconds", "processor", "peak_memory"),
    *("remark", "work", "grows_by"),
]
TEXTS = ("stage", "group", "remark", "grows_by")
# Growth counts as linear up to this: processor seconds per rating at one size ÷ at the size before.
LINEAR_UP_TO = 1.2


@dataclass(frozen=True)
class Growth:
    """The machine in words, and one row per size and stage, with the columns ``COLUMNS``.

    ratings; stage; group (data, fit or use); seconds on the clock (NaN if it was stopped);
    processor (seconds of all processors); peak_memory in bytes; remark (why it was stopped);
    grows_by (what its seconds should be proportional to, empty if that is the ratings); work (how
    much of that there is, in any unit).
    """

    machine: str
    table: pd.DataFrame


def save_growth(table: pd.DataFrame, file: Path) -> None:
    """Write the table, with this machine in the first line.

    Raises:
        WritingError: the disk is full, or the folder cannot be written to.
    """
    text = io.StringIO()
    table.to_csv(text, columns=COLUMNS, index=False, lineterminator="\n", float_format="%.4g")
    save_measured(file, this_machine(), text.getvalue())


def stored_growth(file: Path) -> Growth | None:
    """What ``save_growth`` wrote; None if there is no such file.

    Raises:
        DataError: the file is something else.
    """
    stored = stored_measured(file)
    if stored is None:
        return None
    machine, rows = stored
    try:
        table = pd.read_csv(io.StringIO(rows), dtype=dict.fromkeys(TEXTS, str))
        table = table[COLUMNS].fillna(dict.fromkeys(TEXTS, ""))
        table = table.astype(
            {
                "ratings": "int64",
                "seconds": "float64",
                "processor": "float64",
                "peak_memory": "int64",
            }
        )
    except (KeyError, ValueError) as error:
        raise DataError(f"{file} is not a table of growth: {error}.") from error
    return Growth(machine, table)


def beyond_linear(table: pd.DataFrame, per: str = "ratings") -> pd.DataFrame:
    """Processor seconds per rating at each size ÷ those at the size before: 1 is linear growth.

    Processor seconds, because other programs disturb them less than the clock. One row per stage,
    one column per size from the second on; NaN if either is missing. With ``per="work"`` it is
    seconds per unit of what the stage should grow by.

    Example:
        >>> rows = [(100, "read", 1.0), (1000, "read", 11.0), (100, "sort", 1.0)]
        >>> beyond_linear(pd.DataFrame(rows, columns=["ratings", "stage", "processor"])).loc["read"]
        ratings
        1000    1.1
        Name: read, dtype: float64
    """
    each = table.assign(each=table["processor"] / table[per])
    wide = each.pivot_table(index="stage", columns="ratings", values="each", dropna=False)
    return wide.div(wide.shift(axis=1)).iloc[:, 1:].loc[list(dict.fromkeys(table["stage"]))]


def growth_table(table: pd.DataFrame) -> str:
    """Markdown: one row per stage, one column per size, and what the seconds grow by."""
    sizes = sorted(table["ratings"].unique())
    heads = ["stage", *(f"{size:,}" for size in sizes), "× linear", "should grow by", "× that"]
    lines = [f"| {' | '.join(heads)} |", f"|---|{'--:|' * (len(sizes) + 1)}---|--:|"]
    factors = [_steps(beyond_linear(table, per)) for per in ("ratings", "work")]
    for name, stage in table.groupby("stage", sort=False):
        cells = dict(zip(stage["ratings"], map(_cell, stage.itertuples()), strict=True))
        by_ratings, by_work = (each[str(name)] for each in factors)
        row = [str(name), *(cells.get(size, "") for size in sizes), by_ratings]
        row += [stage["grows_by"].iloc[-1] or "ratings", by_work]
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines)


def _steps(beyond: pd.DataFrame) -> dict[str, str]:
    """The growth of each stage at its last two sizes."""
    found = {str(name): row.dropna() for name, row in beyond.iterrows()}
    return {name: ", ".join(f"{each:.2f}" for each in row[-2:]) for name, row in found.items()}


def _cell(row: Any) -> str:
    if row.remark:
        return str(row.remark)
    return f"{row.seconds:,.3g} s, {row.peak_memory / 1e9:.2f} GB"


def growth_title(table: pd.DataFrame) -> str:
    """The finding, for the title of the chart: how many stages grow no faster than the ratings."""
    last = beyond_linear(table).iloc[:, -1].dropna()
    linear = int((last <= LINEAR_UP_TO).sum())
    before, largest = (f"{size / 1e6:.3g}" for size in sorted(table["ratings"].unique())[-2:])
    memory = table["peak_memory"].max() / 1e9
    return (
        f"From {before} to {largest} million ratings, {linear} of the {len(last)} stages measured "
        f"grow no faster than the ratings; the largest holds {memory:.1f} GB"
    )


def growth_in_words(table: pd.DataFrame) -> str:
    """The chart's alt text: what kind of chart it is, and every stage at the largest size."""
    largest = table[table["ratings"] == table["ratings"].max()]
    stages = [
        f"{row.stage} {row.remark or f'{row.seconds:,.3g} s, {row.peak_memory / 1e9:.1f} GB'}"
        for row in largest.itertuples()
    ]
    sizes = ", ".join(f"{size:,}" for size in sorted(table["ratings"].unique()))
    return (
        "Line charts with logarithmic axes: seconds and peak memory of each stage over the number "
        f"of ratings ({sizes}), with a dotted line that grows as the ratings do. At the largest "
        f"number: {'; '.join(stages)}."
    )
