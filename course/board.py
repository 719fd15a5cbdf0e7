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
# Lists, not tuples: that is how a saved leaderboard gives them back.
Pairs = list[list[str]]
# The smallest p value that swaps can give is 1 in their number. Holm's correction multiplies it by
# the number of pairs, and so much smaller than the level it is to be then.
SMALLEST_P = 1 / 4


@dataclass(frozen=True)
class Entry:
    """A recommender on the leaderboard of the course.

    Attributes:
        name: as the tables call it.
        lesson: number of the lesson that teaches it, such as "04".
        make: returns it unfitted, with the settings of the leaderboard.
    """

    name: str
    lesson: str
    make: Callable[[], Recommender]


ENTRIES = (
    Entry("Popularity", "03", Popularity),
    Entry("Two averages", "04", Biases),
    Entry("Item neighbours", "04", ItemNeighbours),
    Entry("User neighbours", "04", UserNeighbours),
    Entry("Matrix factorization", "05", lambda: MatrixFactorization(epochs=8)),
    Entry("Two towers", "06", TwoTower),
    Entry("Deep factorization", "07", DeepFactorization),
    Entry("Implicit item neighbours", "09", ImplicitItemNeighbours),
    Entry("Implicit ALS", "09", ImplicitALS),
    Entry("EASE", "09", EASE),
    Entry("BPR", "09", BPR),
    Entry("Softmax factorization", "09", SoftmaxFactorization),
    Entry("NeuMF", "09", NeuralCollaborative),
    Entry("Content profiles", "10", ContentProfiles),
    Entry("Naive Bayes", "10", NaiveBayes),
    Entry("Factorization machine", "11", FactorizationMachine),
    Entry("Hybrid two towers", "11", HybridTwoTower),
    Entry("EASE and content", "11", lambda: WeightedHybrid(EASE(), ContentProfiles(), 0.6)),
)


def course_recommenders() -> dict[str, Recommender]:
    """Every recommender of the lessons by its name on the leaderboard, unfitted.

    The settings are the defaults of each class, but at most 8 epochs for the matrix factorization;
    lessons 05 to 07 train by hand with others. ``ENTRIES`` says which lesson each is from.

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
    """Measure ``course_recommenders()`` anew: the test ratings, the whole catalogue, lists of ten.

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
    """``course_leaderboard`` as it is stored: its header says who cannot be told apart."""
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

    Every pair is compared user by user on each seed's test ratings. Two are told apart where the
    difference is significant in every seed, after Holm's correction for the number of pairs.

    Args:
        board: fresh from ``leaderboard``.
        metrics: names; a recommender without it is in no pair.
        level: of significance.
        resamples: swaps for each p value (see ``compare``), the same for all pairs; None takes as
            many as the number of pairs asks for, at least 2,000.

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
