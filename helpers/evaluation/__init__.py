"""Honest evaluation: fit on training, rank the whole catalogue, give every figure an interval.

``evaluate`` measures one recommender, ``compare`` says whether two differ by more than chance, and
``leaderboard`` does it for many, over several seeds, with costs in addition to accuracy.
``auc_by_ratings`` looks separately at films with few ratings and films with many.
``stored_leaderboard`` is the measured leaderboard of the course. ``newcomers`` and ``questions``
are for users who are not in the data: what they tell, and what to ask them.
"""

from helpers.evaluation.by_ratings import auc_by_ratings
from helpers.evaluation.comparing import compare, compare_all
from helpers.evaluation.elicitation import entropy_of_stars, greedy_questions, questions
from helpers.evaluation.evaluating import Evaluation, evaluate
from helpers.evaluation.leaderboard import Leaderboard, leaderboard, read_leaderboard
from helpers.evaluation.measures import METRICS
from helpers.evaluation.newcomers import Newcomers, newcomers
from helpers.evaluation.resampling import holm
from helpers.evaluation.stored import stored_leaderboard

__all__ = [
    "METRICS",
    "Evaluation",
    "Leaderboard",
    "Newcomers",
    "auc_by_ratings",
    "compare",
    "compare_all",
    "entropy_of_stars",
    "evaluate",
    "greedy_questions",
    "holm",
    "leaderboard",
    "newcomers",
    "questions",
    "read_leaderboard",
    "stored_leaderboard",
]
