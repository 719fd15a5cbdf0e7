"""The measured leaderboard that comes with the course."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

from helpers.data.locations import embedded_folder
from helpers.errors import MissingDataError
from helpers.evaluation.leaderboard import Leaderboard, read_leaderboard
from helpers.recommenders.arguments import check_one_of

Protocol = Literal["random", "time"]
DATA = "movielens-small"


def stored_path(protocol: Protocol = "random") -> Path:
    """Where the stored leaderboard of a protocol is, even if it does not exist."""
    check_protocol(protocol)
    return embedded_folder() / "leaderboards" / f"{DATA}_{protocol}.csv"


def stored_leaderboard(protocol: Protocol = "random") -> Leaderboard:
    """The leaderboard that comes with the course: MovieLens latest-small, three seeds.

    Args:
        protocol: ``"random"``, which tests on a random fifth of each user's ratings, or ``"time"``,
            which tests on the newest fifth of all.

    Raises:
        ParameterError: there is no such protocol.
        MissingDataError: the file is missing from this installation.

    Example:
        >>> stored_leaderboard("random").table("rmse").index[0]
        'Item neighbours'
    """
    path = stored_path(protocol)
    if not path.is_file():
        raise MissingDataError(
            f"The leaderboard comes with the course, but {path} is missing. "
            "Make it again with `course leaderboard --update`."
        )
    return read_leaderboard(path)


def check_protocol(protocol: str) -> None:
    """Raise a ParameterError unless a leaderboard of that protocol comes with the course."""
    check_one_of(protocol, "protocol", get_args(Protocol))
