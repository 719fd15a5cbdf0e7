"""Which recommenders of a leaderboard cannot be told apart."""

from __future__ import annotations

from collections.abc import Iterable

from helpers.errors import ParameterError
from helpers.evaluation.comparing import compare_all
from helpers.evaluation.leaderboard import Leaderboard

# Lists, not tuples: that is how a saved leaderboard gives them back.
Pairs = list[list[str]]


def ties(
    board: Leaderboard,
    metrics: Iterable[str] = ("ndcg", "rmse"),
    *,
    level: float = 0.05,
    resamples: int = 2000,
) -> dict[str, Pairs]:
    """Pairs of recommenders whose difference may be chance, for each metric.

    Every pair is compared user by user on each seed's test ratings. Two are told apart where the
    difference is significant in every seed, after Holm's correction for the number of pairs.

    Args:
        board: fresh from ``leaderboard``.
        metrics: names; a recommender without it is in no pair.
        level: of significance.
        resamples: swaps for each p value (see ``compare``).

    Raises:
        ParameterError: the board was read from a file, or as ``compare``.
    """
    if not board.evaluations:
        raise ParameterError(
            "This leaderboard was read from a file, which keeps no user's results: measure it "
            "anew, or look in its header."
        )
    found: dict[str, Pairs] = {}
    for metric in metrics:
        apart: dict[tuple[str, str], bool] = {}
        for seed in board.header["seeds"]:
            measured = {
                name: one
                for (name, of_seed), one in board.evaluations.items()
                if of_seed == seed and metric in one.sums
            }
            if len(measured) < 2:
                continue
            table = compare_all(measured, metric, resamples=resamples)
            differs = table["p_holm"].to_numpy() < level
            for one, other, different in zip(table["first"], table["second"], differs, strict=True):
                apart[one, other] = apart.get((one, other), True) and bool(different)
        found[metric] = [list(pair) for pair, different in apart.items() if not different]
    return found
