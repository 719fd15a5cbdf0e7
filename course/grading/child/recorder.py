"""What a lesson gets in place of its checks: it hands the answer out and judges nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# Set by the process before any code of a lesson runs.
hand_in: Callable[[str, Any, tuple[Any, ...]], None] | None = None


class Recorder:
    """Takes the place of one exercise."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, answer: Any, *context: Any, **_options: Any) -> None:
        """Hand the answer to the grader."""
        if hand_in is not None:
            hand_in(self.name, answer, context)


def exercise(name: str) -> Recorder:
    """The recorder of that exercise; whatever a submission asks for is there.

    Raises:
        AttributeError: a name with underscores around it, which Python itself looks for.
    """
    if name.startswith("__"):
        raise AttributeError(name)
    return Recorder(name)
