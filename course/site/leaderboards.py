"""The leaderboards of the site: a table that sorts, with intervals, and one figure each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.evaluation import Leaderboard, read_leaderboard
from helpers.evaluation.leaderboard import COSTS
from helpers.evaluation.measures import LOWER_IS_BETTER

if TYPE_CHECKING:
    import pandas as pd

# In the order of the columns; what a leaderboard did not measure is left out.
SHOWN = {
    "ndcg": "nDCG",
    "recall": "recall",
    "rmse": "RMSE",
    "coverage": "coverage",
    "fit_seconds": "fit (s)",
    "n_parameters": "parameters",
}
HEADINGS = {
    "random": "A random fifth of each user held out",
    "time": "The newest fifth of all ratings held out",
}
OF_LISTS = ("ndcg", "recall", "coverage")


def leaderboards(sources: Path, book: Path, _lessons: Sequence[object]) -> str:
    """One section for each ``data/leaderboards/*.csv``; a sentence if there is none."""
    files = sorted((book.parent / "data" / "leaderboards").glob("*.csv"))
    if not files:
        return "No leaderboard is stored yet."
    return "\n\n".join(_section(sources, path) for path in files)


def _section(sources: Path, path: Path) -> str:
    board = read_leaderboard(path)
    name = HEADINGS.get(path.stem.rpartition("_")[2], path.stem)
    measured = list(dict.fromkeys(board.results["metric"]))
    main = next(metric for metric in SHOWN if metric in measured)
    picture, alt = _figure(board, main)
    image = sources / "figures" / f"leaderboard_{path.stem}.png"
    image.parent.mkdir(parents=True, exist_ok=True)
    image.write_bytes(picture)
    return "\n".join(
        [
            f"## {name}",
            "",
            _origin(board),
            "",
            f"```{{image}} figures/{image.name}",
            f":alt: {alt}",
            ":width: 634px",
            "```",
            "",
            table(board, caption=name),
        ]
    )


def _origin(board: Leaderboard) -> str:
    data, header = board.header["data"], board.header
    seeds = len(header["seeds"])
    return (
        f"{data['ratings']:,} ratings by {data['users']:,} users of {data['items']:,} films; "
        f"`{header['protocol']}`; {seeds} seed{'s' if seeds > 1 else ''}; lists of {header['k']}; "
        f"measured on {header['date'][:10]}."
    )


def _means(board: Leaderboard, metric: str) -> pd.DataFrame:
    """Value, low and high from the leaderboard: one row per recommender, best first."""
    rows = board.table(sort_by=metric)[[metric, "low", "high"]]
    return rows.set_axis(["value", "low", "high"], axis=1).dropna(subset="value")


def _figure(board: Leaderboard, metric: str) -> tuple[bytes, str]:
    from helpers import plots
    from helpers.plots.style import Picture

    means = _means(board, metric)
    label = f"{SHOWN[metric]}@{board.header['k']}" if metric not in LOWER_IS_BETTER else "RMSE"
    first, second = means.iloc[0], means.iloc[min(1, len(means) - 1)]
    apart = first["low"] > second["high"] or first["high"] < second["low"]
    ending = "and its interval is apart" if apart else "but its interval overlaps the next"
    figure = plots.bars(
        means["value"],
        title=f"{means.index[0]} comes first, {ending}",
        x_label=f"{label}; whiskers: 95 % intervals over users",
        y_label="recommender",
        highlight=[means.index[0]],
        intervals=means[["low", "high"]],
        digits=3,
    )
    values = ", ".join(f"{name} {row['value']:.3f}" for name, row in means.iterrows())
    alt = f"Bar chart of {label} by recommender, best first: {values}."
    return Picture(figure, alt).png, alt


def table(board: Leaderboard, *, caption: str) -> str:
    """The leaderboard as an HTML table whose columns a reader can sort."""
    metrics = [name for name in SHOWN if name in set(board.results["metric"])]
    means = {metric: _means(board, metric) for metric in metrics}
    heads = [_head("recommender", "text", "")]
    for metric in metrics:
        down = metric in LOWER_IS_BETTER or metric in COSTS
        at_k = f"@{board.header['k']}" if metric in OF_LISTS else ""
        heads.append(_head(SHOWN[metric] + at_k, "number", "ascending" if down else "descending"))
    rows = []
    for name in board.table(sort_by=metrics[0]).index:
        cells = [f'<th scope="row">{escape(str(name))}</th>']
        cells += [_cell(means[metric], str(name), metric) for metric in metrics]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    body = "\n".join(rows)
    return (
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{escape(caption)}">\n'
        f'<table class="leaderboard sortable">\n<caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{''.join(heads)}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _head(label: str, kind: str, first: str) -> str:
    start = f' data-first="{first}"' if first else ""
    return f'<th scope="col" data-kind="{kind}"{start}>{escape(label)}</th>'


def _cell(means: pd.DataFrame, name: str, metric: str) -> str:
    if name not in means.index:
        return '<td data-value="">–</td>'
    value, low, high = means.loc[name].to_numpy("float64")
    if metric in COSTS:
        digits = 0 if metric == "n_parameters" else 1
        return f'<td data-value="{value:.3f}">{value:,.{digits}f}</td>'
    interval = "" if math.isnan(low) else f"<small>{low:.3f} to {high:.3f}</small>"
    return f'<td data-value="{value:.6f}">{value:.3f}{interval}</td>'
