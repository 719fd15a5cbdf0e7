"""Which recommenders of a leaderboard may differ only by chance."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from helpers.errors import ParameterError
from helpers.evaluation.leaderboard import Leaderboard
from helpers.evaluation.resampling import holm, swap_p_values

# Lists, not tuples: a saved leaderboard also returns lists.
Pairs = list[list[str]]
# The smallest p value from swaps is 1 / their number. Holm's correction multiplies it by the number
# of pairs. After that it must still be this much smaller than the level.
SMALLEST_P = 1 / 4


def ties(
    board: Leaderboard,
    metrics: Iterable[str] = ("ndcg", "rmse"),
    *,
    level: float = 0.05,
    resamples: int | None = None,
) -> dict[str, Pairs]:
    """Pairs of recommenders whose difference may be chance, for each metric.

    Every pair is compared user by user on each seed's test ratings. Two are different if the
    difference is significant in every seed, after Holm's correction for the number of pairs.

    Args:
        board: a result of ``leaderboard``, not read from a file.
        metrics: names; a recommender without it is in no pair.
        level: of significance.
        resamples: swaps for each p value (see ``compare``), the same for all pairs; None takes
            enough for the number of pairs, at least 2,000.

    Raises:
        ParameterError: the board was read from a file, or as ``compare``.
    """
    if not board.evaluations:
        raise ParameterError(
            "This leaderboard was read from a file, and the file has no results per user: measure "
            "it again, or look in its header."
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
            pairs = list(combinations(measured, 2))
            needed = max(2000, round(len(pairs) / (level * SMALLEST_P)))
            first, second = (
                [measured[pair[side]].sums[metric] for pair in pairs] for side in (0, 1)
            )
            p_values = swap_p_values(first, second, resamples or needed, random_state=0)
            for pair, p_value in zip(pairs, holm(p_values), strict=True):
                apart[pair] = apart.get(pair, True) and bool(p_value < level)
        found[metric] = [list(pair) for pair, different in apart.items() if not different]
    return found
