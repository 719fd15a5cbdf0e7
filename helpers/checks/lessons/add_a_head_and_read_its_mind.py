"""Exercises of lesson 02: one validation rating, rows of ids, a head folded away, many seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.checks import figure, function, number

exercise_1 = number(
    5,
    right=(
        "Yes: the prediction is next to 0, so the squared error is next to 5². A validation set of "
        "one rating tells you that rating, and little else."
    ),
    mistakes=[
        (25, "That is the squared error itself. Which rating gives it?"),
        (24.9, "That is the squared error itself. Which rating gives it?"),
        (3.25, "That is the mean of the training ratings. The model does not know it yet."),
    ],
    hints=[
        "The loss is the mean of squared errors, and here it is the mean of one.",
        "What does the model predict before it has learnt anything? So how large is the error?",
    ],
    tolerance=0.01,
)


def _rows_of(ids: np.ndarray, known_ids: np.ndarray) -> np.ndarray:
    return pd.Index(known_ids).get_indexer(pd.Index(ids))


def _numbered_anew(ids: np.ndarray, _known_ids: np.ndarray) -> np.ndarray:
    return pd.factorize(ids)[0]


def _rows_in_sorted_table(ids: np.ndarray, known_ids: np.ndarray) -> np.ndarray:
    return _rows_of(ids, np.sort(known_ids))


def _unknown_gets_row_0(ids: np.ndarray, known_ids: np.ndarray) -> np.ndarray:
    return np.maximum(_rows_of(ids, known_ids), 0)


def _unknown_is_dropped(ids: np.ndarray, known_ids: np.ndarray) -> np.ndarray:
    rows = _rows_of(ids, known_ids)
    return rows[rows >= 0]


exercise_2 = function(
    _rows_of,
    [
        (np.array([20, 30]), np.array([30, 10, 20])),
        (np.array([10, 10, 40]), np.array([40, 10])),
        (np.array([20, 99, 30]), np.array([30, 10, 20])),
    ],
    right="Yes: one table of ids for everybody, and unknown ids marked as unknown.",
    mistakes=[
        (
            _numbered_anew,
            "This numbers the ids anew. Film 20 needs the row that it has in training.",
        ),
        (
            _rows_in_sorted_table,
            "The rows stand in the order of known_ids, not in sorted order.",
        ),
        (_unknown_gets_row_0, "An unknown film gets row 0: it borrows another film's vector."),
        (_unknown_is_dropped, "An unknown id is gone: each id needs its answer, −1 for unknown."),
    ],
    hints=[
        "Where does each id stand in known_ids?",
        "Make a dictionary from id to row of known_ids, and look each id up with .get(id, -1).",
    ],
)


def _folded(
    user_factors: np.ndarray, item_factors: np.ndarray, slope: float, intercept: float
) -> np.ndarray:
    return np.asarray(slope * user_factors @ item_factors.T + intercept)


exercise_3 = function(
    _folded,
    [
        (np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([[1.0, 0.0], [2.0, 1.0]]), 2.0, 3.0),
        (np.array([[1.0, -1.0]]), np.array([[3.0, 1.0], [0.5, 0.0], [1.0, 1.0]]), -0.5, 1.0),
    ],
    right="Yes: the whole network, for every pair at once, in one line of NumPy.",
    mistakes=[
        (
            lambda P, Q, slope, intercept: slope * (P @ Q.T + intercept),
            "The head multiplies first and adds afterwards: the intercept is not multiplied.",
        ),
        (lambda P, Q, slope, _intercept: slope * P @ Q.T, "And what does the head add?"),
        (lambda P, Q, _slope, intercept: P @ Q.T + intercept, "And the slope?"),
        (
            lambda P, Q, slope, intercept: (slope * P) @ (slope * Q).T + intercept,
            "The slope came in twice. Fold it into the users or into the films, not into both.",
        ),
        (
            lambda P, Q, slope, intercept: slope * Q @ P.T + intercept,
            "Users belong in rows and films in columns: here they are the other way round.",
        ),
    ],
    hints=[
        "Begin with the matrix of all dot products, users in rows, films in columns.",
        "P @ Q.T holds every dot product. The head is a line: slope times that, plus intercept.",
    ],
)


def _counted(table: pd.DataFrame) -> pd.DataFrame:
    return table.set_axis(range(1, len(table) + 1))


def _running(pair: pd.DataFrame) -> pd.DataFrame:
    return _counted(pair.expanding().mean())


exercise_4 = figure(
    _running,
    right=(
        "Yes. Read it from the left: after one seed there is a winner, and a few seeds later it "
        "may be the other one. A comparison with one seed each is the left end of this picture."
    ),
    mistakes=[
        (
            lambda pair: pair.expanding().mean(),
            "The means are right. Your lines begin at 0 seeds, and the first mean is that of one.",
        ),
        (_counted, "That is each seed by itself. What is the mean of all seeds up to there?"),
        (lambda pair: pair, "That is each seed by itself. What is the mean of all up to there?"),
        (
            lambda pair: _counted(pair.cumsum()),
            "These are sums, and they grow with every seed. By how many is each to be divided?",
        ),
        (
            lambda pair: pair.cumsum(),
            "These are sums, and they grow with every seed. By how many is each to be divided?",
        ),
        (
            lambda pair: _counted(pair[::-1].expanding().mean()),
            "You began with the last seed. Take them in the order of the table.",
        ),
        (
            lambda pair: _counted(pair * 0 + pair.mean()),
            "That is the mean of all seeds, everywhere. What did one know after the first two?",
        ),
    ],
    labels={"x": ["seed"], "y": ["star", "★"]},
    hints=[
        "For n = 1 it is the first row of `pair`, for n = 2 the mean of the first two rows.",
        "pair.expanding().mean() has these means. Give it an index that counts from 1, then draw.",
    ],
)
