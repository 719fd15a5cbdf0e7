"""Honest evaluation: fit on training, rank the whole catalogue, give every figure an interval.

``evaluate`` measures one recommender, ``compare`` says whether two differ by more than chance, and
``leaderboard`` does it for many, over several seeds, with the costs beside the accuracy.
"""

from helpers.evaluation.comparing import compare, compare_all
from helpers.evaluation.evaluating import Evaluation, evaluate
from helpers.evaluation.leaderboard import Leaderboard, leaderboard, read_leaderboard
from helpers.evaluation.measures import METRICS
from helpers.evaluation.resampling import holm

__all__ = [
    "METRICS",
    "Evaluation",
    "Leaderboard",
    "compare",
    "compare_all",
    "evaluate",
    "holm",
    "leaderboard",
    "read_leaderboard",
]
