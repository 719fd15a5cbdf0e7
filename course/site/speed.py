"""Parts of the page of run times: our seconds compared with those of others, and how they grow."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

import pandas as pd

from course.measured.contests import (
    Speed,
    kept,
    ratio_in_words,
    seconds_in_words,
    sentence,
    stored_speed,
)
from course.site.scaling_chart import growth as scaling_chart

HEADS = ("", "seconds", "ours ÷ theirs", "promised", "kept")
KEPT = {True: "✓ yes", False: "✗ no", None: ""}
NOTHING = "Nothing is stored yet."


def contests(_sources: Path, book: Path, _lessons: Sequence[object]) -> str:
    """One table of all contests that ``course bench --store`` stored; a sentence without any."""
    speed = stored_speed(book)
    if speed is None:
        return NOTHING
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in HEADS)
    groups = speed.rows.groupby(["topic", "contest"], sort=False)
    bodies = [_body(str(name), rows) for (_topic, name), rows in groups]
    return "\n".join(
        [
            '<div class="table-scroll" tabindex="0" role="region" aria-label="Our seconds and '
            'those of others">',
            '<table class="contests">',
            f"<thead><tr>{heads}</tr></thead>",
            *bodies,
            "</table>",
            "</div>",
            "",
            _origin(speed),
        ]
    )


def growth(sources: Path, book: Path, _lessons: Sequence[object]) -> str:
    """Chart and table of seconds and memory over the ratings; a sentence if there is no file."""
    from course.measured import scaling as stored
    from helpers.plots.style import Picture

    found = stored.stored_growth(book / stored.FILE)
    if found is None:
        return NOTHING
    alt = stored.growth_in_words(found.table)
    figure = scaling_chart(found.table, title=stored.growth_title(found.table))
    image = sources / "figures" / "growth.png"
    image.parent.mkdir(parents=True, exist_ok=True)
    image.write_bytes(Picture(figure, alt).png)
    return "\n".join(
        [
            f"```{{image}} figures/{image.name}",
            f":alt: {alt}",
            ":width: 100%",
            "```",
            "",
            stored.growth_table(found.table),
            "",
            f"Measured on {found.machine}.",
        ]
    )


def _body(contest: str, rows: pd.DataFrame) -> str:
    """A contest: what the work is, then ours, then each of theirs; if we lose, why."""
    first = rows.iloc[0]
    about = f"{sentence(first['work'])} {sentence(first['note'])}".strip()
    head = (
        f'<tr><th colspan="{len(HEADS)}" scope="rowgroup">{escape(contest)}'
        f"<small>{escape(about)}</small></th></tr>"
    )
    ordered = rows.sort_values("ours", ascending=False, kind="stable")
    most = rows["runs"].max()
    lines = [_row(row, most) for _, row in ordered.iterrows()]
    return "\n".join(["<tbody>", head, *lines, "</tbody>"])


def _row(row: pd.Series, most: float) -> str:
    """A side; its row says so if it ran less often than the others, because it takes minutes."""
    verdict = kept(row["ratio"], row["at_most"])
    fewer = f"median of {row['runs']:g}" if 1 < row["runs"] < most else "one run"
    told = [row["figures"], fewer if row["runs"] < most else ""]
    text = "; ".join(filter(None, told))
    figures = f"<small>{escape(text)}</small>" if text else ""
    cells = [
        seconds_in_words(row["seconds"]),
        "" if row["ours"] else ratio_in_words(row["ratio"]),
        "" if verdict is None else f"≤ {row['at_most']:g}",
        KEPT[verdict],
    ]
    kind = ' class="ours"' if row["ours"] else ""
    texts = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr{kind}><th scope="row">{escape(row["side"])}{figures}</th>{texts}</tr>'


def _origin(speed: Speed) -> str:
    runs = speed.rows["runs"]
    fewest, most = f"{runs.min():g}", f"{runs.max():g}"
    used = sorted({each for line in speed.rows["versions"] if line for each in line.split(", ")})
    sentences = [
        f"Medians of {most if fewest == most else f'{fewest} to {most}'} runs.",
        f"Measured on {', '.join([speed.machine, *used])}.",
    ]
    elsewhere = speed.rows[speed.rows["measured"] != ""]
    for sitting, rows in elsewhere.groupby("measured", sort=False):
        sentences.append(f"{', '.join(rows['topic'].unique())}: measured on {sitting}.")
    return " ".join(sentences)
