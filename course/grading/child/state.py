"""Which values of a lesson cross between the grader's processes; ``helpers.storage`` says how.

The grader's processes trust what our lesson has computed; still nothing here is pickled, so that
there is no place where a file or a line could become code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any


def write(value: Any) -> bytes:
    """The value as bytes.

    Raises:
        StorageError: some part of it is none of the classes that cross.
    """
    from helpers import storage

    return storage.to_bytes(value, Late())


def read(content: bytes, own: dict[str, Callable[..., Any]] | None = None) -> Any:
    """The value that ``write`` has written.

    Args:
        content: the bytes.
        own: losses and layers of the lesson by their names, for its Keras models.

    Raises:
        StorageError: it is something else, or needs a class that is not here.
    """
    from helpers import storage

    return storage.from_bytes(content, Late(own))


class Late(Sequence[Any]):
    """The classes that cross, imported once a value is none of the plain ones.

    Most submissions hand over numbers, arrays and tables. The recommenders and what they import
    take a second of each process that needs them.
    """

    def __init__(self, own: dict[str, Callable[..., Any]] | None = None) -> None:
        self._own = own

    def __getitem__(self, index: Any) -> Any:
        return self._kinds[index]

    def __len__(self) -> int:
        return len(self._kinds)

    @cached_property
    def _kinds(self) -> tuple[Any, ...]:
        return kinds(self._own)


def kinds(own: dict[str, Callable[..., Any]] | None = None) -> tuple[Any, ...]:
    """The classes that cross, beside plain values, arrays and tables."""
    from helpers.data import Dataset
    from helpers.evaluation import Evaluation, Leaderboard
    from helpers.evaluation.resampling import Sums
    from helpers.recommenders.keras.stored import KERAS_HISTORY, KERAS_TENSOR, trained_model
    from helpers.recommenders.saving import KINDS
    from helpers.simulation.truth import Truth
    from helpers.simulation.world import World
    from helpers.splits import Split
    from helpers.storage import GENERATOR, PATH, of_fields

    plain = (Dataset, World, Truth, Split, Evaluation, Sums, Leaderboard)
    # Of a model, more crosses than is saved, how it is trained, too; so its kind comes first.
    own_kinds = (trained_model(own), KERAS_TENSOR, KERAS_HISTORY, GENERATOR, PATH)
    return (*own_kinds, *map(of_fields, plain), *KINDS)
