"""The leaderboard of the course: who is on it, how they are made, who cannot be told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import combinations

from helpers.errors import ParameterError
from helpers.evaluation.leaderboard import Leaderboard, leaderboard
from helpers.evaluation.resampling import holm, swap_p_values
from helpers.evaluation.resuming import Kept
from helpers.evaluation.stored import Protocol, check_protocol
from helpers.interactions import Interactions
from helpers.recommenders import (
    BPR,
    EASE,
    Biases,
    ContentProfiles,
    DeepFactorization,
    FactorizationMachine,
    HybridTwoTower,
    ImplicitALS,
    ImplicitItemNeighbours,
    ItemNeighbours,
    MatrixFactorization,
    NaiveBayes,
    NeuralCollaborative,
    Popularity,
    Recommender,
    SoftmaxFactorization,
    TwoTower,
    UserNeighbours,
    WeightedHybrid,
)
from helpers.splits import Split, global_time_split, per_user_split

PROTOCOLS: dict[Protocol, Callable[..., Split]] = {
    "random": per_user_split,
    "time": global_time_split,
}
SEEDS = (0, 1, 2)
# Lists, not tuples: a saved leaderboard also returns lists.
Pairs = list[list[str]]
# The smallest p value from swaps is 1 / their number. Holm's correction multiplies it by the number
# of pairs. After that it must still be this much smaller than the level.
SMALLEST_P = 1 / 4


@dataclass(frozen=True)
class Entry:
    """A recommender on the leaderboard of the course.

    Attributes:
        name: as the tables call it.
        lesson: slug of the lesson that teaches it, such as "find_neighbours".
        make: returns it unfitted, with the settings of the leaderboard.
    """

    name: str
    lesson: str
    make: Callable[[], Recommender]


ENTRIES = (
    Entry("Popularity", "explore_movielens", Popularity),
    Entry("Two averages", "find_neighbours", Biases),
    Entry("Item neighbours", "find_neighbours", ItemNeighbours),
    Entry("User neighbours", "find_neighbours", UserNeighbours),
    Entry("Matrix factorization", "factorize_movielens", lambda: MatrixFactorization(epochs=8)),
    Entry("Two towers", "build_two_towers", TwoTower),
    Entry("Deep factorization", "go_deep_stop_early_recommend", DeepFactorization),
    Entry("Implicit item neighbours", "rank_do_not_rate", ImplicitItemNeighbours),
    Entry("Implicit ALS", "rank_do_not_rate", ImplicitALS),
    Entry("EASE", "rank_do_not_rate", EASE),
    Entry("BPR", "rank_do_not_rate", BPR),
    Entry("Softmax factorization", "rank_do_not_rate", SoftmaxFactorization),
    Entry("NeuMF", "rank_do_not_rate", NeuralCollaborative),
    Entry("Content profiles", "recommend_by_content", ContentProfiles),
    Entry("Naive Bayes", "recommend_by_content", NaiveBayes),
    Entry("Factorization machine", "start_cold", FactorizationMachine),
    Entry("Hybrid two towers", "start_cold", HybridTwoTower),
    Entry("EASE and content", "start_cold", lambda: WeightedHybrid(EASE(), ContentProfiles(), 0.6)),
)


def course_recommenders() -> dict[str, Recommender]:
    """Every recommender of the lessons by its name on the leaderboard, unfitted.

    The settings are the defaults of each class, but at most 8 epochs for the matrix factorization;
    lessons that train by hand use others. ``ENTRIES`` says which lesson each is from.

    Example:
        >>> course_recommenders()["EASE"].regularization
        200.0
    """
    return {entry.name: entry.make() for entry in ENTRIES}


def course_leaderboard(
    interactions: Interactions,
    protocol: Protocol = "random",
    seeds: Iterable[int] = SEEDS,
    *,
    progress: bool = True,
    kept: Kept | None = None,
) -> Leaderboard:
    """Measure ``course_recommenders()`` again: the test ratings, the whole catalogue, lists of ten.

    Args:
        interactions: the data to split.
        protocol: ``"random"`` tests on a random fifth of each user's ratings
            (``per_user_split``), ``"time"`` on the newest fifth of all (``global_time_split``).
        seeds: see ``leaderboard``; the split by time is the same for every seed.
        progress: show a bar.
        kept: see ``leaderboard``.

    Raises:
        ParameterError: there is no such protocol, or as ``leaderboard``.
    """
    check_protocol(protocol)
    return leaderboard(
        course_recommenders(),
        interactions,
        protocol=PROTOCOLS[protocol],
        seeds=seeds,
        progress=progress,
        kept=kept,
    )


def course_with_ties(
    interactions: Interactions,
    protocol: Protocol,
    *,
    progress: bool = True,
    kept: Kept | None = None,
) -> Leaderboard:
    """``course_leaderboard`` as it is stored: its header names recommenders that may be equal."""
    board = course_leaderboard(interactions, protocol, progress=progress, kept=kept)
    return replace(board, header=board.header | {"ties": ties(board)})


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
