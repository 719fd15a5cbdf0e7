"""Tables and figures as plain data, for what a submission hands in; all that is made is bounded."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pandas as pd

from helpers.checks.drawings import Drawing, Series, drawings
from helpers.errors import StorageError
from helpers.storage import Kind


def _parts_of_frame(frame: pd.DataFrame) -> Any:
    columns = [frame.iloc[:, place].to_numpy() for place in range(frame.shape[1])]
    return list(frame.columns), columns


def _frame(parts: Any) -> pd.DataFrame:
    names, columns = parts
    frame = pd.DataFrame(dict(enumerate(map(_checked, columns))))
    frame.columns = pd.Index(names, dtype=object)
    return frame


def _column(values: Any) -> pd.Series:
    return pd.Series(_checked(values))


def _checked(values: Any) -> np.ndarray:
    """The values of a column; pandas would repeat a single one as often as there are rows."""
    if type(values) is not np.ndarray or values.ndim != 1:
        raise StorageError("A column of a table is an array with one dimension.")
    return values


def _is_drawn(value: Any) -> bool:
    matplotlib = sys.modules.get("matplotlib.artist")  # if nobody has loaded it, nothing is drawn
    return matplotlib is not None and isinstance(value, matplotlib.Artist) and bool(drawings(value))


def _parts_of_figure(value: Any) -> Any:
    return [
        (
            *(each.title, each.labels, each.scales, each.texts),
            [(series.kind, series.name, series.points) for series in each.series],
        )
        for each in drawings(value)
    ]


def _drawing(title: Any, labels: Any, scales: Any, texts: Any, series: Any) -> Drawing:
    (across, up), (along, aside) = labels, scales
    return Drawing(
        title=str(title),
        labels=(str(across), str(up)),
        scales=(str(along), str(aside)),
        texts=tuple(map(str, texts)),
        series=tuple(
            Series(str(kind), str(name), np.asarray(points, dtype=float).reshape(-1, 2))
            for kind, name, points in series
        ),
    )


KINDS = (
    Kind("frame", lambda value: isinstance(value, pd.DataFrame), _parts_of_frame, _frame),
    Kind(
        *("column", lambda value: isinstance(value, pd.Series | pd.Index)),
        *(lambda column: column.to_numpy(), _column),
    ),
    Kind(
        *("figure", _is_drawn, _parts_of_figure),
        lambda parts: [_drawing(*part) for part in parts],
    ),
)
