"""Exercises of lesson 07: what a bent line can change, back to stars, the weight of a blend."""

from __future__ import annotations

import numpy as np

from helpers.checks import choice, function

exercise_1 = choice(
    "b",
    right=(
        "Yes. A curve that only rises keeps every order, so each user's list is that of the bare "
        "dot product. The layers can change the stars that are shown, never the order of the films."
    ),
    wrong={
        "a": "More layers give the curve more bends. Does a curve that rises all the way ever "
        "turn a larger input into a smaller output?",
        "c": "The user's vector is in the dot product already. What reaches the layers: both "
        "vectors, or one number?",
        "d": "A seed changes the curve, and the picture supposes that it rises all the way. "
        "Whatever its shape, what happens to a larger input?",
    },
)


def _to_stars(share: np.ndarray, low: float, high: float) -> np.ndarray:
    return low + np.asarray(share) * (high - low)


exercise_2 = function(
    _to_stars,
    [
        (0.75, 1.0, 5.0),
        (np.array([0.0, 0.5, 1.0]), 1.0, 5.0),
        (np.array([0.0, 0.25, 1.0]), 0.5, 5.0),
        (0.3, 0.0, 10.0),
    ],
    right=(
        "Yes: what was taken off is put back, in the opposite order, and 0 and 1 are the two ends "
        "of the scale. A test that goes there and back again would have found the mistake."
    ),
    mistakes=[
        (
            lambda share, _low, high: np.asarray(share) * high,
            "That is the colleague's line: a share of 0 would be shown as 0 stars. Which rating "
            "has the share 0?",
        ),
        (
            lambda share, low, high: low + np.asarray(share) * high,
            "The lowest is put back. A share of 1 would now be shown above the scale.",
        ),
        (
            lambda share, _low, _high: 1 + np.asarray(share) * 4,
            "Right for a scale of 1 to 5. What about half stars, 0.5 to 5?",
        ),
        (
            lambda share, low, high: np.asarray(share) * (high - low),
            "The width of the scale is right. Where does the scale begin?",
        ),
        (
            lambda share, low, high: (np.asarray(share) + low) * (high - low),
            "Going there, it subtracted first and divided last. Which is undone first?",
        ),
        (
            lambda share, low, high: (np.asarray(share) - low) / (high - low),
            "That is the way there once more. Which step undoes a division?",
        ),
    ],
    hints=[
        "Two steps were taken on the way there. Undo the last one first.",
        "Multiply by the width of the scale, then add its lowest rating.",
    ],
)


def _best_weight(stars: np.ndarray, first: np.ndarray, second: np.ndarray) -> float:
    difference = first - second
    return float(difference @ (stars - second) / (difference @ difference))


_STARS = np.array([4.0, 2.0, 5.0, 3.0])
_FIRST = np.array([3.5, 2.5, 4.0, 3.5])
_SECOND = np.array([4.5, 3.0, 4.5, 2.0])

exercise_3 = function(
    _best_weight,
    [
        (_STARS, _FIRST, _SECOND),
        (_FIRST, _FIRST, _SECOND),
        (_STARS[:3], _SECOND[:3], _FIRST[:3]),
    ],
    right=(
        "Yes. It is the slope of a straight line through the origin: what the second leaves over, "
        "against how far the first stands from the second."
    ),
    mistakes=[
        (
            lambda stars, first, second: 1 - _best_weight(stars, first, second),
            "That is the weight of the second one. The first is asked for.",
        ),
        (
            lambda _stars, _first, _second: 0.5,
            "One half is what we used. Let the ratings decide.",
        ),
        (
            lambda stars, first, second: (first - second) @ (stars - second),
            "The product is right. It has no scale yet: divide by what the difference makes with "
            "itself.",
        ),
        (
            lambda stars, first, second: np.mean((stars - second) / (first - second)),
            "A mean of ratios lets the pairs decide on which the two agree, where the ratio is "
            "wild. Sum above and below the line first, then divide once.",
        ),
        (
            lambda stars, first, second: (
                (first - second) @ stars / ((first - second) @ (first - second))
            ),
            "Close: what is left for the first to explain is not the stars, but what the second "
            "leaves over.",
        ),
    ],
    hints=[
        "Write the error as (stars − second) − w (first − second), and look for the w that makes "
        "the sum of squares smallest.",
        "Set the derivative to 0: w = Σ d (stars − second) / Σ d², with d = first − second.",
    ],
)
