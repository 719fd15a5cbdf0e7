"""Honest splits: train, validation and test over one catalogue, every rating in at most one part.

Each function takes fractions of the whole for validation and test and gives the rest to training.
Within a part the ratings keep the order of the data. The same seed gives the same split on every
machine.
"""

from helpers.splits.corners import Corners, cold_corners
from helpers.splits.parts import Split
from helpers.splits.protocols import (
    cold_both_split,
    cold_item_split,
    cold_user_split,
    global_time_split,
    k_fold,
    leave_last_out,
    per_user_split,
    random_split,
)

__all__ = [
    "Corners",
    "Split",
    "cold_both_split",
    "cold_corners",
    "cold_item_split",
    "cold_user_split",
    "global_time_split",
    "k_fold",
    "leave_last_out",
    "per_user_split",
    "random_split",
]
